"""Text in, typed table out: every cell that cannot be read is a fault, and one fault hides no other."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.errors import Fault
from model.register.convert import Converted, Wrong, convert, tidy
from model.register.datum import to_wgs84
from model.register.schema import Column
from model.register.units import in_units

MANY = 6  # required columns of a table whose rows are told apart
SHOWN = 40  # signs of a row that is shown
ASKED = re.compile("^是否(为|属于|系|有)?")  # 是否脱贫村
SPREADSHEET_ERROR = r"#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)"


@dataclass(frozen=True)
class Parsed:
    """A typed table, the spreadsheet row of each line, the headings' mapping, the faults, and what was understood.

    ``notes`` has one entry per heading and way of writing: how many cells were converted. ``ignored`` are headings nobody
    asked for.
    """

    table: pd.DataFrame
    rows: np.ndarray
    mapping: dict[str, str]
    faults: list[Fault]
    notes: dict[tuple[str, str], int]
    ignored: tuple[str, ...]


def parse(raw: pd.DataFrame, columns: Sequence[Column], file: str, extra: Sequence[str] = ()) -> Parsed:
    """Return the typed table of a raw one, all of whose cells are text.

    ``raw`` is indexed by spreadsheet row; ``extra`` names further columns to keep, as numbers.
    """
    mapping, faults = _match_headings(list(raw.columns), columns, file, extra)
    typed: dict[str, pd.Series] = {}
    notes: dict[tuple[str, str], int] = {}
    for heading, name in mapping.items():
        column = next((c for c in columns if c.name == name), Column(name, name, "number"))
        cells, said, odd = in_units(raw[heading], column, heading, file)
        converted, wrong_cells = _read(cells, column, file, heading)
        notes |= {(heading, said): len(cells)} if said else {}
        faults.extend(odd)
        typed[name] = converted.value
        notes |= {(heading, what): count for what, count in converted.understood.items()}
        faults.extend(wrong_cells)
    placed, datum, odd = to_wgs84(typed, {name: heading for heading, name in mapping.items()}, file)
    typed, faults = typed | placed, [*faults, *odd]
    notes |= {("longitude, latitude", f"coordinates of {datum}, turned into WGS84"): len(raw)} if datum else {}
    faults = _rows_apart(faults, raw, columns, file)
    ignored = tuple(heading for heading in raw.columns if heading not in mapping)
    return Parsed(pd.DataFrame(typed).reset_index(drop=True), raw.index.to_numpy(), mapping, faults, notes, ignored)


def _rows_apart(faults: list[Fault], raw: pd.DataFrame, columns: Sequence[Column], file: str) -> list[Fault]:
    """Return faults with one for each row most of whose required cells are wrong: it is none of the table's."""
    required = sum(column.required for column in columns)
    count = Counter(fault.row for fault in faults if fault.row is not None and fault.row > 1)
    strange = {row for row, number in count.items() if required >= MANY and number > required / 2}
    told = []
    for row in sorted(strange):
        shown = " ".join(str(cell).strip() for cell in raw.loc[[row]].iloc[0] if str(cell).strip())[:SHOWN]
        told.append(Fault(file, "the row is none of this table's", "Remove it, or fill its cells.", row=int(row), value=shown))
    return [*(fault for fault in faults if fault.row not in strange), *told]


def ways(columns: Sequence[Column]) -> dict[str, Column]:
    """Return the column that each accepted heading means, in the form in which headings are compared."""
    return {heading_key(word): column for column in columns for word in (column.name, column.zh, *column.also)}


def heading_keys(columns: Sequence[Column]) -> set[str]:
    """Return every accepted heading in the form in which headings are compared."""
    return set(ways(columns))


def heading_key(heading: str) -> str:
    """Return a heading without case, spaces, units in brackets and full-width signs."""
    plain = unicodedata.normalize("NFKC", heading).strip().lower()
    plain = re.sub(r"[(\[（【].*?[)\]）】]", "", plain)
    plain = re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", plain)  # 户 数, justified in its column
    plain = ASKED.sub("", plain.strip(" *:＊：?？"))
    return re.sub(r"[\s\-_]+", "_", plain).strip("_")


