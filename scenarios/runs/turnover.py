r"""Turnover (名单变动): does my list change? Which villages leave and enter, and what follows, when a number is another one.

A lever (政策杠杆) is chosen by an office, an assumption is not known by anyone; each goes to both ends of its card's range. Each
setting is asked of what the solver remembers of the run, and searched, not certified, so that thirty take minutes. Two plans
inside the gap may differ by chance alone, so staying has a price: a village leaves only where that is worth its share of the gap,
:math:`\gamma |z^*|` over the villages to be signed (and over the plan, for what is planned of each). The run's own setting, asked
in the same way, shows what is left of chance.
The projection of each list that results is paired with the run's own. Where a number moves no list it is also moved by ten per
cent either way; where it moves one, ten per cent is less than chance in the search.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import usage
from model.policy.cards import cards
from model.selection.plan import choice as read_choice
from model.selection.plan import plan as read_plan
from model.selection.program import Program, Term
from model.showing import Shown
from model.simulation.reference import planned
from model.simulation.scene import Scene
from model.vocabulary import Estimates, Plan
from model.words import Words
from scenarios import study
from scenarios.files import tables
from scenarios.files.manifest import digest, read_manifest
from scenarios.report import turnover as page
from scenarios.runs import store
from scenarios.runs.ask import REMEMBERED_NOTHING, certified
from scenarios.runs.differences import NEAR as AROUND
from scenarios.runs.differences import differences, elasticities, played
from scenarios.runs.run import Options
from scenarios.runs.sensitivity import ranged
from scenarios.study.select import Say, silent
from scenarios.world.layers import flat
from scenarios.world.spec import Scenario
from solvers.answer import Limits
from solvers.solve import solve

Array = np.ndarray[Any, Any]
NEAR = 4e-3  # gap at which a run whose solver's state is gone is solved again: what it remembers then is enough to search from
WORK = 500  # nodes of a setting of which searches find no plan: one that has none by then is said to have none found
WORST = 5
OWN = "own"  # the end of the run's own setting
SETTINGS = ["parameter", "end", "value", "stated", "objective", "gap", "leave", "enter"]
TABLES = ("turnover.csv", "turnover_villages.csv", "turnover_figures.csv", "turnover_elasticities.csv")
PAIRS = 3  # replications of each setting
MOVES = ["parameter", "end", "village_id", "name", "county_code", "county", "change"]


@dataclass(frozen=True, repr=False)
class Turnover(Shown):
    """What each end of each range does to the list to be signed, and to what follows from it.

    ``settings`` has one row per parameter and end: the value, what the run had (``stated``), the objective found, the gap of the
    search, and how many villages leave and enter; blank where no plan was found. ``moves`` names them. The parameter that moves
    most stands first, before it a row for the run's own setting. ``loyalty`` is what staying is worth, a village. ``figures``
    are paired differences of key figures, ``elasticities`` their answer to one per cent; both are empty without plays.
    """

    term = "名单变动"

    settings: pd.DataFrame
    moves: pd.DataFrame
    figures: pd.DataFrame
    elasticities: pd.DataFrame
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

    def said(self, lang: str = "zh") -> str:
        """Return in a sentence which numbers move most villages, and how many each."""
        return page.worst_line(self.worst, self.signed, Words(lang))


def uncertain() -> list[str]:
    """Return the paths of every number of scoring and timing that has a range."""
    return [path for path, card in cards().items() if path.startswith("scoring.") and card.low is not None]


@dataclass(frozen=True)
class Setting:
    """One value of one parameter: which end it is, and what the run had."""

    parameter: str
    end: str
    value: Any
    stated: Any

    @property
    def changes(self) -> dict[str, Any]:
        """What it states."""
        return {} if self.end == OWN else {self.parameter: self.value}


def settings_of(scenario: Scenario, paths: Sequence[str]) -> list[Setting]:
    """Return both ends of each parameter's range. Raises :class:`InputError` for one without a card, a range or a number."""
    stated = flat(scenario.tables())
    found = [Setting(OWN, OWN, math.nan, math.nan)]
    for path in paths:
        _, kind, low, high = ranged(path)
        was = stated.get(path)
        if isinstance(was, bool) or not isinstance(was, (int, float)):
            remedy = "Choose one that is a number in this run."
            raise usage("the parameter is not one number here", remedy, value=path)
        found += [Setting(path, end, kind(value), was) for end, value in (("low", low), ("high", high))]
    return found


