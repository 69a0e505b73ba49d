"""Turnover (名单变动): which villages to be signed leave and enter when a number nobody is sure of goes to an end of its range.

Each setting is asked of what the solver remembers of the run, and searched, not certified, so that thirty take minutes. Two plans
inside the gap may differ by chance alone, so what is counted are the fewest changes found: of the choices worth no less than the
best one found less the run's gap, the one that keeps most of the list. At most so many must go; the rest is exchange.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import usage
from model.policy.cards import cards
from model.showing import Shown
from scenarios import study
from scenarios.files import tables
from scenarios.files.manifest import digest
from scenarios.report import turnover as page
from scenarios.runs import memory, store
from scenarios.runs.run import Options
from scenarios.runs.sensitivity import ranged
from scenarios.study.select import Say, silent
from scenarios.world.open import reopen
from scenarios.world.spec import Scenario
from solvers.answer import Answer, Limits
from solvers.solve import solve

NEAR = 4e-3  # gap at which a searched setting is left: most of it is the relaxation's distance from any plan
WORST = 5
SETTINGS = ["parameter", "end", "value", "stated", "objective", "gap", "leave", "enter"]
MOVES = ["parameter", "end", "village_id", "county_code", "change"]


@dataclass(frozen=True, repr=False)
class Turnover(Shown):
    """What each end of each range does to the list to be signed.

    ``settings`` has one row per parameter and end: the value, what the run had (``stated``), the objective found and its gap, and
    how many villages leave and enter at least of those found; blank where no plan was found. ``moves`` names them. The parameter
    that moves most stands first.
    """

    term = "名单变动"

    settings: pd.DataFrame
    moves: pd.DataFrame
    signed: int

    @property
    def worst(self) -> pd.DataFrame:
        """The five parameters that move most villages, each at its worse end."""
        found = self.settings.dropna(subset=["leave"]).sort_values("leave", ascending=False, kind="stable")
        return found.drop_duplicates("parameter").head(WORST)

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        worst = self.worst.to_dict("records")
        told = {str(row["parameter"]): f"{row['leave']:.0f} leave, {row['enter']:.0f} enter" for row in worst}
        return {"signed": self.signed, "parameters": self.settings["parameter"].nunique(), **told}


def uncertain() -> list[str]:
    """Return the paths of every number of scoring and timing that has a range."""
    return [path for path, card in cards().items() if path.startswith("scoring.") and card.low is not None]


def turnover(folder: Path, paths: Sequence[str] = (), say: Say = silent, workers: int = 0) -> Turnover:
    """Return what happens to a run's signed cohort at both ends of parameters' ranges (all of scoring, unless told which).

    Raises :class:`InputError` for a run without a certified plan, and for a parameter without a card or a range.
    """
    over = list(paths) or uncertain()
    ends = {path: ranged(path)[1:] for path in over}  # every fault before the first solve
    base = _Base.of(folder, workers)
    if base.known is None:
        say("nothing is remembered of this run: each setting is asked from the beginning")
    rows: list[tuple[Any, ...]] = []
    moves: list[pd.DataFrame] = []
    for path, (kind, *both) in ends.items():
        for end, value in zip(("low", "high"), both, strict=True):
            found = base.asked(path, kind(value))
            rows.append((path, end, value, base.stated(path), *found.row))
            moves.append(found.moved.assign(parameter=path, end=end))
            say(f"{path} = {value:g}: {found.row[2]:g} of {len(base.signed)} leave" if found.row[2] >= 0 else f"{path}: no plan")
    settings = pd.DataFrame(rows, columns=SETTINGS)
    worst = settings.groupby("parameter")["leave"].transform("max").fillna(-1)
    order = worst.sort_values(ascending=False, kind="stable").index
    return Turnover(settings.loc[order].reset_index(drop=True), pd.concat(moves, ignore_index=True)[MOVES], len(base.signed))


@dataclass(frozen=True)
class _Found:
    row: tuple[float, float, float, float]  # objective, gap, leave, enter
    moved: pd.DataFrame


@dataclass(frozen=True)
class _Base:
    """The run that is asked: its folder, its world, its solved state and the villages to be signed."""

    folder: Path
    prepared: study.Prepared
    known: Any
    gap: float
    signed: pd.Series
    workers: int

    @classmethod
    def of(cls, folder: Path, workers: int) -> _Base:
        manifest = store.open_run(folder)
        if manifest["solver"]["objective"] is None:
            raise usage(
                "nothing is certified about this list", "Give a folder of `baicun run` or `baicun select`.", file=str(folder)
            )
        prepared = study.prepare(*reopen(folder))
        known = memory.recall(folder, manifest["identity"], prepared.program)
        plan = tables.read(folder / "plan.csv")
        signed = plan.loc[plan["status"] == "recommended", "village_id"]
        return cls(folder, prepared, known, _gap(manifest, prepared.scenario), signed, workers)

    def stated(self, path: str) -> Any:
        """Return the run's own value at a path."""
        part: Any = self.prepared.scenario.model_dump(by_alias=True)
        for name in path.split("."):
            part = part[name]
        return part

    def asked(self, path: str, value: Any) -> _Found:
        """Return what the list to be signed becomes with another value at a path."""
        world = reopen(self.folder, {path: value})
        asked = study.prepare(*world)
        mine, its = self.prepared.program, asked.program
        if mine.binaries == its.binaries and np.array_equal(mine.objective, its.objective) and _alike(mine, its):
            return _Found((float("nan"), float("nan"), 0.0, 0.0), _moves(asked, [], []))
        run = asked.scenario.run
        limits = Limits(NEAR, run.work, run.time_limit, run.seed, workers=self.workers, memory=run.memory_limit)
        answer = solve(its, run.solver, limits, known=self.known)
        return _none(asked) if answer.x is None else self._kept(asked, answer)

    def _kept(self, asked: study.Prepared, answer: Answer) -> _Found:
        from solvers.strategies.exchange import nearest  # compiled searches, which take a moment to load

        problem = asked.problem
        now = (problem.choice_year == problem.horizon.as_of) & ~problem.choices.fixed
        listed = np.isin(problem.villages.ids[problem.choices.village], self.signed)
        x = nearest(
            asked.program, answer, None if self.known is None else self.known.plan, np.flatnonzero(now & listed), self.gap
        )
        taken = (answer.choice if x is None else x)[: problem.size] > 0.5
        ids = problem.villages.ids[problem.choices.village[now & taken]]
        leave, enter = sorted(set(self.signed) - set(ids)), sorted(set(ids) - set(self.signed))
        return _Found((answer.objective, answer.gap, len(leave), len(enter)), _moves(asked, leave, enter))


