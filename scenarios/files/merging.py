"""Merging: declarations that counties have returned become one register, and what is wrong with each goes back to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import Fault, InputError, usage
from model.register.companions import Raw, companions, project_list
from model.register.parse import parse
from model.register.project_list import PROJECTS
from model.register.schema import village_columns
from scenarios.files import outtake, placing, tables
from scenarios.files.companions import Beside, read_companions
from scenarios.files.declaration import EXAMPLE, INDICATORS, LISTED, NOTES_SHEET, declared_columns, indicator_columns
from scenarios.files.reading import Reading, as_table, read_table, sheets
from scenarios.files.workbooks import Sheet


@dataclass(frozen=True)
class Merged:
    """Returned declarations as one table, and the counties that sent none."""

    villages: pd.DataFrame
    answered: dict[str, int]
    silent: list[str]
    experts: pd.DataFrame
    projects: pd.DataFrame
    notes: list[str]


def merge(files: Sequence[Path], counties: pd.DataFrame, scores: Sequence[Path] = ()) -> Merged:
    """Join returned workbooks and experts' score sheets; raise every fault of every file at once, with file, sheet and row."""
    faults: list[Fault] = []
    notes: list[str] = []
    parts: list[pd.DataFrame] = []
    states: list[pd.DataFrame] = []
    lists: list[tuple[str, Raw]] = []
    known = set(counties["county_code"])
    for file in files:
        for sheet, own in _declared_sheets(file, faults).items():
            code = sheet[:6]
            if code not in known:
                faults.append(Fault(file.name, "the sheet's name begins with no county code", "Restore its name.", sheet=sheet))
                continue
            if sheet.endswith(INDICATORS):
                states.append(_state(file, sheet, own, faults))
            elif sheet.endswith(LISTED):
                lists.append((sheet, _list(file, sheet, own, faults)))
            else:
                parts.append(_part(file, sheet, own, code, faults, notes))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["village_id", "county_code"])
    faults += _repeats(table)
    table = _with_state(table, states)
    more = read_companions(Beside(scores=tuple(scores)))
    beside = companions(more.raw, table, counties)
    projects = _projects(lists, table, faults)
    faults += [*more.faults, *beside.faults]
    if not faults and table.empty:
        faults.append(Fault(", ".join(file.name for file in files), "no village is declared", "Fill in the sheets from row 5."))
    if faults:
        raise InputError(faults)
    answered = {str(code): int(count) for code, count in table.groupby("county_code").size().items()}
    silent = [code for code in counties["county_code"] if code not in answered]
    return Merged(
        table.drop(columns=["_file", "_sheet", "_row"], errors="ignore"), answered, silent, beside.experts, projects, notes
    )


