"""Rules of declaration: only declared villages compete where a county has declared, in the county's own order."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule

Array = np.ndarray[Any, Any]


class DeclaredOnly(Rule):
    r"""Declared villages only (申报批次; clause P23-COUNTY): where a county has declared for a cohort, no other joins it.

    .. math:: x_{vtk} = 0 \qquad \forall v \in c,\ t : D_{ct} \ne \emptyset,\ v \notin D_{ct}
    """

    name: ClassVar[str] = "declared_only"
    term: ClassVar[str] = "申报批次"
    clause: ClassVar[str] = "P23-COUNTY"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per county and cohort with declarations: the others, of whom there are none."""
        counties, cohorts = len(problem.counties.codes), len(problem.horizon.cohorts)
        place = np.searchsorted(problem.horizon.cohorts, problem.villages.declared)
        known = problem.horizon.cohorts[np.minimum(place, cohorts - 1)] == problem.villages.declared
        asked = np.unique(problem.villages.county[known] * cohorts + place[known])
        group = problem.choice_county * cohorts + problem.choices.cohort
        other = problem.villages.declared[problem.choices.village] != problem.choice_year
        matrix = problem.sums(np.where(other, group, -1), counties * cohorts)[asked]
        labels = (problem.counties.codes[asked // cohorts], problem.horizon.cohorts[asked % cohorts])
        return self._block(labels, matrix, -np.inf, 0.0)


class CountyOrder(Rule):
    r"""County order (县内排序; clause P23-COUNTY): of the villages a county declares for a cohort, an earlier one goes first.

    .. math:: \sum_{k} x_{v t k} \ge \sum_{k} x_{w t k} \qquad \forall v, w \in D_{ct} : p_w \text{ follows } p_v

    Villages that may not be selected are passed over. That the province keeps the county's order is an assumption.
    """

    name: ClassVar[str] = "county_order"
    term: ClassVar[str] = "县内排序"
    clause: ClassVar[str] = "P23-COUNTY"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per village and the next in its county's order."""
        first, second = _order(problem)
        cohort = np.searchsorted(problem.horizon.cohorts, problem.villages.declared[first])
        height = len(first)
        matrix = sparse.csr_array((height, problem.width))
        for villages, sign in ((first, 1.0), (second, -1.0)):
            row = np.full(len(problem.villages.ids), -1)
            row[villages] = np.arange(height)
            at = np.full(len(problem.villages.ids), -1)
            at[villages] = cohort
            own = np.where(problem.choices.cohort == at[problem.choices.village], row[problem.choices.village], -1)
            matrix = matrix + problem.sums(own, height, np.full(problem.size, sign))
        return self._block((problem.villages.ids[first], problem.villages.ids[second]), sparse.csr_array(matrix), 0.0, np.inf)


def _order(problem: Problem) -> tuple[Array, Array]:
    """Return villages and those that follow them, as indices."""
    open_to = np.zeros(len(problem.villages.ids), dtype=bool)
    match = problem.villages.declared[problem.choices.village] == problem.choice_year
    open_to[problem.choices.village[match]] = True
    ranked = np.flatnonzero(open_to & (problem.villages.priority > 0))
    order = ranked[
        np.lexsort(
            (ranked, problem.villages.priority[ranked], problem.villages.declared[ranked], problem.villages.county[ranked])
        )
    ]
    same = (problem.villages.county[order[1:]] == problem.villages.county[order[:-1]]) & (
        problem.villages.declared[order[1:]] == problem.villages.declared[order[:-1]]
    )
    return order[:-1][same], order[1:][same]