def turnover(folder: Path, paths: Sequence[str] = (), say: Say = silent, workers: int = 0, pairs: int = PAIRS) -> Turnover:
    """Return what happens to a run's signed cohort at both ends of parameters' ranges (all of scoring, unless told which).

    ``pairs`` replications say what follows for key figures (0: none are played). Raises :class:`InputError` for a run without a
    certified plan, and for a parameter without a card or a range.
    """
    over = list(paths) or uncertain()
    for path in over:
        ranged(path)  # every fault before the run is opened
    base = Base.of(folder, say, workers or os.cpu_count() or 1, pairs)
    asked = settings_of(base.prepared.scenario, over)
    found = base.all_asked(asked)
    rows, moves = [], []
    for setting, one in zip(asked, found, strict=True):
        counts = (math.nan,) * 2 if one.leave is None else (float(len(one.leave)), float(len(one.enter)))
        rows.append((setting.parameter, setting.end, setting.value, setting.stated, one.objective, one.gap, *counts))
        moves += [(setting.parameter, setting.end, v, "leave") for v in one.leave or ()]
        moves += [(setting.parameter, setting.end, v, "enter") for v in one.enter]
    table = pd.DataFrame(rows, columns=SETTINGS)
    most = table.groupby("parameter")["leave"].transform("max").fillna(-1).where(table["end"] != OWN, math.inf)
    order = most.sort_values(ascending=False, kind="stable").index
    figures, near = base.figures(asked, found)
    return Turnover(table.loc[order].reset_index(drop=True), base.named(moves), figures, near, len(base.signed), base.loyalty)


@dataclass(frozen=True)
class Asked:
    """What a setting gives: the objective and the gap of the search, who leaves and enters (``leave`` is nothing without a plan).

    ``stage`` is what is to be played then, without planned days where they are not known; nothing where nothing is played.
    """

    objective: float = math.nan
    gap: float = math.nan
    leave: list[str] | None = None
    enter: tuple[str, ...] = ()
    stage: Scene | None = None


