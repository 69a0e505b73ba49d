"""Rules of equity: general-bond money an eligible village, county beside county."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field
from scipy import sparse

from model.selection.auxiliary import Auxiliary, single
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule
from model.vocabulary import ENOUGH_ELIGIBLE

Array = np.ndarray[Any, Any]


def compared(problem: Problem) -> tuple[Array, Array]:
    """Return the counties with at least five eligible villages (indices), and how many each has."""
    eligible = np.bincount(problem.villages.county[problem.villages.eligible], minlength=len(problem.counties.codes))
    counties = np.flatnonzero(eligible >= ENOUGH_ELIGIBLE)
    return counties, eligible[counties].astype(float)


def county_money(problem: Problem) -> sparse.csr_array:
    """Return the matrix that adds up general-bond money by county, shape (C, columns)."""
    return problem.sums(problem.choice_county, len(problem.counties.codes), problem.choice_bond)


def most_each(problem: Problem) -> float:
    """Return more than the money an eligible village of any county can get on average, 万元."""
    counties, eligible = compared(problem)
    if not len(counties):
        return 0.0
    most = np.asarray(abs(county_money(problem)[counties]).sum(axis=1)).ravel()
    return float((most / eligible).max())


class CountyDeviation(Rule):
    r"""County deviation (县际均衡; clause P23-LEVELS): a county's money an eligible village is near the mean.

    .. math:: (1 - \beta)\, \bar e \, |E_c| \le \sum_{v \in c} \sum_{t,k} b_{vk} x_{vtk} \le (1 + \beta)\, \bar e \, |E_c|, \qquad
              \bar e \sum_c |E_c| = \sum_{c} \sum_{v \in c} \sum_{t,k} b_{vk} x_{vtk}

    Counties with at least five eligible villages count. The documents do not ask for it; the band is the analyst's.
    """

    name: ClassVar[str] = "county_deviation"
    term: ClassVar[str] = "县际均衡"
    clause: ClassVar[str] = "P23-LEVELS"
    unit: ClassVar[str] = "万元"

    band: float = Field(ge=0, le=10)

    def auxiliary(self, problem: Problem) -> Auxiliary | None:
        """The mean over counties, 万元 per eligible village."""
        return single("mean_money", most_each(problem)) if len(compared(problem)[0]) else None

    def rows(self, problem: Problem) -> RowBlock:
        """One row for the mean, then two per county: not below the band, not above it."""
        counties, eligible = compared(problem)
        n = len(counties)
        if not n:
            return self._block((np.empty(0, dtype=object),), sparse.csr_array((0, problem.width)), -np.inf, np.inf)
        own = county_money(problem)[counties]
        first = np.zeros(n, dtype=np.int64)
        below = own - problem.place("mean_money", np.arange(n), (1 - self.band) * eligible, n, first)
        above = own - problem.place("mean_money", np.arange(n), (1 + self.band) * eligible, n, first)
        mean = sparse.csr_array(own.sum(axis=0).reshape(1, -1)) - problem.place(
            "mean_money", np.zeros(1, int), np.array([eligible.sum()]), 1
        )
        matrix = sparse.csr_array(sparse.vstack([mean, below, above], format="csr"))
        codes = problem.counties.codes[counties]
        label = np.concatenate([np.array(["mean"], dtype=object), codes, codes])
        side = np.repeat(np.array(["", "low", "high"], dtype=object), [1, n, n])
        lower = np.repeat([0.0, 0.0, -np.inf], [1, n, n])
        upper = np.repeat([0.0, np.inf, 0.0], [1, n, n])
        return self._block((label, side), matrix, lower, upper)
