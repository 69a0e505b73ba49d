r"""On average (村均标准; clause P23-BOND): general-bond money by which averages a village lie outside their band.

.. math:: \max -\frac{1}{\bar b} \Bigl(\sum_c (u_c + o_c) + \sum_t (u_t + o_t)\Bigr), \qquad
          u \ge \sum ((1 - \beta) \bar b - b_{vk})\, x_{vtk}, \quad o \ge \sum (b_{vk} - (1 + \beta) \bar b)\, x_{vtk}

A county averages over the programme, the province over each cohort. The plan gives :math:`\bar b` as a standard for what a county
plans; band and price are assumptions, and no work is added to reach it. The rule ``county_average`` is a stricter reading.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from model.selection.auxiliary import Auxiliary
from model.selection.labels import Labels
from model.selection.problem import Problem
from model.selection.program import RowBlock

Array = np.ndarray[Any, Any]


def _groups(problem: Problem) -> tuple[Array, Array]:
    """Return what has an average, counties and then cohorts still to be decided, and the county each belongs to (-1: to all)."""
    counties, ahead = np.unique(problem.choice_county), problem.horizon.ahead
    names = np.array([*problem.counties.codes[counties], *ahead], dtype=object)
    return names, np.concatenate([counties, np.full(len(ahead), -1)])


def auxiliary(problem: Problem) -> Auxiliary:
    """The money each average lacks, and the money it has too much, 万元."""
    names, county = _groups(problem)
    n = len(names)
    side = np.repeat(np.array(["low", "high"], dtype=object), n)
    labels = (np.full(2 * n, "off_average", dtype=object), np.tile(names, 2), side)
    lacking, over = (np.maximum(part, 0.0) for part in _parts(problem))
    most = np.concatenate([_summed(problem, lacking), _summed(problem, over)])
    return Auxiliary("off_average", labels, np.tile(county, 2), np.zeros(2 * n), most)


def coefficients(problem: Problem) -> Array:
    """Return minus 1 for each 1,000 万元 (the standard a village) outside a band."""
    weights = np.zeros(problem.width)
    weights[problem.auxiliary["off_average"]] = -1.0 / problem.funds.standard_bond
    return weights


def rows(problem: Problem) -> RowBlock:
    """Return two rows each: what is lacking, and what is too much, is at least so much."""
    names, _ = _groups(problem)
    n = len(names)
    matrices = [_grouped(problem, part) for part in _parts(problem)]
    slack = [problem.place("off_average", np.arange(n), np.full(n, -1.0), n, np.arange(n) + side * n) for side in (0, 1)]
    matrix = sparse.csr_array(sparse.vstack([own + away for own, away in zip(matrices, slack, strict=True)], format="csr"))
    labels = Labels((np.tile(names, 2), np.repeat(np.array(["low", "high"], dtype=object), n)))
    return RowBlock("on_average", labels, matrix, np.full(2 * n, -np.inf), np.zeros(2 * n), "万元")


def _parts(problem: Problem) -> tuple[Array, Array]:
    """Return by how much each choice lies below the band, and above it, 万元 (negative: inside)."""
    band, standard = problem.funds.average_band, problem.funds.standard_bond
    return (1 - band) * standard - problem.choice_bond, problem.choice_bond - (1 + band) * standard


def _grouped(problem: Problem, amounts: Array) -> sparse.csr_array:
    counties = np.unique(problem.choice_county)
    by_county = problem.sums(np.searchsorted(counties, problem.choice_county), len(counties), amounts)
    return sparse.csr_array(
        sparse.vstack([by_county, problem.sums(problem.choice_ahead, len(problem.horizon.ahead), amounts)], format="csr")
    )


def _summed(problem: Problem, amounts: Array) -> Array:
    return np.asarray(_grouped(problem, amounts).sum(axis=1)).ravel()
