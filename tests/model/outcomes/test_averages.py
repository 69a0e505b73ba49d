"""Averages: what is off the standard has the reason that made it so, and quotas are what sources say of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.outcomes.averages import REASONS, averages
from model.vocabulary import Plan
from model.words import Words
from scenarios import study
from scenarios.files import tables
from scenarios.report.facts import Facts
from scenarios.report.page import reasons

BAND = (950.0, 1050.0)


def one(bond: float, needs: list[float], left: float) -> str:
    """Return the reason of a county whose two villages take so much, where eligible ones need so much by package."""
    plan = pd.DataFrame({"county_code": "220101", "cohort": [2023, 2024], "general_bond_wan_yuan": bond})
    money = pd.DataFrame({"county_code": ["220101"], "source": "general_bond", "limit_wan_yuan": 4000.0, "left_wan_yuan": left})
    county = np.array(["220101"] * 3, dtype=object)
    table = averages(Plan(plan), county, np.array([needs] * 3), money, BAND)
    (row,) = table[table["scope"] == "county"].to_dict("records")
    assert row["quota_used"] == pytest.approx(1 - left / 4000)
    return str(row["reason"])


def test_each_reason_is_told_where_it_holds() -> None:
    told = [
        one(1000.0, [700.0, 1000.0], 0.0),
        one(800.0, [700.0, 900.0], 0.0),
        one(1200.0, [1100.0, 1300.0], 0.0),
        one(800.0, [700.0, 1000.0], 40.0),
        one(800.0, [700.0, 1000.0], 900.0),
    ]
    assert told == list(REASONS)


def test_every_county_and_cohort_of_a_plan_is_told_of(small_selection: study.Selection) -> None:
    table, plan = small_selection.averages, small_selection.plan.table
    assert len(table) == 1 + plan["cohort"].nunique() + plan["county_code"].nunique()
    whole = table[table["scope"] == "programme"].iloc[0]
    assert whole["mean_bond_wan_yuan"] == pytest.approx(plan["general_bond_wan_yuan"].mean())
    funding = small_selection.money.funding
    paid = funding.loc[funding["source"] == "general_bond", "amount_wan_yuan"].sum()
    assert whole["quota_wan_yuan"] * whole["quota_used"] >= paid - 1e-6
    assert table.loc[table["scope"] == "county", "quota_used"].between(0, 1 + 1e-9).all()


def test_the_page_tells_of_every_county(small_selection: study.Selection, tmp_path: Path) -> None:
    """Codes come back from the file as they went in: a reason that finds no county would be a blank."""
    tables.write(small_selection.averages, tmp_path / "averages.csv")
    facts = Facts(tmp_path, {})
    for scope, wanted in (("county", "county_code"), ("cohort", "cohort")):
        told = reasons(facts, scope, Words("zh"))
        assert set(told) == set(small_selection.plan.table[wanted].astype(str))
        assert all(why for _, why in told.values())
