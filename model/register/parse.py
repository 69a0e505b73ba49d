"""Text in, typed table out: every cell that cannot be read is a fault, and one fault hides no other."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.errors import Fault
from model.register.schema import Column, choice_words

YES = {"1", "是", "有", "√", "y", "yes", "true", "1.0"}
THOUSANDS = r"-?\d{1,3}(,\d{3})+(\.\d+)?"  # 1,234.5 but not 8,5, which may mean 8.5
FORMULA = r"[=+@\-]"  # a spreadsheet would run such a text when a result is opened
NO = {"0", "否", "无", "×", "n", "no", "false", "0.0"}


@dataclass(frozen=True)
class Parsed:
    """A typed table, the spreadsheet row of each line, the headings' mapping and the faults found on the way."""

    table: pd.DataFrame
    rows: np.ndarray
    mapping: dict[str, str]
    faults: list[Fault]


def parse(raw: pd.DataFrame, columns: Sequence[Column], file: str, extra: Sequence[str] = ()) -> Parsed:
    """Return the typed table of a raw one, all of whose cells are text.

    ``raw`` is indexed by spreadsheet row; ``extra`` names further columns to keep, as numbers.
    """
    mapping, faults = _match_headings(list(raw.columns), columns, file, extra)
    typed: dict[str, pd.Series] = {}
    for heading, name in mapping.items():
        column = next((c for c in columns if c.name == name), Column(name, name, "number"))
        cells = raw[heading].fillna("").map(_tidy)
        typed[name], found = _read(cells, column, file, heading)
        faults.extend(found)
    return Parsed(pd.DataFrame(typed).reset_index(drop=True), raw.index.to_numpy(), mapping, faults)


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _key(heading: str) -> str:
    return _tidy(heading).lower().replace(" ", "_").replace("-", "_")


def _match_headings(
    headings: Sequence[str], columns: Sequence[Column], file: str, extra: Sequence[str]
) -> tuple[dict[str, str], list[Fault]]:
    known = {_key(word): column.name for column in columns for word in (column.name, column.zh, *column.also)}
    known |= {_key(name): name for name in extra}
    mapping: dict[str, str] = {}
    faults: list[Fault] = []
    taken: set[str] = set()
    strangers = []
    for heading in headings:
        name = known.get(_key(heading))
        if name is None:
            strangers.append(heading)
        elif name in taken:
            faults.append(Fault(file, "two headings mean the same column", "Keep one of them.", column=heading, row=1))
        else:
            mapping[heading] = name
            taken.add(name)
    for heading in strangers:
        near = difflib.get_close_matches(_key(heading), [word for word, name in known.items() if name not in taken], 1, 0.8)
        if near:
            name = known[near[0]]
            mapping[heading] = name
            taken.add(name)
            remedy = f"Write {near[0]}, or list the heading in [register] extra_columns if it is another column."
            faults.append(Fault(file, "unknown heading", remedy, column=heading, row=1, value=heading, expected=near[0]))
    faults.extend(
        Fault(
            file,
            "required column is missing",
            f"Add the column {c.name} ({c.zh}).",
            column=c.name,
            row=1,
            expected=c.expected,
        )
        for c in columns
        if c.required and c.name not in taken
    )
    return mapping, faults


def _read(cells: pd.Series, column: Column, file: str, heading: str) -> tuple[pd.Series, list[Fault]]:
    empty = cells == ""
    value, bad = _convert(cells, column, empty)
    faults = _faults(cells, bad, file, heading, column, "cell cannot be read", "Correct the cell.")
    if column.required:
        faults += _faults(cells, empty, file, heading, column, "required cell is empty", "Fill the cell.")
    if column.kind in ("number", "integer"):
        outside = pd.Series(False, index=cells.index)
        if column.low is not None:
            outside |= value < column.low
        if column.high is not None:
            outside |= value > column.high
        faults += _faults(cells, outside, file, heading, column, "value is out of range", "Correct the value.")
    return value, faults


def _convert(cells: pd.Series, column: Column, empty: pd.Series) -> tuple[pd.Series, pd.Series]:
    if column.kind == "text":
        return cells, cells.str.match(FORMULA)
    if column.kind == "code":
        return cells, ~cells.str.fullmatch(rf"\d{{{column.digits}}}") & ~empty
    if column.kind == "flag":
        lower = cells.str.lower()
        return lower.isin(YES), ~lower.isin(YES | NO) & ~empty
    if column.kind == "choice":
        value = cells.replace(choice_words())
        return value, ~value.isin(column.choices) & ~empty
    grouped = cells.str.fullmatch(THOUSANDS)
    number = pd.to_numeric(cells.where(~grouped, cells.str.replace(",", "")), errors="coerce").astype(float)
    number = number.where(np.isfinite(number))
    bad = number.isna() & ~empty
    if column.kind == "integer":
        bad |= number.notna() & (number % 1 != 0)
    return number, bad


def _faults(
    cells: pd.Series, wrong: pd.Series, file: str, heading: str, column: Column, problem: str, remedy: str
) -> list[Fault]:
    expected = f"{column.expected} {column.unit}".strip()
    return [
        Fault(file, problem, remedy, column=heading, row=int(row), value=str(cells[row]), expected=expected)
        for row in cells.index[wrong.to_numpy()]
    ]
