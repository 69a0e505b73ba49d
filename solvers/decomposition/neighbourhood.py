"""Large neighbourhood search: all groups but a few stay as they are, and the few are chosen anew by a small search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from model.selection.program import Program
from solvers.adaptors.highs import Arrays, search
from solvers.answer import Limits
from solvers.decomposition.pieces import Pieces

Array = np.ndarray[Any, Any]


def clusters(pieces: Pieces, columns: int, rng: np.random.Generator) -> Iterator[Array]:
    """Yield the groups of one round in random order, in clusters of about so many columns."""
    cluster: list[int] = []
    size = 0
    for g in rng.permutation(len(pieces.columns)):
        cluster.append(int(g))
        size += len(pieces.columns[g])
        if size >= columns:
            yield np.array(cluster)
            cluster, size = [], 0
    if cluster:
        yield np.array(cluster)


def improve(program: Program, pieces: Pieces, x: Array, cluster: Array, limits: Limits) -> Array:
    """Return a choice at least as good as ``x`` that differs from it in the cluster's groups alone."""
    free = np.concatenate([pieces.columns[g] for g in cluster])
    rows = np.concatenate([*(pieces.rows[g] for g in cluster), pieces.links])
    matrix = program.matrix[rows]
    part = matrix[:, free]
    elsewhere = matrix @ x - part @ x[free]
    what = Arrays(program.objective[free], part, program.lower[rows] - elsewhere, program.upper[rows] - elsewhere)
    found = search(what, limits, start=x[free])
    if found.x is None or program.objective[free] @ (np.round(found.x) - x[free]) <= 0:
        return x
    better = x.copy()
    better[free] = np.round(found.x)
    return better
