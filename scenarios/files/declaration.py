"""The declaration workbook (申报表): what a county fills in, in one file for all or in a book of its own, prefilled.

A county answers at most thirty questions a village and scores nothing itself; the state of its villages is a sheet apart, to be
completed where it is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.policy.catalogue import tasks
from model.register.project_list import PROJECTS
from model.register.schema import PAPERS, Column, by_name, choice_words, village_columns
from model.words import CHINESE
from scenarios.colours import HEADING, MUTED
from scenarios.files import placing
from scenarios.files.outtake import SAFE, new_workbook

NOTES_SHEET = "填表说明"
EXAMPLE = "示例"
HEADING_ROW = 2  # counted from 0: a title and a row of notes stand above
ROWS_TO_FILL = 200
PAGES_ACROSS = 5
INDICATORS = "现状指标"
LISTED = "项目清单"
ALSO = (  # asked beside what is required
    "township",
    "general_bond_wan_yuan",
    "total_cost_wan_yuan",
    "committed_wan_yuan",
    "residents",
    *PAPERS,
    "declared_cohort",
    "county_priority",
)
NOTES = ("form_notes", "form_note_sheet", "form_note_rows", "form_note_required", "form_note_units", "form_note_order")


def declared_columns() -> tuple[Column, ...]:
    """Return the questions a county answers of each village; the county's code is that of its sheet."""
    asked = [column for column in village_columns() if column.required or column.name in ALSO]
    return tuple(column for column in asked if column.name != "county_code")


def indicator_columns() -> tuple[Column, ...]:
    """Return the columns of the sheet on the state of villages: the code, and the indicator of each task."""
    columns = by_name(village_columns())
    names = dict.fromkeys(task.indicator for task in tasks())
    return (columns["village_id"], *(columns[name] for name in names))


def write_books(counties: pd.DataFrame, out: Path, villages: pd.DataFrame | None = None, force: bool = False) -> list[Path]:
    """Write a workbook for each county into a folder, its villages filled in where a register knows them."""
    files = []
    for code, name in zip(counties["county_code"].astype(str), counties["name"].astype(str), strict=True):
        path = out / f"{_sheet_name(f'{code} {name}')}申报表.xlsx"
        files.append(write_template(counties[counties["county_code"] == code], path, force, villages))
    return files


def write_template(counties: pd.DataFrame, out: Path, force: bool = False, villages: pd.DataFrame | None = None) -> Path:
    """Write the declaration workbook for counties (``county_code``, ``name``); villages that are known are filled in."""
    import xlsxwriter

    new_workbook(out, "declaration workbook", force)
    with placing.files(out) as (draft,), xlsxwriter.Workbook(str(draft), SAFE) as book:
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "head": book.add_format({"bold": True, "bg_color": HEADING, "border": 1, "text_wrap": True, "valign": "top"}),
            "example": book.add_format({"italic": True, "font_color": MUTED, "num_format": "@"}),
            "text": book.add_format({"num_format": "@"}),
        }
        notes = book.add_worksheet(NOTES_SHEET)
        notes.set_column(0, 0, 90)
        for row, line in enumerate(map(CHINESE, NOTES)):
            notes.write_string(row, 0, line, styles["title"] if row == 0 else None)
        for code, name in zip(counties["county_code"].astype(str), counties["name"].astype(str), strict=True):
            known = None if villages is None else villages[villages["county_code"] == code]
            _sheet(book.add_worksheet(_sheet_name(f"{code} {name}")), name, code, styles, known)
            if len(counties) == 1:
                _state_sheet(book.add_worksheet(f"{code} {INDICATORS}"), styles, known)
                _list_sheet(book.add_worksheet(f"{code} {LISTED}"), styles)
    return out


def _sheet_name(name: str) -> str:
    """Return a name that a sheet may have: other signs for those it may not, and no more than 31."""
    return re.sub(r"[\[\]:*?/\\]", "_", name).strip("'")[:31]


def _state_sheet(sheet: Any, styles: dict[str, Any], villages: pd.DataFrame | None) -> None:
    """Lay out the sheet on the state of villages; a blank stays what the task catalogue assumes."""
    columns = indicator_columns()
    sheet.write_string(0, 0, CHINESE("form_state"), styles["title"])
    _heads(sheet, columns, styles)
    _fill(sheet, columns, villages, HEADING_ROW + 1)


