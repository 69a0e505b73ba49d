"""Infeasibility: when no plan can satisfy the rules, say which of them conflict and what would make room."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from model.errors import NoPlanPossibleError
from model.selection.plan import plan as read_plan
from model.selection.precheck import Impossible
from model.showing import Shown
from scenarios.study.prepare import Prepared, financing
from solvers.answer import Limits
from solvers.solve import solve
from solvers.strategies.infeasibility import Infeasibility, Repair, diagnose


@dataclass(frozen=True, repr=False)
class Diagnosis(Shown):
    """Why there is no plan: what a person can see beforehand, and an irreducible set of rules with ways to make room."""

    term = "不可行的原因"

    reasons: tuple[Impossible, ...]
    infeasibility: Infeasibility


def counted(reason: Impossible) -> NoPlanPossibleError:
    """Return the error for a reason that proves the case by counting: it stands alone, and nothing is solved."""
    proven = (True,) * len(reason.rules)
    return NoPlanPossibleError(
        "No plan can satisfy the rules.", Diagnosis((reason,), Infeasibility(reason.rules, proven, False, ()))
    )


def impossible(prepared: Prepared, reasons: list[Impossible]) -> NoPlanPossibleError:
    """Return the error that says why no plan can satisfy the rules; ``reasons`` are those of the precheck."""
    conflict = diagnose(prepared.program)
    if "lawful_financing" in conflict.rules and all(repair.way != "lawful_financing" for repair in conflict.repairs):
        conflict = replace(conflict, repairs=(*conflict.repairs, *_lacking(prepared)))
    return NoPlanPossibleError("No plan can satisfy the rules.", Diagnosis(tuple(reasons), conflict))


def _lacking(prepared: Prepared) -> tuple[Repair, ...]:
    """Return the money that a plan of all other rules would lack, by county and year; nothing where there is no such plan."""
    run = prepared.scenario.run
    without = prepared.program.without({"lawful_financing"})
    answer = solve(without, run.solver, Limits(max(run.gap, 0.05), run.work, min(run.time_limit, 120.0), run.seed))
    if answer.x is None:
        return ()
    plan = read_plan(prepared.problem, answer.choice)
    sources = financing(plan, prepared).sources
    short = sources[sources["source"] == ""]
    amount = short["paid_wan_yuan"] + short["reserve_wan_yuan"]
    label = short["county_code"] + "|" + short["year"].astype(str)
    rows = pd.DataFrame({"rule": "lawful_financing", "label": label, "bound": 0.0, "needed": amount, "amount": amount})
    return (Repair("lawful_financing", float(amount.sum()), rows.assign(unit="万元"), True),)
