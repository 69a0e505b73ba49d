"""Whom the list favours, beside the eligible pool, both yardsticks and the lot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.outcomes import favours
from model.vocabulary import PACKAGES, Plan
from scenarios.study.prepare import Prepared

Array = np.ndarray[Any, Any]


def favoured(prepared: Prepared, plan: Plan, taken: Mapping[str, Array]) -> pd.DataFrame:
    """Return what groups of villages have and what they gain (columns in :mod:`model.outcomes.favours`).

    ``taken`` says by yardstick which choices it takes.
    """
    register, listed = prepared.register, plan.table
    ids, eligible = register.villages["village_id"], prepared.eligible["eligible"].to_numpy()
    bond = prepared.accounts.costs.general_bond[:, PACKAGES.index("standard")]
    table = favours.each(register.villages, prepared.scores, prepared.accounts.works, prepared.scenario.packages, bond)

    def places(codes: pd.Series) -> Array:
        return np.flatnonzero(ids.isin(codes))

    groups = {
        "list": places(listed["village_id"]),
        "signed": places(listed.loc[listed["status"] == "recommended", "village_id"]),
        "eligible_pool": np.flatnonzero(eligible),
        **{name: np.unique(prepared.problem.choices.village[x > 0.5]) for name, x in taken.items()},
    }
    return favours.beside(table, groups, eligible, prepared.scenario.run.seed)