def _with_state(table: pd.DataFrame, states: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the declarations with what the sheets on the state of villages say of them."""
    known = [state for state in states if len(state)]
    if not known or table.empty:
        return table
    joined = pd.concat(known, ignore_index=True).drop_duplicates("village_id")
    return table.merge(joined, on="village_id", how="left")


def _declared_sheets(file: Path, faults: list[Fault]) -> dict[str, Sheet]:
    try:
        by_name = sheets(file)
    except Exception as error:
        faults.append(
            Fault(file.name, "the file cannot be read as a workbook", "Send it again as .xlsx.", value=str(error)[:100])
        )
        return {}
    return {name: own for name, own in by_name.items() if name != NOTES_SHEET}


def _part(file: Path, sheet: str, own: Sheet, code: str, faults: list[Fault], notes: list[str]) -> pd.DataFrame:
    columns = declared_columns()
    reading = as_table(own, file, columns)
    notes += [f"{sheet}: {note}" for note in reading.notes if "headings are in row" not in note]
    filled = _without_example(reading)
    if filled.empty:
        return pd.DataFrame(columns=["village_id", "county_code"])
    parsed = parse(filled, columns, file.name)
    faults += [replace(fault, sheet=sheet) for fault in (*reading.faults, *parsed.faults)]
    return parsed.table.assign(county_code=code, _file=file.name, _sheet=sheet, _row=parsed.rows)


def _state(file: Path, sheet: str, own: Sheet, faults: list[Fault]) -> pd.DataFrame:
    """Return what a sheet on the state of villages says; a village of which it says nothing is left out."""
    columns = indicator_columns()
    reading = as_table(own, file, columns)
    if reading.table.empty:
        return pd.DataFrame(columns=["village_id"])
    parsed = parse(reading.table, columns, file.name)
    faults += [replace(fault, sheet=sheet) for fault in (*reading.faults, *parsed.faults)]
    return parsed.table.dropna(axis=1, how="all")


def _list(file: Path, sheet: str, own: Sheet, faults: list[Fault]) -> Raw:
    """Return a county's own projects as they are written."""
    reading = as_table(own, file, PROJECTS)
    faults += [replace(fault, sheet=sheet) for fault in reading.faults if len(reading.table)]
    return Raw(reading.table, file.name)


def _projects(lists: Sequence[tuple[str, Raw]], villages: pd.DataFrame, faults: list[Fault]) -> pd.DataFrame:
    """Return counties' own projects, checked against the villages they declare."""
    parts = []
    for sheet, raw in lists:
        if len(raw.table):
            table, wrong = project_list(raw, villages)
            faults += [replace(fault, sheet=sheet) for fault in wrong]
            parts.append(table)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _without_example(reading: Reading) -> pd.DataFrame:
    table = reading.table
    return table[~(table == f"{EXAMPLE}村").any(axis=1)]


def _repeats(table: pd.DataFrame) -> list[Fault]:
    if "_file" not in table:
        return []
    again = table[table["village_id"].duplicated(keep="first") & (table["village_id"] != "")]
    first = table.drop_duplicates("village_id").set_index("village_id")["_file"]
    return [
        Fault(
            str(row["_file"]),
            f"the village is declared again (first in {first[row['village_id']]})",
            "Remove one of both.",
            column="village_id",
            row=int(row["_row"]),
            value=str(row["village_id"]),
            sheet=str(row["_sheet"]),
        )
        for row in again.to_dict("records")
    ]


def write_merged(merged: Merged, out: Path, force: bool = False) -> Path:
    """Write the joined register as CSV, in the form that intake reads.

    Beside it ``<stem>.scores.csv`` has experts' scores, and ``<stem>.projects.csv`` counties' own projects.
    """
    more = {"scores": merged.experts, "projects": merged.projects}
    beside = {out.with_name(f"{out.stem}.{name}.csv"): table for name, table in more.items() if len(table)}
    for path in (out, *beside):
        outtake.free(path, force)
    if out.suffix.lower() != ".csv":
        raise usage("the joined register is a CSV file", "Give --out NAME.csv.", file=str(out), value=out.suffix)
    out.parent.mkdir(parents=True, exist_ok=True)
    order = [column.name for column in village_columns() if column.name in merged.villages]
    table = merged.villages[order].sort_values("village_id")
    with placing.files(out, *beside) as drafts:
        for draft, own in zip(drafts, (table, *beside.values()), strict=True):
            draft.write_bytes(tables.as_bytes(own, exact=True))
    return out


def changes(merged: Merged, last: Path) -> pd.DataFrame:
    """Return what differs from an earlier round: county_code, village_id, name, column, before, after.

    A village that is new or gone has one row, with nothing in ``column``.
    """
    before = read_table(last, village_columns())
    if before.faults:
        raise InputError(before.faults)
    old = parse(before.table, village_columns(), last.name).table.set_index("village_id")
    new = merged.villages.set_index("village_id")
    rows: list[tuple[Any, ...]] = []
    for code in sorted(set(old.index) | set(new.index)):
        own = new.loc[code] if code in new.index else old.loc[code]
        place = own["county_code"], code, own["name"]
        if code not in old.index or code not in new.index:
            rows.append((*place, "", *(("", "有") if code in new.index else ("有", ""))))
            continue
        for name in new.columns.intersection(old.columns):
            pair = old.loc[code, name], new.loc[code, name]
            if not _alike(*pair):
                rows.append((*place, name, *(_shown(value) for value in pair)))
    return pd.DataFrame(rows, columns=["county_code", "village_id", "name", "column", "before", "after"])


def write_changes(merged: Merged, last: Path, out: Path, force: bool = False) -> pd.DataFrame:
    """Write what differs from an earlier round beside the merged register as ``<stem>.changes.csv``; return it."""
    changed = changes(merged, last)
    outtake.new_file(out.with_name(f"{out.stem}.changes.csv"), ".csv", tables.as_bytes(changed), force)
    return changed


def _alike(one: Any, two: Any) -> bool:
    return (one != one and two != two) or one == two or str(one) == str(two)


def _shown(value: Any) -> str:
    return "" if value is None or value != value else f"{value:g}" if isinstance(value, float) else str(value)
