"""Apportionment: a whole number is shared by weights, by largest remainder."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def apportion(total: int, weights: Array, cap: Array | None = None) -> Array:
    """Share a whole number by weights, by largest remainder and never above ``cap``; returns whole numbers."""
    limit = np.full(len(weights), total) if cap is None else cap
    share = np.zeros(len(weights), dtype=np.int64)
    while (left := min(total, int(limit.sum())) - int(share.sum())) > 0:
        room = np.where(share < limit, weights, 0.0)
        if room.sum() == 0:  # what has weight is full: the rest goes to what has room
            room = (share < limit).astype(float)
        exact = left * room / room.sum()
        step = np.floor(exact).astype(np.int64)
        largest = np.argsort(-(exact - step), kind="stable")[: left - int(step.sum())]
        step[largest] += 1
        step = np.minimum(step, limit - share)
        share += step
    return share
