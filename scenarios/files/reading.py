"""Reading: an analyst's table becomes raw cells of text, indexed by spreadsheet row; what they mean is checked elsewhere."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import Fault, InputError, usage
from model.register.parse import heading_key, heading_keys
from model.register.schema import Column

SUFFIXES = (".csv", ".xlsx", ".parquet")
FIRST_ROWS = 10  # headings are looked for here
CHUNK = 20_000  # rows held as lists before they become columns
TOTALS = re.compile(r"(合计|总计|小计|合计[:：].*|total|subtotal)")


@dataclass(frozen=True)
class Reading:
    """A file as text cells, indexed by spreadsheet row, with the rows that could not be lined up and what was passed over."""

    table: pd.DataFrame
    faults: list[Fault]
    notes: list[str]


def read_table(path: Path, columns: Sequence[Column]) -> Reading:
    """Return a file as text cells. ``columns`` tell which row holds the headings when titles stand above them.

    CSV may be UTF-8 with or without BOM, or GB18030. Blank rows and totals are passed over. Raises :class:`InputError` when
    the file is no table at all.
    """
    kind = path.suffix.lower()
    if not path.is_file():
        raise usage("file not found", "Check the path.", file=str(path))
    if kind not in SUFFIXES:
        raise usage("unknown kind of file", f"Give one of {', '.join(SUFFIXES)}.", file=str(path), value=path.suffix)
    try:
        return as_table({".csv": _csv, ".xlsx": _excel, ".parquet": _parquet}[kind](path), path, columns)
    except InputError:
        raise
    except Exception as error:
        remedy = "Save it again as CSV or Excel."
        raise usage("the file cannot be read as a table", remedy, file=str(path), value=str(error)[:200]) from error


def _csv(path: Path) -> Iterable[list[str]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise usage("the file is neither UTF-8 nor GB18030", "Save it as UTF-8.", file=str(path))
    return csv.reader(io.StringIO(text, newline=""))


def as_table(rows: Iterable[list[str]], path: Path, columns: Sequence[Column]) -> Reading:
    """Return rows of text as a table: headings found, blank rows and totals passed over."""
    known = heading_keys(columns)
    left = iter(rows)
    first = list(islice(left, FIRST_ROWS))
    top = _heading_row(first, known, min(3, sum(column.required for column in columns)))
    if not first or not any(cell.strip() for cell in first[top]):
        raise usage("the first row has no headings", "Put the headings in row 1.", file=str(path), row=1)
    headings = _headings(_filled_from_above(first, top, known), path)
    kept: dict[int, list[str]] = {}
    parts: list[pd.DataFrame] = []
    faults, totals = [], 0
    for number, row in enumerate(chain(first[top + 1 :], left), top + 2):
        if len(kept) == CHUNK:
            parts.append(_frame(kept, headings))
            kept = {}
        if not any(cell.strip() for cell in row):
            continue
        if TOTALS.fullmatch("".join(next(cell for cell in row if cell.strip()).split()).lower()):
            totals += 1
        elif len(row) == len(headings):
            kept[number] = row
        else:
            problem = f"the row has {len(row)} cells and the heading {len(headings)}"
            faults.append(Fault(path.name, problem, "Check the commas of the row.", row=number))
    notes = [f"{path.name}: headings are in row {top + 1}"] if top else []
    notes += [f"{path.name}: {totals} rows of totals were passed over"] if totals else []
    parts.append(_frame(kept, headings))
    return Reading(pd.concat(parts), faults, notes)


def _frame(rows: dict[int, list[str]], headings: list[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows.values()), columns=headings, index=np.array(list(rows), dtype=int), dtype=str)


def _heading_row(rows: list[list[str]], known: set[str], enough: int) -> int:
    """Return the row of headings: of the first rows, the one with most known headings (the first where none has enough)."""
    matches = [sum(heading_key(cell) in known for cell in row) for row in rows]
    best = max(matches, default=0)
    return matches.index(best) if best >= enough else 0


def _filled_from_above(rows: list[list[str]], top: int, known: set[str]) -> list[str]:
    """Return the headings, blanks filled by a known heading above them: cells merged downwards."""
    headings = list(rows[top])
    for i, cell in enumerate(headings):
        above = (rows[r][i] for r in range(top - 1, -1, -1) if i < len(rows[r]))
        if not cell.strip():
            headings[i] = next((title for title in above if heading_key(title) in known), cell)
    return headings


def _headings(headings: list[str], path: Path) -> list[str]:
    named = [heading.strip() for heading in headings]
    twice = sorted({name for name in named if named.count(name) > 1 and name})
    if twice:
        raise InputError(
            [Fault(str(path), "the heading appears twice", "Keep one.", column=name, row=1, value=name) for name in twice]
        )
    return [name or f"(column {i + 1})" for i, name in enumerate(named)]


def _excel(path: Path) -> list[list[str]]:
    return next(iter(sheets(path).values()), [])


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """Return every sheet of a workbook as rows of text cells."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return {
        name: [[_cell(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in book.sheet_names
    }


def _parquet(path: Path) -> list[list[str]]:
    table = as_text(pd.read_parquet(path))
    return [list(table.columns), *table.to_numpy().tolist()]


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as a file would give it: text cells, indexed by spreadsheet row (the heading is row 1)."""
    cells = [[_cell(cell) for cell in row] for row in table.itertuples(index=False)]
    return pd.DataFrame(cells, columns=list(map(str, table.columns)), index=range(2, len(table) + 2), dtype=str)


def _cell(cell: Any) -> str:
    if pd.isna(cell):
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
