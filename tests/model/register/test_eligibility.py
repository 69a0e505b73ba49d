"""Eligibility names the clause of each failed condition."""

from __future__ import annotations

import pytest
from worlds import raw_counties, raw_villages

from model.register import check
from model.register.eligibility import eligibility
from scenarios.world.load import load


@pytest.mark.parametrize(
    ("column", "cell", "clause"),
    [
        ("accepted", "0", "P23-POOL"),
        ("industry_base", "1", "P23-DECL-1"),
        ("operation_plan", "否", "P23-DECL-1"),
        ("party_leadership", "1", "P23-DECL-2"),
        ("creation_enthusiasm", "0", "P23-DECL-3"),
        ("hidden_debt_risk", "是", "P23-DECL-4"),
        ("village_plan", "0", "P23-PLAN"),
        ("resident_consent", "0", "P23-FARMER"),
    ],
)
def test_each_condition_excludes(column: str, cell: str, clause: str) -> None:
    raw = raw_villages(4).assign(industry_base="3", party_leadership="3")
    raw.loc[3, column] = cell
    table = eligibility(check.build(raw, raw_counties()), load("baseline").eligibility)
    assert list(table["eligible"]).count(False) == 1
    assert table.loc[~table["eligible"], "failed_conditions"].item() == clause


def test_a_condition_can_be_switched_off() -> None:
    raw = raw_villages(4).assign(industry_base="3", party_leadership="3", hidden_debt_risk="是")
    asked = load("baseline", {"eligibility.no_hidden_debt_risk": False}).eligibility
    assert eligibility(check.build(raw, raw_counties()), asked)["eligible"].all()
