r"""Weighing (赋权): weights stated, from paired comparisons (AHP), or from the data (entropy, CRITIC).

Weights are shares that add up to one.

.. math:: w^{AHP} \propto v_{\max}(A), \quad CR = \frac{(\lambda_{\max} - n)/(n - 1)}{RI_n}

.. math:: w^{entropy}_j \propto 1 + \frac{1}{\ln m} \sum_i p_{ij} \ln p_{ij}, \quad p_{ij} = \frac{x_{ij}}{\sum_i x_{ij}}

.. math:: w^{CRITIC}_j \propto \sigma_j \sum_k (1 - r_{jk})

AHP: Saaty 1977; entropy: Shannon 1948, as used by Hwang and Yoon 1981; CRITIC: Diakoulaki, Mavrotas and Papayannakis 1995.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]
RANDOM_INDEX = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
MOST_INCONSISTENT = 0.1  # Saaty's limit of the consistency ratio


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Return each weight over their sum. Raises ``ValueError`` when the sum is not above 0."""
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("weights must add up to more than 0")
    return {name: weight / total for name, weight in weights.items()}


def weighted(points: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """Return the weighted mean of the columns, one value per row, in the columns' unit."""
    return sum((points[name] * share for name, share in shares(weights).items()), start=pd.Series(0.0, index=points.index))


def ahp(comparisons: Sequence[Sequence[float]]) -> tuple[Array, float]:
    """Return the weights of a matrix of paired comparisons and its consistency ratio.

    Raises ``ValueError`` where the matrix is not square, positive and reciprocal.
    """
    matrix = np.array(comparisons, dtype=float)
    n = len(matrix)
    if matrix.shape != (n, n) or n not in RANDOM_INDEX:
        raise ValueError(f"paired comparisons are a square table of at most {max(RANDOM_INDEX)} rows")
    if (matrix <= 0).any() or not np.allclose(matrix * matrix.T, 1.0, rtol=1e-2):
        raise ValueError("paired comparisons are positive, 1 on the diagonal, and reciprocal: a[j][i] = 1 / a[i][j]")
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    vector = np.abs(vectors[:, largest].real)
    index = (values[largest].real - n) / (n - 1) if n > 2 else 0.0
    ratio = index / RANDOM_INDEX[n] if RANDOM_INDEX[n] else 0.0
    return vector / vector.sum(), max(0.0, float(ratio))


def entropy(points: Array) -> Array:
    """Return entropy weights of the columns of a table of points, shape (rows, columns); equal where nothing varies."""
    total = points.sum(axis=0)
    share = np.divide(points, total, out=np.full(points.shape, 1.0 / len(points)), where=total > 0)
    logs = np.log(np.where(share > 0, share, 1.0))
    spread = np.maximum(0.0, 1.0 + (share * logs).sum(axis=0) / np.log(max(len(points), 2)))
    return _or_equal(spread)


def critic(points: Array) -> Array:
    """Return CRITIC weights of the columns: what varies much and goes little with the others weighs more."""
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = np.divide(points - low, high - low, out=np.zeros(points.shape), where=high > low)
    sigma = scaled.std(axis=0, ddof=1)
    centred = (scaled - scaled.mean(axis=0)) / np.where(sigma > 0, sigma, 1.0)
    correlation = centred.T @ centred / (len(points) - 1)
    return _or_equal(sigma * (1.0 - correlation).sum(axis=1))


def _or_equal(weights: Array) -> Array:
    total = weights.sum()
    return np.asarray(weights / total if total > 1e-12 else np.full(len(weights), 1.0 / len(weights)))
