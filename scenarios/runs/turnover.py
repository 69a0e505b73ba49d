r"""Turnover (名单变动): which villages to be signed leave and enter when a number nobody is sure of goes to an end of its range.

Each setting is asked of what the solver remembers of the run, and searched, not certified, so that thirty take minutes. Two plans
inside the gap may differ by chance alone, so staying has a price: a village leaves only where that is worth its share of the gap,
:math:`\gamma |z^*|` over the villages to be signed. The run's own setting, asked in the same way, shows what is left of chance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.policy.cards import cards
from model.selection.program import Program, Term
from model.showing import Shown
from scenarios import study
from scenarios.files import tables
from scenarios.files.manifest import digest, read_manifest
from scenarios.report import turnover as page
from scenarios.runs import store
from scenarios.runs.ask import certified
from scenarios.runs.run import Options
from scenarios.runs.sensitivity import ranged
from scenarios.study.select import Say, silent
from scenarios.world.layers import flat
from solvers.answer import Limits
from solvers.solve import solve

Array = np.ndarray[Any, Any]
NEAR = 4e-3  # gap at which a searched setting is left: most of it is the relaxation's distance from any plan
WORST = 5
OWN = "own"  # the end of the run's own setting
SETTINGS = ["parameter", "end", "value", "stated", "objective", "gap", "leave", "enter"]
MOVES = ["parameter", "end", "village_id", "name", "county_code", "county", "change"]


@dataclass(frozen=True, repr=False)
class Turnover(Shown):
    """What each end of each range does to the list to be signed.

    ``settings`` has one row per parameter and end: the value, what the run had (``stated``), the objective found, the gap of the
    search, and how many villages leave and enter; blank where no plan was found. ``moves`` names them. The parameter that moves
    most stands first, before it a row for the run's own setting. ``loyalty`` is what staying is worth, a village.
    """

    term = "名单变动"

    settings: pd.DataFrame
    moves: pd.DataFrame
    signed: int
    loyalty: float

    @property
    def worst(self) -> pd.DataFrame:
        """The five parameters that move most villages, each at its worse end."""
        found = self.settings[self.settings["end"] != OWN].dropna(subset=["leave"])
        return found.sort_values("leave", ascending=False, kind="stable").drop_duplicates("parameter").head(WORST)

    @property
    def chance(self) -> float:
        """How many leave where nothing was changed."""
        return float(self.settings.loc[self.settings["end"] == OWN, "leave"].iloc[0])

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        worst = self.worst.to_dict("records")
        told = {str(row["parameter"]): f"{row['leave']:.0f} leave, {row['enter']:.0f} enter" for row in worst}
        return {"signed": self.signed, "by_chance": self.chance, **told}


def uncertain() -> list[str]:
    """Return the paths of every number of scoring and timing that has a range."""
    return [path for path, card in cards().items() if path.startswith("scoring.") and card.low is not None]


def turnover(folder: Path, paths: Sequence[str] = (), say: Say = silent, workers: int = 0) -> Turnover:
    """Return what happens to a run's signed cohort at both ends of parameters' ranges (all of scoring, unless told which).

    Raises :class:`InputError` for a run without a certified plan, and for a parameter without a card or a range.
    """
    over = list(paths) or uncertain()
    ends = {path: ranged(path)[1:] for path in over}  # every fault before the first solve
    base = _Base.of(folder, say, workers)
    stated = flat(base.prepared.scenario.model_dump(by_alias=True))
    settings: list[tuple[Any, ...]] = []
    moves: list[tuple[str, str, str, str]] = []

    def ask(path: str, end: str, value: Any, was: Any, changes: dict[str, Any]) -> None:
        objective, gap, leave, enter = base.asked(changes)
        counts = (math.nan, math.nan) if leave is None or enter is None else (float(len(leave)), float(len(enter)))
        settings.append((path, end, value, was, objective, gap, *counts))
        moves.extend((path, end, village, "leave") for village in leave or ())
        moves.extend((path, end, village, "enter") for village in enter or ())
        setting = path if end == OWN else f"{path} = {value:g}"
        say(f"{setting}: no plan" if leave is None else f"{setting}: {len(leave)} of {len(base.signed)} leave")

    ask(OWN, OWN, math.nan, math.nan, {})
    for path, (kind, low, high) in ends.items():
        ask(path, "low", low, stated[path], {path: kind(low)})
        ask(path, "high", high, stated[path], {path: kind(high)})
    table = pd.DataFrame(settings, columns=SETTINGS)
    most = table.groupby("parameter")["leave"].transform("max").fillna(-1).where(table["end"] != OWN, math.inf)
    order = most.sort_values(ascending=False, kind="stable").index
    return Turnover(table.loc[order].reset_index(drop=True), base.named(moves), len(base.signed), base.loyalty)


Found = tuple[
    float, float, list[str] | None, list[str] | None
]  # objective, gap, who leaves and who enters: nothing without a plan


@dataclass(frozen=True)
class _Base:
    """The run that is asked: its world, its solved state, the villages to be signed, and what staying is worth."""

    prepared: study.Prepared
    known: Any
    signed: frozenset[str]
    loyalty: float
    workers: int

    @classmethod
    def of(cls, folder: Path, say: Say, workers: int) -> _Base:
        manifest, prepared, known = certified(folder, say)
        plan = tables.read(folder / "plan.csv")
        signed = frozenset(plan.loc[plan["status"] == "recommended", "village_id"])
        gap = max(float(manifest["solver"]["gap"]), prepared.scenario.run.gap)
        return cls(prepared, known, signed, gap * abs(float(manifest["solver"]["objective"])) / max(1, len(signed)), workers)

    def asked(self, changes: dict[str, Any]) -> Found:
        """Return what the list to be signed becomes with other values at paths."""
        asked = study.prepare(self.prepared.scenario.with_changes(changes), self.prepared.register)
        if changes and _alike(self.prepared.program, asked.program):
            return math.nan, math.nan, [], []
        run = asked.scenario.run
        limits = Limits(NEAR, run.work, run.time_limit, run.seed, workers=self.workers, memory=run.memory_limit)
        answer = solve(self._loyal(asked), run.solver, limits, known=self.known)
        if answer.x is None:
            return math.nan, math.nan, None, None
        problem = asked.problem
        taken = answer.choice[: problem.size] > 0.5
        now = set(problem.villages.ids[problem.choices.village[taken & _now(asked)]])
        return asked.program.value(answer.choice), answer.gap, sorted(self.signed - now), sorted(now - self.signed)

    def _loyal(self, asked: study.Prepared) -> Program:
        """Return the program in which every village to be signed that stays is worth its share of the gap more."""
        problem, program = asked.problem, asked.program
        stays = np.zeros(len(program.columns))
        stays[: problem.size] = _now(asked) & np.isin(problem.villages.ids[problem.choices.village], list(self.signed))
        return replace(program, terms=(*program.terms, Term("kept", self.loyalty, stays)))

    def named(self, moves: list[tuple[str, str, str, str]]) -> pd.DataFrame:
        """Return who leaves and enters where, with the names of villages and counties."""
        register = self.prepared.register
        counties = register.counties[["county_code", "name"]].rename(columns={"name": "county"})
        known = register.villages[["village_id", "name", "county_code"]].merge(counties, on="county_code")
        told = pd.DataFrame(moves, columns=["parameter", "end", "village_id", "change"], dtype=object)
        return told.merge(known, on="village_id", how="left")[MOVES]


def _now(asked: study.Prepared) -> Array:
    """Return which choices are open and of the as-of cohort."""
    return np.asarray((asked.problem.choice_year == asked.problem.horizon.as_of) & ~asked.problem.choices.fixed)


def _alike(mine: Program, its: Program) -> bool:
    """Whether two programs are the same: then nothing need be asked."""
    pairs = ((mine.objective, its.objective), (mine.lower, its.lower), (mine.upper, its.upper))
    same = mine.matrix.shape == its.matrix.shape and all(np.array_equal(a, b) for a, b in pairs)
    return bool(same and abs(mine.matrix - its.matrix).max() == 0)


def run(folder: Path, paths: Sequence[str], options: Options) -> tuple[Turnover, Path]:
    """Return a run's turnover and the folder it stands in, beside the run; an identical complete one is reused."""
    manifest = store.open_run(folder)
    over = sorted(set(paths)) or uncertain()
    identity = digest("\n".join([manifest["identity"], *over]).encode())
    target = options.out or folder.absolute().parent / f"turnover-{identity[:12]}"
    if store.reusable(target, identity, options.force):
        kept = read_manifest(target)
        settings, moves = tables.read(target / "turnover.csv"), tables.read(target / "turnover_villages.csv")
        return Turnover(settings, moves, kept["signed"], kept["loyalty"]), target
    found = turnover(folder, over, options.say, options.workers)
    with store.written_whole(target) as draft:
        tables.write(found.settings, draft / "turnover.csv")
        tables.write(found.moves, draft / "turnover_villages.csv")
        told = {"signed": found.signed, "loyalty": found.loyalty}
        page.write(draft, manifest, found.settings, found.worst, found.moves, told | {"run": folder.name, "chance": found.chance})
        store.seal(draft, {"kind": "turnover", "runs": [manifest["identity"]], "identity": identity, **told})
    return found, target
