"""Debt service (还本付息): interest, fee and principal of the bonds over their life."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.money.settings import Debt

Array = np.ndarray[Any, Any]


def service(years: Array, debt: Debt) -> tuple[Array, Array]:
    """Return what one yuan drawn in each year costs in each year of the bonds' life, and those years.

    The matrix has shape (years, life): the fee in the year of issue, interest in each later year of the term, and at its end the
    part of the principal that is not refinanced.
    """
    life = np.arange(years[0], years[-1] + debt.term_years + 1)
    parts = [fees(years, life, debt), interest(years, life, debt), (1.0 - debt.refinanced_share) * principal(years, life, debt)]
    return np.sum(parts, axis=0), life


def fees(years: Array, life: Array, debt: Debt) -> Array:
    """Return the fee of issue for each yuan drawn, shape (years, life)."""
    return np.asarray(debt.issue_fee * (life[None, :] == years[:, None]))


def interest(years: Array, life: Array, debt: Debt) -> Array:
    """Return the interest on each yuan drawn: from the year after issue to the end of the term, shape (years, life)."""
    age = life[None, :] - years[:, None]
    rate = np.array([debt.rate(int(year)) for year in years])[:, None]
    return np.asarray(rate * ((age >= 1) & (age <= debt.term_years)))


def principal(years: Array, life: Array, debt: Debt) -> Array:
    """Return the principal that falls due of each yuan drawn, shape (years, life)."""
    return np.asarray((life[None, :] - years[:, None] == debt.term_years).astype(float))


def outstanding(years: Array, life: Array, debt: Debt) -> Array:
    """Return what is still owed at the end of each year of each yuan drawn, before refinancing, shape (years, life)."""
    age = life[None, :] - years[:, None]
    return np.asarray(((age >= 0) & (age < debt.term_years)).astype(float))
