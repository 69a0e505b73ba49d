"""Debt service, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from model.money.debt import fees, interest, outstanding, principal, service
from model.money.settings import Debt

TERMS = Debt(term_years=3, first_rate_year=2023, rates=[0.03, 0.02], refinanced_share=0.5, issue_fee=0.001)
YEARS = np.array([2023, 2024])


def test_a_bond_by_hand() -> None:
    issued = np.array([1000.0, 500.0])
    costs, life = service(YEARS, TERMS)
    assert life.tolist() == [2023, 2024, 2025, 2026, 2027]
    by_hand = [1.0, 30.0 + 0.5, 30.0 + 10.0, 30.0 + 10.0 + 500.0, 10.0 + 250.0]
    assert issued @ costs == pytest.approx(by_hand)
    assert issued @ outstanding(YEARS, life, TERMS) == pytest.approx([1000.0, 1500.0, 1500.0, 500.0, 0.0])


def test_each_yuan_pays_its_rate_for_the_term_and_comes_back_once() -> None:
    life = np.arange(2023, 2035)
    assert interest(YEARS, life, TERMS).sum(axis=1) == pytest.approx([0.09, 0.06])
    assert principal(YEARS, life, TERMS).sum(axis=1).tolist() == [1.0, 1.0]
    assert fees(YEARS, life, TERMS).sum(axis=1) == pytest.approx([0.001, 0.001])


def test_rates_stand_for_years_outside_their_list() -> None:
    assert [TERMS.rate(year) for year in (2020, 2023, 2024, 2031)] == [0.03, 0.03, 0.02, 0.02]
