"""Duality: what multipliers of rows pay, whoever found them."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def paid(multipliers: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return the multipliers, those that ask for an infinite side left out, and what each pays for its side.

    A positive one pays for the upper side of its row, a negative one for the lower.
    """
    side = np.where(multipliers > 0, upper, lower)
    usable = (multipliers != 0) & np.isfinite(side)
    price = np.where(usable, multipliers, 0.0)
    return price, price * np.where(usable, side, 0.0)