def _alike(mine: Any, its: Any) -> bool:
    same = np.array_equal(mine.lower, its.lower) and np.array_equal(mine.upper, its.upper)
    return bool(same and mine.matrix.shape == its.matrix.shape and abs(mine.matrix - its.matrix).max() == 0)


def _none(asked: study.Prepared) -> _Found:
    return _Found((math.nan,) * 4, _moves(asked, [], []))


def _moves(asked: study.Prepared, leave: Sequence[str], enter: Sequence[str]) -> pd.DataFrame:
    county = asked.register.villages.set_index("village_id")["county_code"]
    ids = [*leave, *enter]
    what = ["leave"] * len(leave) + ["enter"] * len(enter)
    return pd.DataFrame({"village_id": ids, "county_code": county.loc[ids].to_numpy(), "change": what}, dtype=object)


def run(folder: Path, paths: Sequence[str], options: Options) -> tuple[Turnover, Path]:
    """Return a run's turnover and the folder it stands in, beside the run; an identical complete one is reused."""
    manifest = store.open_run(folder)
    over = sorted(set(paths)) or uncertain()
    identity = digest("\n".join([manifest["identity"], *over]).encode())
    target = options.out or folder.absolute().parent / f"turnover-{identity[:12]}"
    if store.reusable(target, identity, options.force):
        return Turnover(
            tables.read(target / "turnover.csv"), tables.read(target / "turnover_villages.csv"), _signed(folder)
        ), target
    found = turnover(folder, over, options.say, options.workers)
    told = {"run": folder.name, "gap": _gap(manifest, reopen(folder).scenario), "signed": found.signed}
    with store.written_whole(target) as draft:
        tables.write(found.settings, draft / "turnover.csv")
        tables.write(found.moves, draft / "turnover_villages.csv")
        page.write(draft, manifest, found.settings, found.moves, told)
        store.seal(draft, {"kind": "turnover", "runs": [manifest["identity"]], "identity": identity})
    return found, target


def _gap(manifest: dict[str, Any], scenario: Scenario) -> float:
    """Return the gap inside which plans count as equally good: the run's own, or the one it was asked for if that is wider."""
    return max(float(manifest["solver"]["gap"]), scenario.run.gap)


def _signed(folder: Path) -> int:
    return int((tables.read(folder / "plan.csv")["status"] == "recommended").sum())
