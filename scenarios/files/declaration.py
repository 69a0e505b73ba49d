"""The declaration workbook (申报表): one sheet per county to fill in, and many returned files joined into one register."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import Fault, InputError, usage
from model.register.companions import companions
from model.register.parse import parse
from model.register.schema import Column, choice_words, village_columns
from model.words import CHINESE
from scenarios.colours import HEADING, MUTED
from scenarios.files import placing, tables
from scenarios.files.companions import Beside, read_companions
from scenarios.files.outtake import new_workbook
from scenarios.files.reading import Reading, as_table, sheets
from scenarios.files.workbooks import Sheet

NOTES_SHEET = "填表说明"
EXAMPLE = "示例"
HEADING_ROW = 2  # counted from 0: a title and a row of notes stand above
ROWS_TO_FILL = 200
PAGES_ACROSS = 5
LEFT_OUT = ("county_code", "synthetic", "score")
NOTES = ("form_notes", "form_note_sheet", "form_note_rows", "form_note_required", "form_note_units", "form_note_order")


def declared_columns() -> tuple[Column, ...]:
    """Return the columns a county fills in; the county's code is that of its sheet."""
    return tuple(column for column in village_columns() if column.name not in LEFT_OUT)


def write_template(counties: pd.DataFrame, out: Path, force: bool = False) -> Path:
    """Write the declaration workbook for counties (``county_code``, ``name``)."""
    import xlsxwriter

    new_workbook(out, "declaration workbook", force)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with placing.files(out) as (draft,), xlsxwriter.Workbook(str(draft), options) as book:
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
        for county in counties.itertuples(index=False):
            _sheet(
                book.add_worksheet(_sheet_name(f"{county.county_code} {county.name}")),
                str(county.name),
                str(county.county_code),
                styles,
            )
    return out


def _sheet_name(name: str) -> str:
    """Return a name that a sheet may have: other signs for those it may not, and no more than 31."""
    return re.sub(r"[\[\]:*?/\\]", "_", name).strip("'")[:31]


def _sheet(sheet: Any, name: str, code: str, styles: dict[str, Any]) -> None:
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
    sheet.freeze_panes(HEADING_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(PAGES_ACROSS, 0)
    sheet.repeat_columns(0, 1)
    sheet.repeat_rows(HEADING_ROW)


def _choices(column: Column) -> list[str]:
    if column.kind == "flag":
        return ["是", "否"]
    if column.kind == "choice":
        word = {code: zh for zh, code in reversed(choice_words().items()) if not zh.endswith("类")}  # the first of each code
        return [word[code] for code in column.choices]
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


@dataclass(frozen=True)
class Merged:
    """Returned declarations as one table, and the counties that sent none."""

    villages: pd.DataFrame
    answered: dict[str, int]
    silent: list[str]
    experts: pd.DataFrame
    notes: list[str]


def merge(files: Sequence[Path], counties: pd.DataFrame, scores: Sequence[Path] = ()) -> Merged:
    """Join returned workbooks and experts' score sheets; raise every fault of every file at once, with file, sheet and row."""
    faults: list[Fault] = []
    notes: list[str] = []
    parts = []
    known = set(counties["county_code"])
    for file in files:
        for sheet, own in _declared_sheets(file, faults).items():
            code = sheet[:6]
            if code not in known:
                faults.append(Fault(file.name, "the sheet's name begins with no county code", "Restore its name.", sheet=sheet))
                continue
            parts.append(_part(file, sheet, own, code, faults, notes))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["village_id", "county_code"])
    faults += _repeats(table)
    more = read_companions(Beside(scores=tuple(scores)))
    beside = companions(more.raw, set(table["village_id"]))
    faults += [*more.faults, *beside.faults]
    if not faults and table.empty:
        faults.append(Fault(", ".join(file.name for file in files), "no village is declared", "Fill in the sheets from row 5."))
    if faults:
        raise InputError(faults)
    answered = {str(code): int(count) for code, count in table.groupby("county_code").size().items()}
    silent = [code for code in counties["county_code"] if code not in answered]
    return Merged(table.drop(columns=["_file", "_sheet", "_row"], errors="ignore"), answered, silent, beside.experts, notes)


def _declared_sheets(file: Path, faults: list[Fault]) -> dict[str, Sheet]:
    try:
        by_name = sheets(file)
    except Exception as error:
        faults.append(
            Fault(file.name, "the file cannot be read as a workbook", "Send it again as .xlsx.", value=str(error)[:100])
        )
        return {}
    return {name: own for name, own in by_name.items() if name != NOTES_SHEET}


def _part(file: Path, sheet: str, own: Sheet, code: str, faults: list[Fault], notes: list[str]) -> pd.DataFrame:
    columns = declared_columns()
    reading = as_table(own, file, columns)
    notes += [f"{sheet}: {note}" for note in reading.notes if "headings are in row" not in note]
    filled = _without_example(reading)
    if filled.empty:
        return pd.DataFrame(columns=["village_id", "county_code"])
    parsed = parse(filled, columns, file.name)
    faults += [replace(fault, sheet=sheet) for fault in (*reading.faults, *parsed.faults)]
    return parsed.table.assign(county_code=code, _file=file.name, _sheet=sheet, _row=parsed.rows)


def _without_example(reading: Reading) -> pd.DataFrame:
    table = reading.table
    return table[~(table == f"{EXAMPLE}村").any(axis=1)]


def _repeats(table: pd.DataFrame) -> list[Fault]:
    if "_file" not in table:
        return []
    again = table[table["village_id"].duplicated(keep="first") & (table["village_id"] != "")]
    first = table.drop_duplicates("village_id").set_index("village_id")["_file"]
    return [
        Fault(
            str(row["_file"]),
            f"the village is declared again (first in {first[row['village_id']]})",
            "Remove one of both.",
            column="village_id",
            row=int(row["_row"]),
            value=str(row["village_id"]),
            sheet=str(row["_sheet"]),
        )
        for row in again.to_dict("records")
    ]


def write_merged(merged: Merged, out: Path, force: bool = False) -> Path:
    """Write the joined register as CSV, in the form that intake reads, and experts' scores beside it as ``<stem>.scores.csv``."""
    beside = out.with_name(f"{out.stem}.scores.csv")
    for path in (out, beside) if len(merged.experts) else (out,):
        if path.exists() and not force:
            raise usage("the file exists", "Give another --out, or --force.", file=str(path))
    if out.suffix.lower() != ".csv":
        raise usage("the joined register is a CSV file", "Give --out NAME.csv.", file=str(out), value=out.suffix)
    out.parent.mkdir(parents=True, exist_ok=True)
    order = [column.name for column in village_columns() if column.name in merged.villages]
    table = merged.villages[order].sort_values("village_id")
    places = (out, beside) if len(merged.experts) else (out,)
    with placing.files(*places) as drafts:
        for draft, own in zip(drafts, (table, merged.experts), strict=False):
            draft.write_bytes(tables.as_bytes(own, exact=True))
    return out
