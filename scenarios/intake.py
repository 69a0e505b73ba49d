"""Intake: files of an analyst become raw tables of text, indexed by spreadsheet row; the checks are the model's."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from model.errors import Fault, InputError, usage
from model.register import check
from model.register.synthetic import generate
from model.vocabulary import Register
from scenarios.spec import RegisterSource

SUFFIXES = (".csv", ".xlsx", ".parquet")
HEADING_ROW = 1


def read_table(path: Path) -> pd.DataFrame:
    """Return a file as text cells, indexed by spreadsheet row. Blank rows are left out.

    CSV may be UTF-8 with or without BOM, or GB18030. Raises :class:`InputError` when the file cannot be read as a table.
    """
    if not path.is_file():
        raise usage("file not found", "Check the path.", file=str(path))
    if path.suffix not in SUFFIXES:
        raise usage("unknown kind of file", f"Give one of {', '.join(SUFFIXES)}.", file=str(path), value=path.suffix)
    try:
        raw = {".csv": _csv, ".xlsx": _excel, ".parquet": _parquet}[path.suffix](path)
    except InputError:
        raise
    except Exception as error:
        raise usage(
            "the file cannot be read as a table",
            "Save it again as CSV or Excel.",
            file=str(path),
            value=str(error)[:200],
        ) from error
    return raw[(raw != "").any(axis=1)]


def _csv(path: Path) -> pd.DataFrame:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise usage("the file is neither UTF-8 nor GB18030", "Save it as UTF-8.", file=str(path))
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return _table(rows, path)


def _table(rows: list[list[str]], path: Path) -> pd.DataFrame:
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise usage("the first row has no headings", "Put the headings in row 1.", file=str(path), row=HEADING_ROW)
    width = len(rows[0])
    faults = [
        Fault(str(path), f"the row has {len(row)} cells and the heading {width}", "Check the commas of the row.", row=i)
        for i, row in enumerate(rows[1:], HEADING_ROW + 1)
        if row and len(row) != width
    ]
    if faults:
        raise InputError(faults)
    body = [row or [""] * width for row in rows[1:]]
    return pd.DataFrame(body, columns=_headings(rows[0], path), index=np.arange(2, len(body) + 2), dtype=str)


def _headings(headings: list[str], path: Path) -> list[str]:
    named = [heading.strip() for heading in headings]
    twice = sorted({name for name in named if named.count(name) > 1 and name})
    if twice:
        raise InputError(
            [Fault(str(path), "the heading appears twice", "Keep one.", column=name, row=1, value=name) for name in twice]
        )
    return [name or f"(column {i + 1})" for i, name in enumerate(named)]


def _excel(path: Path) -> pd.DataFrame:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return _table([[_cell(cell) for cell in row] for row in rows], path)


def _parquet(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path)
    cells = [[_cell(cell) for cell in row] for row in table.itertuples(index=False)]
    return _table([list(map(str, table.columns)), *cells], path)


def _cell(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_register(file: Path, counties: Path | None, extra: tuple[str, ...] = ()) -> Register:
    """Return the register of a file and its county table; without a county file, ``<stem>.counties.<ext>`` beside it."""
    beside = counties or file.with_name(f"{file.stem}.counties{file.suffix}")
    if not counties and not beside.is_file():
        raise usage(
            "no county table",
            f"Give --counties FILE, or put the table beside the register as {beside.name}.",
            file=str(file),
        )
    return check.build(read_table(file), read_table(beside), (file.name, beside.name), extra)


def register_of(source: RegisterSource, folder: Path) -> Register:
    """Return the register a scenario names; relative paths start at the scenario's folder."""
    if not source.file:
        return generate(source.synthetic_villages, source.synthetic_seed)
    counties = folder / source.counties if source.counties else None
    return read_register(folder / source.file, counties, tuple(source.extra_columns))
