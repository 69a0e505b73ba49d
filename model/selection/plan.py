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


def plan(nouns: Problem, x: Array, as_of: int) -> Plan:
    """Return the plan of a 0/1 choice, sorted by cohort, county and village; only the as-of cohort is ``recommended``."""
    chosen = np.flatnonzero(np.asarray(x)[: nouns.size] > 0.5)
    village, package = nouns.column_village[chosen], nouns.column_package[chosen]
    cohort = nouns.cohorts[nouns.column_cohort[chosen]]
    table = pd.DataFrame(
        {
            "village_id": nouns.village_ids[village].astype(str),
            "county_code": nouns.county_codes[nouns.county[village]].astype(str),
            "cohort": cohort,
            "package": np.array(nouns.packages)[package],
            "status": status_of(cohort, as_of),
            "score": nouns.score[village],
            "total_cost_wan_yuan": nouns.total_cost[village, package],
            "general_bond_wan_yuan": nouns.bond[village, package],
        }
    )
    return Plan(table.sort_values(["cohort", "county_code", "village_id"], ignore_index=True))
