"""Compare: scenarios against the first one, with paired differences and intervals.

The projection's luck is the same in every scenario, so differences are taken replication by replication. The
difference between two optima is an interval from both certified bounds; a sign is claimed only when zero lies
outside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import BaicunError, usage
from model.outcomes.intervals import paired
from model.showing import Shown
from model.vocabulary import COMBINED, PACKAGES, Estimates
from scenarios import study
from scenarios.files import tables
from scenarios.files.manifest import digest, read_manifest
from scenarios.report import comparison as page
from scenarios.report.compared import meeting
from scenarios.runs import store
from scenarios.runs.run import Options, run
from scenarios.study.kept import BROKEN
from scenarios.world.formats import scenario_tables
from scenarios.world.layers import flat
from scenarios.world.open import World, reopen

UNTOLD = {"name", "title_zh", "title_en", "extends"}
LOSSES = {"loss": "objective", "loss_most": "bound"}
GROUPED = ["scenario", "group", "first", "second", "whole_first", "whole_second"]


@dataclass(frozen=True, repr=False)
class Comparison(Shown):
    """What differs between the first run and each other one.

    ``outcomes``: key figures with paired differences. ``optima``: merit and the interval of its difference.
    ``lists``: villages in one plan and not in the other, or in another cohort. ``signed``: one row a scenario: villages of the
    as-of cohort in the first run, how many enter and leave it, in how many counties, how many the gap alone may exchange, and
    what the first run's list is worth where it is kept (nothing where it would break a rule).
    ``changes``: parameters that differ, with both values. ``totals``: villages and money of the whole list in both runs.
    ``kept``: what the first run's list would break if it were kept in each scenario, a row per rule and place.
    ``groups``: how many villages of each group the cohort to be signed and the whole list have in both.
    ``goals``: how many villages the first run and each scenario are to reach by the target date.
    ``titles``: the Chinese and English title of each scenario, the first run's first; ``counties``: their names by code.
    """

    term = "情景比较"

    outcomes: pd.DataFrame
    optima: pd.DataFrame
    lists: pd.DataFrame
    signed: pd.DataFrame
    changes: pd.DataFrame
    totals: pd.DataFrame
    kept: pd.DataFrame
    groups: pd.DataFrame
    titles: dict[str, tuple[str, str]]
    counties: dict[str, str]
    goals: dict[str, tuple[int, int]]
    target_year: int
    synthetic: bool

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        certain = int(self.outcomes["certain"].sum())
        return {
            "compared": self.optima["scenario"].tolist(),
            "certain": certain,
            "changed": len(self.lists),
            "synthetic": self.synthetic,
        }

    def said(self, lang: str = "zh") -> str:
        """Return what a person would say of each scenario in a meeting."""
        return "\n".join(meeting(self, scenario, lang) for scenario in self.signed["scenario"])


def compare_worlds(worlds: Sequence[Path | World], options: Options) -> tuple[Path, Comparison]:
    """Run what is not run yet and compare with the first; return the folder of the comparison and what is in it.

    Its place is looked at before the first run, and nothing that stands there is lost. When a scenario has no plan, the runs
    finished before it stay and are named.
    """
    names = [_identity(world) for world in worlds]
    tails = [w.name.rsplit("-", 1)[-1] if isinstance(w, Path) else name[:12] for w, name in zip(worlds, names, strict=True)]
    target = options.out or Path("runs") / f"compare-{'-'.join(tails)}"
    store.reusable(target, _together(names), options.force)
    folders = _run_all(worlds, replace(options, out=None, force=False))
    comparison = compare(folders)
    if not store.reusable(target, _together(names), options.force):
        write(comparison, folders, target, options.force)
    return target, comparison


def _identity(world: Path | World) -> str:
    """Return the identity of a run folder, or of the run of a scenario to be."""
    if isinstance(world, Path):
        return str(read_manifest(world)["identity"])
    return store.identity(store.input_bytes(*world), "run")


def _together(names: Sequence[str]) -> str:
    return digest("\n".join(names).encode())


def _run_all(worlds: Sequence[Path | World], options: Options) -> list[Path]:
    """Run what is not run yet; a run that is finished is never taken away."""
    folders: list[Path] = []
    for world in worlds:
        try:
            folders.append(world if isinstance(world, Path) else run(world.scenario, world.register, options))
        except BaicunError as error:
            if folders:
                error.add_note(f"finished before that, and kept: {', '.join(map(str, folders))}")
            raise
    return folders


def compare(folders: list[Path]) -> Comparison:
    """Return the comparison of run folders with the first. All must have the same seed, replications and register."""
    manifests = [store.open_run(folder) for folder in folders]
    first = manifests[0]
    for folder, other in zip(folders[1:], manifests[1:], strict=True):
        for key in ("seed", "replications"):
            if other[key] != first[key]:
                remedy = f"Run both with the same --{key}."
                raise usage(f"runs differ in {key}", remedy, file=str(folder), value=str(other[key]), expected=str(first[key]))
        if other["inputs"]["inputs/register.csv"] != first["inputs"]["inputs/register.csv"]:
            raise usage("runs differ in their register", "Compare scenarios on one register.", file=str(folder))
    pairs = list(zip(folders[1:], manifests[1:], strict=True))
    named = [(m["scenario"], folder, m) for folder, m in pairs]
    worlds = {folder: study.prepare(*reopen(folder)) for folder in folders if _certified(folder)}
    stays = {folder: _kept(folders[0], folder, worlds) for folder in folders[1:]}
    return Comparison(
        outcomes=pd.concat([_outcomes(folders[0], folder).assign(scenario=name) for name, folder, _ in named], ignore_index=True),
        optima=pd.DataFrame([_optimum(first, manifest, _apart(worlds, folders[0], folder)) for _, folder, manifest in named]),
        lists=pd.concat([_lists(folders[0], folder).assign(scenario=name) for name, folder, _ in named], ignore_index=True),
        signed=pd.DataFrame(
            [_signed(folders[0], first, folder, manifest, stays[folder], worlds.get(folder)) for _, folder, manifest in named]
        ),
        changes=pd.concat([_changes(folders[0], folder).assign(scenario=name) for name, folder, _ in named], ignore_index=True),
        totals=pd.DataFrame([_totals(folders[0], folder, name) for name, folder, _ in named]),
        kept=pd.concat([stays[folder].broken.assign(scenario=name) for name, folder, _ in named], ignore_index=True),
        groups=pd.DataFrame(
            [row for _, folder, manifest in named for row in _group_rows(folders[0], folder, manifest["scenario"])],
            columns=GROUPED,
        ),
        goals={name: (_goal(folders[0]), _goal(folder)) for name, folder, _ in named},
        titles={m["scenario"]: _titles(folder) for folder, m in zip(folders, manifests, strict=True)},
        counties=_county_names(folders[0]),
        target_year=int(scenario_tables(folders[0])["programme"]["target_date"][:4]),
        synthetic=any(manifest["synthetic"] for manifest in manifests),
    )


def _estimates(folder: Path) -> Estimates:
    path = folder / "replications.csv"
    if not path.is_file():
        raise usage("the run has no projection", "Use `baicun run`, not `baicun select`.", file=str(folder))
    table = tables.read(path)
    return Estimates(table, pd.DataFrame(), table["replication"].nunique())


def _outcomes(one: Path, two: Path) -> pd.DataFrame:
    return paired(_estimates(one), _estimates(two))


def _certified(folder: Path) -> bool:
    return read_manifest(folder)["solver"]["objective"] is not None


def _apart(worlds: Mapping[Path, study.Prepared], one: Path, two: Path) -> list[str]:
    """Return the objectives by which two runs do not measure their plans alike."""
    return study.unlike(worlds[one], worlds[two]) if {one, two} <= set(worlds) else []


def _optimum(one: dict[str, Any], two: dict[str, Any], apart: list[str]) -> dict[str, object]:
    """Return the difference of the optima: each lies between its objective and its bound; ``apart`` keeps them from comparing."""
    a, b = one["solver"], two["solver"]
    row = {"scenario": two["scenario"], **dict.fromkeys(("first", "second", "difference", "low", "high"), math.nan)}
    row |= {"certain": False, "apart": ";".join(apart)}
    if a["objective"] is None or b["objective"] is None or apart:
        return row
    low, high = b["objective"] - a["bound"], b["bound"] - a["objective"]
    known = {"first": a["objective"], "second": b["objective"], "difference": b["objective"] - a["objective"]}
    return row | known | {"low": low, "high": high, "certain": bool(low > 0 or high < 0)}


def _lists(one: Path, two: Path) -> pd.DataFrame:
    plans = [tables.read(folder / "plan.csv")[["village_id", "county_code", "cohort"]] for folder in (one, two)]
    both = plans[0].merge(plans[1], on=["village_id", "county_code"], how="outer", suffixes=("_first", "_second"))
    changed = both[both["cohort_first"] != both["cohort_second"]]
    changed = changed.assign(county=changed["county_code"].map(_county_names(one)))
    return changed.astype({"cohort_first": "Int64", "cohort_second": "Int64"}).sort_values("village_id", ignore_index=True)


def _kept(one: Path, two: Path, worlds: Mapping[Path, study.Prepared]) -> study.Kept:
    """Return what becomes of the first run's list where it is kept in the other one; nothing is asked of uncertified lists."""
    if two not in worlds:
        return study.Kept(pd.DataFrame(columns=BROKEN))
    return study.kept(tables.read(one / "plan.csv"), worlds[two])


