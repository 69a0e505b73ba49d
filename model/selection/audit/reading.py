"""The audit's own reading of a list: what each entry is, from plain tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

CENT = 0.005  # 万元
SLIVER = 1e-6
Row = Mapping[str, Any]


def in_year(rule: Row, cohort: int) -> Row:
    """Return what a rule asks in a cohort where it states values by year."""
    return {k: v.get(str(cohort), v.get("other")) if isinstance(v, Mapping) else v for k, v in rule.items()}


@dataclass(frozen=True)
class Finding:
    """One broken rule: where, what the rule asks, what the list has, and by how much it is broken."""

    rule: str
    where: str
    asked: str
    found: float | str
    excess: float


@dataclass(frozen=True)
class Entry:
    """A village of the list, with what the register says of it; ``past`` says that it is history."""

    village_id: str
    cohort: int
    package: str
    county: str
    bond: float
    past: bool
    village: Row


@dataclass(frozen=True)
class Works:
    """What works cost and the law of their money, as plain data.

    ``items``: task, class and usual owner of each work, in the order of the catalogue; ``cents``: by village, cents per work;
    ``holds``: by package, whether it holds each work; ``payers``: by class, the sources a plan counts on; ``state``: owners that
    are state bodies.
    """

    items: tuple[tuple[str, str, str], ...]
    cents: Mapping[str, tuple[int, ...]]
    holds: Mapping[str, tuple[bool, ...]]
    payers: Mapping[str, tuple[str, ...]]
    state: frozenset[str]


@dataclass(frozen=True)
class Case:
    """A list and the tables it is read against.

    ``register``, ``counties``, ``told`` (history) and ``announced`` are rows by their code; ``scenario`` is the resolved scenario
    as plain tables.
    """

    entries: list[Entry]
    register: Mapping[str, Row]
    counties: Mapping[str, Row]
    told: Mapping[str, Row]
    announced: Mapping[str, int]
    given_neighbours: list[tuple[str, str]]
    scenario: Mapping[str, Any]
    works: Works

    @property
    def as_of(self) -> int:
        """The year whose cohort is recommended."""
        return int(self.scenario["programme"]["as_of"])

    @property
    def ahead(self) -> list[int]:
        """The cohorts that are still to be decided."""
        return [cohort for cohort in self.scenario["programme"]["cohorts"] if cohort >= self.as_of]

    @property
    def last(self) -> int:
        """The last cohort."""
        return int(max(self.scenario["programme"]["cohorts"]))

    @property
    def new(self) -> list[Entry]:
        """The entries that are not history."""
        return [entry for entry in self.entries if not entry.past]


def plain(table: pd.DataFrame) -> list[Row]:
    """Return a table's rows."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def rows(table: pd.DataFrame, key: str) -> dict[str, Row]:
    """Return a table's rows by a column."""
    return {row[key]: row for row in plain(table)}


def entries(
    listed: pd.DataFrame, register: Mapping[str, Row], bond: Mapping[Any, Any], told: Mapping[str, Row], as_of: int
) -> Iterator[Entry]:
    """Yield the entries of a list that are in the register; history's own money is what was paid."""
    for row in listed.to_dict("records"):
        village = register.get(row["village_id"])
        if village is None:
            continue
        fact: Row = told.get(row["village_id"], {"cohort": None})
        past = int(row["cohort"]) == fact["cohort"] and int(row["cohort"]) < as_of
        package = str(row.get("package", fact["package"] if past else "standard"))
        money = bond.get(package, bond["standard"])[row["village_id"]]
        if past and not math.isnan(fact["general_bond_wan_yuan"]):
            money = fact["general_bond_wan_yuan"]
        yield Entry(row["village_id"], int(row["cohort"]), package, village["county_code"], money, past, village)


def band(rule: str, where: str, count: float, low: float, high: float, sliver: float = SLIVER) -> Iterator[Finding]:
    """Yield a finding where a number lies outside its band by more than a sliver."""
    if count < low - sliver:
        yield Finding(rule, where, f"at least {low:g}", count, low - count)
    if count > high + sliver:
        yield Finding(rule, where, f"at most {high:g}", count, count - high)
