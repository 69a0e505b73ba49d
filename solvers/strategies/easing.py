r"""Easing: rows give way together, and no choice lets them give way by less than a bound says.

.. math:: \min e \quad \text{s.t.} \quad A x + s^- e \ge l, \quad A x - s^+ e \le u, \quad x \in [0, 1]^n, \ e \ge 0

The bound is that of the relaxation, worked out again from its prices (weak duality), so no solver is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import sparse

from model.selection.labels import Labels
from model.selection.program import Program, RowBlock, Term
from solvers.adaptors import highs
from solvers.decomposition.bounds import relaxation_bound

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Ease:
    """Rows of a program that give way on one side: each by ``step`` times a size that all of them share."""

    rows: Array  # [r] indices of rows
    step: Array  # [r]
    side: Literal["lower", "upper"]


def least(program: Program, eases: Sequence[Ease], most: float, seconds: float = float("inf")) -> float:
    """Return what the shared size must be at least; ``most`` is a size that is certainly enough, or infinite.

    Raises ``TimeoutError`` where the seconds do not suffice.
    """
    wide = eased(program, eases, most)
    value, prices = highs.relax(highs.arrays(wide), seconds)
    return most if value == float("-inf") else max(0.0, -relaxation_bound(wide, prices))


def eased(program: Program, eases: Sequence[Ease], most: float) -> Program:
    """Return the program whose rows may give way, by a size between 0 and ``most`` in its last column, its only aim."""
    blank = (np.array(["ease" if i == 0 else ""], dtype=object) for i in range(len(program.columns.parts)))
    parts = (
        np.concatenate([np.asarray(part, dtype=object), new]) for part, new in zip(program.columns.parts, blank, strict=True)
    )
    return replace(
        program,
        columns=Labels(tuple(parts)),
        terms=(Term("easing", 1.0, np.append(np.zeros(len(program.columns)), -1.0)),),
        blocks=tuple(_blocks(program, eases)),
        group=np.append(program.group, -1),
        auxiliary=np.concatenate([program.auxiliary, [[0.0, most]]]),
        part=None if program.part is None else np.append(program.part, -1),
    )


def _blocks(program: Program, eases: Sequence[Ease]) -> list[RowBlock]:
    """Return all rows over one more column; the other side of a row that gives way stands in a row of its own."""
    down, up = np.zeros(len(program.lower)), np.zeros(len(program.lower))
    for ease in eases:
        (down if ease.side == "lower" else up)[ease.rows] = ease.step
    first, blocks = 0, []
    for block in program.blocks:
        here = slice(first, first + len(block.labels))
        eased_low, eased_high = down[here] > 0, up[here] > 0
        lower, upper = np.where(eased_high, -np.inf, block.lower), np.where(eased_low, np.inf, block.upper)
        blocks.append(_wide(block, down[here] - up[here], lower, upper))
        lower, upper = np.where(eased_high, block.lower, -np.inf), np.where(eased_low, block.upper, np.inf)
        if np.isfinite(lower).any() or np.isfinite(upper).any():
            blocks.append(_wide(block, np.zeros(len(block.labels)), lower, upper))
        first = here.stop
    return blocks


def _wide(block: RowBlock, more: Array, lower: Array, upper: Array) -> RowBlock:
    matrix = sparse.csr_array(sparse.hstack([block.matrix, sparse.csr_array(more[:, None])], format="csr"))
    return replace(block, matrix=matrix, lower=lower, upper=upper)
