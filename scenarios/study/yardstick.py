"""Yardsticks: what people would do without a program, beside the plan, and as a plan of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.selection.objectives.merit import merit
from model.selection.plan import plan as read_plan
from model.selection.yardsticks import YARDSTICKS
from model.vocabulary import Plan
from scenarios.study.audit import check
from scenarios.study.prepare import Prepared
from scenarios.world.spec import Scenario
from solvers.answer import Answer

Array = np.ndarray[Any, Any]


def filled(prepared: Prepared) -> dict[str, Array]:
    """Return which choices each yardstick takes, shape (N,)."""
    return {name: fill(prepared.problem, _places(prepared.scenario)) for name, fill in YARDSTICKS.items()}


def yardsticks(prepared: Prepared, answer: Answer, taken: Mapping[str, Array]) -> pd.DataFrame:
    """What ranking by score and greedy by score per yuan would reach with the same money, beside the program's plan.

    ``taken`` is what :func:`filled` returns; ``broken`` counts the findings of the audit.
    """
    problem = prepared.problem
    worth = merit(problem)
    compared = []
    for name, x in {"program": answer.choice[: problem.size], **taken}.items():
        table = read_plan(problem, x).table
        broken = len(check(table, prepared)) if name != "program" else 0
        compared.append(
            (name, len(table), table["general_bond_wan_yuan"].sum(), float(worth @ x), float(table["score"].mean()), broken)
        )
    return pd.DataFrame(compared, columns=["method", "villages", "general_bond_wan_yuan", "merit", "mean_score", "broken"])


def yardstick(prepared: Prepared, name: str) -> Plan:
    """Return the list a yardstick makes, as a plan that can be projected."""
    scenario = prepared.scenario
    return read_plan(prepared.problem, YARDSTICKS[name](prepared.problem, _places(scenario)))


def _places(scenario: Scenario) -> int:
    """Return how many villages a yardstick takes per cohort."""
    band = scenario.rules.cohort_band
    return (
        int(band.at("high", scenario.programme.as_of))
        if band.on and not scenario.objective.on_target
        else scenario.programme.cohort_target
    )
