"""Weighing (赋权): stated weights become shares that add up to one."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd


def shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Return each weight over their sum. Raises ``ValueError`` when the sum is not above 0."""
    total = sum(weights.values())
    if total <= 0:
        raise ValueError("weights must add up to more than 0")
    return {name: weight / total for name, weight in weights.items()}


def weighted(points: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """Return the weighted mean of the columns, one value a row, in the columns' unit."""
    return sum((points[name] * share for name, share in shares(weights).items()), start=pd.Series(0.0, index=points.index))
