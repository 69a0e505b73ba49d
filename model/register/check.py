"""Checks that need more than one cell: identifiers that repeat, and counties that are not in the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from model.errors import Fault, InputError
from model.policy.catalogue import tasks
from model.register.companions import RawCompanions, companions
from model.register.parse import Parsed, parse
from model.register.rows import placed, row_name
from model.register.schema import STANDING, county_columns, village_columns
from model.register.sense import looked_at, swapped
from model.vocabulary import Register


@dataclass(frozen=True)
class Checked:
    """A register without faults, and what was understood, ignored or will be derived."""

    register: Register
    notes: list[str]


def build(villages: pd.DataFrame, counties: pd.DataFrame) -> Register:
    """Return the register of two raw tables of text; raise one :class:`InputError` with every fault of both."""
    return read(villages, counties).register


def read(
    villages: pd.DataFrame,
    counties: pd.DataFrame,
    files: tuple[str, str] = ("register", "counties"),
    extra: tuple[str, ...] = (),
    earlier: Sequence[Fault] = (),
    raw: RawCompanions | None = None,
    sheets: Sequence[str] = (),
) -> Checked:
    """Return the register of two raw tables of text, with notes; raise one :class:`InputError` with every fault of both.

    ``extra`` names further numeric columns to keep; ``earlier`` holds faults found while reading the files; ``raw``
    holds the tables that may come beside the register; ``sheets`` are those of the register that were joined.
    """
    village, county = _parsed(villages, counties, files, extra)
    village = swapped(village, files[0])
    beside = companions(raw or RawCompanions(), village.table, county.table)
    faults = [
        *earlier,
        *village.faults,
        *county.faults,
        *_repeats(village, "village_id", files[0], sheets),
        *_repeats(county, "county_code", files[1]),
        *_strangers(village, county, files),
        *beside.faults,
    ]
    if len(village.rows) == 0:
        faults.append(Fault(files[0], "the register has no villages", "Give at least one row below the heading."))
    if faults:
        raise InputError(placed(faults, sheets))
    register = Register(
        villages=_settle(village.table, "village_id"),
        counties=_settle(county.table, "county_code"),
        synthetic=any(bool(parsed.table.get("synthetic", pd.Series(dtype=bool)).any()) for parsed in (village, county)),
        **beside.tables(),
    )
    notes = [*_notes(village, files[0]), *_notes(county, files[1]), *_elsewhere(village, files[0], sheets)]
    notes += looked_at(village.table, [row_name(int(row), sheets) for row in village.rows], county.table, files[0])
    return Checked(register, [*notes, *beside.notes, *_gaps(village, files[0])])


def _notes(parsed: Parsed, file: str) -> list[str]:
    understood = [
        f"{file}: {heading}: {count} cells with {what} were understood" for (heading, what), count in parsed.notes.items()
    ]
    return understood + [f"{file}: column {heading} is not used" for heading in parsed.ignored]


def _elsewhere(parsed: Parsed, file: str, sheets: Sequence[str]) -> list[str]:
    """Count villages whose code begins with another county than they are given: development zones, or a slip."""
    table = parsed.table
    other = table[table["village_id"].str[:6] != table["county_code"]]
    if other.empty:
        return []
    rows = ", ".join(row_name(int(row), sheets) for row in parsed.rows[other.index][:5]) + (" ..." if len(other) > 5 else "")
    told = f"{len(other)} villages have a code of another county than county_code (rows {rows}): county_code counts for quotas"
    return [f"{file}: {told}"]


def _gaps(parsed: Parsed, file: str) -> list[str]:
    """Name optional columns with blanks: what is missing is derived by the documented rule."""
    optional = [
        c.name for c in village_columns() if not c.required and c.kind in ("number", "integer") and c.name in parsed.table
    ]
    blanks = {name: int(parsed.table[name].isna().sum()) for name in optional}
    lines = [f"{file}: {name}: {count} blanks will be derived" for name, count in blanks.items() if count]
    absent = sum(task.indicator not in parsed.table for task in tasks())
    if absent:
        lines.append(f"{file}: {absent} indicators are not there: the task catalogue's baseline stands for them in every village")
    if "general_bond_wan_yuan" not in parsed.table:
        lines.append(f"{file}: general_bond_wan_yuan is not there: it will be what each village's works cost")
    return lines


def _settle(table: pd.DataFrame, key: str) -> pd.DataFrame:
    whole = {c.name: "int64" for c in (*village_columns(), *county_columns()) if c.kind == "integer"}
    full = {name: kind for name, kind in whole.items() if name in table and table[name].notna().all()}
    return table.astype(full).sort_values(key, ignore_index=True)


def _repeats(parsed: Parsed, key: str, file: str, sheets: Sequence[str] = ()) -> list[Fault]:
    if key not in parsed.table:
        return []
    values = parsed.table[key]
    first = values.drop_duplicates(keep="first")
    row_of = dict(zip(first, parsed.rows[first.index], strict=True))
    again = np.flatnonzero(values.duplicated(keep="first") & (values != ""))
    return [
        Fault(
            file,
            f"{key} appears again (first in row {row_name(int(row_of[values[i]]), sheets)})",
            "Remove one row or correct the code.",
            column=key,
            row=int(parsed.rows[i]),
            value=values[i],
            expected="each code once",
        )
        for i in again
    ]


def _parsed(
    villages: pd.DataFrame, counties: pd.DataFrame, files: tuple[str, str], extra: tuple[str, ...]
) -> tuple[Parsed, Parsed]:
    """Return both tables. Where the county table says of every county whether it has hidden debt, a register need not."""
    county = parse(counties, county_columns(), files[1])
    village = parse(villages, village_columns(), files[0], extra)
    if STANDING in county.mapping.values():
        every = (replace(column, required=True) if column.name == STANDING else column for column in county_columns())
        county = parse(counties, tuple(every), files[1])
        if STANDING not in village.mapping.values():
            others = tuple(column for column in village_columns() if column.name != STANDING)
            village = parse(villages, others, files[0], extra)
    return village, county


def _strangers(village: Parsed, county: Parsed, files: tuple[str, str]) -> list[Fault]:
    if "county_code" not in village.table or "county_code" not in county.table:
        return []
    codes = village.table["county_code"]
    unknown = np.flatnonzero(~codes.isin(county.table["county_code"]) & codes.str.fullmatch(r"\d{6}"))
    return [
        Fault(
            files[0],
            "county is not in the county table",
            f"Correct the code, or add the county to {files[1]}.",
            column="county_code",
            row=int(village.rows[i]),
            value=codes[i],
            expected=f"a county_code of {files[1]}",
        )
        for i in unknown
    ]
