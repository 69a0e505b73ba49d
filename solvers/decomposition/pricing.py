r"""Pricing: a block on its own at prices of the linking rows, with columns that count, so that the search branches on counts.

.. math:: n_t = \sum_{i \in t} x_i, \quad N = \sum_t n_t, \quad y_v = \sum_{i \in v} x_i \qquad \text{integer}

Rows whose entries are alike over an item's columns are written in *y*. A bound of the search is a bound of the block.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from solvers.adaptors import highs
from solvers.adaptors.highs import Arrays
from solvers.answer import Limits
from solvers.decomposition.block import Block
from solvers.decomposition.counting import count_rows
from solvers.decomposition.table import read

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Form:
    """A block's program with counting columns after its own: counts by part, their sum, and one column an item."""

    block: Block
    items: bool  # whether the search may branch on items as well

    @cached_property
    def arrays(self) -> Arrays:
        """The program without an objective."""
        b, n = self.block, len(self.block.columns)
        parts, items = b.parts, b.items
        width = n + parts + 1 + items
        by_part = sparse.csr_array((np.ones(b.choices), (b.part, np.arange(b.choices))), shape=(parts, n))
        by_item = sparse.csr_array((np.ones(b.choices), (b.item, np.arange(b.choices))), shape=(items, n))
        eye = sparse.eye_array
        defining = sparse.block_array(
            [
                [by_part, -eye(parts), None, None],
                [None, sparse.csr_array(np.ones((1, parts))), -sparse.csr_array(np.ones((1, 1))), None],
                [by_item, None, None, -eye(items)],
            ],
            format="csr",
        )
        counted, most = count_rows(b)
        own = _rewritten(b, parts)
        extra = sparse.hstack([sparse.csr_array((len(most), n)), counted, sparse.csr_array((len(most), 1 + items))], format="csr")
        kept = ~b.packing
        zero = np.zeros(parts + 1 + items)
        sizes = np.bincount(b.part, minlength=parts)
        high = np.concatenate([b.high, sizes, [b.items], np.ones(items)])
        integer = np.concatenate([np.arange(n) < b.choices, np.ones(parts + 1, bool), np.full(items, self.items)])
        return Arrays(
            objective=np.zeros(width),
            matrix=sparse.csr_array(sparse.vstack([own[kept], defining, extra], format="csr")),
            lower=np.concatenate([b.lower[kept], zero, np.full(len(most), -np.inf)]),
            upper=np.concatenate([b.upper[kept], zero, most]),
            low=np.concatenate([b.low, zero]),
            high=high,
            integer=integer,
        )

    def point(self, taken: Array) -> Array:
        """Return a plan as a point: its choices and counts; auxiliary columns are left open."""
        b = self.block
        x = np.full(self.arrays.matrix.shape[1], np.nan)
        x[: b.choices] = 0.0
        x[taken[taken >= 0]] = 1.0
        at = len(b.columns)
        x[at : at + b.parts] = np.bincount(b.part[taken[taken >= 0]], minlength=b.parts)
        x[at + b.parts] = (taken >= 0).sum()
        x[at + b.parts + 1 :] = taken >= 0
        return x


@dataclass(frozen=True)
class Priced:
    """A block's bound and the plan found, if any; ``empty``: the search says that the block has no plan at all."""

    bound: float
    taken: Array | None
    empty: bool
    nodes: int


def price(form: Form, reduced: Array, start: Array | None, limits: Limits, absolute: float, deep: bool = False) -> Priced:
    """Bound a block at given worths of its columns, from a plan where there is one."""
    b = form.block
    if not b.choices:
        return _unchosen(b, reduced)
    arrays = form.arrays
    objective = np.zeros(len(arrays.objective))
    objective[: len(reduced)] = reduced
    what = replace(arrays, objective=objective)
    outcome = highs.search(what, limits, None if start is None else form.point(start), absolute, "deep" if deep else "plain")
    taken = None if outcome.x is None else b.taken(outcome.x[: b.choices])
    return Priced(outcome.bound, taken, outcome.empty, outcome.nodes)


def _unchosen(block: Block, reduced: Array) -> Priced:
    """Price a block without choices: its auxiliary columns alone."""
    nothing = np.zeros((1, 0), dtype=np.int32)
    table = read(replace(block, objective=reduced), nothing)
    return Priced(float(table.value[0]), nothing[0], False, 0) if len(table) else Priced(float("inf"), None, True, 0)


def _rewritten(block: Block, parts: int) -> sparse.csr_array:
    """Return the block's rows over all columns of the form: on items where all of an item's columns weigh alike."""
    n = len(block.columns)
    items, sizes = block.items, np.bincount(block.item, minlength=block.items)
    matrix = sparse.csc_array(block.matrix[:, : block.choices])
    by_item = sparse.csr_array((np.ones(block.choices), (np.arange(block.choices), block.item)), shape=(block.choices, items))
    total, square = sparse.csr_array(matrix @ by_item), sparse.csr_array(matrix.power(2) @ by_item)
    mean = sparse.csr_array(total / sizes[None, :])
    off = abs(square - sparse.csr_array(mean.multiply(total)))
    scale = np.maximum(np.asarray(square.max(axis=1).todense()).ravel(), 1e-12)
    alike = np.asarray(off.max(axis=1).todense()).ravel() <= 1e-12 * scale
    on_items = sparse.diags_array(alike.astype(float)) @ mean
    on_choices = sparse.diags_array((~alike).astype(float)) @ sparse.csr_array(matrix)
    wide = sparse.hstack(
        [on_choices, sparse.csr_array(block.matrix[:, block.choices : n]), sparse.csr_array((len(alike), parts + 1)), on_items],
        format="csr",
    )
    return sparse.csr_array(wide)
