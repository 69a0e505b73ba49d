"""The analyst's own resources: a register column that selected villages use, within limits."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from model.selection.asks import Resource
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule

Array = np.ndarray[Any, Any]


class Resources(Rule):
    r"""Resources (自定义资源; clause P23-AFFORD): selected villages use no more than there is, by programme, cohort or county.

    .. math:: \underline{R}_{rg} \le \sum_{(v,t) \in g} \sum_{k} a_{rv} \, x_{vtk} \le \overline{R}_{rg} \qquad \forall r, g

    :math:`a_r` is a register column, *g* the whole programme, a cohort, a county, or a county's cohort. The plan asks counties
    to act within their means; what they run short of, the analyst says.
    """

    name: ClassVar[str] = "resources"
    term: ClassVar[str] = "自定义资源"
    clause: ClassVar[str] = "P23-AFFORD"
    unit: ClassVar[str] = "unit of the column"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per resource and what its limit is of."""
        parts = [_rows(problem, resource) for resource in problem.asks.resources]
        label = np.concatenate([np.empty(0, dtype=object), *(names for names, _ in parts)])
        matrices = [matrix for _, matrix in parts] or [sparse.csr_array((0, problem.width))]
        sizes = [len(names) for names, _ in parts]
        lower = np.repeat([-np.inf if r.least is None else r.least for r in problem.asks.resources], sizes)
        upper = np.repeat([np.inf if r.limit is None else r.limit for r in problem.asks.resources], sizes)
        return self._block((label,), sparse.csr_array(sparse.vstack(matrices, format="csr")), lower, upper).enlarged()


def _rows(problem: Problem, resource: Resource) -> tuple[Array, sparse.csr_array]:
    county, cohort = problem.choice_county, problem.choices.cohort
    counties, cohorts = problem.counties.codes, problem.horizon.cohorts
    by = {
        "programme": (np.zeros(problem.size, dtype=np.int64), ["programme"]),
        "cohort": (cohort, [str(year) for year in cohorts]),
        "county": (county, list(counties)),
        "county-cohort": (county * len(cohorts) + cohort, [f"{code}|{year}" for code in counties for year in cohorts]),
    }
    group, names = by[resource.per]
    used = problem.villages.uses[resource.column][problem.choices.village]
    label = np.array([f"{resource.name}|{name}" for name in names], dtype=object)
    return label, problem.sums(group, len(names), used)
