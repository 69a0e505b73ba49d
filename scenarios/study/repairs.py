"""Repairs: ways to make room that a person could sign, each as lines of a scenario file that were run before they are offered.

How far a way must go at least is the bound of a relaxation; from there, ever larger steps are tried until one has a plan.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from model.selection.plan import plan as read_plan
from model.selection.program import Program
from model.selection.rules import term
from model.words import both
from scenarios.study.prepare import Prepared, again, financing
from solvers.answer import Answer, Limits
from solvers.solve import solve
from solvers.strategies.easing import Ease, least

STEPS = (1.0, 0.95, 0.8, 0.5, 0.25)  # of the villages a year that the relaxation would leave
RISES = (
    (1.02, 0.0),
    (1.1, 0.05),
    (1.3, 0.25),
    (2.0, 1.0),
    (3.0, 4.0),
)  # times what the relaxation asks for, and at least so much
MOST_QUOTA = 10.0  # factor that a scenario may state
FIRST_PLAN = 20.0  # seconds for a plan of one try
OF_TARGET = ("poverty_minimum", "combined_programmes")  # rules whose numbers are shares of the cohort
SIZES = ("cohort_band", "programme_band")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Repair:
    """One way to make room: its sentence, the lines that state it, and whether a plan was found under them.

    ``changes`` are values at dotted paths of a scenario. ``rows`` (county and year, 万元) say what money is lacking, where no
    setting can be named.
    """

    way: str
    zh: str
    en: str
    changes: dict[str, Any] = field(default_factory=dict)
    verified: bool | None = None
    rows: pd.DataFrame | None = None

    @property
    def state(self) -> tuple[str, ...]:
        """The lines of a scenario file."""
        lines: dict[str, list[str]] = {}
        for path, value in self.changes.items():
            section, key = path.split(".", 1)
            lines.setdefault(f"[{section}]", []).append(f"{key} = {json.dumps(value)}")
        return tuple(line for section, keys in lines.items() for line in (section, *keys))


class Bench:
    """Where repairs are tried: a world without a plan, and the seconds that are left to find one."""

    def __init__(self, prepared: Prepared, seconds: float, say: Say) -> None:
        self.prepared, self.say = prepared, say
        self.ended: list[tuple[str, str]] = []  # what was tried in vain and how that ended, in both languages
        self._until = time.perf_counter() + seconds

    @property
    def left(self) -> float:
        """The seconds left."""
        return self._until - time.perf_counter()

    def tried(self, changes: dict[str, Any], what: str, **values: object) -> bool:
        """Whether a plan is found with other values; else how the trial of ``what`` (a key of the words) ended is noted."""
        answer = self.solved(again(self.prepared, changes).program) if self.left > 1.0 else None
        if answer is not None and answer.x is not None:
            return True
        how = "untried" if answer is None else "none" if answer.status == "infeasible" else "not_found"
        pairs = zip(both(f"try_{what}", **values), both(f"try_{how}"), strict=True)
        zh, en = (f"{tried}{end}" for tried, end in pairs)
        self.ended.append((zh, en))
        return False

    def solved(self, program: Program) -> Answer:
        """Return the first plan of a program, if one is found soon."""
        run = self.prepared.scenario.run
        return solve(program, run.solver, Limits(0.99, run.work, max(1.0, min(FIRST_PLAN, self.left)), run.seed))


def repairs(
    prepared: Prepared, rules: tuple[str, ...], seconds: float, say: Say
) -> tuple[tuple[Repair, ...], tuple[tuple[str, str], ...]]:
    """Return ways to make room where some rules cannot hold together, and how other trials ended, within seconds."""
    bench = Bench(prepared, seconds, say)
    found = tuple(repair for way in _ways(bench, rules) if (repair := way()) is not None)
    return found, tuple(bench.ended)


def _ways(bench: Bench, rules: tuple[str, ...]) -> Iterator[Callable[[], Repair | None]]:
    """Yield the ways worth trying: fewer villages, more money, one rule less, and what money lacks a source."""
    scenario = bench.prepared.scenario
    band = scenario.rules.cohort_band
    if band.on and isinstance(band.low, int) and band.low > 1:  # stated alike for every cohort
        yield partial(_fewer, bench)
    if "county_quota" in rules:
        yield partial(_more_money, bench)
    for rule in rules:
        if rule == "lawful_financing":
            yield partial(_lacking, bench)
        elif rule not in (*SIZES, "county_quota", "locked", "eligible_only") and rule in type(scenario.rules).model_fields:
            yield partial(_without, bench, rule)


def _fewer(bench: Bench) -> Repair | None:
    """Fewer villages a year, alike in every cohort; counties are excused from taking part where that alone is not enough."""
    scenario = bench.prepared.scenario
    programme, rules = scenario.programme, scenario.rules
    low, cohorts = int(rules.cohort_band.at("low", programme.as_of)), len(programme.cohorts)
    core = bench.prepared.program.untied().without({"county_minimum"})
    most = math.floor(low - _bound(bench, core, _sizes(core, programme.cohort_target, cohorts), low) + 1e-6)
    ways = [{}, {"rules.county_minimum.on": False}] if rules.county_minimum.on else [{}]
    failed = most + 1
    for step in STEPS:
        size = math.floor(most * step)
        fitting = next((way for way in ways if size and _fits(bench, size, way)), None)
        if fitting is not None:
            better = (size + failed) // 2
            size = better if better > size and _fits(bench, better, fitting) else size
            key = "villages_excused" if fitting else "villages"
            return _told(key, _smaller(bench.prepared, size) | fitting, low=low, size=size, most=most)
        ways, failed = ways[-1:], size
    return None


def _fits(bench: Bench, size: int, excused: dict[str, Any]) -> bool:
    bench.say(f"trying {size} villages a year, no county need take part" if excused else f"trying {size} villages a year")
    return bench.tried(_smaller(bench.prepared, size) | excused, "excused" if excused else "villages", size=size)


def _smaller(prepared: Prepared, size: int) -> dict[str, Any]:
    """Return the values that state smaller cohorts: targets and low ends of the bands fall alike."""
    scenario = prepared.scenario
    programme, rules = scenario.programme, scenario.rules
    fewer, cohorts = int(rules.cohort_band.at("low", programme.as_of)) - size, len(programme.cohorts)
    least = max(0, rules.programme_band.low - fewer * cohorts) if rules.programme_band.on else 0
    changes = {  # a target below its own floor would be none
        "programme.cohort_target": max(size, programme.cohort_target - fewer),
        "programme.programme_target": max(least, size * cohorts, programme.programme_target - fewer * cohorts),
        "rules.cohort_band.low": size,
    }
    lower = {"rules.programme_band.low": least}
    return changes | lower if rules.programme_band.on else changes


def _sizes(program: Program, target: int, cohorts: int) -> list[Ease]:
    """Return how rows give way by a village less a year: bands, and numbers that are shares of the cohort."""
    bounded = np.isfinite(program.lower) & (program.lower > 0)
    eases = []
    for rule in (*SIZES, *OF_TARGET):
        rows = program.rows_of(rule)
        rows = rows[bounded[rows]]
        step = {"cohort_band": 1.0, "programme_band": float(cohorts)}.get(rule)
        eases.append(Ease(rows, program.lower[rows] / target if step is None else np.full(len(rows), step), "lower"))
    return eases


def _more_money(bench: Bench) -> Repair | None:
    """Larger bond quotas, alike in every county and year."""
    core, scenario = bench.prepared.program.untied(), bench.prepared.scenario
    rows = core.rows_of("county_quota")
    rows = rows[core.upper[rows] > 0]
    if not len(rows):
        return None
    asked = 1.0 + _bound(bench, core, [Ease(rows, core.upper[rows], "upper")], 1e3)
    for times, more in RISES:
        factor = math.ceil(100 * (1.0 + max((asked - 1.0) * times, more))) / 100
        path = [round(factor * year, 4) for year in scenario.money.quota_path]
        bench.say(f"trying {factor:g} times the quotas")
        if max(path) > MOST_QUOTA:
            return None
        whole = max(path) * scenario.money.factor.general_bond
        if bench.tried({"money.quota_path": path}, "money", factor=factor):
            money = float(bench.prepared.problem.quota.sum()) * (factor - 1.0)
            return _told("more_money", {"money.quota_path": path}, factor=factor, asked=asked, money=money, whole=whole)
    return None


def _without(bench: Bench, rule: str) -> Repair | None:
    """One rule less."""
    changes = {f"rules.{rule}.on": False}
    bench.say(f"trying without {rule}")
    named = {"rule": rule, "term": term(rule)}
    return _told("without", changes, **named) if bench.tried(changes, "without", **named) else None


def _lacking(bench: Bench) -> Repair | None:
    """The money that a plan of all other rules would lack, by county and year."""
    answer = bench.solved(bench.prepared.program.without({"lawful_financing"}))
    if answer.x is None:
        return None
    sources = financing(read_plan(bench.prepared.problem, answer.choice), bench.prepared).sources
    short = sources[sources["source"] == ""]
    rows = short[["county_code", "year"]].assign(amount_wan_yuan=short["paid_wan_yuan"] + short["reserve_wan_yuan"])
    zh, en = both("repair_lawful_financing", total=float(rows["amount_wan_yuan"].sum()))
    return Repair("lawful_financing", zh, en, rows=rows)


def _bound(bench: Bench, program: Program, eases: list[Ease], most: float) -> float:
    """Return what the rows must give way by at least; nothing is known where time is over."""
    try:
        return least(program, eases, most, max(0.1, bench.left))
    except TimeoutError:
        return 0.0


def _told(way: str, changes: dict[str, Any], **values: object) -> Repair:
    zh, en = both(f"repair_{way}", **values)
    return Repair(way, zh, en, changes, verified=True)
