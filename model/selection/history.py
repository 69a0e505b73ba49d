r"""History (已公布批次): villages of past cohorts are in every plan, with their package and money.

.. math:: x_{v t_v k_v} = 1 \qquad \forall v \in H

What is past is a fact, and no rule can forbid it: where history alone exceeds a limit, the limit is what history takes, and
nothing may be added to it; where a row holds history only, it is as history left it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from model.selection.labels import Labels
from model.selection.problem import Problem
from model.selection.program import RowBlock

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Past:
    """One entry per village of history: its index, the index of its cohort, and its package."""

    village: Array
    cohort: Array
    package: Array

    def among(self, villages: int) -> Array:
        """Return which of so many villages are history."""
        return np.isin(np.arange(villages), self.village)


def past_villages(history: pd.DataFrame, villages: pd.DataFrame, cohorts: Array, as_of: int) -> Past:
    """Return the villages of cohorts before the as-of year. ``villages`` is sorted by ``village_id``."""
    if history.empty:
        nothing = np.empty(0, dtype=np.int64)
        return Past(nothing, nothing, np.empty(0, dtype=object))
    past = history[history["cohort"] < as_of]
    return Past(
        village=villages["village_id"].searchsorted(past["village_id"]).astype(np.int64),
        cohort=np.searchsorted(cohorts, past["cohort"]).astype(np.int64),
        package=past["package"].to_numpy(dtype=object),
    )


def history_rows(problem: Problem) -> RowBlock:
    """Return one row per village of history: it is in the plan."""
    fixed = np.flatnonzero(problem.choices.fixed)
    shape = (len(fixed), problem.width)
    matrix = sparse.csr_array((np.ones(len(fixed)), (np.arange(len(fixed)), fixed)), shape=shape)
    label = Labels((problem.villages.ids[problem.choices.village[fixed]],))
    return RowBlock("history", label, matrix, np.ones(len(fixed)), np.ones(len(fixed)), "village")


def with_history(block: RowBlock, problem: Problem) -> RowBlock:
    """Return a rule's rows with limits that history alone does not break.

    An upper bound is at least what history takes of it; a row of a past cohort or year in which nothing is open is as history
    left it. Rows that define auxiliary columns stay as they are.
    """
    if not problem.choices.fixed.any():
        return block
    width = block.matrix.shape[1]
    fixed, still_open = np.zeros(width), np.zeros(width)
    fixed[: problem.size] = problem.choices.fixed
    still_open[: problem.size] = ~problem.choices.fixed
    weight = abs(block.matrix)
    taken = block.matrix @ fixed
    plain = weight @ (1.0 - fixed - still_open) == 0
    past = {str(year) for year in problem.horizon.cohorts if year < problem.horizon.as_of}
    told = np.array([not past.isdisjoint(label.split("|")) for label in block.labels], dtype=bool)
    done = plain & told & (weight @ still_open == 0)
    return replace(
        block,
        lower=np.where(done, np.minimum(block.lower, taken), block.lower),
        upper=np.where(plain, np.maximum(block.upper, taken), block.upper),
    )
