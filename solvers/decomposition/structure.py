"""The structure a program nearly falls into: groups with rows of their own, and the rows that join them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import Program
from solvers.decomposition.block import Block, block

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Structure:
    """The blocks of a program, the rows that join them, and the columns that belong to all.

    ``linking`` and ``shared`` are indices into the program's rows and columns.
    """

    blocks: tuple[Block, ...]
    linking: Array
    shared: Array

    @property
    def searchable(self) -> bool:
        """Whether every block can be searched: what its auxiliary columns may be follows from its choices row by row."""
        return all(block.searchable for block in self.blocks)


def structure(program: Program) -> Structure:
    """Return the structure of a program, by the group of its columns."""
    names, group = np.unique(program.group, return_inverse=True)
    member = sparse.csr_array((np.ones(len(group)), (np.arange(len(group)), group)), shape=(len(group), len(names)))
    touches = sparse.csr_array((program.matrix != 0).astype(float) @ member)
    counts = np.diff(touches.indptr)
    own = np.full(len(counts), -1)
    single = counts == 1
    single[single] = names[touches.indices[touches.indptr[:-1][single]]] >= 0
    own[single] = touches.indices[touches.indptr[:-1][single]]
    linking = np.flatnonzero(~single)
    joined = sparse.csc_array(program.matrix[linking])
    blocks = tuple(
        block(program, np.flatnonzero(group == g), np.flatnonzero(own == g), joined) for g in np.flatnonzero(names >= 0)
    )
    return Structure(blocks, linking, np.flatnonzero(names[group] < 0))
