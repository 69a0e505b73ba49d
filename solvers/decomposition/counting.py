r"""Rows on counts, derived from a block's own rows: what a limit and floors say together of how many columns a part may have.

Where a limit's entries on a part are at least :math:`\alpha f_i + \beta_t` of a floor :math:`f x \ge l`, then
:math:`\sum_t \beta_t n_t \le u - \alpha l`, and with :math:`\beta_t \ge d\, k_t` for whole :math:`k_t` (Chvátal 1973)

.. math:: \sum_t k_t n_t \le \lfloor (u - \alpha l) / d \rfloor
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from solvers.decomposition.block import Block

Array = np.ndarray[Any, Any]
MOST = 6  # of a whole weight
NEAR = 0.02


def count_rows(block: Block) -> tuple[sparse.csr_array, Array]:
    """Return rows on the counts of the parts, shape (rows, parts), and their upper sides."""
    dense = block.matrix[:, : block.choices].toarray()
    pure = np.diff(sparse.csr_array(block.matrix[:, block.choices :]).indptr) == 0
    floors = np.flatnonzero(pure & np.isfinite(block.lower) & ~block.packing)
    rows, sides = [np.zeros((0, block.parts))], [np.zeros(0)]
    for row in np.flatnonzero(pure & np.isfinite(block.upper) & ~block.packing).tolist():
        if (dense[row] < 0).any():
            continue
        derived = _derived(block, dense, row, floors)
        if derived is not None:
            rows.append(derived[0][None, :])
            sides.append(np.array([derived[1]]))
    return sparse.csr_array(np.concatenate(rows)), np.concatenate(sides)


def _derived(block: Block, dense: Array, row: int, floors: Array) -> tuple[Array, float] | None:
    """Return the weights of a row on counts and its side, where the limit's own entries are not alike already."""
    least, side = np.zeros(block.parts), block.upper[row]
    for part in range(block.parts):
        inside = block.part == part
        entries = dense[row, inside]
        if not entries.any():
            continue
        alpha, beta, level = _floored(entries, dense[np.ix_(floors, inside)], block.lower[floors], dense[floors][:, ~inside])
        least[part] = beta
        side -= alpha * level
    if (least <= 0).all():
        return None
    weights, step = _whole(least)
    return (weights, float(np.floor(side / step + 1e-9))) if step else None


def _floored(entries: Array, floors: Array, levels: Array, elsewhere: Array) -> tuple[float, float, float]:
    """Return the multiplier of the floor that lifts the least entry most, what is left, and the floor's level."""
    best = (0.0, float(entries.min()), 0.0)
    for floor, level, other in zip(floors, levels, elsewhere, strict=True):
        if other.any() or level < 0 or np.ptp(floor) < 1e-9:
            continue
        alpha = float(np.polyfit(floor, entries, 1)[0])
        if alpha > 0 and (beta := float((entries - alpha * floor).min())) > best[1]:
            best = (alpha, beta, float(level))
    return best


def _whole(least: Array) -> tuple[Array, float]:
    """Return whole weights near the proportions of positive lifts, and a step with ``step * weights <= least``."""
    used = least > 0
    for q in range(1, MOST + 1):
        weights = np.round(least / least.max() * q)
        if (np.abs(weights - least / least.max() * q)[used] < NEAR).all() and (weights[used] > 0).all():
            return np.where(used, weights, 0.0), float((least[used] / weights[used]).min())
    return least, 0.0