def _county_names(folder: Path) -> dict[str, str]:
    table = tables.read(folder / "inputs" / "counties.csv")
    return dict(zip(table["county_code"], table["name"], strict=True))


def _signed(
    one: Path, first: dict[str, Any], two: Path, second: dict[str, Any], stays: study.Kept, world: study.Prepared | None
) -> dict[str, object]:
    """Return what becomes of the cohort to be signed."""
    before, after = (_recommended(folder) for folder in (one, two))
    moved = (before ^ after) if first["as_of"] == second["as_of"] else set()
    alone = [m["solver"].get("exchangeable") for m in (first, second)]
    known = [int(number) for number in alone if number is not None]
    solver = second["solver"]
    return {
        "scenario": second["scenario"],
        "as_of": second["as_of"],
        "first": len(before),
        "second": len(after),
        "enter": len(after - before),
        "leave": len(before - after),
        "counties": len({village[:6] for village in moved}),
        "exchangeable": max(known) if known else None,
        "gap_first": first["solver"]["gap"],
        "gap_second": second["solver"]["gap"],
        "kept": stays.objective,
        **_held(before, stays, second, world),
        **{f"kept_{end}": None if stays.objective is None else solver[side] - stays.objective for end, side in LOSSES.items()},
    }


def _held(signed: set[str], stays: study.Kept, second: dict[str, Any], world: study.Prepared | None) -> dict[str, object]:
    """Return whether the first run's cohort to be signed may stand in the second world, where its whole list may not."""
    row: dict[str, object] = {"held_status": "", "held": None, "held_loss_low": None, "held_loss_high": None}
    if stays.broken.empty or world is None or world.scenario.objective.order:
        return row
    answer, solver = study.held(signed, world), second["solver"]
    losses = study.held_losses(answer, solver["objective"], solver["bound"])
    row["held_status"] = answer.status
    if losses is None:
        return row
    return row | {"held": answer.objective, "held_loss_low": losses[0], "held_loss_high": losses[1]}


