"""Kept: whether a list made in one world may stand as it is in another, and what it is worth there.

The audit, which shares no code with the rules, says what it would break; only a list that breaks nothing has a worth. Where the
whole may not stand, the cohort to be signed may, when later ones are arranged anew: that is solved, to a coarse gap.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.selection.plan import choice
from model.selection.program import TOLERANCE
from scenarios.study.audit import check
from scenarios.study.prepare import Prepared, again
from solvers.adaptors.highs import completed
from solvers.answer import Answer, Limits
from solvers.solve import solve

GAP, WORK = 0.002, 300  # of a plan in which the cohort to be signed is held
AUTHOR = {"author": "情景比较", "reason": "保留待签批批次"}
UNPAID = "lawful_financing"
BROKEN = ["rule", "county_code", "place", "excess", "unit"]


@dataclass(frozen=True)
class Kept:
    """What keeping a list would break, one row per rule and place: the county (or none), what else tells the place, by how much.

    ``objective`` is its worth in the other world; nothing where it may not stand.
    """

    broken: pd.DataFrame
    objective: float | None = None


def kept(listed: pd.DataFrame, prepared: Prepared) -> Kept:
    """Return what becomes of a list (village_id, cohort, package) that is kept in a prepared world."""
    codes, units = set(prepared.register.counties["county_code"]), {b.rule: b.unit for b in prepared.program.blocks}
    rows = []
    for found in check(listed, prepared):
        county, _, place = found.where.partition("|")
        known = county[:6] if county[:6] in codes else ""
        rows.append((found.rule, known, place if known else found.where, float(found.excess), units.get(found.rule, "")))
    x = None if rows else completed(prepared.program, choice(prepared.problem, listed))
    if x is not None and prepared.program.violation(x) <= TOLERANCE:
        return Kept(pd.DataFrame(columns=BROKEN), prepared.program.value(x))
    return Kept(pd.DataFrame(rows or [(UNPAID, "", "", 0.0, "")], columns=BROKEN))


def held(signed: Collection[str], prepared: Prepared, known: Any = None) -> Answer:
    """Return the best plan found in a prepared world in which some villages stay in the cohort to be signed.

    ``known`` is what the answer to a like question remembers.
    """
    scenario = prepared.scenario
    lock = {"action": "in", "cohort": scenario.programme.as_of, **AUTHOR}
    locks = [*(one.model_dump() for one in scenario.asks.locks.villages), *({"village_id": v, **lock} for v in sorted(signed))]
    asked = again(prepared, {"locks.villages": locks, "rules.locked.on": True})
    limits = Limits(
        max(GAP, scenario.run.gap), WORK, scenario.run.time_limit, scenario.run.seed, memory=scenario.run.memory_limit
    )
    return solve(asked.program, scenario.run.solver, limits, known=known)


def held_losses(answer: Answer, objective: float, bound: float) -> tuple[float, float] | None:
    """Return between what the best total merit falls by holding villages, the other plan's being certified; nothing unsolved."""
    return None if answer.x is None else (objective - answer.bound, bound - answer.objective)
