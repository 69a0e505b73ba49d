"""Draws: years, works and classes add up to the cent."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.money.draws import by_year, work_by_year
from model.money.settings import SpecialBonds

PROFILES = some.sampled_from([[1.0], [0.6, 0.4], [1 / 3, 1 / 3, 1 / 3], [0.0, 1.0], [0.25, 0.25, 0.25, 0.25]])
COSTS = some.lists(some.integers(0, 10**8), min_size=1, max_size=12)


@given(COSTS, PROFILES)
def test_nothing_is_lost_over_the_years(cents, profile) -> None:
    spread = by_year(np.array(cents), profile)
    assert (spread.sum(axis=1) == cents).all()
    assert (spread >= 0).all()
    assert (np.abs(spread - np.outer(cents, profile)) <= 1).all()


@given(COSTS, PROFILES)
def test_works_paid_in_turn_add_up_both_ways(cents, profile) -> None:
    paid = work_by_year(np.array(cents), profile)
    assert (paid.sum(axis=1) == cents).all()
    assert (paid.sum(axis=0) == by_year(np.array(sum(cents)), profile)).all()
    assert (paid >= 0).all()


def test_works_are_paid_one_after_another() -> None:
    paid = work_by_year(np.array([500, 0, 300, 200]), [0.6, 0.4])
    assert paid.tolist() == [[500, 0], [0, 0], [100, 200], [0, 200]]


def test_special_bonds_carry_what_income_covers() -> None:
    terms = SpecialBonds(annual_income=0.08, coverage=1.2, term_years=15, rate=0.03)
    borrowed = terms.most * 100.0
    income, due = 0.08 * 15 * 100.0, borrowed * (1 + 0.03 * 15)
    assert income / due == pytest.approx(1.2)
    assert SpecialBonds(annual_income=0.2, coverage=1.0, term_years=20, rate=0.0).most == 1.0
