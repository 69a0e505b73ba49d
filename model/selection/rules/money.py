"""Rules of general bonds: the county's quota, the average a village, and what the debt costs."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import sparse

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule, YearlyShare, pairs
from model.vocabulary import PUBLIC


def bonds_drawn(problem: Problem) -> sparse.csr_array:
    """Return the matrix of general-bond money by county and year, shape (C times Y, columns), 万元."""
    return problem.drawn(problem.funds.draws.need[problem.choices.village, problem.choices.package, PUBLIC])


class CountyQuota(Rule):
    r"""County bond quota (县级一般债务限额; clause P23-BOND): in each year a county's villages draw no more than its quota.

    .. math:: \sum_{v \in c} \sum_{t} \sum_{k} n_{vk,y-t} \, x_{vtk} \le B_{cy} \qquad \forall c, y

    :math:`n` is what the bond works of the package draw in each year of the cycle, to the cent, so cohorts *t-1* and *t* share
    the quota of year *t*. Unused quota lapses; where ``money.carry_over`` is on, the sums run over all years up to *y*.
    """

    name: ClassVar[str] = "county_quota"
    term: ClassVar[str] = "县级一般债务限额"
    clause: ClassVar[str] = "P23-BOND"
    unit: ClassVar[str] = "万元"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per county and year."""
        matrix, quota = bonds_drawn(problem), problem.quota
        if problem.funds.carry_over:
            years = len(problem.horizon.years)
            upto = sparse.kron(sparse.eye_array(len(problem.counties.codes)), np.tri(years), format="csr")
            matrix, quota = sparse.csr_array(upto @ matrix), np.cumsum(quota, axis=1)
        return self._block(pairs(problem.counties.codes, problem.horizon.years), matrix, -np.inf, quota.ravel())


class CountyAverage(Rule):
    r"""County average (村均一般债券标准; clause P23-BOND): a county's cohort averages 10 million yuan a village, within a band.

    .. math:: \sum_{v \in c} \sum_{k} \bigl(b_{vk} - (1 \mp \beta) \bar{b}\bigr) x_{vtk} \gtrless 0 \qquad \forall c, t

    The plan gives the average; the band :math:`\beta` is an assumption. Readings of the same sentence: ``sides`` "cap" holds the
    upper side alone, ``scope`` "province" averages over the whole cohort.
    """

    name: ClassVar[str] = "county_average"
    term: ClassVar[str] = "村均一般债券标准"
    clause: ClassVar[str] = "P23-BOND"
    unit: ClassVar[str] = "万元"

    band: YearlyShare
    scope: Literal["county", "province"]
    sides: Literal["both", "cap"]

    def rows(self, problem: Problem) -> RowBlock:
        """Two rows per county and cohort: not below the band, not above it; with ``cap`` the second alone."""
        of_county = self.scope == "county"
        codes = problem.counties.codes if of_county else np.array(["province"], dtype=object)
        cohorts = len(problem.horizon.cohorts)
        group = problem.choice_county * of_county * cohorts + problem.choices.cohort
        code, year = pairs(codes, problem.horizon.cohorts)
        standard, size = problem.funds.standard_bond, len(code)
        band = self.yearly("band", problem.horizon.cohorts)[problem.choices.cohort]
        floor = problem.sums(group, size, problem.choice_bond - (1 - band) * standard)
        cap = problem.sums(group, size, problem.choice_bond - (1 + band) * standard)
        both = self.sides == "both"
        matrix = sparse.csr_array(sparse.vstack([floor, cap], format="csr")) if both else cap
        sides = ["low", "high"] if both else ["high"]
        lower = np.repeat([0.0, -np.inf] if both else [-np.inf], size)
        upper = np.repeat([np.inf, 0.0] if both else [0.0], size)
        return self._block((np.tile(code, len(sides)), np.tile(year, len(sides)), np.repeat(sides, size)), matrix, lower, upper)


class DebtService(Rule):
    r"""Debt service (债务承受力; clause P23-AFFORD): general bonds cost a county no more than a share of its revenue in any year.

    .. math:: \sum_{y} s_{yd} \, g_{cy} \le \rho \, R_c - O_c \qquad \forall c, d

    :math:`g` is the general-bond money drawn, :math:`s` interest, fee and the principal that is not refinanced, :math:`R` yearly
    revenue and :math:`O` the service of older debt. It holds for counties whose revenue the county table gives; the share
    :math:`\rho` is the analyst's, and the rule is off by default because county revenue is not public.
    """

    name: ClassVar[str] = "debt_service"
    term: ClassVar[str] = "债务承受力"
    clause: ClassVar[str] = "P23-AFFORD"
    unit: ClassVar[str] = "万元"

    share: float = Field(ge=0, le=1)

    def rows(self, problem: Problem) -> RowBlock:
        """One row per county whose revenue is known and year of the bonds' life."""
        known = np.flatnonzero(~np.isnan(problem.counties.revenue))
        of_county = sparse.csr_array(
            (np.ones(len(known)), (np.arange(len(known)), known)), shape=(len(known), len(problem.counties.codes))
        )
        costs = sparse.kron(of_county, sparse.csr_array(problem.funds.service.T), format="csr")
        matrix = sparse.csr_array(costs @ bonds_drawn(problem))
        limit = np.repeat(
            self.share * problem.counties.revenue[known] - problem.counties.owed[known], len(problem.funds.service_years)
        )
        label = pairs(problem.counties.codes[known], problem.funds.service_years)
        return self._block(label, matrix, -np.inf, limit)
