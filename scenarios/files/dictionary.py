"""The dictionary of a folder (数据字典): ``columns.csv`` for people and ``datapackage.json`` for programs, beside its tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.columns import Described, Table
from model.columns import tables as described
from model.policy.sources import unit_in
from model.register import companions, project_list
from model.register.schema import Column, county_columns, village_columns
from scenarios.files import tables

NAMES = ("columns.csv", "datapackage.json")
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
INPUTS: dict[str, tuple[str, str]] = {
    "register": ("备选村名册", "the register of candidate villages"),
    "counties": ("县级表", "the county table"),
    "history": ("已公布批次", "cohorts already announced"),
    "scores": ("专家评分", "experts' score sheets"),
    "announced": ("已公布名单", "an announced list"),
    "neighbours": ("相邻村", "pairs of neighbours"),
    "projects": ("各县项目清单", "counties' own project lists"),
}
KINDS = {"integer": "integer", "number": "number", "flag": "boolean", "date": "date"}


def write(folder: Path, yours: Sequence[str] = ()) -> None:
    """Write both files over the tables that a folder has, unless it has none or such a file is somebody else's."""
    found = list(_resources(folder))
    if not found or set(yours) & set(NAMES):
        return
    columns = [(path, c.name, c.zh, c.en, c.unit, c.meaning) for path, table, _ in found for c in table.columns]
    names = ["table", "column", "zh", "en", "unit", "meaning"]
    tables.write(pd.DataFrame(columns, columns=names), folder / NAMES[0])
    resources = [_resource(path, table, types) for path, table, types in found]
    package = {"$schema": PROFILE, "name": "baicun", "resources": resources}
    (folder / NAMES[1]).write_bytes((json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


def own(folder: Path) -> pd.DataFrame:
    """Return what the columns of a folder's own tables are: 表, 列, 名称, 含义, 单位."""
    found = [(path, table) for path, table, _ in _resources(folder) if "/" not in path and path not in NAMES]
    rows = [
        (f"{path} {table.zh}", c.name, c.zh, c.meaning, unit_in(c.unit, "zh")) for path, table in found for c in table.columns
    ]
    return pd.DataFrame(rows, columns=["表", "列", "名称", "含义", "单位"])


def _resources(folder: Path) -> Iterator[tuple[str, Table, list[str]]]:
    """Yield each table of a folder: its path, what it is, and the types of its columns."""
    for path in sorted(folder.glob("*.csv")):
        if (known := described().get(path.stem)) is not None:
            of = {column.name: column for column in known.columns}
            columns = tuple(of.get(name, _plain(path.stem, name)) for name in _headings(path))
            yield path.name, Table(path.stem, known.zh, known.en, columns), [column.type for column in columns]
    for path in sorted((folder / "inputs").glob("*.csv")):
        schema = {column.name: column for column in _schema(path.stem)}
        told = [(name, schema.get(name)) for name in _headings(path)]
        columns = tuple(_given(path.stem, column) if column else _plain(path.stem, name) for name, column in told)
        types = [KINDS.get(column.kind, "string") if column else "any" for _, column in told]
        yield f"inputs/{path.name}", Table(path.stem, *INPUTS.get(path.stem, (path.stem, path.stem)), columns), types


def _headings(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _plain(table: str, name: str) -> Described:
    """Return a column of which nothing is known but its name."""
    return Described(table, name, name, name, "", "")


def _given(table: str, column: Column) -> Described:
    return Described(table, column.name, column.zh, column.expected, column.unit, column.zh)


def _schema(name: str) -> tuple[Column, ...]:
    return {
        "register": village_columns(),
        "counties": county_columns(),
        "history": companions.HISTORY,
        "scores": companions.EXPERTS,
        "announced": companions.ANNOUNCED,
        "neighbours": companions.NEIGHBOURS,
        "projects": project_list.PROJECTS,
    }.get(name, ())


def _resource(path: str, table: Table, types: list[str]) -> dict[str, Any]:
    fields = [
        {"name": c.name, "type": kind, "title": c.zh, "description": c.en}
        | ({"trueValues": ["1"], "falseValues": ["0"]} if kind == "boolean" else {})
        | ({"unit": c.unit} if c.unit else {})
        for c, kind in zip(table.columns, types, strict=True)
    ]
    name = path.removesuffix(".csv").replace("/", "-").replace("_", "-")
    return {
        "name": name,
        "path": path,
        "title": table.zh,
        "description": table.en,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": fields, "missingValues": [""]},
    }
