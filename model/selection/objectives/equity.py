r"""Equity between counties (县际公平; clause P23-LEVELS): the county with least money an eligible village gets as much as can be.

.. math:: \max w, \qquad w \, |E_c| \le \sum_{v \in c} \sum_{t,k} b_{vk} x_{vtk} \qquad \forall c : |E_c| \ge 5
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from model.selection.auxiliary import Auxiliary, single
from model.selection.labels import Labels
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.equity import compared, county_money, most_each

Array = np.ndarray[Any, Any]


def auxiliary(problem: Problem) -> Auxiliary:
    """The money an eligible village of the county that has least, 万元."""
    return single("least_money", most_each(problem))


def coefficients(problem: Problem) -> Array:
    """Return 1 for the least county's money, 万元 per eligible village."""
    weights = np.zeros(problem.width)
    weights[problem.auxiliary["least_money"]] = 1.0
    return weights


def rows(problem: Problem) -> RowBlock:
    """Return one row per county that is compared: it has at least the least."""
    counties, eligible = compared(problem)
    n = len(counties)
    least = problem.place("least_money", np.arange(n), eligible, n, np.zeros(n, dtype=np.int64))
    matrix = sparse.csr_array(county_money(problem)[counties] - least)
    return RowBlock("equity", Labels((problem.counties.codes[counties],)), matrix, np.zeros(n), np.full(n, np.inf), "万元")
