"""Workbooks: sheets as rows of text cells, with what a value alone does not say: percent formats, errors, merged ranges.

Values come from calamine, which reads .xlsx, .xlsm, .xlsb, .xls, .ods and .et alike. What it drops is looked up in the parts of
an .xlsx file, and only where they hold such a thing at all, so that a large plain sheet costs nothing more.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
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
    """A visible sheet: rows of text cells, and what was understood of it (what, how many cells; 0 where that is no number)."""

    rows: Iterable[list[str]]
    understood: dict[str, int] = field(default_factory=dict)
    joined: dict[str, list[list[str]]] = field(default_factory=dict)  # further sheets of the same table, by name


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
    parts = _Parts(path)
    sheets = {}
    for name in book.sheet_names:
        if not shown.get(name, True):
            continue
        own = book.get_sheet_by_name(name)
        rows = [[cell_text(cell) for cell in row] for row in own.to_python(skip_empty_area=False)]
        understood = _look_into(rows, *parts.of(name)) if name in parts.files else {}
        filled = _fill_merged(rows, own.merged_cell_ranges or [])
        sheets[name] = Sheet(rows, understood | ({"cells of merged ranges": filled} if filled else {}))
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


def _fill_merged(rows: list[list[str]], ranges: list[Any]) -> int:
    """Write the cell of a merged range of one column into every row it covers; return how many cells that filled."""
    filled = 0
    for (top, left), (bottom, right) in ranges:
        if left != right or bottom == top or bottom >= len(rows) or not rows[top][left].strip():
            continue
        for r in range(top + 1, bottom + 1):
            if not rows[r][left].strip():
                rows[r][left] = rows[top][left]
                filled += 1
    return filled


def _look_into(rows: list[list[str]], data: bytes, percent: set[bytes], units: dict[bytes, str]) -> dict[str, int]:
    """Put right what the values alone do not say: percentages, errors, formulas without a value; return what was understood."""
    marked = [style for style in (*percent, *units) if b's="' + style + b'"' in data]
    if not marked and not any(sign in data for sign in (b't="e"', b"<f", b"hidden=")):
        return {}
    counts = dict.fromkeys(("percent cells", "cells that show a unit"), 0)
    for r, c, named, inside in _cells(data):
        if r >= len(rows) or c >= len(rows[r]):
            continue
        value, style = VALUE.search(inside), named.get(b"s", b"")
        if named.get(b"t") == b"e" and value:
            rows[r][c] = value[1].decode()
        elif value is None and b"<f" in inside and b"<is>" not in inside:
            rows[r][c] = NO_VALUE
        elif style in percent and value and named.get(b"t", b"n") == b"n":
            rows[r][c] = f"{float(f'{float(value[1]) * 100:.12g}'):.12g}%"
            counts["percent cells"] += 1
        elif style in units and value:
            counts["cells that show a unit"] += 1
    counts["rows that are hidden, and read all the same"] = len(HIDDEN_ROW.findall(data))
    return {what: count for what, count in counts.items() if count}


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


class _Parts:
    """The parts of an .xlsx file: where each sheet's XML is, percent styles, and styles that show a unit; none of other kinds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.files: dict[str, str] = {}
        self.percent: set[bytes] = set()
        self.units: dict[bytes, str] = {}
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
                self.files = {name: file for name, file in _places(archive) if file in names and file.endswith(".xml")}
            if "xl/styles.xml" in names:
                self.percent, self.units = _styles(archive.read("xl/styles.xml"))

    def of(self, sheet: str) -> tuple[bytes, set[bytes], dict[bytes, str]]:
        """Return a sheet's XML and the styles."""
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(self.files[sheet]), self.percent, self.units


def _places(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name and where its XML is."""
    targets = {e.get("Id"): e.get("Target", "") for e in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if sheet.tag.endswith("}sheet"):
            target = str(targets.get(sheet.get(RELATIONS), ""))
            yield str(sheet.get("name")), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


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
