"""The list as officials read it: villages by prefecture and county, a sum after each county, and one of all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.words import CHINESE
from scenarios.report.facts import Facts
from scenarios.report.sheets import Column, Row, blank

COLUMNS = (
    Column("序号", 5, "whole"),
    Column("市（州）", 12),
    Column("县（市、区）", 15),
    Column("乡镇", 12),
    Column("村名", 18),
    Column("村代码", 14),
    Column("批次", 6),
    Column("村庄类型", 9),
    Column("主导产业", 9),
    Column("户数", 7, "whole"),
    Column("建设包", 7),
    Column("县内名次", 9),
    Column("综合得分", 8, "score"),
    Column("一般债券", 11, "money"),
    Column("总投资", 11, "money"),
)
MONEY = ("general_bond_wan_yuan", "total_cost_wan_yuan")


def rows(facts: Facts, plan: pd.DataFrame) -> Iterator[Row]:
    """Yield the rows of a list with its sums."""
    places, number = ranks(facts), 0
    for _, county in ordered(plan).groupby(["prefecture", "county_code"], sort=False):
        for row in county.to_dict("records"):
            number += 1
            yield Row(_village(number, row, places))
        yield _sum(f"{county['county'].iloc[0]}小计", county)
    if len(plan):
        yield _sum("合计", plan)


def ordered(plan: pd.DataFrame) -> pd.DataFrame:
    """Return a list by prefecture (in the order of county codes), county, cohort and score."""
    first = plan.groupby("prefecture")["county_code"].transform("min")
    keys = ["_first", "prefecture", "county_code", "cohort", "score", "village_id"]
    ascending = [True, True, True, True, False, True]
    return plan.assign(_first=first).sort_values(keys, ascending=ascending, kind="stable").drop(columns="_first")


def ranks(facts: Facts) -> dict[str, str]:
    """Return each village's place among the eligible ones of its county, such as 3/45."""
    scores, eligible = facts.table("scores"), facts.table("eligibility")
    if scores is None or eligible is None:
        return {}
    table = scores[["village_id", "score"]].merge(eligible[["village_id", "eligible"]], on="village_id")
    table = table[table["eligible"] == 1].merge(facts.villages[["village_id", "county_code"]], on="village_id")
    place = table.groupby("county_code")["score"].rank(method="min", ascending=False).astype(int)
    size = table.groupby("county_code")["score"].transform("size")
    told = place.astype(str) + "/" + size.astype(str)
    return dict(zip(table["village_id"], told, strict=True))


def _village(number: int, row: dict[Any, Any], places: dict[str, str]) -> list[Any]:
    return [
        number,
        row["prefecture"],
        row["county"],
        blank(row.get("township")),
        row["name"],
        row["village_id"],
        str(row["cohort"]),
        CHINESE(str(row["village_type"])),
        row["leading_industry"],
        row["households"],
        CHINESE(str(row["package"])),
        places.get(str(row["village_id"]), ""),
        row["score"],
        *(row[name] for name in MONEY),
    ]


def _sum(label: str, part: pd.DataFrame) -> Row:
    cells: list[Any] = [""] * len(COLUMNS)
    cells[2], cells[4], cells[9] = label, f"{len(part)}个村", int(part["households"].sum())
    cells[-2:] = [round(float(part[name].sum()), 2) for name in MONEY]
    return Row(cells, total=True)
