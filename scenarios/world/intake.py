"""Intake: an analyst's files become a register that the model has checked, with notes of what was understood on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.errors import Fault, InputError
from model.register import check
from model.register.companions import companions
from model.register.parse import parse
from model.register.rows import placed
from model.register.schema import county_columns, village_columns
from model.register.synthetic import generate
from model.vocabulary import Register
from scenarios.files.companions import SINGLE, Beside, read_companions
from scenarios.files.reading import Reading, read_table
from scenarios.world.checks import looked_at
from scenarios.world.load import load, read_toml
from scenarios.world.spec import RegisterSource


@dataclass(frozen=True)
class Taken:
    """A register that was taken, and everything that was converted, passed over or filled on the way."""

    register: Register
    notes: list[str]


def take(
    file: Path,
    counties: Path | None,
    extra: tuple[str, ...] = (),
    with_it: Beside | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Taken:
    """Return the register of a file and its county table, with notes.

    Without a county file, ``<stem>.counties.<ext>`` beside it is read, and ``<stem>.projects.<ext>`` where there is one.
    ``mapping`` says what columns headings mean that nobody knows; without one, that in ``<stem>.map.toml`` beside the register.
    """
    beside = counties or file.with_name(f"{file.stem}.counties{file.suffix}")
    if file.is_file() and not counties and not beside.is_file():
        remedy = f"Give --counties FILE, or put the table beside it as {beside.name}."
        alone = read_table(file, village_columns())
        own = parse(alone.table, village_columns(), file.name, extra)
        raise InputError([*alone.faults, *placed(own.faults, alone.sheets), Fault(str(file), "no county table", remedy)])
    villages, table = mapped(read_table(file, village_columns()), file, mapping), read_table(beside, county_columns())
    more = read_companions(_with_projects(with_it or Beside(), file))
    earlier = [*villages.faults, *table.faults, *more.faults]
    checked = check.read(villages.table, table.table, (file.name, beside.name), extra, earlier, more.raw, villages.sheets)
    lists = looked_at(load("baseline"), checked.register) if len(checked.register.projects) else []
    return Taken(checked.register, [*villages.notes, *table.notes, *more.notes, *checked.notes, *lists])


def _with_projects(beside: Beside, file: Path) -> Beside:
    """Return the files beside a register with its project list, where one lies there and none is named."""
    path = file.with_name(f"{file.stem}.projects{file.suffix}")
    return replace(beside, projects=path) if beside.projects is None and path.is_file() else beside


def mapped(reading: Reading, file: Path, mapping: Mapping[str, str] | None) -> Reading:
    """Return a reading whose headings go by the columns an analyst says they mean."""
    beside = file.with_name(f"{file.stem}.map.toml")
    stated = dict(mapping or (read_toml(beside) if beside.is_file() else {}))
    if not stated:
        return reading
    known, there = {column.name for column in village_columns()}, set(map(str, reading.table.columns))
    faults = [
        Fault(str(file), "no such heading to map", "Give a heading of the file.", value=heading)
        for heading in stated
        if heading not in there
    ]
    faults += [
        Fault(str(file), "no such column to map to", "Give a column of the register.", column=heading, value=str(name))
        for heading, name in stated.items()
        if name not in known
    ]
    if faults:
        raise InputError(faults)
    notes = [f"{file.name}: {heading} is read as {name}" for heading, name in stated.items()]
    return replace(reading, table=reading.table.rename(columns=stated), notes=[*reading.notes, *notes])


def read_register(file: Path, counties: Path | None, extra: tuple[str, ...] = (), with_it: Beside | None = None) -> Register:
    """Return the register of a file and its county table."""
    return take(file, counties, extra, with_it).register


def register_of(source: RegisterSource) -> Register:
    """Return the register a scenario names."""
    single = {name: Path(path) for name in SINGLE if (path := getattr(source, name))}
    beside = Beside(scores=tuple(map(Path, source.scores)), **single)
    if source.file:
        counties = Path(source.counties) if source.counties else None
        return read_register(Path(source.file), counties, tuple(source.extra_columns), beside)
    made = generate(source.synthetic_villages, source.synthetic_seed)
    more = read_companions(beside)
    beside_it = companions(more.raw, made.villages, made.counties)
    if faults := [*more.faults, *beside_it.faults]:
        raise InputError(faults)
    tables: dict[str, Any] = {**beside_it.tables()}
    return replace(made, **tables)
