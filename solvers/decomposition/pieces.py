"""The pieces a program nearly falls into: rows of one group, and rows that join groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import Program

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Pieces:
    """Columns and own rows of each group, and the linking rows.

    ``columns[g]`` and ``rows[g]`` are indices into the program; ``links`` those of rows that touch several groups or none.
    """

    columns: tuple[Array, ...]
    rows: tuple[Array, ...]
    links: Array


def split(program: Program) -> Pieces:
    """Return the pieces of a program, by the group of its columns."""
    names, group = np.unique(program.group, return_inverse=True)
    member = sparse.csr_array((np.ones(len(group)), (np.arange(len(group)), group)), shape=(len(group), len(names)))
    touches = sparse.csr_array((program.matrix != 0).astype(float) @ member)
    counts = np.diff(touches.indptr)
    own = np.full(len(counts), -1)
    single = counts == 1
    own[single] = touches.indices[touches.indptr[:-1][single]]
    columns = tuple(np.flatnonzero(group == g) for g in range(len(names)))
    rows = tuple(np.flatnonzero(own == g) for g in range(len(names)))
    return Pieces(columns, rows, np.flatnonzero(~single))
