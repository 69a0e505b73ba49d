r"""Projection: columns of a block that carry no value leave it, and come back as rows where a choice has none that fit.

For any multipliers :math:`\lambda` of the rows :math:`d^- \le B x + F f \le d^+`, whatever finds them, this row is valid:

.. math:: (\lambda^T B)\, x \le \sum_i \max(\lambda_i d^-_i, \lambda_i d^+_i) - \min_{f^- \le f \le f^+} (\lambda^T F) f

(Benders 1962; for a network, the rows of Gale and Hoffman.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

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

    def cut(self, multipliers: Array) -> tuple[Array, float] | None:
        """Return the row that multipliers give, ``row @ x <= side``, or nothing where an infinite side would be used."""
        usable = np.where(multipliers > 0, np.isfinite(self.upper), np.isfinite(self.lower))
        price = np.where(usable & (np.abs(multipliers) > SMALL), multipliers, 0.0)
        if not price.any():
            return None
        side = np.where(price > 0, self.upper, self.lower)
        carried = self.flow.T @ price
        most = price[price != 0] @ side[price != 0] - np.minimum(carried * self.low, carried * self.high).sum()
        row = self.need.T @ price
        scale = np.abs(row).max(initial=0.0)
        if scale == 0.0:
            return None
        row = np.where(np.abs(row) < SMALL * scale, 0.0, row)  # what is dropped is added to the side: choices lie in 0 .. 1
        return row, float(most) + SMALL * max(scale, abs(float(most)))
