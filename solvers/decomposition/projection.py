r"""Projection: columns of a block that carry no value leave it, and come back as rows where a choice has none that fit.

For any multipliers :math:`\lambda` of the rows :math:`d^- \le B x + F f \le d^+`, whatever finds them, this row is valid:

.. math:: (\lambda^T B)\, x \le \sum_i \max(\lambda_i d^-_i, \lambda_i d^+_i) - \min_{f^- \le f \le f^+} (\lambda^T F) f

(Benders 1962; for a network, the rows of Gale and Hoffman.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from model.selection.program import TOLERANCE
from solvers.adaptors import highs
from solvers.adaptors.highs import Arrays
from solvers.duality import paid

Array = np.ndarray[Any, Any]
SMALL = 1e-9


@dataclass(frozen=True)
class Projection:
    """Rows that hold columns which leave: ``lower <= need @ x + flow @ f <= upper`` with ``low <= f <= high``."""

    need: sparse.csr_array
    flow: sparse.csr_array
    lower: Array
    upper: Array
    low: Array
    high: Array
    rows: Array  # indices of the program's rows

    @cached_property
    def component(self) -> Array:
        """The component of each row: rows of different ones share no column that leaves."""
        both = sparse.block_array([[None, self.flow], [self.flow.T, None]], format="csr")
        return np.asarray(csgraph.connected_components(both, directed=False)[1][: len(self.lower)])

    def cuts(self, multipliers: Array) -> list[tuple[Array, float]]:
        """Return the rows that multipliers give, one a component: together they say more than their sum."""
        asked = np.unique(self.component[np.abs(multipliers) > SMALL])
        rows = (self.cut(np.where(self.component == one, multipliers, 0.0)) for one in asked)
        return [row for row in rows if row is not None]

    def cut(self, multipliers: Array) -> tuple[Array, float] | None:
        """Return the row that multipliers give, ``row @ x <= side``, or nothing where an infinite side would be used."""
        price, sides = paid(np.where(np.abs(multipliers) > SMALL, multipliers, 0.0), self.lower, self.upper)
        if not price.any():
            return None
        carried = self.flow.T @ price
        most = sides.sum() - np.minimum(carried * self.low, carried * self.high).sum()
        row = self.need.T @ price
        scale = np.abs(row).max(initial=0.0)
        if scale == 0.0:
            return None
        dropped = np.abs(row) < SMALL * scale
        lost = SMALL * max(scale, abs(float(most))) + np.abs(row[dropped]).sum()  # choices lie between 0 and 1
        return np.where(dropped, 0.0, row), float(most + lost)


def unfinanced(flows: Projection, taken: Array) -> Array | None:
    """Return multipliers of the projection's rows that show why a plan's columns leave no room for it; nothing where they do."""
    needs = np.asarray(flows.need[:, taken[taken >= 0]].sum(axis=1)).ravel()
    nothing = np.zeros(flows.flow.shape[1])
    what = Arrays(nothing, flows.flow, flows.lower - needs, flows.upper - needs, flows.low, flows.high, nothing > 0)
    lack, multipliers = highs.relax(what.elastic())
    return multipliers if lack < -TOLERANCE else None
