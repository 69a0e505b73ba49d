r"""A bound from prices: linking rows are priced into the objective, and each group is bounded on its own.

.. math:: UB(\pi) = \sum_g \max_{x_g \in X_g} (c_g - \pi^T A_g)\, x_g + \sum_i \max(\pi_i l_i, \pi_i u_i)

It holds for any prices whose sign fits a finite side of their row, so the prices of the linear relaxation will do
(Lagrangian relaxation; Geoffrion 1974).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.selection.program import Program
from solvers.adaptors.highs import Arrays, search
from solvers.answer import Limits
from solvers.decomposition.structure import BlockStructure

Array = np.ndarray[Any, Any]
SAFETY = 1e-9


def bound(program: Program, structure: BlockStructure, prices: Array, limits: Limits) -> float:
    """Return an upper bound on the program's optimum at the prices of the linking rows (one per row of ``structure.linking``)."""
    matrix, lower, upper = program.matrix, program.lower, program.upper
    linking = structure.linking
    price = np.where((prices > 0) & np.isfinite(upper[linking]) | (prices < 0) & np.isfinite(lower[linking]), prices, 0.0)
    side = np.where(price > 0, upper[linking], lower[linking])
    total = float(np.sum(price[price != 0] * side[price != 0]))
    reduced = program.objective - matrix[linking].T @ price
    shared = structure.shared
    total += float(np.maximum(reduced[shared] * program.low[shared], reduced[shared] * program.high[shared]).sum())
    for columns, rows in zip(structure.columns, structure.rows, strict=True):
        own = Arrays(
            objective=reduced[columns],
            matrix=matrix[rows][:, columns],
            lower=lower[rows],
            upper=upper[rows],
            low=program.low[columns],
            high=program.high[columns],
            integer=columns < program.binaries,
        )
        outcome = search(own, limits)
        if outcome.empty:
            return float("-inf")
        total += outcome.bound
    return total + SAFETY * abs(total)
