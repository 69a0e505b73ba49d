"""Rules of money: the county's bond quota and the average of general-bond money."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field
from scipy import sparse

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule, pairs


class CountyQuota(Rule):
    r"""County bond quota (县级一般债务限额; clause P23-BOND): in each year a county's villages draw no more than its quota.

    .. math:: \sum_{v \in c} \sum_{t} \sum_{k} p_{y-t} \, b_{vk} \, x_{vtk} \le B_{cy} \qquad \forall c, y

    :math:`p` is the payment profile of the two-year cycle, so cohorts *t-1* and *t* share the quota of year *t*.
    """

    name: ClassVar[str] = "county_quota"
    term: ClassVar[str] = "县级一般债务限额"
    clause: ClassVar[str] = "P23-BOND"
    unit: ClassVar[str] = "万元"

    def rows(self, problem: Problem) -> RowBlock:
        """One row a county and year."""
        counties, years = len(problem.county_codes), len(problem.years)
        matrix = sparse.csr_array((counties * years, problem.width))
        for offset, share in enumerate(problem.payment_profile):
            paid_in = problem.cohorts[problem.column_cohort] + offset
            year = np.searchsorted(problem.years, paid_in)
            known = (year < years) & (problem.years[np.minimum(year, years - 1)] == paid_in)
            group = np.where(known, problem.column_county * years + year, -1)
            matrix = matrix + problem.sums(group, counties * years, share * problem.column_bond)
        labels = pairs(problem.county_codes, problem.years)
        return self._block(labels, sparse.csr_array(matrix), -np.inf, problem.quota.ravel())


class CountyAverage(Rule):
    r"""County average (村均一般债券标准; clause P23-BOND): a county's cohort averages 10 million yuan a village, within a band.

    .. math:: \sum_{v \in c} \sum_{k} \bigl(b_{vk} - (1 \mp \beta) \bar{b}\bigr) x_{vtk} \gtrless 0 \qquad \forall c, t

    The plan gives the average; the band :math:`\beta` is an assumption.
    """

    name: ClassVar[str] = "county_average"
    term: ClassVar[str] = "村均一般债券标准"
    clause: ClassVar[str] = "P23-BOND"
    unit: ClassVar[str] = "万元"

    band: float = Field(ge=0, le=1)

    def rows(self, problem: Problem) -> RowBlock:
        """Two rows a county and cohort: not below the band, not above it."""
        counties, cohorts = len(problem.county_codes), len(problem.cohorts)
        group = problem.column_county * cohorts + problem.column_cohort
        standard = problem.standard_bond
        above_floor = problem.sums(group, counties * cohorts, problem.column_bond - (1 - self.band) * standard)
        above_cap = problem.sums(group, counties * cohorts, problem.column_bond - (1 + self.band) * standard)
        code, year = pairs(problem.county_codes, problem.cohorts)
        side = np.repeat(["low", "high"], counties * cohorts)
        lower = np.repeat([0.0, -np.inf], counties * cohorts)
        upper = np.repeat([np.inf, 0.0], counties * cohorts)
        matrix = sparse.csr_array(sparse.vstack([above_floor, above_cap], format="csr"))
        return self._block((np.tile(code, 2), np.tile(year, 2), side), matrix, lower, upper)
