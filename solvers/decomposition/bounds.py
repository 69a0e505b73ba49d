r"""A bound from prices: linking rows are priced into the objective, and each block is bounded on its own.

.. math:: UB(\pi) = \sum_g \overline{v}_g(\pi) + \sum_{j \in S} \max_{l_j \le s_j \le u_j} (c_j - \pi^T A_j)\, s_j
          + \sum_i \max(\pi_i l_i, \pi_i u_i), \qquad \overline{v}_g(\pi) \ge \max_{x \in X_g} (c_g - \pi^T A_g)\, x

It holds for any prices whose sign fits a finite side of their row (Lagrangian relaxation; Geoffrion 1974). Sums are rounded
outwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.selection.program import Program
from solvers.decomposition.structure import Structure
from solvers.duality import paid

Array = np.ndarray[Any, Any]
OUTWARDS = 1e-9  # of the sum of what is added up: far more than double precision loses


@dataclass(frozen=True)
class Point:
    """Prices of the linking rows, what the rows and shared columns add there, and a bound of each block (infinite: not known)."""

    prices: Array  # [linking rows]
    constant: float
    bounds: Array  # [blocks]

    @property
    def bound(self) -> float:
        """The bound on the whole program."""
        if not np.isfinite(self.bounds).all():
            return float("inf")
        size = math.fsum([abs(self.constant), *np.abs(self.bounds)])
        return math.fsum([self.constant, *self.bounds]) + OUTWARDS * size


def relaxation_bound(program: Program, prices: Array) -> float:
    """Return the bound that prices of all rows give by weak duality, whoever found them: no solver is believed."""
    price, sides = paid(prices, program.lower, program.upper)
    reduced = program.objective - program.matrix.T @ price
    most = np.maximum(reduced * program.low, reduced * program.high)
    return _outward([*sides, *most], program, price)


def _outward(parts: list[float], program: Program, price: Array) -> float:
    """Return a sum rounded up by more than was lost in it and in the products behind it."""
    lost = np.abs(program.objective).sum() + (abs(program.matrix).T @ np.abs(price)).sum() + math.fsum(map(abs, parts))
    return math.fsum(parts) + 1e-13 * float(lost)


def point(program: Program, structure: Structure, prices: Array) -> Point:
    """Return the point of some prices, those of a wrong sign left out; no block is bounded yet."""
    price, sides = paid(prices, program.lower[structure.linking], program.upper[structure.linking])
    shared = structure.shared
    reduced = program.objective[shared] - program.matrix[structure.linking][:, shared].T @ price
    most = np.maximum(reduced * program.low[shared], reduced * program.high[shared])
    size = math.fsum([*np.abs(sides), *np.abs(most)])
    constant = math.fsum([*sides, *most]) + OUTWARDS * size
    return Point(price, constant, np.full(len(structure.blocks), np.inf))
