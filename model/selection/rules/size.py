"""Rules of size: which villages, how often, how many."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule, YearlyCount


class EligibleOnly(Rule):
    r"""Eligibility (申报条件; clauses P23-POOL, P23-DECL-1..4, P23-PLAN, P23-FARMER, P23-TYPE): who is eligible and in the pool.

    .. math:: x_{vtk} = 0 \qquad \forall v \notin E, \quad \forall t < a_v

    :math:`a_v` is the year that the village joins the pool. Other columns are not built, so the rule has one row that counts what
    is left: always satisfied.
    """

    name: ClassVar[str] = "eligible_only"
    term: ClassVar[str] = "申报条件"
    clause: ClassVar[str] = "P23-DECL-1;P23-DECL-2;P23-DECL-3;P23-DECL-4;P23-POOL;P23-PLAN;P23-FARMER;P23-TYPE"

    def rows(self, problem: Problem) -> RowBlock:
        """One row: ineligible villages that are selected, at most none."""
        ineligible = np.where(problem.villages.eligible[problem.choices.village], -1, 0)
        return self._block((np.array(["programme"]),), problem.sums(ineligible, 1), -np.inf, 0.0)


class OnceOnly(Rule):
    r"""Once only (每村一次; clause P23-TOTAL): a village is selected at most once, with one package.

    .. math:: \sum_{t} \sum_{k} x_{vtk} \le 1 \qquad \forall v
    """

    name: ClassVar[str] = "once_only"
    term: ClassVar[str] = "每村一次"
    clause: ClassVar[str] = "P23-TOTAL"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per village that has columns."""
        present = np.unique(problem.choices.village)
        group = np.searchsorted(present, problem.choices.village)
        return self._block((problem.villages.ids[present],), problem.sums(group, len(present)), -np.inf, 1.0)


class CohortBand(Rule):
    r"""Cohort band (年度规模; clause P23-ANNUAL): each cohort has about 200 villages.

    .. math:: \underline{n} \le \sum_{v} \sum_{k} x_{vtk} \le \overline{n} \qquad \forall t
    """

    name: ClassVar[str] = "cohort_band"
    term: ClassVar[str] = "年度规模"
    clause: ClassVar[str] = "P23-ANNUAL"

    low: YearlyCount
    high: YearlyCount

    def rows(self, problem: Problem) -> RowBlock:
        """One row per cohort."""
        years = problem.horizon.cohorts
        matrix = problem.sums(problem.choices.cohort, len(years))
        return self._block((years,), matrix, self.yearly("low", years), self.yearly("high", years))


class ProgrammeBand(Rule):
    r"""Programme band (总体规模; clause P23-TOTAL): about 1,000 villages are upgraded by 2028.

    .. math:: \underline{N} \le \sum_{v} \sum_{t} \sum_{k} x_{vtk} \le \overline{N}
    """

    name: ClassVar[str] = "programme_band"
    term: ClassVar[str] = "总体规模"
    clause: ClassVar[str] = "P23-TOTAL"

    low: int = Field(ge=0)
    high: int = Field(ge=0)

    def rows(self, problem: Problem) -> RowBlock:
        """One row."""
        everything = problem.sums(np.zeros(problem.size, dtype=int), 1)
        return self._block((np.array(["programme"]),), everything, self.low, self.high)
