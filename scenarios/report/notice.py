"""The edition for public notice (公示): names alone, no scores, ranks or money, with the period and whom to turn to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from model.words import CHINESE
from scenarios.report.facts import Facts
from scenarios.report.listing import ordered
from scenarios.report.sheets import Book, Column, Row, blank

NAME = "公示名单.xlsx"
COLUMNS = (Column("序号", 6, "whole"), Column("市（州）", 18), Column("县（市、区）", 20), Column("乡镇", 18), Column("村名", 26))


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the notice of the cohort to be signed into a run folder."""
    facts = Facts(folder, manifest)
    title = CHINESE("notice_title", year=manifest["as_of"])
    with Book(folder / NAME, title, manifest["synthetic"]) as book:
        listed = facts.plan[facts.plan["status"] == "recommended"]
        book.paper(CHINESE("notice_sheet"), title, COLUMNS, _rows(listed))
        book.text(CHINESE("notice_how_sheet"), [(title, "title"), (book.label, "warning"), *_how(listed)])


def _rows(listed: pd.DataFrame) -> Iterator[Row]:
    for number, row in enumerate(ordered(listed).to_dict("records"), 1):
        yield Row([number, row["prefecture"], row["county"], blank(row.get("township")), row["name"]])


def _how(listed: pd.DataFrame) -> list[tuple[str, str]]:
    counties = listed["county_code"].nunique()
    return [(CHINESE("notice_scope", villages=len(listed), counties=counties), "note"), (CHINESE("notice_period"), "note")]
