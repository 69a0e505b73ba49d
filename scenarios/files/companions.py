"""What may come beside a register: past cohorts, experts' score sheets, an announced list, neighbours, project lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.errors import Fault
from model.register.coded import NAMED
from model.register.companions import ANNOUNCED, EXPERTS, HISTORY, NEIGHBOURS, Raw, RawCompanions
from model.register.parse import heading_key, heading_keys
from model.register.project_list import PROJECTS
from scenarios.files.reading import read_table

LISTS = {"history": HISTORY, "announced": ANNOUNCED, "projects": PROJECTS}
SINGLE = ("history", "announced", "neighbours", "projects")


@dataclass(frozen=True)
class Beside:
    """Files that may come beside a register: past cohorts, experts' score sheets, an announced list, neighbours, projects."""

    history: Path | None = None
    scores: tuple[Path, ...] = ()
    announced: Path | None = None
    neighbours: Path | None = None
    projects: Path | None = None


@dataclass(frozen=True)
class More:
    """What was read of the files beside a register."""

    raw: RawCompanions
    faults: list[Fault]
    notes: list[str]


def read_companions(files: Beside) -> More:
    """Read what comes beside a register; a score sheet that names no expert is that of its file's name."""
    lists = {name: (*columns, *NAMED) for name, columns in LISTS.items()} | {"neighbours": NEIGHBOURS}
    single = {name: (path, read_table(path, columns)) for name, columns in lists.items() if (path := getattr(files, name))}
    sheets = [(path, read_table(path, EXPERTS)) for path in files.scores]
    named = heading_keys([column for column in EXPERTS if column.name == "expert"])
    experts = []
    for path, sheet in sheets:
        has_name = any(heading_key(str(heading)) in named for heading in sheet.table)
        experts.append(Raw(sheet.table if has_name else sheet.table.assign(expert=path.stem), path.name))
    read = [reading for _, reading in (*single.values(), *sheets)]
    return More(
        RawCompanions(experts=experts, **{name: Raw(reading.table, path.name) for name, (path, reading) in single.items()}),
        [fault for reading in read for fault in reading.faults],
        [note for reading in read for note in reading.notes],
    )