def _group_rows(one: Path, two: Path, scenario: str) -> list[tuple[Any, ...]]:
    """Return the row of each group of villages: those lifted out of poverty, at the border, and of further programmes."""
    villages = tables.read(one / "inputs" / "register.csv").set_index("village_id")
    signed = [_recommended(folder) for folder in (one, two)]
    whole = [set(tables.read(folder / "plan.csv")["village_id"]) for folder in (one, two)]
    rows = []
    for group in (name for name in ("poverty_lifted", *COMBINED) if name in villages):
        own = set(villages.index[villages[group].fillna(0).astype(bool)])
        rows.append((scenario, group, *(len(own & listed) for listed in (*signed, *whole))))
    return rows


def _titles(folder: Path) -> tuple[str, str]:
    stated = scenario_tables(folder)
    return stated.get("title_zh") or stated["name"], stated.get("title_en") or stated["name"]


def _goal(folder: Path) -> int:
    return int(scenario_tables(folder)["programme"]["programme_target"])


def _totals(one: Path, two: Path, scenario: str) -> dict[str, object]:
    """Return villages, money and packages of both whole lists."""
    plans = [tables.read(folder / "plan.csv") for folder in (one, two)]
    row: dict[str, object] = {"scenario": scenario}
    for side, plan in zip(("first", "second"), plans, strict=True):
        row |= {f"villages_{side}": len(plan), f"counties_{side}": plan["county_code"].nunique()}
        row |= {f"{name}_{side}": float(plan[f"{name}_wan_yuan"].sum()) for name in ("general_bond", "total_cost")}
        row |= {f"{name}_{side}": int((plan["package"] == name).sum()) for name in PACKAGES}
    return row


def _recommended(folder: Path) -> set[str]:
    plan = tables.read(folder / "plan.csv")
    return set(plan.loc[plan["status"] == "recommended", "village_id"])


def _changes(one: Path, two: Path) -> pd.DataFrame:
    """Return the parameters in which two runs differ, but for names and titles."""
    first, second = (flat(scenario_tables(folder)) for folder in (one, two))
    paths = [p for p in first | second if p not in UNTOLD and first.get(p) != second.get(p)]
    rows = [(path, str(first.get(path, "")), str(second.get(path, ""))) for path in paths]
    return pd.DataFrame(rows, columns=["parameter", "first", "second"], dtype=object)


def write(comparison: Comparison, folders: list[Path], out: Path, force: bool = False) -> Path:
    """Write a comparison's tables and its sources into a folder, whole or not at all."""
    with store.written_whole(out, force) as draft:
        tables.write(comparison.outcomes, draft / "outcomes.csv")
        tables.write(comparison.optima, draft / "optima.csv")
        tables.write(comparison.lists, draft / "lists.csv")
        tables.write(comparison.signed, draft / "signed.csv")
        tables.write(comparison.kept, draft / "kept.csv")
        tables.write(comparison.changes, draft / "changes.csv")
        tables.write(comparison.totals, draft / "totals.csv")
        page.write(comparison, draft, read_manifest(folders[0]))
        sources = [read_manifest(folder)["identity"] for folder in folders]
        store.seal(draft, {"kind": "compare", "runs": sources, "identity": _together(sources)})
    return out
