"""Eligibility names the clause of each failed condition."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import raw_counties, raw_villages

from model.errors import InputError
from model.register import check
from model.register.eligibility import eligibility
from scenarios import study
from scenarios.world.load import load

LAST = 2027


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
        ("village_type", "搬迁撤并类", "P23-TYPE"),
        ("created_year", "2027", "P23-POOL"),
    ],
)
def test_each_condition_excludes(column: str, cell: str, clause: str) -> None:
    raw = raw_villages(4).assign(industry_base="3", party_leadership="3")
    raw.loc[3, column] = cell
    table = eligibility(check.build(raw, raw_counties()), load("baseline").eligibility, LAST)
    assert list(table["eligible"]).count(False) == 1
    assert table.loc[~table["eligible"], "failed_conditions"].item() == clause


def test_a_condition_can_be_switched_off() -> None:
    raw = raw_villages(4).assign(industry_base="3", party_leadership="3", hidden_debt_risk="是")
    asked = load("baseline", {"eligibility.no_hidden_debt_risk": False}).eligibility
    assert eligibility(check.build(raw, raw_counties()), asked, LAST)["eligible"].all()


def test_a_countys_standing_excludes_its_villages() -> None:
    counties = raw_counties().assign(hidden_debt_risk=["0", "1"])
    raw = raw_villages(4).assign(industry_base="3", party_leadership="3")
    register = check.build(raw, counties)
    table = eligibility(register, load("baseline").eligibility, LAST)
    risky = (register.villages["county_code"] == "220102").tolist()
    assert table["eligible"].tolist() == [not one for one in risky]
    assert set(table["failed_conditions"][risky]) == {"P23-DECL-4"}


def test_silence_about_hidden_debt_is_a_fault_and_so_is_a_blank() -> None:
    villages = raw_villages(4).drop(columns="hidden_debt_risk")
    with pytest.raises(InputError, match="required column is missing"):
        check.build(villages, raw_counties())
    with pytest.raises(InputError, match="required cell is empty"):
        check.build(villages, raw_counties().assign(hidden_debt_risk=["0", ""]))
    assert len(check.build(villages, raw_counties().assign(hidden_debt_risk="0")).villages) == 4


def test_the_pool_grows_and_a_cohort_takes_only_who_is_in() -> None:
    raw = raw_villages(6).assign(industry_base="3", party_leadership="3")
    raw.loc[3, "created_year"] = "2024"
    prepared = study.prepare(load("baseline"), check.build(raw, raw_counties()))
    choices, horizon = prepared.problem.choices, prepared.problem.horizon
    late = raw.loc[3, "village_id"]
    mine = prepared.problem.villages.ids[choices.village] == late
    assert horizon.cohorts[choices.cohort[mine]].min() == 2025
    assert horizon.cohorts[choices.cohort[~mine]].min() == 2023
    early = pd.DataFrame({"village_id": [late], "cohort": [2024], "package": ["standard"]})
    assert [f.rule for f in study.check(early, prepared) if f.where == late] == ["eligible_only"]
