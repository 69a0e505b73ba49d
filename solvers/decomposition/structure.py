"""The structure a program nearly falls into: rows of one group, and rows that join groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import Program

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class BlockStructure:
    """Columns and own rows of each group, and the linking rows.

    ``columns[g]`` and ``rows[g]`` are indices into the program; ``linking`` those of rows that touch several groups or none;
    ``shared`` the columns that belong to all groups.
    """

    columns: tuple[Array, ...]
    rows: tuple[Array, ...]
    linking: Array
    shared: Array


def block_structure(program: Program) -> BlockStructure:
    """Return the structure of a program, by the group of its columns."""
    names, group = np.unique(program.group, return_inverse=True)
    member = sparse.csr_array((np.ones(len(group)), (np.arange(len(group)), group)), shape=(len(group), len(names)))
    touches = sparse.csr_array((program.matrix != 0).astype(float) @ member)
    counts = np.diff(touches.indptr)
    own = np.full(len(counts), -1)
    single = counts == 1
    single[single] = names[touches.indices[touches.indptr[:-1][single]]] >= 0
    own[single] = touches.indices[touches.indptr[:-1][single]]
    groups = np.flatnonzero(names >= 0)
    columns = tuple(np.flatnonzero(group == g) for g in groups)
    rows = tuple(np.flatnonzero(own == g) for g in groups)
    return BlockStructure(columns, rows, np.flatnonzero(~single), np.flatnonzero(names[group] < 0))
