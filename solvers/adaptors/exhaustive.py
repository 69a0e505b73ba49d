"""Exhaustive search: every choice of a small program, the oracle of the tests."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from model.errors import usage
from model.selection.program import TOLERANCE, Program
from solvers.answer import Answer, Limits, certify, infeasible

Array = np.ndarray[Any, Any]
MOST_COLUMNS = 22
CHUNK = 1 << 16


def solve(program: Program, limits: Limits) -> Answer:
    """Try every choice. Raises :class:`InputError` above 22 columns."""
    n = len(program.columns)
    if n > MOST_COLUMNS:
        raise usage(
            "the program is too large for exhaustive search",
            "Use decomposed, highs or cbc.",
            value=f"{n} columns",
            expected=f"at most {MOST_COLUMNS}",
        )
    started = time.perf_counter()
    matrix = program.matrix.toarray()
    best: Array | None = None
    value = -np.inf
    for first in range(0, 1 << n, CHUNK):
        numbers = np.arange(first, min(first + CHUNK, 1 << n))
        choices = (numbers[:, None] >> np.arange(n)) & 1
        activity = choices @ matrix.T
        fits = ((activity >= program.lower - TOLERANCE) & (activity <= program.upper + TOLERANCE)).all(axis=1)
        worth = np.where(fits, choices @ program.objective, -np.inf)
        i = int(np.argmax(worth))
        if worth[i] > value:
            best, value = choices[i].astype(float), float(worth[i])
    seconds = time.perf_counter() - started
    if best is None:
        return infeasible("exhaustive", seconds)
    return certify(program, best, value, limits, solver="exhaustive", stopped_by="gap", seconds=seconds, nodes=1 << n)
