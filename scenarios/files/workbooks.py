"""Workbooks: sheets as rows of text cells, with what a value alone does not say: percent formats, errors, merged ranges.

Values come from calamine, which reads .xlsx, .xlsm, .xlsb, .xls, .ods and .et alike. What it drops is looked up in the parts of
an .xlsx file, and only where they hold such a thing at all, so that a large plain sheet costs nothing more.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd

RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
NAMED = re.compile(rb'\b([a-z]+)="([^"]*)"')
VALUE = re.compile(rb"<v[^>]*>(.*?)</v>", re.DOTALL)
PLACE = re.compile(rb"([A-Z]+)(\d+)")
HIDDEN_ROW = re.compile(rb"<row\b[^>]*\bhidden=\"(?:1|true)\"")
BUILT_IN_PERCENT = {9, 10}
NO_VALUE = "#N/A"  # what a formula without a stored value is read as: a fault, like any other error of a spreadsheet


@dataclass
class Sheet:
    """A visible sheet: rows of text cells, and what was understood of it (what, how many cells)."""

    rows: list[list[str]]
    understood: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbook:
    """The visible sheets of a workbook by name, and the names of hidden ones."""

    sheets: dict[str, Sheet]
    hidden: tuple[str, ...]


def open_workbook(path: Path) -> Workbook:
    """Return the sheets of a workbook."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(path.open("rb"))
    shown = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in book.sheets_metadata}
    parts = _parts(path)
    sheets = {}
    for name in book.sheet_names:
        if not shown.get(name, True):
            continue
        own = book.get_sheet_by_name(name)
        sheet = Sheet([[cell_text(cell) for cell in row] for row in own.to_python(skip_empty_area=False)])
        if name in parts:
            _look_into(sheet, *parts[name])
        _fill_merged(sheet, own.merged_cell_ranges or [])
        sheets[name] = sheet
    return Workbook(sheets, tuple(name for name in book.sheet_names if not shown.get(name, True)))


def cell_text(cell: Any) -> str:
    """Return a value as the text of its cell."""
    if pd.isna(cell):
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _fill_merged(sheet: Sheet, ranges: list[Any]) -> None:
    """Write the cell of a merged range into every row it covers, below the headings' first row and in one column only."""
    filled = 0
    for (top, left), (bottom, right) in ranges:
        if left != right or bottom == top or bottom >= len(sheet.rows) or not sheet.rows[top][left].strip():
            continue
        for r in range(top + 1, bottom + 1):
            if not sheet.rows[r][left].strip():
                sheet.rows[r][left] = sheet.rows[top][left]
                filled += 1
    if filled:
        sheet.understood["cells of merged ranges"] = filled


def _look_into(sheet: Sheet, data: bytes, percent: set[bytes], units: dict[bytes, str]) -> None:
    """Put right what the values alone do not say: percentages, errors, formulas without a value."""
    marked = [style for style in (*percent, *units) if b's="' + style + b'"' in data]
    if not marked and b't="e"' not in data and b"<f" not in data:
        return
    counts = dict.fromkeys(("percent cells", "cells that show a unit"), 0)
    for r, c, named, inside in _cells(data):
        if r >= len(sheet.rows) or c >= len(sheet.rows[r]):
            continue
        value, style = VALUE.search(inside), named.get(b"s", b"")
        if named.get(b"t") == b"e" and value:
            sheet.rows[r][c] = value[1].decode()
        elif value is None and b"<f" in inside and b"<is>" not in inside:
            sheet.rows[r][c] = NO_VALUE
        elif style in percent and value and named.get(b"t", b"n") == b"n":
            sheet.rows[r][c] = f"{float(f'{float(value[1]) * 100:.12g}'):.12g}%"
            counts["percent cells"] += 1
        elif style in units and value:
            counts["cells that show a unit"] += 1
    sheet.understood |= {what: count for what, count in counts.items() if count}
    hidden = len(HIDDEN_ROW.findall(data))
    if hidden:
        sheet.understood["rows that are hidden, and read all the same"] = hidden


def _cells(data: bytes) -> Iterator[tuple[int, int, dict[bytes, bytes], bytes]]:
    """Yield row and column (from 0), attributes and content of each cell that is written."""
    for found in CELL.finditer(data):
        named = dict(NAMED.findall(found[1]))
        place = PLACE.fullmatch(named.get(b"r", b""))
        if place:
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1, named, found[2] or b""


def _parts(path: Path) -> dict[str, tuple[bytes, set[bytes], dict[bytes, str]]]:
    """Return the XML of each sheet of an .xlsx file, its percent styles, and styles that show a unit; nothing for other kinds."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
            return {}
        targets = {e.get("Id"): e.get("Target", "") for e in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
        percent, units = _styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in names else (set(), {})
        found = {}
        for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
            if sheet.tag.endswith("}sheet"):
                target = str(targets.get(sheet.get(RELATIONS), ""))
                file = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                if file in names and file.endswith(".xml"):
                    found[str(sheet.get("name"))] = (archive.read(file), percent, units)
        return found


def _styles(data: bytes) -> tuple[set[bytes], dict[bytes, str]]:
    """Return the numbers of cell styles with a percent format, and of those whose format shows a unit."""
    root = ElementTree.fromstring(data)
    space = root.tag.split("}")[0] + "}"
    formats = {int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in root.iter(f"{space}numFmt")}
    cells = root.find(f"{space}cellXfs")
    percent, units = set(), {}
    for number, style in enumerate(cells if cells is not None else ()):
        code = int(style.get("numFmtId", "0"))
        shown = re.sub(r"\\.|\[[^\]]*\]", "", formats.get(code, ""))
        bare = re.sub(r'"[^"]*"', "", shown)
        if code in BUILT_IN_PERCENT or "%" in bare:
            percent.add(str(number).encode())
        elif re.search("[元亿万]", shown):
            units[str(number).encode()] = shown
    return percent, units
