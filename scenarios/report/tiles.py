r"""Tiles (示意图): every county a square of one size, where it lies among the others; no boundary is drawn or implied.

Seats are assigned to the cells of a grid so that the squared distances are least (a linear assignment; Kuhn 1955), over grids of
a few shapes; that which keeps most pairs in their order from west to east and from north to south is taken.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

Array = np.ndarray[Any, Any]
ROOM = (1.25, 1.5, 1.8)  # cells for each county
SHAPES = (1.0, 1.25, 1.5, 1.8)  # columns over rows


def tiles(longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """Return the column (from the west) and the row (from the north) of each place, shape (places,) each."""
    x, y = _scaled(longitude), 1.0 - _scaled(latitude)
    found = [_assigned(x, y, room, shape) for room in ROOM for shape in SHAPES]
    return max(found, key=lambda cells: order_kept(x, y, *cells))


def _scaled(values: Array) -> Array:
    """Return ranks and places mixed, 0 to 1: what lies close together is spread."""
    span = max(float(np.ptp(values)), 1e-9)
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable") / max(len(values) - 1, 1)
    return np.asarray(0.5 * (values - values.min()) / span + 0.5 * rank)


def _assigned(x: Array, y: Array, room: float, shape: float) -> tuple[Array, Array]:
    columns = max(1, math.ceil(math.sqrt(len(x) * room * shape)))
    rows = max(1, math.ceil(len(x) * room / columns))
    column, row = (part.ravel() for part in np.meshgrid(np.arange(columns), np.arange(rows)))
    across, down = x[:, None] * (columns - 1) - column[None, :], y[:, None] * (rows - 1) - row[None, :]
    _, cell = linear_sum_assignment(across**2 + down**2)
    return column[cell], row[cell]


def order_kept(x: Array, y: Array, column: Array, row: Array) -> float:
    """Return the share of pairs of places that the tiles do not put the wrong way round, east to west or north to south."""
    i, j = np.triu_indices(len(x), 1)
    if not len(i):
        return 1.0
    wrong = sum(float(((a[i] - a[j]) * (b[i] - b[j]) < 0).mean()) for a, b in ((x, column), (y, row)))
    return 1.0 - wrong / 2.0
