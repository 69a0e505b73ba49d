"""Workbooks: sheets as rows of text cells, with what a value alone does not say: percent formats, errors, merged ranges.

Values of .xlsx, .xlsm, .xlsb and .ods come from calamine, those of .xls and .et from xlrd; what calamine drops is looked up in
the parts of the file (``scenarios/files/books``), and in a plain .xlsx only where there is such a thing at all.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import usage
from scenarios.files.books import ods, xls, xlsb, xlsx
from scenarios.files.books.look import Look

STRUCK = "\ue000struck\ue000"  # before the text of a cell that is struck through: private signs, which no text has
OLD = bytes.fromhex("d0cf11e0a1b11ae1")  # how a file of the old kind begins, and a protected one of the new


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
    """Return the sheets of a workbook. Raises :class:`InputError` for one that is protected or spread by a stray cell."""
    try:
        return _of_old_kind(path) if _begins_old(path) else _of_new_kind(path)
    except BaseException as error:  # calamine's own panics are none of Exception
        if isinstance(error, Exception) or type(error).__name__ != "PanicException":
            raise
        raise ValueError("the reader gave up on it") from None


def _begins_old(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(8)
    return head == OLD or not zipfile.is_zipfile(path)


def _of_old_kind(path: Path) -> Workbook:
    import xlrd

    try:
        values, looks, hidden = xls.read(path)
    except xlrd.XLRDError as error:
        if any(sign in str(error).lower() for sign in ("encrypted", "find workbook")):
            remedy = "Save it again without a password."
            raise usage("the workbook is protected by a password, or holds no sheets", remedy, file=str(path)) from error
        raise
    return Workbook({name: _put_right(_texts(rows), looks[name]) for name, rows in values.items()}, hidden)


def _of_new_kind(path: Path) -> Workbook:
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    look = _looker(path)
    book = CalamineWorkbook.from_path(str(path))
    shown = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in book.sheets_metadata}
    sheets = {}
    for name in book.sheet_names:
        if not shown.get(name, True):
            continue
        own = look(name)
        if own.sparse:
            sheets[name] = _put_right(_far(path, name), own)
            continue
        sheet = book.get_sheet_by_name(name)
        sheets[name] = _put_right(_texts(sheet.to_python(skip_empty_area=False)), own)
    return Workbook(sheets, tuple(name for name in book.sheet_names if not shown.get(name, True)))


def _looker(path: Path) -> Callable[[str], Look]:
    """Return what looks into a sheet of a file, by what the file holds."""
    with zipfile.ZipFile(path) as archive:
        names = {name.lower() for name in archive.namelist()}
    if "content.xml" in names or "xl/workbook.bin" in names:
        found = (ods if "content.xml" in names else xlsb).looks(path)
        return lambda name: found.get(name, Look())
    return xlsx.Parts(path).look


def _far(path: Path, name: str) -> list[list[str]]:
    """Return the rows of a sheet that a cell far off has spread; only .xlsx can be read so."""
    try:
        return _texts(xlsx.far_rows(path, name))
    except Exception as error:  # of another kind, or written in a way that openpyxl does not take
        remedy = "Delete the rows and columns beyond the table, and save it again."
        raise usage("a cell far off spreads the sheet", remedy, file=str(path), sheet=name) from error


def _texts(rows: Iterable[Iterable[Any]]) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in rows]


def cell_text(cell: Any) -> str:
    """Return a value as the text of its cell."""
    if cell is None or pd.isna(cell):
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _put_right(rows: list[list[str]], look: Look) -> Sheet:
    """Return a sheet with what its values alone do not say put right, and counted."""
    for (r, c), text in look.errors.items():
        if _room(rows, r, c):
            rows[r][c] = text
    percent = 0
    for r, c in look.percent:
        if r < len(rows) and c < len(rows[r]) and (value := _number(rows[r][c])) is not None:
            rows[r][c] = f"{float(f'{value * 100:.12g}'):.12g}%"
            percent += 1
    for r, c in look.struck:
        if r < len(rows) and c < len(rows[r]) and rows[r][c].strip():
            rows[r][c] = STRUCK + rows[r][c]
    counts = {
        "percent cells": percent,
        "cells that show a unit": len(look.units),
        "rows that are hidden, and read all the same": look.hidden_rows,
        "cells of merged ranges": _fill_merged(rows, look.merged),
    }
    return Sheet(rows, {what: count for what, count in counts.items() if count})


def _room(rows: list[list[str]], r: int, c: int) -> bool:
    """Make room for a cell that calamine has left off; whether there is a row for it."""
    if r >= len(rows):
        return False
    rows[r] += [""] * (c + 1 - len(rows[r]))
    return True


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _fill_merged(rows: list[list[str]], ranges: list[tuple[tuple[int, int], tuple[int, int]]]) -> int:
    """Write the cell of a merged range of one column into every row it covers; return how many cells that filled."""
    filled = 0
    for (top, left), (bottom, right) in ranges:
        if left != right or bottom == top or bottom >= len(rows) or left >= len(rows[top]) or not rows[top][left].strip():
            continue
        for r in range(top + 1, bottom + 1):
            if _room(rows, r, left) and not rows[r][left].strip():
                rows[r][left] = rows[top][left]
                filled += 1
    return filled
