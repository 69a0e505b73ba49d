"""Costs: given amounts are kept, missing ones derived by the documented rule."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from worlds import raw_counties, raw_villages

from model.register import check
from model.register.money import standard_costs
from scenarios.load import load


def test_missing_amounts_follow_households() -> None:
    raw = raw_villages(3).assign(households=["100", "200", "400"], general_bond_wan_yuan=["", "", "777"])
    costs = standard_costs(check.build(raw, raw_counties()).villages, load("baseline").money)
    by_size = sorted(costs["general_bond_wan_yuan"])
    assert by_size == [777.0, pytest.approx(1000 * 0.5**0.35, abs=0.01), 1000.0]
    assert (costs["total_cost_wan_yuan"] == (costs["general_bond_wan_yuan"] * 1.6).round(2)).all()


def test_the_payment_profile_must_add_up() -> None:
    with pytest.raises(ValidationError, match="add up to 1"):
        load("baseline").money.model_validate({**load("baseline").money.model_dump(), "payment_profile": [0.6, 0.6]})
