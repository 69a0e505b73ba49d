"""Rules of counties: how many villages each takes part with, in a cohort and at once."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field
from scipy import sparse

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule, YearlyCount, pairs


class CountyMinimum(Rule):
    r"""County minimum (每县最少村数; clause P23-COUNTY): a county with enough eligible villages takes part.

    .. math:: \sum_{v \in c} \sum_{t} \sum_{k} x_{vtk} \ge m \qquad \forall c : |E_c| \ge e

    Every county may declare; that each takes part is an assumption.
    """

    name: ClassVar[str] = "county_minimum"
    term: ClassVar[str] = "每县最少村数"
    clause: ClassVar[str] = "P23-COUNTY"

    villages: int = Field(ge=0)
    min_eligible: int = Field(ge=1)

    def rows(self, problem: Problem) -> RowBlock:
        """One row per county with enough eligible villages."""
        counties = len(problem.counties.codes)
        eligible = np.bincount(problem.villages.county[problem.villages.eligible], minlength=counties)
        bound = np.flatnonzero(eligible >= self.min_eligible)
        matrix = problem.sums(problem.choice_county, counties)[bound]
        return self._block((problem.counties.codes[bound],), matrix, self.villages, np.inf)


class CountyMaximum(Rule):
    r"""County maximum (每批每县最多村数; clause P23-AFFORD): no county takes too many villages of a cohort.

    .. math:: \sum_{v \in c} \sum_{k} x_{vtk} \le M \qquad \forall c, t

    The plan asks counties to act within their means; the number is an assumption.
    """

    name: ClassVar[str] = "county_maximum"
    term: ClassVar[str] = "每批每县最多村数"
    clause: ClassVar[str] = "P23-AFFORD"

    villages: YearlyCount

    def rows(self, problem: Problem) -> RowBlock:
        """One row per county and cohort."""
        counties, cohorts = len(problem.counties.codes), len(problem.horizon.cohorts)
        group = problem.choice_county * cohorts + problem.choices.cohort
        matrix, most = (
            problem.sums(group, counties * cohorts),
            np.tile(self.yearly("villages", problem.horizon.cohorts), counties),
        )
        return self._block(pairs(problem.counties.codes, problem.horizon.cohorts), matrix, -np.inf, most)


class ConcurrentCapacity(Rule):
    r"""Concurrent capacity (同期在建能力; clauses P23-CYCLE, P23-AFFORD): cohorts *t-1* and *t* load a county together.

    .. math:: \sum_{v \in c} \sum_{\tau = t - L + 1}^{t} \sum_{k} x_{v \tau k} \le Q \qquad \forall c, t

    *L* is the length of the cycle, two years. The number is an assumption.
    """

    name: ClassVar[str] = "concurrent_capacity"
    term: ClassVar[str] = "同期在建能力"
    clause: ClassVar[str] = "P23-CYCLE;P23-AFFORD"

    villages: YearlyCount

    def rows(self, problem: Problem) -> RowBlock:
        """One row per county and cohort."""
        counties, cohorts = len(problem.counties.codes), len(problem.horizon.cohorts)
        year = problem.choice_year
        matrix = sparse.csr_array((counties * cohorts, problem.width))
        for offset in range(problem.cycle):
            place = np.searchsorted(problem.horizon.cohorts, year + offset)
            building = (place < cohorts) & (problem.horizon.cohorts[np.minimum(place, cohorts - 1)] == year + offset)
            matrix = matrix + problem.sums(np.where(building, problem.choice_county * cohorts + place, -1), counties * cohorts)
        matrix, most = sparse.csr_array(matrix), np.tile(self.yearly("villages", problem.horizon.cohorts), counties)
        return self._block(pairs(problem.counties.codes, problem.horizon.cohorts), matrix, -np.inf, most)
