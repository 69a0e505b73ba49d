"""Columns (数据字典): what every column of every written table is called, in which unit it is, and what it means, once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

OWN_UNIT = "as unit"  # the row's own column ``unit`` says it
TYPES = {"1/0": "boolean", "date": "date", "year": "year", "": "string"}  # of a data package; numbers otherwise


@dataclass(frozen=True)
class Described:
    """A column of a table: its Chinese name, what it is in English, its unit, and what it means in Chinese."""

    table: str
    name: str
    zh: str
    en: str
    unit: str
    meaning: str

    @property
    def type(self) -> str:
        """Its type in a data package."""
        return TYPES.get(self.unit, "number")


@dataclass(frozen=True)
class Table:
    """A table: its Chinese and English name, and its columns in order."""

    name: str
    zh: str
    en: str
    columns: tuple[Described, ...]


@cache
def tables() -> dict[str, Table]:
    """Return every table by its name, the file's without ``.csv``."""
    stated: dict[str, Any] = tomllib.loads((resources.files("model") / "columns.toml").read_text(encoding="utf-8"))
    usual, own = stated["column"], stated["own"]
    found = {}
    for table, entry in stated["table"].items():
        columns = (Described(table, name, **own.get(f"{table}.{name}", usual[name])) for name in entry["columns"])
        found[table] = Table(table, entry["zh"], entry["en"], tuple(columns))
    return found