def _match_headings(
    headings: Sequence[str], columns: Sequence[Column], file: str, extra: Sequence[str]
) -> tuple[dict[str, str], list[Fault]]:
    """Return the column each heading means, and what is wrong with headings: one of a kind, near misses, missing ones."""
    known = {key: column.name for key, column in ways(columns).items()}
    known |= {heading_key(name): name for name in extra}
    mapping: dict[str, str] = {}
    faults: list[Fault] = []
    strangers = []
    for heading in headings:
        name = known.get(heading_key(heading))
        if name is None:
            strangers.append(heading)
        elif name in mapping.values():
            faults.append(Fault(file, "two headings mean the same column", "Keep one of them.", column=heading, row=1))
        else:
            mapping[heading] = name
    for heading in strangers:
        faults += _near_miss(heading, known, mapping, file)
    missing = [column for column in columns if column.required and column.name not in mapping.values()]
    required = sum(column.required for column in columns)
    if required >= MANY and len(missing) > required / 2:
        return mapping, [*faults, _no_such_table(missing, file)]
    return mapping, [*faults, *(_missing(column, file) for column in missing)]


def _no_such_table(missing: Sequence[Column], file: str) -> Fault:
    """Return one fault for a table of another kind, such as a list of names."""
    remedy = (
        "A list of names marks a register: `baicun register mark REGISTER --list FILE --as COLUMN`; "
        "`baicun register template` gives the columns of a register."
    )
    named = ", ".join(column.zh for column in missing)
    return Fault(file, f"{len(missing)} required columns are missing: this is no register", remedy, row=1, value=named)


def _near_miss(heading: str, known: Mapping[str, str], mapping: dict[str, str], file: str) -> list[Fault]:
    """Take an unknown heading for the known one it nearly is, and say so; nothing where it is like none."""
    still_open = [word for word, name in known.items() if name not in mapping.values()]
    near = difflib.get_close_matches(heading_key(heading), still_open, 1, 0.8)
    if not near:
        return []
    mapping[heading] = known[near[0]]
    remedy = f"Write {near[0]}, or list the heading in [register] extra_columns if it is another column."
    return [Fault(file, "unknown heading", remedy, column=heading, row=1, value=heading, expected=near[0])]


def _missing(column: Column, file: str) -> Fault:
    remedy = f"Add the column {column.name} ({column.zh})."
    return Fault(file, "required column is missing", remedy, column=column.name, row=1, expected=column.expected)


def _read(raw: pd.Series, column: Column, file: str, heading: str) -> tuple[Converted, list[Fault]]:
    cells, tidied = tidy(raw)
    broken = cells.str.fullmatch(SPREADSHEET_ERROR).astype(bool)
    converted = convert(cells.mask(broken, ""), column)
    failed = Wrong(broken, "the cell holds an error of a spreadsheet", "Enter the value itself.")
    blank = cells.mask(broken, "error")  # no empty cell, and no value
    wrong = [failed, *converted.wrong, *_bounds(blank, converted.value, column)]
    faults = [fault for kind in wrong for fault in _faults(cells, kind, file, heading, column)]
    return Converted(converted.value, understood=converted.understood | tidied), faults


def _bounds(cells: pd.Series, value: pd.Series, column: Column) -> list[Wrong]:
    wrong = [Wrong(cells == "", "required cell is empty", "Fill the cell.")] if column.required else []
    if column.kind in ("number", "integer"):
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        wrong.append(Wrong((value < low) | (value > high), "value is out of range", "Correct the value."))
    return wrong


def _faults(cells: pd.Series, wrong: Wrong, file: str, heading: str, column: Column) -> list[Fault]:
    expected = f"{column.expected} {column.unit}".strip()
    return [
        Fault(file, wrong.problem, wrong.remedy, column=heading, row=int(row), value=str(cells[row]), expected=expected)
        for row in cells.index[wrong.rows.to_numpy()]
    ]
