r"""Cohesion (连片效益; clause P22-LAYOUT): neighbours selected together are worth more.

A rule of the pool, used for the upgraded villages by analogy.

.. math:: \max \sum_{\{v,w\}} y_{vw}, \quad y_{vw} \le \sum_{t,k} x_{vtk}, \quad y_{vw} \le \sum_{t,k} x_{wtk}, \quad y_{vw} \le 1
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


def together(problem: Problem) -> Array:
    """Return the pairs of neighbours both of which may be selected, shape (P, 2)."""
    return problem.villages.pairs[problem.joining[problem.villages.pairs].all(axis=1)]


def auxiliary(problem: Problem) -> Auxiliary:
    """Whether both of a pair are selected."""
    one, two = together(problem).T
    county = np.where(problem.villages.county[one] == problem.villages.county[two], problem.villages.county[one], -1)
    labels = (problem.villages.ids[one], problem.villages.ids[two], np.full(len(one), "together", dtype=object))
    return Auxiliary("together", labels, county, np.zeros(len(one)), np.ones(len(one)))


def coefficients(problem: Problem) -> Array:
    """Return 1 for each pair, in pairs."""
    weights = np.zeros(problem.width)
    weights[problem.auxiliary.get("together", slice(0, 0))] = 1.0
    return weights


def rows(problem: Problem) -> RowBlock:
    """Return two rows per pair: it is together only if each of both is selected."""
    pairs = together(problem)
    n = len(pairs)
    chosen = problem.chosen()
    own = problem.place("together", np.arange(n), np.ones(n), n) if n else sparse.csr_array((0, problem.width))
    matrix = sparse.csr_array(sparse.vstack([own - chosen[pairs[:, 0]], own - chosen[pairs[:, 1]]], format="csr"))
    one, two = (problem.villages.ids[np.tile(pairs[:, side], 2)] for side in (0, 1))
    labels = Labels((one, two, np.repeat(np.array(["first", "second"], dtype=object), n)))
    return RowBlock("cohesion", labels, matrix, np.full(2 * n, -np.inf), np.zeros(2 * n), "pair")
