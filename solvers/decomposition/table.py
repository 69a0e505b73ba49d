"""A table of a block's plans: each checked against the block's rows, with its value and its part of the linking rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import TOLERANCE
from solvers.decomposition.block import Block

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Table:
    """Plans of a block, m of them: the column each item takes (or -1), the objective, and the activity in the linking rows."""

    taken: Array  # [m, items]
    value: Array  # [m]
    linking: Array  # [m, touched]
    touched: Array  # [touched] which linking rows the block speaks in

    def __len__(self) -> int:
        """Return how many plans there are."""
        return len(self.value)

    def at(self, prices: Array) -> Array:
        """Return what the plans are worth at prices of the linking rows."""
        return np.asarray(self.value - self.linking @ prices[self.touched])

    def place(self, taken: Array) -> Array:
        """Return where a plan stands, as one index, or none."""
        return np.flatnonzero((self.taken == taken).all(axis=1))[:1]

    def kept(self, which: Array) -> Table:
        """Return the table of some of its plans."""
        return Table(self.taken[which], self.value[which], self.linking[which], self.touched)


def read(block: Block, taken: Array) -> Table:
    """Return the table of those plans that break none of the block's rows."""
    taken = np.atleast_2d(np.asarray(taken, dtype=np.int32))
    n = block.choices
    row, item = np.nonzero(taken >= 0)
    chosen = sparse.csr_array((np.ones(len(row)), (row, taken[row, item])), shape=(len(taken), n))
    activity = np.asarray(chosen @ sparse.csc_array(block.matrix[:, :n].T).toarray())
    extra = sparse.csr_array(block.matrix[:, n:])
    plain = np.diff(extra.indptr) == 0
    off = np.maximum(activity - block.upper, block.lower - activity)
    fits = (off[:, plain] <= TOLERANCE).all(axis=1)
    value = np.asarray(chosen @ block.objective[:n])
    if len(block.columns) > n:
        low, high = rooms(block, extra, activity)
        fits &= (low <= high + TOLERANCE).all(axis=1)
        reduced = block.objective[n:]
        value = value + np.where(reduced > 0, np.minimum(high, np.maximum(low, high)), low) @ reduced
    touched = np.flatnonzero(np.diff(block.linking.indptr))
    linking = np.asarray(chosen @ sparse.csc_array(block.linking[touched][:, :n].T).toarray())
    return Table(taken, value, linking, touched).kept(fits)


def rooms(block: Block, extra: sparse.csr_array, activity: Array) -> tuple[Array, Array]:
    """Return the bounds that rows leave each auxiliary column, shape (plans, auxiliary columns)."""
    low = np.tile(block.low[block.choices :], (len(activity), 1))
    high = np.tile(block.high[block.choices :], (len(activity), 1))
    rows = np.repeat(np.arange(extra.shape[0]), np.diff(extra.indptr))
    for row, z, step in zip(rows, extra.indices, extra.data, strict=True):
        over, under = (block.upper[row] - activity[:, row]) / step, (block.lower[row] - activity[:, row]) / step
        high[:, z] = np.minimum(high[:, z], np.maximum(over, under))
        low[:, z] = np.maximum(low[:, z], np.minimum(over, under))
    return low, high


def joined(one: Table, two: Table) -> Table:
    """Return the plans of both tables, each once."""
    taken = np.concatenate([one.taken, two.taken])
    seen: dict[bytes, int] = {}
    for i in range(len(taken)):
        seen.setdefault(taken[i].tobytes(), i)
    which = np.fromiter(seen.values(), dtype=np.int64, count=len(seen))
    value, linking = np.concatenate([one.value, two.value]), np.concatenate([one.linking, two.linking])
    return Table(taken[which], value[which], linking[which], one.touched)
