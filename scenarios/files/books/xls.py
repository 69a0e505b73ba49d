"""Workbooks of the old kind (.xls, .et): values, formats, errors and merges by xlrd, which keeps them all."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from scenarios.files.books.look import Look, shows_percent, shows_unit


def read(path: Path) -> tuple[dict[str, list[list[Any]]], dict[str, Look], tuple[str, ...]]:
    """Return the values and looks of the visible sheets by name, and the names of hidden ones."""
    import xlrd

    book = xlrd.open_workbook(str(path), formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    values, looks, hidden = {}, {}, []
    for sheet in book.sheets():
        if sheet.visibility:
            hidden.append(sheet.name)
            continue
        values[sheet.name], looks[sheet.name] = _values(book, sheet), _look(book, sheet)
    return values, looks, tuple(hidden)


def _values(book: Any, sheet: Any) -> list[list[Any]]:
    import xlrd

    rows = []
    for r in range(sheet.nrows):
        row: list[Any] = []
        for kind, value in zip(sheet.row_types(r), sheet.row_values(r), strict=True):
            if kind == xlrd.XL_CELL_DATE:
                row.append(_date(value, book.datemode))
            elif kind == xlrd.XL_CELL_BOOLEAN:
                row.append(bool(value))
            else:
                row.append("" if kind == xlrd.XL_CELL_ERROR else value)
        rows.append(row)
    return rows


def _date(value: float, mode: int) -> Any:
    import xlrd

    try:
        return xlrd.xldate_as_datetime(value, mode)
    except (xlrd.XLDateError, OverflowError, ValueError):
        return value


def _look(book: Any, sheet: Any) -> Look:
    import xlrd

    look = Look(merged=[((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells])
    look.hidden_rows = sum(1 for own in sheet.rowinfo_map.values() if own.hidden)
    codes = {number: book.format_map[style.format_key].format_str for number, style in enumerate(book.xf_list)}
    percent = {number for number, code in codes.items() if shows_percent(code)}
    units = {number for number, code in codes.items() if shows_unit(code)}
    lines = {number for number, style in enumerate(book.xf_list) if book.font_list[style.font_index].struck_out}
    for r in range(sheet.nrows):
        for c, kind in enumerate(sheet.row_types(r)):
            if kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) and sheet.cell_xf_index(r, c) in lines:
                look.struck.add((r, c))
            if kind == xlrd.XL_CELL_ERROR:
                look.errors[r, c] = xlrd.error_text_from_code.get(sheet.cell_value(r, c), "#N/A")
            elif kind == xlrd.XL_CELL_NUMBER and (style := sheet.cell_xf_index(r, c)) in percent | units:
                (look.percent if style in percent else look.units).add((r, c))
    return look
