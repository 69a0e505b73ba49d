"""Intake: files of an analyst become raw tables of text, indexed by spreadsheet row; the checks are the model's."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import Fault, InputError, usage
from model.register import check
from model.register.synthetic import generate
from model.vocabulary import Register
from scenarios.spec import RegisterSource

SUFFIXES = (".csv", ".xlsx", ".parquet")
HEADING_ROW = 1


def read_table(path: Path, faults: list[Fault] | None = None) -> pd.DataFrame:
    """Return a file as text cells, indexed by spreadsheet row. Blank rows are left out.

    CSV may be UTF-8 with or without BOM, or GB18030. Rows that cannot be lined up with the heading are left out and added to
    ``faults``; without such a list they, like a file that is no table at all, raise :class:`InputError`.
    """
    kind = path.suffix.lower()
    if not path.is_file():
        raise usage("file not found", "Check the path.", file=str(path))
    if kind not in SUFFIXES:
        raise usage("unknown kind of file", f"Give one of {', '.join(SUFFIXES)}.", file=str(path), value=path.suffix)
    ragged: list[Fault] = []
    try:
        raw = _table({".csv": _csv, ".xlsx": _excel, ".parquet": _parquet}[kind](path), path, ragged)
    except InputError:
        raise
    except Exception as error:
        remedy = "Save it again as CSV or Excel."
        raise usage("the file cannot be read as a table", remedy, file=str(path), value=str(error)[:200]) from error
    if ragged and faults is None:
        raise InputError(ragged)
    if faults is not None:
        faults.extend(ragged)
    return raw[(raw != "").any(axis=1)]


def _csv(path: Path) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise usage("the file is neither UTF-8 nor GB18030", "Save it as UTF-8.", file=str(path))
    return list(csv.reader(io.StringIO(text, newline="")))


def _table(rows: list[list[str]], path: Path, ragged: list[Fault]) -> pd.DataFrame:
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise usage("the first row has no headings", "Put the headings in row 1.", file=str(path), row=HEADING_ROW)
    width = len(rows[0])
    kept: dict[int, list[str]] = {}
    for number, row in enumerate(rows[1:], HEADING_ROW + 1):
        if len(row) in (0, width):
            kept[number] = row or [""] * width
        else:
            problem = f"the row has {len(row)} cells and the heading {width}"
            ragged.append(Fault(path.name, problem, "Check the commas of the row.", row=number))
    return pd.DataFrame(list(kept.values()), columns=_headings(rows[0], path), index=np.array(list(kept), dtype=int), dtype=str)


def _headings(headings: list[str], path: Path) -> list[str]:
    named = [heading.strip() for heading in headings]
    twice = sorted({name for name in named if named.count(name) > 1 and name})
    if twice:
        raise InputError(
            [Fault(str(path), "the heading appears twice", "Keep one.", column=name, row=1, value=name) for name in twice]
        )
    return [name or f"(column {i + 1})" for i, name in enumerate(named)]


def _excel(path: Path) -> list[list[str]]:
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [[_cell(cell) for cell in row] for row in rows]


def _parquet(path: Path) -> list[list[str]]:
    table = pd.read_parquet(path)
    cells = [[_cell(cell) for cell in row] for row in table.itertuples(index=False)]
    return [list(map(str, table.columns)), *cells]


def _cell(cell: Any) -> str:
    if pd.isna(cell):
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_register(file: Path, counties: Path | None, extra: tuple[str, ...] = ()) -> Register:
    """Return the register of a file and its county table; without a county file, ``<stem>.counties.<ext>`` beside it."""
    beside = counties or file.with_name(f"{file.stem}.counties{file.suffix}")
    if file.is_file() and not counties and not beside.is_file():
        raise usage("no county table", f"Give --counties FILE, or put the table beside it as {beside.name}.", file=str(file))
    faults: list[Fault] = []
    tables = read_table(file, faults), read_table(beside, faults)
    return check.build(*tables, (file.name, beside.name), extra, faults)


def register_of(source: RegisterSource) -> Register:
    """Return the register a scenario names."""
    if not source.file:
        return generate(source.synthetic_villages, source.synthetic_seed)
    return read_register(Path(source.file), Path(source.counties) if source.counties else None, tuple(source.extra_columns))
