"""Rounding: two values, their difference and its interval are read with the same decimals, so that they add up."""

from __future__ import annotations

from collections.abc import Mapping

VALUES = ("first", "second")
APART = ("difference", "ci_low", "ci_high")


def decimals(difference: float) -> int:
    """Return how many decimals a difference is read with: none from ten on, at most two."""
    size = abs(difference)
    return 0 if size >= 10 else 1 if size >= 1 else 2


def rounded(row: Mapping[str, float], scale: float = 1.0) -> dict[str, str]:
    """Return both values, their difference and its interval as they are read; what is apart carries its sign."""
    digits = decimals(row["difference"] * scale)
    signed = dict.fromkeys(VALUES, "") | dict.fromkeys(APART, "+")
    return {key: f"{round(float(row[key] * scale), digits) + 0.0:{sign},.{digits}f}" for key, sign in signed.items()}
