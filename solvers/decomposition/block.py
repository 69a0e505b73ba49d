r"""One block: a group of columns with its own rows, apart from the rest of the program.

.. math:: X_g = \{ x \in \{0, 1\}^{n_g},\ z : l_g \le A_g (x, z) \le u_g,\ \exists f \ge 0 : B_g x + F_g f \le d_g \}

Columns that are alternatives of one item, at most one of which is chosen, are read off the rows that say so. Auxiliary columns
are of two kinds: *z*, each alone in its rows, which follows from the choices; and *f*, which share rows, carry no value, and
leave the block (:mod:`solvers.decomposition.projection`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import Program
from solvers.decomposition.projection import Projection

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Block:
    """A block of n columns, choices first, of which projected ones have gone; the arrays are its own.

    ``rows`` are indices of the program's rows, without those of the projection; rows of cuts stand after them in ``matrix``.
    """

    columns: Array  # [n] index of the program's column
    choices: int
    objective: Array  # [n]
    low: Array  # [n]
    high: Array  # [n]
    matrix: sparse.csr_array  # [rows, n]
    lower: Array
    upper: Array
    linking: sparse.csr_array  # [linking rows, n]
    item: Array  # [choices] at most one column of an item is chosen
    part: Array  # [choices] columns of one part are counted together
    packing: Array  # [rows] whether a row only says that an item is chosen once
    flows: Projection | None
    searchable: bool

    @property
    def items(self) -> int:
        """How many items there are."""
        return int(self.item.max(initial=-1)) + 1

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return int(self.part.max(initial=-1)) + 1

    def taken(self, x: Array) -> Array:
        """Return the column each item takes at a point of the block's choices, or -1."""
        taken = np.full(self.items, -1, dtype=np.int32)
        chosen = np.flatnonzero(x > 0.5)
        taken[self.item[chosen]] = chosen
        return taken

    def with_row(self, row: Array, side: float) -> Block:
        """Return the block with one more row, ``row @ x <= side``."""
        return replace(
            self,
            matrix=sparse.csr_array(sparse.vstack([self.matrix, sparse.csr_array(row[None, :])], format="csr")),
            lower=np.append(self.lower, -np.inf),
            upper=np.append(self.upper, side),
            packing=np.append(self.packing, False),
        )


def block(program: Program, columns: Array, rows: Array, linking: sparse.csc_array) -> Block:
    """Return the block of some columns and the rows that hold no others; ``linking`` are the program's linking rows."""
    matrix = sparse.csr_array(program.matrix[rows][:, columns])
    auxiliary = columns >= program.binaries
    joint = _joint(matrix, auxiliary)
    linked = np.diff(linking[:, columns].indptr) > 0
    projected = joint & (program.objective[columns] == 0) & ~linked
    with_flow = np.asarray(abs(matrix)[:, np.flatnonzero(projected)].sum(axis=1)).ravel() > 0
    flows = _projection(program, columns, rows[with_flow], projected) if projected.any() else None
    kept, own = columns[~projected], rows[~with_flow]
    matrix = sparse.csr_array(program.matrix[own][:, kept])
    choices = int((kept < program.binaries).sum())
    item, packing = _items(matrix, choices, program.lower[own], program.upper[own])
    part = np.zeros(choices, dtype=np.int64) if program.part is None else program.part[kept[:choices]]
    return Block(
        columns=kept,
        choices=choices,
        objective=program.objective[kept],
        low=program.low[kept],
        high=program.high[kept],
        matrix=matrix,
        lower=program.lower[own],
        upper=program.upper[own],
        linking=sparse.csr_array(linking[:, kept]),
        item=item,
        part=np.unique(part, return_inverse=True)[1],
        packing=packing,
        flows=flows,
        searchable=not (joint & ~projected).any() and not (linked & auxiliary).any(),
    )


def _joint(matrix: sparse.csr_array, auxiliary: Array) -> Array:
    """Return which auxiliary columns share rows with others, or with columns that do."""
    place = np.flatnonzero(auxiliary)
    touches = sparse.csr_array((matrix[:, place] != 0).astype(float))
    shared = np.diff(touches.indptr) > 1
    joint = np.zeros(matrix.shape[1], dtype=bool)
    joint[place] = np.asarray(touches[shared].sum(axis=0)).ravel() > 0
    return joint


def _projection(program: Program, columns: Array, rows: Array, projected: Array) -> Projection:
    matrix = program.matrix[rows]
    flows, kept = columns[projected], columns[~projected]
    return Projection(
        need=sparse.csr_array(matrix[:, kept]),
        flow=sparse.csr_array(matrix[:, flows]),
        lower=program.lower[rows],
        upper=program.upper[rows],
        low=program.low[flows],
        high=program.high[flows],
        rows=rows,
    )


def _items(matrix: sparse.csr_array, choices: int, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return the item of each choice, and which rows say no more than that an item is chosen at most once."""
    item, packing, number = np.full(choices, -1), np.zeros(matrix.shape[0], dtype=bool), 0
    sizes = np.diff(matrix.indptr)
    for row in np.argsort(-sizes, kind="stable"):
        entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
        at = matrix.indices[entries]
        if upper[row] != 1 or not len(at) or (at >= choices).any() or (matrix.data[entries] != 1).any():
            continue
        if (item[at] < 0).all():
            item[at], number = number, number + 1
        elif (item[at] != item[at[0]]).any() or item[at[0]] < 0:
            continue
        packing[row] = lower[row] <= 0
    alone = item < 0
    item[alone] = number + np.arange(alone.sum())
    return item, packing
