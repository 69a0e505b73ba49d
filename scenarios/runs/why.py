"""Why a target is missed (为何达不到): the chain that keeps villages from it, and what is not known of the assumptions.

Two studies of a run's own plan: each link of the chain eased alone in the same luck, and every assumption drawn from its range at
once, each draw with a luck of its own. The second gives each key figure the range that the first page of a run does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from model.errors import usage
from model.outcomes import chain, kpis
from model.outcomes.face import face_validity
from model.showing import Shown
from model.simulation.replicate import takes
from model.vocabulary import Plan
from model.words import Words
from scenarios import study
from scenarios.files import tables
from scenarios.files.manifest import digest
from scenarios.report import why as page
from scenarios.runs import store
from scenarios.runs.run import Options
from scenarios.world.open import reopen

DRAWS, PAIRS = 40, 4
ENDS = (0.05, 0.95)
KEYS = ["kpi", "year"]


@dataclass(frozen=True, repr=False)
class Why(Shown):
    """The tables: ``chain``, ``kpis`` with ``param_low`` and ``param_high``, and ``face`` (``face_validity.csv``)."""

    term = "为何达不到目标"

    chain: pd.DataFrame
    kpis: pd.DataFrame
    face: pd.DataFrame

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        return {row["link"]: f"{row['villages']:.0f}" for row in self.chain.to_dict("records")}

    def said(self, lang: str = "zh") -> str:
        """Return in sentences how many villages are accepted, with both intervals, and which links cost most."""
        return "\n".join(page.lines(self.chain, self.kpis, Words(lang)))


def why(folder: Path, draws: int = DRAWS, pairs: int = PAIRS, workers: int = 1) -> Why:
    """Study a run's plan; ``draws`` of all assumptions at once, ``pairs`` of replications for each link.

    Raises :class:`InputError` for a folder without a projection.
    """
    if store.open_run(folder, compute=True)["kind"] == "select":
        raise usage("the run has no projection", "Give a run of `baicun run`.", file=str(folder))
    known = tables.read(folder / "kpis.csv")
    prepared = study.prepare(*reopen(folder, {}))
    plan = Plan(tables.read(folder / "plan.csv"))
    stage = study.staged(plan, prepared)
    settings, villages = prepared.scenario.simulation, prepared.register.villages
    eased = {link: stage.with_settings(chain.eased(settings, link), villages) for link in (*chain.LINKS, chain.ALL)}
    plays = [(scene, r) for scene in (stage, *eased.values()) for r in range(pairs)]
    counts = np.array(takes(plays, kpis.accepted_by_target, workers)).reshape(-1, pairs)
    links = dict(zip(eased, counts[1:], strict=True))
    others = [stage.with_settings(own, villages) for own in chain.drawn(settings, draws, stage.seed)]
    found = takes([(scene, r) for r, scene in enumerate(others)], kpis.summarise, workers)
    target = prepared.scenario.programme.programme_target
    studied = _with_ranges(known, found)
    return Why(
        chain.chain(counts[0], links, target), studied, face_validity(studied, plan.table, tables.read(folder / "projects.csv"))
    )


def _with_ranges(known: pd.DataFrame, found: Sequence[kpis.Summary]) -> pd.DataFrame:
    """Return the key figures with the 5-95 % range over luck and assumptions."""
    values = pd.DataFrame([summary.kpis for summary in found])
    ends = {key: np.nanquantile(values[key], ENDS) for key in values if values[key].notna().any()}
    keys = [(row["kpi"], int(row["year"]) if pd.notna(row["year"]) else kpis.NO_YEAR) for row in known.to_dict("records")]
    blank = (np.nan, np.nan)
    return known.assign(
        param_low=[ends.get(key, blank)[0] for key in keys],
        param_high=[ends.get(key, blank)[1] for key in keys],
    )


def run(folder: Path, draws: int, pairs: int, options: Options) -> tuple[Why, Path]:
    """Return the study of a run and the folder it stands in, beside the run; an identical complete one is reused."""
    manifest = store.open_run(folder, compute=True)
    identity = digest(f"{manifest['identity']}\n{draws}\n{pairs}".encode())
    target = options.out or folder.absolute().parent / f"why-{identity[:12]}"
    names = {"chain": "chain", "kpis": "kpis", "face": "face_validity"}
    if store.reusable(target, identity, options.force):
        return Why(**{name: tables.read(target / f"{file}.csv") for name, file in names.items()}), target
    found = why(folder, draws, pairs, options.workers)
    with store.written_whole(target, options.force) as draft:
        for name, file in names.items():
            tables.write(getattr(found, name), draft / f"{file}.csv")
        page.write(draft, manifest, found.chain, found.kpis, found.face, {"run": folder.name, "draws": draws, "pairs": pairs})
        store.seal(draft, {"kind": "why", "runs": [manifest["identity"]], "identity": identity, "draws": draws, "pairs": pairs})
    return found, target
