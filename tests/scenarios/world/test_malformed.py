"""Malformed registers, one kind a row: each is refused with just the faults it has."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import raw_counties, raw_villages

from model.errors import InputError
from scenarios.world.intake import read_register

Rows = list[list[str]]
Found = set[tuple[str, str, int | None]]
UNREAD, EMPTY, RANGE = "cell cannot be read", "required cell is empty", "value is out of range"
LOST = "the code lost digits: a spreadsheet made a number of it"


def cell(column: str, value: str, row: int = 3) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[row - 1][rows[0].index(column)] = value

    return change


def heading(old: str, new: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        rows[0][rows[0].index(old)] = new

    return change


def without(column: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        i = rows[0].index(column)
        for row in rows:
            del row[i]

    return change


def added(column: str, *values: str) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for row, value in zip(rows, (column, *values), strict=False):
            row.append(value)

    return change


def both(*changes: Callable[[Rows], None]) -> Callable[[Rows], None]:
    def change(rows: Rows) -> None:
        for each in changes:
            each(rows)

    return change


def again(row: int) -> Callable[[Rows], None]:
    return lambda rows: rows.append(list(rows[row - 1]))


VILLAGES: dict[str, tuple[Callable[[Rows], None], Found]] = {
    "id empty": (cell("village_id", ""), {(EMPTY, "village_id", 3)}),
    "id short": (cell("village_id", "22010290100"), {(UNREAD, "village_id", 3)}),
    "id long": (cell("village_id", "2201029010021"), {(UNREAD, "village_id", 3)}),
    "id with a letter": (cell("village_id", "22010290100O"), {(UNREAD, "village_id", 3)}),
    "id as a rounded number": (cell("village_id", "2.20103E+11"), {(LOST, "village_id", 3)}),
    "id with decimals": (cell("village_id", "220102901002.5"), {(UNREAD, "village_id", 3)}),
    "id twice": (again(2), {("village_id appears again (first in row 2)", "village_id", 8)}),
    "id three times": (
        both(again(2), again(2)),
        {
            ("village_id appears again (first in row 2)", "village_id", 8),
            ("village_id appears again (first in row 2)", "village_id", 9),
        },
    ),
    "county unknown": (cell("county_code", "229999"), {("county is not in the county table", "county_code", 3)}),
    "county empty": (cell("county_code", ""), {(EMPTY, "county_code", 3)}),
    "county as a name": (cell("county_code", "农安县"), {(UNREAD, "county_code", 3)}),
    "county too short": (cell("county_code", "22010"), {(UNREAD, "county_code", 3)}),
    "name empty": (cell("name", " "), {(EMPTY, "name", 3)}),
    "name a formula": (cell("name", "=A1"), {("text looks like a formula", "name", 3)}),
    "name a command": (cell("name", "@SUM(A1)"), {("text looks like a formula", "name", 3)}),
    "households negative": (cell("households", "-12"), {(RANGE, "households", 3)}),
    "households zero": (cell("households", "0"), {(RANGE, "households", 3)}),
    "households a fraction": (cell("households", "12.5"), {("not a whole number", "households", 3)}),
    "households in words": (cell("households", "三百"), {(UNREAD, "households", 3)}),
    "households with another unit": (cell("households", "300亩"), {(UNREAD, "households", 3)}),
    "households a decimal comma": (cell("households", "3,5"), {(UNREAD, "households", 3)}),
    "households endless": (cell("households", "inf"), {(UNREAD, "households", 3)}),
    "households not a number": (cell("households", "NaN"), {(UNREAD, "households", 3)}),
    "households a percentage": (cell("households", "50%"), {("a percentage where the column has another unit", "households", 3)}),
    "households huge": (cell("households", "1e9"), {(RANGE, "households", 3)}),
    "households an error of the spreadsheet": (
        cell("households", "#N/A"),
        {("the cell holds an error of a spreadsheet", "households", 3)},
    ),
    "longitude and latitude swapped": (
        both(cell("longitude", "43.5"), cell("latitude", "125.1")),
        {("longitude and latitude are the wrong way round", "", 3)},
    ),
    "longitude in degrees and minutes": (cell("longitude", "125°20′"), {(UNREAD, "longitude", 3)}),
    "year with two digits": (cell("created_year", "22"), {(RANGE, "created_year", 3)}),
    "year a date": (cell("created_year", "2022-05-17"), {(UNREAD, "created_year", 3)}),
    "flag unsure": (cell("accepted", "待定"), {(UNREAD, "accepted", 3)}),
    "flag two": (cell("border", "2"), {(UNREAD, "border", 3)}),
    "flag empty": (cell("poverty_lifted", ""), {(EMPTY, "poverty_lifted", 3)}),
    "type unknown": (cell("village_type", "空心村"), {(UNREAD, "village_type", 3)}),
    "grade too high": (cell("industry_base", "6"), {(RANGE, "industry_base", 3)}),
    "grade in words": (cell("party_leadership", "较强"), {(UNREAD, "party_leadership", 3)}),
    "score above a hundred": (cell("score", "101"), {(RANGE, "score", 3)}),
    "households missing as a dash": (cell("households", "—"), {(UNREAD, "households", 3)}),
    "heading misspelt": (heading("households", "housholds"), {("unknown heading", "housholds", 1)}),
    "optional heading misspelt": (added("lamp_pctt", *["80"] * 6), {("unknown heading", "lamp_pctt", 1)}),
    "heading missing": (without("village_plan"), {("required column is missing", "village_plan", 1)}),
    "heading twice in two languages": (added("户数", *["1"] * 6), {("two headings mean the same column", "户数", 1)}),
    "heading twice": (heading("border", "accepted"), {("the heading appears twice", "accepted", 1)}),
    "percentages or shares": (
        added("lamp_pct", "0.5", "0.8", "1", "0", "0.9", "0.7"),
        {("all values of this percentage lie between 0 and 1: shares or per cent?", "lamp_pct", 2)},
    ),
    "a row too long": (lambda rows: rows[3].append("x"), {("the row has 22 cells and the heading 21", "", 4)}),
    "a row too short": (lambda rows: rows[3].pop(), {("the row has 20 cells and the heading 21", "", 4)}),
    "no villages": (lambda rows: rows.__delitem__(slice(1, None)), {("the register has no villages", "", None)}),
    "only a totals row": (
        lambda rows: rows.__setitem__(slice(1, None), [["合计", *[""] * 20]]),
        {("the register has no villages", "", None)},
    ),
    "faults of many kinds": (
        both(cell("households", "x"), cell("households", "-1", 4), cell("accepted", "?", 5), heading("name", "remark")),
        {
            (UNREAD, "households", 3),
            (RANGE, "households", 4),
            (UNREAD, "accepted", 5),
            ("required column is missing", "name", 1),
        },
    ),
}
COUNTIES: dict[str, tuple[Callable[[Rows], None], Found]] = {
    "quota negative": (cell("bond_quota_wan_yuan_2024", "-1"), {(RANGE, "bond_quota_wan_yuan_2024", 3)}),
    "quota empty": (cell("bond_quota_wan_yuan_2025", ""), {(EMPTY, "bond_quota_wan_yuan_2025", 3)}),
    "quota in words": (cell("bond_quota_wan_yuan_2026", "待下达"), {(UNREAD, "bond_quota_wan_yuan_2026", 3)}),
    "quota of a year missing": (
        without("bond_quota_wan_yuan_2028"),
        {("required column is missing", "bond_quota_wan_yuan_2028", 1)},
    ),
    "county twice": (again(2), {("county_code appears again (first in row 2)", "county_code", 4)}),
}
KINDS = {f"villages: {k}": (v, None) for k, v in VILLAGES.items()} | {f"counties: {k}": (None, v) for k, v in COUNTIES.items()}


def faults(folder: Path, villages: Rows, counties: Rows) -> Found:
    for name, rows in (("r.csv", villages), ("r.counties.csv", counties)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    with pytest.raises(InputError) as refused:
        read_register(folder / "r.csv", None)
    assert all(fault.remedy and fault.file for fault in refused.value.faults)
    return {(fault.problem, fault.column, fault.row) for fault in refused.value.faults}


def rows_of(raw) -> Rows:
    return [list(raw.columns), *raw.to_numpy().tolist()]


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_malformed_register_has_just_its_faults(kind: str, tmp_path: Path) -> None:
    villages, counties = rows_of(raw_villages(6)), rows_of(raw_counties())
    in_villages, in_counties = KINDS[kind]
    change, expected = in_villages or in_counties
    change(villages if in_villages else counties)
    assert faults(tmp_path, villages, counties) == expected


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) >= 40
