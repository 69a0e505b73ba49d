"""A malformed register is refused with every fault at once."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import raw_counties, raw_villages

from model.errors import InputError
from model.register import check


def faults_of(villages: pd.DataFrame, counties: pd.DataFrame | None = None) -> set[tuple[str, str, int | None]]:
    with pytest.raises(InputError) as refused:
        check.build(villages, raw_counties() if counties is None else counties)
    return {(fault.problem, fault.column, fault.row) for fault in refused.value.faults}


def test_a_clean_register_is_taken() -> None:
    register = check.build(raw_villages(6), raw_counties())
    assert list(register.villages["village_id"]) == sorted(register.villages["village_id"])
    assert register.villages["creation_enthusiasm"].all()
    assert not register.villages["hidden_debt_risk"].any()
    assert not register.synthetic


def test_four_faults_of_four_kinds_are_reported_together() -> None:
    raw = raw_villages(6)
    raw.loc[4, "village_id"] = raw.loc[3, "village_id"]
    raw.loc[5, "households"] = "-12"
    raw.loc[6, "county_code"] = "229999"
    raw = raw.rename(columns={"households": "housholds"})
    assert faults_of(raw) == {
        ("unknown heading", "housholds", 1),
        ("village_id appears again (first in row 3)", "village_id", 4),
        ("value is out of range", "housholds", 5),
        ("county is not in the county table", "county_code", 6),
    }


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("village_id", "2.20101E+11", "the code lost digits: a spreadsheet made a number of it"),
        ("village_id", "", "required cell is empty"),
        ("households", "三百", "cell cannot be read"),
        ("households", "12.5", "not a whole number"),
        ("households", "50%", "a percentage where the column has another unit"),
        ("households", "inf", "cell cannot be read"),
        ("longitude", "200", "value is out of range"),
        ("accepted", "maybe", "cell cannot be read"),
        ("village_type", "其他", "cell cannot be read"),
        ("industry_base", "6", "value is out of range"),
        ("name", "=HYPERLINK(1)", "text looks like a formula"),
        ("score", "101", "value is out of range"),
        ("paid_elsewhere", "T16.1;T99", "no such task"),
        ("paid_elsewhere", "19.1", "a spreadsheet makes 19.1 of 19.10: which task is meant?"),
    ],
)
def test_a_bad_cell_is_named(column: str, value: str, problem: str) -> None:
    raw = raw_villages(6)
    raw.loc[3, column] = value
    assert (problem, column, 3) in faults_of(raw)


def test_one_unreadable_cell_hides_no_other_fault_of_its_column() -> None:
    raw = raw_villages(6)
    raw.loc[3, "households"], raw.loc[5, "households"] = "三百", "-5"
    found = faults_of(raw)
    assert {("cell cannot be read", "households", 3), ("value is out of range", "households", 5)} <= found


def test_chinese_headings_full_width_digits_and_words_are_understood() -> None:
    raw = raw_villages(6).rename(columns={"village_id": "村代码", "households": "户数", "village_type": "村庄类型"})
    raw.loc[2, "户数"] = "１，２３４"
    raw.loc[2, "村庄类型"] = "特色发展类"
    villages = check.build(raw, raw_counties()).villages
    assert villages["households"].iloc[0] == 1234
    assert villages["village_type"].iloc[0] == "tese"


def test_tasks_paid_elsewhere_are_read_however_they_are_parted() -> None:
    raw = raw_villages(6).assign(paid_elsewhere="")
    raw.loc[2, "paid_elsewhere"] = "19.2、T16.1，t14"
    villages = check.build(raw, raw_counties()).villages
    assert villages["paid_elsewhere"].tolist() == ["T14;T16.1;T19.2", *[""] * 5]


def test_a_missing_required_column_is_named() -> None:
    assert ("required column is missing", "village_plan", 1) in faults_of(raw_villages(6).drop(columns="village_plan"))


def test_faults_of_both_tables_come_together() -> None:
    raw, counties = raw_villages(6), raw_counties()
    raw.loc[2, "households"] = "x"
    counties.loc[2, "bond_quota_wan_yuan_2024"] = "-1"
    assert {column for _, column, _ in faults_of(raw, counties)} == {"households", "bond_quota_wan_yuan_2024"}


def test_shares_in_a_percentage_column_are_a_fault_not_a_guess() -> None:
    raw = raw_villages(6).assign(lamp_pct=["0.8", "0.5", "1", "0.25", "0", "0.6"])
    assert {problem for problem, column, _ in faults_of(raw) if column == "lamp_pct"} == {
        "all values of this percentage lie between 0 and 1: shares or per cent?"
    }
    assert check.build(raw.assign(lamp_pct=["80", "50%", "1", "25", "0", "60"]), raw_counties()).villages["lamp_pct"].max() == 80


def test_unknown_headings_and_blanks_are_noted() -> None:
    raw = raw_villages(6).assign(备注="x", income_yuan=["18100", "", "18200", "", "18300", "18400"])
    notes = check.read(raw, raw_counties()).notes
    assert "register: column 备注 is not used" in notes
    assert "register: income_yuan: 2 blanks will be derived" in notes