def _list_sheet(sheet: Any, styles: dict[str, Any]) -> None:
    """Lay out the sheet for a county's own projects; tasks and sources of money are chosen from lists."""
    sheet.write_string(0, 0, CHINESE("form_projects"), styles["title"])
    _heads(sheet, PROJECTS, styles)
    offered = {"task_id": [task.id for task in tasks()], "source": _choices(by_name(PROJECTS)["source"])}
    for c, column in enumerate(PROJECTS):
        if column.name in offered:
            area = (HEADING_ROW + 1, c, HEADING_ROW + ROWS_TO_FILL, c)
            sheet.data_validation(*area, {"validate": "list", "source": offered[column.name], "ignore_blank": True})


def _heads(sheet: Any, columns: Sequence[Column], styles: dict[str, Any]) -> None:
    """Write the headings of a sheet without examples."""
    for c, column in enumerate(columns):
        text = column.kind in ("code", "tasks", "date")
        sheet.set_column(c, c, 16, styles["text"] if text else None)
        sheet.write_string(HEADING_ROW, c, column.zh, styles["head"])
        sheet.write_comment(HEADING_ROW, c, f"{column.name}: {column.expected} {column.unit}".strip())
    sheet.freeze_panes(HEADING_ROW + 1, 1)


def _fill(sheet: Any, columns: Sequence[Column], villages: pd.DataFrame | None, first: int) -> None:
    """Write what is known of villages into the cells to be completed."""
    words = _choice_names()
    for r, row in enumerate([] if villages is None else villages.to_dict("records"), first):
        for c, column in enumerate(columns):
            value = row.get(column.name)
            if value is None or value != value or value == "":
                continue
            if column.kind == "flag":
                sheet.write_string(r, c, "是" if value else "否")
            elif column.kind in ("code", "text", "tasks", "date", "choice"):
                sheet.write_string(r, c, str(words.get(str(value), value)) if column.kind == "choice" else str(value))
            else:
                sheet.write_number(r, c, float(value))


def _sheet(sheet: Any, name: str, code: str, styles: dict[str, Any], villages: pd.DataFrame | None = None) -> None:
    columns = declared_columns()
    sheet.write_string(0, 0, CHINESE("form_title", county=name), styles["title"])
    sheet.write_string(1, 0, CHINESE("form_hint"))
    for c, column in enumerate(columns):
        sheet.set_column(c, c, 16, styles["text"] if column.kind in ("code", "text") else None)
        sheet.write_string(HEADING_ROW, c, f"{column.zh}{'*' if column.required else ''}", styles["head"])
        sheet.write_comment(HEADING_ROW, c, f"{column.name}: {column.expected} {column.unit}".strip())
        sheet.write_string(HEADING_ROW + 1, c, _example(column, code), styles["example"])
        if choices := _choices(column):
            area = (HEADING_ROW + 2, c, HEADING_ROW + 1 + ROWS_TO_FILL, c)
            sheet.data_validation(*area, {"validate": "list", "source": choices, "ignore_blank": True})
    _fill(sheet, columns, villages, HEADING_ROW + 2)
    sheet.freeze_panes(HEADING_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(PAGES_ACROSS, 0)
    sheet.repeat_columns(0, 1)
    sheet.repeat_rows(HEADING_ROW)


def _choice_names() -> dict[str, str]:
    """Return what each code is called: the first of its words."""
    return {code: zh for zh, code in reversed(choice_words().items()) if not zh.endswith("类")}


def _choices(column: Column) -> list[str]:
    if column.kind == "flag":
        return ["是", "否"]
    if column.kind == "choice":
        names = _choice_names()
        return [names[code] for code in column.choices]
    if column.kind == "integer" and column.high == 5:
        return ["1", "2", "3", "4", "5"]
    return []


def _example(column: Column, code: str) -> str:
    if column.name == "name":
        return f"{EXAMPLE}村"
    if column.kind == "code":
        return f"{code}900001"
    if column.kind == "text":
        return EXAMPLE
    if column.kind == "tasks":
        return "T16.1"
    return (_choices(column) or [f"{column.low or 0:g}"])[0]
