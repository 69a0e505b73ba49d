"""Parts: a group of a program on its own, as a program: its columns, and the rows that hold no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.labels import Labels
from model.selection.program import Program, RowBlock

Array = np.ndarray[Any, Any]


def parts(program: Program) -> Iterator[Program]:
    """Yield each group of a program of several groups, on its own."""
    groups = np.unique(program.group[program.group >= 0])
    if len(groups) > 1:
        yield from (_part(program, program.group == group) for group in groups)


def _part(program: Program, mine: Array) -> Program:
    columns = np.flatnonzero(mine)
    blocks = tuple(kept for block in program.blocks if (kept := _rows(block, mine, columns)) is not None)
    return replace(
        program,
        columns=Labels(tuple(part[columns] for part in program.columns.parts)),
        terms=tuple(replace(term, coefficients=term.coefficients[columns]) for term in program.terms),
        blocks=blocks,
        group=program.group[columns],
        auxiliary=program.auxiliary[columns[columns >= program.binaries] - program.binaries],
        part=None if program.part is None else program.part[columns],
    )


def _rows(block: RowBlock, mine: Array, columns: Array) -> RowBlock | None:
    """Return the rows of a rule that hold columns of the group and no others."""
    entries = block.matrix != 0
    inside = np.asarray(entries @ mine.astype(float)).ravel()
    rows = np.flatnonzero((inside > 0) & (inside == np.diff(sparse.csr_array(entries).indptr)))
    if not len(rows):
        return None
    labels = Labels(tuple(np.asarray(part)[rows] for part in block.labels.parts))
    ties = None if block.ties is None else block.ties[rows]
    matrix = sparse.csr_array(block.matrix[rows][:, columns])
    return replace(block, labels=labels, matrix=matrix, lower=block.lower[rows], upper=block.upper[rows], ties=ties)
