"""The way back: a choice of columns becomes a plan (遴选方案) of villages, cohorts and packages."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.selection.problem import Problem
from model.vocabulary import Plan

Array = np.ndarray[Any, Any]


def status_of(cohort: Any, as_of: int) -> Array:
    """Return what each cohort is: past ones are history, only the as-of one is recommended, later ones are an outlook."""
    return np.select([np.asarray(cohort) < as_of, np.asarray(cohort) == as_of], ["history", "recommended"], "outlook")


def plan(problem: Problem, x: Array) -> Plan:
    """Return the plan of a 0/1 choice; only the as-of cohort is ``recommended``."""
    chosen = np.flatnonzero(np.asarray(x)[: problem.size] > 0.5)
    village, package = problem.choices.village[chosen], problem.choices.package[chosen]
    return plan_of(problem, village, problem.horizon.cohorts[problem.choices.cohort[chosen]], package)


def choice(problem: Problem, listed: pd.DataFrame) -> Array:
    """Return the 0/1 choice of a list (village_id, cohort, package), auxiliary columns 0; what is no choice is left out."""
    keys = pd.MultiIndex.from_arrays(
        [
            problem.villages.ids[problem.choices.village].astype(str),
            problem.choice_year,
            np.array(problem.packages)[problem.choices.package],
        ]
    )
    at = keys.get_indexer(pd.MultiIndex.from_frame(listed[["village_id", "cohort", "package"]]))
    x = np.zeros(problem.width)
    x[at[at >= 0]] = 1.0
    return x


def plan_of(problem: Problem, village: Array, cohort: Array, package: Array) -> Plan:
    """Return the plan of listed villages (indices), their cohorts (years) and packages (indices).

    It is sorted by cohort, county and village, and has the register's figures.
    """
    table = pd.DataFrame(
        {
            "village_id": problem.villages.ids[village].astype(str),
            "county_code": problem.counties.codes[problem.villages.county[village]].astype(str),
            "cohort": cohort,
            "package": np.array(problem.packages)[package],
            "status": status_of(cohort, problem.horizon.as_of),
            "score": problem.villages.score[village],
            "total_cost_wan_yuan": problem.funds.total_cost[village, package],
            "general_bond_wan_yuan": problem.funds.bond[village, package],
        }
    )
    return Plan(table.sort_values(["cohort", "county_code", "village_id"], ignore_index=True))
