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

from model.errors import usage
from model.policy.cards import cards
from model.selection.program import Program, Term
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
    base = _Base.of(folder, workers)
    if base.known is None:
        say("nothing is remembered of this run: each setting is asked from the beginning")
    own = base.asked({})
    say(f"as it was run: {own.row[2]:g} of {len(base.signed)} leave")
    rows: list[tuple[Any, ...]] = [(OWN, OWN, math.nan, math.nan, *own.row)]
    moves: list[pd.DataFrame] = [own.moved.assign(parameter=OWN, end=OWN)]
    for path, (kind, *both) in ends.items():
        for end, value in zip(("low", "high"), both, strict=True):
            found = base.asked({path: kind(value)})
            rows.append((path, end, value, base.stated(path), *found.row))
            moves.append(found.moved.assign(parameter=path, end=end))
            say(f"{path} = {value:g}: {found.row[2]:g} of {len(base.signed)} leave" if found.row[2] >= 0 else f"{path}: no plan")
    settings = pd.DataFrame(rows, columns=SETTINGS)
    worst = settings.groupby("parameter")["leave"].transform("max").fillna(-1).where(settings["end"] != OWN, math.inf)
    order = worst.sort_values(ascending=False, kind="stable").index
    moved = pd.concat(moves, ignore_index=True)[MOVES]
    return Turnover(settings.loc[order].reset_index(drop=True), moved, len(base.signed), base.loyalty)


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
    loyalty: float
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
        return cls(folder, prepared, known, loyalty(manifest, prepared.scenario, len(signed)), signed, workers)

    def stated(self, path: str) -> Any:
        """Return the run's own value at a path."""
        part: Any = self.prepared.scenario.model_dump(by_alias=True)
        for name in path.split("."):
            part = part[name]
        return part

    def asked(self, changes: dict[str, Any]) -> _Found:
        """Return what the list to be signed becomes with other values at paths."""
        world = reopen(self.folder, changes)
        asked = study.prepare(*world)
        its = asked.program
        if changes and _alike(self.prepared.program, its):
            return _Found((float("nan"), float("nan"), 0.0, 0.0), _moves(asked, [], []))
        run = asked.scenario.run
        limits = Limits(NEAR, run.work, run.time_limit, run.seed, workers=self.workers, memory=run.memory_limit)
        answer = solve(self._loyal(asked), run.solver, limits, known=self.known)
        return _none(asked) if answer.x is None else self._kept(asked, answer)

    def _loyal(self, asked: study.Prepared) -> Program:
        """Return the program in which every village to be signed that stays is worth its share of the gap more."""
        problem, program = asked.problem, asked.program
        stays = np.zeros(len(program.columns))
        stays[: problem.size] = _now(asked) & np.isin(problem.villages.ids[problem.choices.village], self.signed)
        return replace(program, terms=(*program.terms, Term("kept", self.loyalty, stays)))

    def _kept(self, asked: study.Prepared, answer: Answer) -> _Found:
        problem = asked.problem
        taken = answer.choice[: problem.size] > 0.5
        ids = problem.villages.ids[problem.choices.village[taken & _now(asked)]]
        leave, enter = sorted(set(self.signed) - set(ids)), sorted(set(ids) - set(self.signed))
        return _Found((asked.program.value(answer.choice), answer.gap, len(leave), len(enter)), _moves(asked, leave, enter))


def _now(asked: study.Prepared) -> Array:
    """Return which choices are open and of the as-of cohort."""
    return np.asarray((asked.problem.choice_year == asked.problem.horizon.as_of) & ~asked.problem.choices.fixed)


def _alike(mine: Program, its: Program) -> bool:
    """Whether two programs are the same: then nothing need be asked."""
    pairs = ((mine.objective, its.objective), (mine.lower, its.lower), (mine.upper, its.upper))
    same = mine.matrix.shape == its.matrix.shape and all(np.array_equal(a, b) for a, b in pairs)
    return bool(same and abs(mine.matrix - its.matrix).max() == 0)


def _none(asked: study.Prepared) -> _Found:
    return _Found((math.nan,) * 4, _moves(asked, [], []))


def _moves(asked: study.Prepared, leave: Sequence[str], enter: Sequence[str]) -> pd.DataFrame:
    counties = asked.register.counties[["county_code", "name"]].rename(columns={"name": "county"})
    known = asked.register.villages[["village_id", "name", "county_code"]].merge(counties, on="county_code")
    what = ["leave"] * len(leave) + ["enter"] * len(enter)
    return pd.DataFrame({"village_id": [*leave, *enter], "change": what}, dtype=object).merge(known, on="village_id", how="left")


def run(folder: Path, paths: Sequence[str], options: Options) -> tuple[Turnover, Path]:
    """Return a run's turnover and the folder it stands in, beside the run; an identical complete one is reused."""
    manifest = store.open_run(folder)
    over = sorted(set(paths)) or uncertain()
    identity = digest("\n".join([manifest["identity"], *over]).encode())
    target = options.out or folder.absolute().parent / f"turnover-{identity[:12]}"
    if store.reusable(target, identity, options.force):
        return _read(target, folder, manifest), target
    found = turnover(folder, over, options.say, options.workers)
    with store.written_whole(target) as draft:
        tables.write(found.settings, draft / "turnover.csv")
        tables.write(found.moves, draft / "turnover_villages.csv")
        told = {"run": folder.name, "signed": found.signed, "chance": found.chance, "loyalty": found.loyalty}
        page.write(draft, manifest, found.settings, found.worst, found.moves, told)
        store.seal(draft, {"kind": "turnover", "runs": [manifest["identity"]], "identity": identity})
    return found, target


def _read(target: Path, folder: Path, manifest: dict[str, Any]) -> Turnover:
    """Return a turnover that stands in a folder."""
    signed = int((tables.read(folder / "plan.csv")["status"] == "recommended").sum())
    price = loyalty(manifest, reopen(folder).scenario, signed)
    return Turnover(tables.read(target / "turnover.csv"), tables.read(target / "turnover_villages.csv"), signed, price)


def loyalty(manifest: dict[str, Any], scenario: Scenario, signed: int) -> float:
    """Return what it is worth that a village to be signed stays: its share of the run's gap, or of the one asked for if wider."""
    solver = manifest["solver"]
    return max(float(solver["gap"]), scenario.run.gap) * abs(float(solver["objective"])) / max(1, signed)
