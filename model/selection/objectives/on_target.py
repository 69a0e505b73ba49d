r"""On target (规模目标; clauses P23-ANNUAL, P23-TOTAL): villages that cohorts and the programme are away from their targets.

.. math:: \max -\Bigl(\sum_t d_t + D\Bigr), \qquad d_t \ge \bigl|\sum_{v,k} x_{vtk} - n\bigr|, \quad
          D \ge \bigl|\sum_{v,t,k} x_{vtk} - N\bigr|

*n* is the target of a cohort, *N* that of the programme, or what its cohorts are to have together where that is less; history's
villages are among them. About (左右) is read as a target with
a price; how far off a list may be is said by the rules ``cohort_band`` and ``programme_band``.
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


def _targets(problem: Problem) -> tuple[Array, Array]:
    """Return what has a target, cohorts still to be decided and the programme, and the targets."""
    ahead = problem.horizon.ahead
    names = np.array([*ahead, "programme"], dtype=object)
    return names, np.array([problem.horizon.cohort_target] * len(ahead) + [problem.horizon.whole], dtype=float)


def auxiliary(problem: Problem) -> Auxiliary:
    """The villages each is away from its target."""
    names, targets = _targets(problem)
    n = len(names)
    most = np.maximum(targets, len(problem.villages.ids))
    labels = (np.full(n, "off_target", dtype=object), names, np.full(n, "", dtype=object))
    return Auxiliary("off_target", labels, np.full(n, -1), np.zeros(n), most)


def coefficients(problem: Problem) -> Array:
    """Return minus 1 for each village away from a target."""
    weights = np.zeros(problem.width)
    weights[problem.auxiliary["off_target"]] = -1.0
    return weights


def rows(problem: Problem) -> RowBlock:
    """Return two rows each: no fewer villages away than are lacking, nor than are too many."""
    names, targets = _targets(problem)
    n = len(names)
    joined = problem.sums(problem.choice_ahead, n) + problem.sums(np.full(problem.size, n - 1), n)
    away = problem.place("off_target", np.arange(n), np.ones(n), n)
    matrix = sparse.csr_array(sparse.vstack([joined + away, joined - away], format="csr"))
    labels = Labels((np.tile(names, 2), np.repeat(np.array(["low", "high"], dtype=object), n)))
    lower = np.concatenate([targets, np.full(n, -np.inf)])
    upper = np.concatenate([np.full(n, np.inf), targets])
    return RowBlock("on_target", labels, matrix, lower, upper, "village")
