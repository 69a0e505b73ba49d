"""Exhaustive search: every choice of a small program, the oracle of the tests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

from model.errors import usage
from model.selection.program import TOLERANCE, Program
from solvers.adaptors import highs
from solvers.answer import Answer, Limits, certify, infeasible

Array = np.ndarray[Any, Any]
MOST_COLUMNS = 22
CHUNK = 1 << 16


def solve(program: Program, limits: Limits) -> Answer:
    """Try every choice. Raises :class:`InputError` above 22 columns."""
    n = program.binaries
    if n > MOST_COLUMNS:
        raise usage(
            "the program is too large for exhaustive search",
            "Use decomposed, highs or cbc.",
            value=f"{n} columns",
            expected=f"at most {MOST_COLUMNS}",
        )
    started = time.perf_counter()
    best: Array | None = None
    value = -np.inf
    for choices in _fitting(program):
        for choice in choices:
            point = highs.completed(program, np.concatenate([choice, program.low[n:]]))
            if point is not None and program.value(point) > value:
                best, value = point, program.value(point)
    seconds = time.perf_counter() - started
    if best is None:
        return infeasible("exhaustive", seconds)
    return certify(program, best, value, limits, solver="exhaustive", stopped_by="gap", seconds=seconds, nodes=1 << n)


def _fitting(program: Program) -> Iterator[Array]:
    """Yield, chunk by chunk, the choices that no row of choices alone forbids; where all are choices, the best alone."""
    n = program.binaries
    pure = np.diff(sparse.csr_array(program.matrix[:, n:]).indptr) == 0
    matrix, lower, upper = program.matrix[:, :n].toarray()[pure], program.lower[pure], program.upper[pure]
    for first in range(0, 1 << n, CHUNK):
        numbers = np.arange(first, min(first + CHUNK, 1 << n))
        choices = ((numbers[:, None] >> np.arange(n)) & 1).astype(float)
        activity = choices @ matrix.T
        fits = ((activity >= lower - TOLERANCE) & (activity <= upper + TOLERANCE)).all(axis=1)
        choices = choices[fits]
        if n == len(program.columns) and len(choices):
            choices = choices[[int(np.argmax(choices @ program.objective))]]
        yield choices
