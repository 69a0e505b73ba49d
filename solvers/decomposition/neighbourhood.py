"""Large neighbourhood search: all groups but a few stay as they are, and the few are chosen anew by a small search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE, Program
from solvers.adaptors.highs import Arrays, search
from solvers.answer import Limits
from solvers.decomposition.structure import BlockStructure

Array = np.ndarray[Any, Any]
LEAST_GAIN = 1e-9


def clusters(structure: BlockStructure, columns: int, rng: np.random.Generator) -> Iterator[Array]:
    """Yield the groups of one round in random order, in clusters of about so many columns."""
    cluster: list[int] = []
    size = 0
    for g in rng.permutation(len(structure.columns)):
        cluster.append(int(g))
        size += len(structure.columns[g])
        if size >= columns:
            yield np.array(cluster)
            cluster, size = [], 0
    if cluster:
        yield np.array(cluster)


def improve(program: Program, structure: BlockStructure, x: Array, cluster: Array, limits: Limits) -> Array:
    """Return a choice at least as good as ``x`` that differs from it in the cluster's groups alone."""
    free = np.concatenate([*(structure.columns[g] for g in cluster), structure.shared])
    rows = np.concatenate([*(structure.rows[g] for g in cluster), structure.linking])
    matrix = program.matrix[rows]
    part = matrix[:, free]
    elsewhere = matrix @ x - part @ x[free]
    integer = free < program.binaries
    what = Arrays(
        objective=program.objective[free],
        matrix=part,
        lower=program.lower[rows] - elsewhere,
        upper=program.upper[rows] - elsewhere,
        low=program.low[free],
        high=program.high[free],
        integer=integer,
    )
    outcome = search(what, limits, start=x[free])
    if outcome.x is None:
        return x
    chosen = np.where(integer, np.round(outcome.x), outcome.x)
    if program.objective[free] @ (chosen - x[free]) <= LEAST_GAIN:
        return x
    better = x.copy()
    better[free] = chosen
    return better if program.violation(better) <= TOLERANCE else x
