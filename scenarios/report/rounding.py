"""Rounding: two values, their difference and its interval are read with the same decimals, so that they add up."""

from __future__ import annotations

from collections.abc import Mapping

VALUES = ("first", "second")
APART = ("difference", "ci_low", "ci_high")


MOST = 3


def decimals(difference: float, low: float, high: float) -> int:
    """Return how many decimals a difference is read with: none from ten on, one from one on; an end beside zero never reads 0."""
    size = abs(difference)
    digits = 0 if size >= 10 else 1 if size >= 1 else 2
    nearer = min(abs(low), abs(high)) if low * high > 0 else size
    while digits < MOST and nearer and not round(nearer, digits):
        digits += 1
    return digits


def rounded(row: Mapping[str, float], scale: float = 1.0) -> dict[str, str]:
    """Return both values, their difference and its interval as they are read; what is apart carries its sign."""
    scaled = {key: float(row[key] * scale) for key in (*VALUES, *APART)}
    digits = decimals(*(scaled[key] for key in APART))
    signed = dict.fromkeys(VALUES, "") | dict.fromkeys(APART, "+")
    return {key: f"{round(scaled[key], digits) + 0.0:{sign},.{digits}f}" for key, sign in signed.items()}
