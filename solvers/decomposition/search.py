"""A block as the annealing reads it, and the searches run on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from solvers.decomposition.annealing import Course, Pool, Terrain, Walk, anneal
from solvers.decomposition.block import Block

Array = np.ndarray[Any, Any]
SLOTS = 1 << 12
FEWEST = 10  # items that a search counts with, so that few items are searched as long
STRICT = 1.0  # breaking a row by what one typical column uses of it costs so many typical columns' worth
STAMPS = 2**61


@dataclass(frozen=True)
class Effort:
    """How long a search walks: moves an item, and the first and last temperature in typical columns' worth."""

    moves: int
    hot: float = 0.1
    cold: float = 0.002
    mild: float = 0.3
    stern: float = 5.0
    margin: float = 0.15  # plans so close to the best are remembered


def warm() -> None:
    """Compile the search, once for an installation, so that nobody waits for it later."""
    nothing = np.zeros(0, dtype=np.int64)
    empty = sparse.csr_array((0, 1))
    toy = Block(
        columns=np.zeros(1, np.int64),
        choices=1,
        objective=np.ones(1),
        low=np.zeros(1),
        high=np.ones(1),
        matrix=empty,
        lower=np.zeros(0),
        upper=np.zeros(0),
        linking=empty,
        item=np.zeros(1, np.int64),
        part=np.zeros(1, np.int64),
        packing=nothing.astype(bool),
        flows=None,
        searchable=True,
    )
    search(terrain(toy, 1.0), np.ones(1), np.full(1, -1), Effort(1), 1.0, 0)


def terrain(block: Block, scale: float) -> Terrain:
    """Return what the annealing reads of a block; ``scale`` is a typical column's worth."""
    n, z = block.choices, len(block.columns) - block.choices
    rows = np.flatnonzero(~block.packing)
    matrix = block.matrix[rows]
    choices, extra = sparse.csr_array(matrix[:, :n]), sparse.csr_array(matrix[:, n:])
    with_aux = np.diff(extra.indptr) > 0
    row_aux, row_step = np.full(len(rows), -1), np.zeros(len(rows))
    row_aux[with_aux], row_step[with_aux] = extra.indices, extra.data  # one each: auxiliary columns are alone in their rows
    typical = _typical(choices)
    by_column = sparse.csc_array(choices)
    order, item_ptr, cell_ptr = _cells(block)
    by_aux = np.argsort(np.where(with_aux, row_aux, z), kind="stable")[: int(with_aux.sum())]
    return Terrain(
        item_ptr=item_ptr,
        item_cols=order,
        cell_ptr=cell_ptr,
        col_item=block.item.astype(np.int64),
        col_part=block.part.astype(np.int64),
        reduced=np.zeros(n),
        col_ptr=by_column.indptr.astype(np.int64),
        col_row=by_column.indices.astype(np.int64),
        col_step=by_column.data.astype(float),
        lower=block.lower[rows].astype(float),
        upper=block.upper[rows].astype(float),
        fine=STRICT * scale / typical,
        row_aux=row_aux,
        row_step=row_step,
        aux_ptr=np.searchsorted(row_aux[by_aux], np.arange(z + 1)),
        aux_row=by_aux,
        aux_low=block.low[n:].astype(float),
        aux_high=block.high[n:].astype(float),
        aux_reduced=np.zeros(z),
        aux_fine=STRICT * scale / np.maximum(block.high[n:] - block.low[n:], 1e-9),
        stamp=2 * np.random.default_rng(0).integers(1, STAMPS, block.parts, dtype=np.uint64),
    )


def _typical(matrix: sparse.csr_array) -> Array:
    """Return the mean size of each row's entries."""
    total, number = np.asarray(abs(matrix).sum(axis=1)).ravel(), np.diff(matrix.indptr)
    return np.where(total > 0, total / np.maximum(number, 1), 1.0)


def _cells(block: Block) -> tuple[Array, Array, Array]:
    """Return columns sorted by item and part, and where each item and each cell of them begins."""
    order = np.lexsort((np.arange(block.choices), block.part, block.item))
    cell = block.item[order] * block.parts + block.part[order]
    cell_ptr = np.searchsorted(cell, np.arange(block.items * block.parts + 1))
    return order, np.searchsorted(block.item[order], np.arange(block.items + 1)), cell_ptr


def search(ground: Terrain, reduced: Array, start: Array, effort: Effort, scale: float, seed: int) -> Array:
    """Walk from a plan at given worths of all columns; return the plans remembered, shape (plans, items)."""
    n, items = len(ground.col_item), len(ground.item_ptr) - 1
    if not items:
        return np.zeros((1, 0), np.int32)  # a block without choices has one plan
    here = ground._replace(reduced=reduced[:n].copy(), aux_reduced=reduced[n:].copy())
    slots = max(64, min(SLOTS, 1 << 24 // max(items, 1)))
    pool = Pool(np.zeros(slots, np.uint64), np.full(slots, -np.inf), np.zeros((slots, items), np.int32))
    times = max(1.0, float(np.median(np.abs(reduced[:n]))) / scale)  # where prices are high, rows and warmth are worth as much
    hot, cold = effort.hot * scale * times, effort.cold * scale * times
    course = Course(hot, cold, effort.mild * times, effort.stern * times, effort.margin * scale)
    anneal(here, _walk(ground, start), pool, seed, effort.moves * max(items, FEWEST), course)
    kept = np.flatnonzero(pool.keys != 0)
    return pool.plans[kept[np.lexsort((pool.keys[kept], -pool.values[kept]))]]


def _walk(ground: Terrain, start: Array) -> Walk:
    items, z, rows = len(start), len(ground.aux_low), len(ground.lower)
    activity = np.zeros(rows)
    for column in start[start >= 0]:
        entries = slice(ground.col_ptr[column], ground.col_ptr[column + 1])
        activity[ground.col_row[entries]] += ground.col_step[entries]
    widest = int(np.diff(ground.col_ptr).max(initial=0))
    return Walk(
        taken=start.astype(np.int64),
        chosen=np.zeros(items, np.int64),
        place=np.zeros(items, np.int64),
        activity=activity,
        aux_now=np.zeros(z),
        aux_off=np.zeros(z),
        dirty=np.zeros(z, np.int64),
        is_dirty=np.zeros(z, np.bool_),
        move=np.zeros(4, np.int64),
        row_log=np.zeros(4 * widest + 1, np.int64),
        act_log=np.zeros(4 * widest + 1),
        aux_log=np.zeros(z, np.int64),
        now_log=np.zeros(z),
        off_log=np.zeros(z),
        n=np.zeros(6, np.int64),
    )
