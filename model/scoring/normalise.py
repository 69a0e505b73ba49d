"""Normalisation (标准化): an indicator becomes points from 0 to 100, in its own direction."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def attainment(values: Array, target: float, direction: str = "up") -> Array:
    """Return how much of a target is reached, 0-100; ``values`` and ``target`` share a unit.

    Where less is better (``down``) each unit above the target takes all of it away.
    """
    if direction == "down":
        return np.clip(100.0 * (1.0 - (values - target)), 0.0, 100.0)
    return np.clip(100.0 * values / target, 0.0, 100.0) if target > 0 else np.where(values >= target, 100.0, 0.0)