@dataclass(frozen=True)
class Base:
    """The run that is asked: its world and plan, its solved state, the villages to be signed, and what staying is worth."""

    prepared: study.Prepared
    plan: Plan
    known: Any
    signed: frozenset[str]
    loyalty: float
    workers: int
    say: Say
    pairs: int

    @classmethod
    def of(cls, folder: Path, say: Say, workers: int, pairs: int) -> Base:
        """Return a run to be asked."""
        manifest, prepared, known = certified(folder)
        if known is None:  # or every setting would be asked from the beginning
            say(REMEMBERED_NOTHING)
            run = prepared.scenario.run
            limits = Limits(NEAR, run.work, run.time_limit, run.seed, workers=workers, memory=run.memory_limit)
            known = solve(prepared.program, run.solver, limits).solved
        plan = tables.read(folder / "plan.csv")
        signed = frozenset(plan.loc[plan["status"] == "recommended", "village_id"])
        gap = max(float(manifest["solver"]["gap"]), prepared.scenario.run.gap)
        loyalty = gap * abs(float(manifest["solver"]["objective"])) / max(1, len(signed))
        return cls(prepared, Plan(plan), known, signed, loyalty, workers, say, pairs)

    def all_asked(self, settings: Sequence[Setting]) -> list[Asked]:
        """Return what each setting gives. A worker has one and a half in hand: parts of a setting run beside no other."""
        _ = self.prepared.program, self.scenes if self.pairs else None  # built once, before several read them
        with ThreadPoolExecutor(self.workers + self.workers // 2) as pool:
            futures = [pool.submit(self.asked, setting.changes) for setting in settings]
            found = []
            for setting, future in zip(settings, futures, strict=True):
                one = future.result()
                found.append(one)
                told = "nothing changed" if setting.end == OWN else f"{setting.parameter} = {setting.value:g}"
                self.say(f"{told}: no plan" if one.leave is None else f"{told}: {len(one.leave)} of {len(self.signed)} leave")
        return found

    def asked(self, changes: dict[str, Any]) -> Asked:
        """Return what the list to be signed becomes with other values at paths."""
        if changes and all(path.startswith("simulation.") for path in changes):
            return Asked(leave=[], stage=self._set(changes) if self.pairs else None)
        world = study.again(self.prepared, changes)
        if changes and _alike(self.prepared.program, world.program):
            return Asked(leave=[], stage=self._stage(self.plan, world))
        run = world.scenario.run
        limits = Limits(run.gap, min(run.work, WORK), run.time_limit, run.seed, 1, run.memory_limit, searching=True)
        answer = solve(self._loyal(world), run.solver, limits, known=self.known)
        if answer.x is None:
            return Asked()
        problem = world.problem
        taken = answer.choice[: problem.size] > 0.5
        now = set(problem.villages.ids[problem.choices.village[taken & _now(world)]])
        value = world.program.value(answer.choice)
        leave, enter = sorted(self.signed - now), tuple(sorted(now - self.signed))
        stage = self._stage(read_plan(problem, answer.choice), world) if changes else None
        return Asked(value, answer.gap, leave, enter, stage)

    def _loyal(self, asked: study.Prepared) -> Program:
        """Return the program in which it is worth a share of the gap that a village stays.

        Each of those to be signed has its share while it is signed, and each of the plan has one as it is planned.
        """
        problem, program = asked.problem, asked.program
        listed = problem.villages.ids[problem.choices.village]
        planned = read_choice(problem, self.plan.table)[: problem.size] * ~problem.choices.fixed
        stays = np.zeros(len(program.columns))
        stays[: problem.size] = _now(asked) & np.isin(listed, list(self.signed))
        stays[: problem.size] += planned * len(self.signed) / max(1.0, planned.sum())
        return replace(program, terms=(*program.terms, Term("kept", self.loyalty, stays)))

    @cached_property
    def scenes(self) -> tuple[Scene, Scene]:
        """The run's own plan on the scene, without planned days and with them."""
        bare = study.undated(self.plan, self.prepared)
        return bare, planned(bare)

    def _stage(self, plan: Plan, world: study.Prepared) -> Scene | None:
        """Return the scene of a plan, the run's own where it is the same; nothing without plays."""
        if not self.pairs:
            return None
        bare, own = self.scenes
        found = study.undated(plan, world)
        return own if found == bare else found

    def _set(self, changes: dict[str, Any]) -> Scene:
        """Return the run's own scene under other settings of the projection."""
        changed = self.prepared.scenario.with_changes(changes).simulation
        return self.scenes[1].with_settings(changed, self.prepared.register.villages)

    def figures(self, settings: Sequence[Setting], found: Sequence[Asked]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return paired differences and elasticities; both are empty without plays."""
        if not self.pairs:
            return differences(_none(), []), elasticities(_none(), {}, {})
        ends = [(s, a.stage) for s, a in zip(settings, found, strict=True) if s.end != OWN and a.stage is not None]
        near = [one for setting in {s.parameter: s for s, _ in ends}.values() for one in self._near(setting)]
        scenes = [self.scenes[1], *(stage for _, stage in ends), *(stage for *_, stage in near)]
        self.say(f"playing {len({id(scene) for scene in scenes})} settings, {self.pairs} replications each")
        first, *others = played(scenes, self.pairs, self.workers)
        told = [(s.parameter, s.end, float(s.value), one) for (s, _), one in zip(ends, others, strict=False)]
        by_path: dict[str, dict[str, tuple[float, Estimates]]] = {}
        for (path, end, value, _), one in zip(near, others[len(ends) :], strict=True):
            by_path.setdefault(path, {})[end] = (value, one)
        both = {path: ends for path, ends in by_path.items() if len(ends) == len(AROUND)}
        return differences(first, told), elasticities(first, both, {s.parameter: float(s.stated) for s in settings})

    def _near(self, setting: Setting) -> Iterator[tuple[str, str, float, Scene]]:
        """Yield the scenes of a tenth less and a tenth more of a number of the projection that has a tenth and may be so."""
        for end, share in AROUND.items():
            value = type(setting.stated)(round(setting.stated * share, 12))
            if value == setting.stated or not setting.parameter.startswith("simulation."):
                return
            try:
                yield setting.parameter, end, float(value), self._set({setting.parameter: value})
            except ValueError:
                return

    def named(self, moves: list[tuple[str, str, str, str]]) -> pd.DataFrame:
        """Return who leaves and enters where, with the names of villages and counties."""
        register = self.prepared.register
        counties = register.counties[["county_code", "name"]].rename(columns={"name": "county"})
        known = register.villages[["village_id", "name", "county_code"]].merge(counties, on="county_code")
        told = pd.DataFrame(moves, columns=["parameter", "end", "village_id", "change"], dtype=object)
        return told.merge(known, on="village_id", how="left")[MOVES]


def _none() -> Estimates:
    return Estimates(pd.DataFrame(columns=["kpi", "year", "replication", "value"]), pd.DataFrame(), 0)


def _now(asked: study.Prepared) -> Array:
    """Return which choices are open and of the as-of cohort."""
    return np.asarray((asked.problem.choice_year == asked.problem.horizon.as_of) & ~asked.problem.choices.fixed)


def _alike(mine: Program, its: Program) -> bool:
    """Whether two programs are the same: then nothing need be asked."""
    pairs = ((mine.objective, its.objective), (mine.lower, its.lower), (mine.upper, its.upper))
    same = mine.matrix.shape == its.matrix.shape and all(np.array_equal(a, b) for a, b in pairs)
    return bool(same and abs(mine.matrix - its.matrix).max() == 0)


def run(folder: Path, paths: Sequence[str], options: Options, pairs: int = PAIRS) -> tuple[Turnover, Path]:
    """Return a run's turnover and the folder it stands in, beside the run; an identical complete one is reused."""
    manifest = store.open_run(folder, compute=True)
    over = sorted(set(paths)) or uncertain()
    identity = digest("\n".join([manifest["identity"], str(pairs), *over]).encode())
    target = options.out or folder.absolute().parent / f"turnover-{identity[:12]}"
    if store.reusable(target, identity, options.force):
        kept = read_manifest(target)
        settings, moves, figures, near = (tables.read(target / name) for name in TABLES)
        return Turnover(settings, moves, figures, near, kept["signed"], kept["loyalty"]), target
    found = turnover(folder, over, options.say, options.workers, pairs)
    with store.written_whole(target, options.force) as draft:
        for name, table in zip(TABLES, (found.settings, found.moves, found.figures, found.elasticities), strict=True):
            tables.write(table, draft / name)
        told = {"signed": found.signed, "loyalty": found.loyalty}
        told_more = told | {"run": folder.name, "chance": found.chance}
        page.write(draft, manifest, found.settings, found.worst, found.moves, found.figures, found.elasticities, told_more)
        store.seal(draft, {"kind": "turnover", "runs": [manifest["identity"]], "identity": identity, **told})
    return found, target
