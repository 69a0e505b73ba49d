"""What may come beside a register: history, experts (P23-REVIEW), lists, neighbours (P22-LAYOUT), projects (P23-LISTS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.errors import Fault
from model.register.coded import CODE, Places, coded
from model.register.parse import parse
from model.register.project_list import PROJECTS, converted, objections
from model.register.schema import Column, aspect_columns
from model.vocabulary import ASPECTS, PACKAGES

STATUSES = ("announced", "building", "completed", "accepted", "failed", "relapsed")
ENDED = STATUSES[2:]  # states in which all works are done
HISTORY = (
    CODE,
    Column("cohort", "批次", "integer", True, "year", 2023, 2035, also=("年度", "入选年度")),
    Column("package", "建设包", "choice", choices=PACKAGES),
    Column("general_bond_wan_yuan", "一般债券资金", "number", unit="万元", low=0, high=20000),
    Column("total_cost_wan_yuan", "总投资", "number", unit="万元", low=0, high=100000),
    Column("status", "状态", "choice", choices=STATUSES),
    Column("date", "状态日期", "date", also=("日期",)),
    Column("done", "已完成任务", "tasks"),
)
ANNOUNCED = HISTORY[:2]
TABLES = ("history", "experts", "announced", "neighbours", "projects")
NEIGHBOURS = (CODE, Column("neighbour_id", "相邻村代码", "code", True, digits=12))
EXPERTS = (
    CODE,
    Column("expert", "专家", "text", True, also=("评审专家",)),
    *aspect_columns(),
    Column("recused", "回避", "flag", also=("是否回避",)),
)


@dataclass(frozen=True)
class Raw:
    """A raw table of text cells and the file it is from."""

    table: pd.DataFrame
    file: str


@dataclass(frozen=True)
class RawCompanions:
    """The raw tables that came beside a register."""

    history: Raw | None = None
    experts: Sequence[Raw] = ()
    announced: Raw | None = None
    neighbours: Raw | None = None
    projects: Raw | None = None


@dataclass(frozen=True)
class Companions:
    """The tables beside a register, each with its columns even where it is empty, and their faults."""

    history: pd.DataFrame
    experts: pd.DataFrame
    announced: pd.DataFrame
    neighbours: pd.DataFrame
    projects: pd.DataFrame
    faults: list[Fault]
    notes: list[str]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by name."""
        return {name: getattr(self, name) for name in TABLES}


def companions(raw: RawCompanions, villages: pd.DataFrame, counties: pd.DataFrame) -> Companions:
    """Return the tables, with every fault; ``villages`` and ``counties`` are the register's, which may lack any column.

    Where a list names villages, the register says which codes they have.
    """
    places = Places(villages, counties)
    notes: list[str] = []
    named: dict[str, Raw] = {}
    faults: list[Fault] = []
    for name in ("history", "announced", "projects"):
        if (given := getattr(raw, name)) is not None:
            found = coded(given.table, places, given.file)
            named[name] = Raw(found.table, given.file)
            faults, notes = [*faults, *found.faults], [*notes, *found.notes]
    parts = {
        "history": _list(named["history"], HISTORY, places.ids) if "history" in named else (_blank(HISTORY), []),
        "experts": _experts(raw.experts, places.ids) if raw.experts else (_blank(EXPERTS), []),
        "announced": _list(named["announced"], ANNOUNCED, places.ids) if "announced" in named else (_blank(ANNOUNCED), []),
        "neighbours": _neighbours(raw.neighbours, places.ids) if raw.neighbours else (_blank(NEIGHBOURS), []),
        "projects": project_list(named["projects"], villages) if "projects" in named else (_blank(PROJECTS), []),
    }
    told = {(fault.file, fault.row) for fault in faults}
    more = [fault for _, wrong in parts.values() for fault in wrong if (fault.file, fault.row) not in told]
    return Companions(**{name: table for name, (table, _) in parts.items()}, faults=[*faults, *more], notes=notes)


def _blank(columns: Sequence[Column]) -> pd.DataFrame:
    kinds = {
        "code": "str",
        "text": "str",
        "choice": "str",
        "date": "str",
        "tasks": "str",
        "flag": "bool",
        "integer": "int64",
        "number": "float64",
    }
    names = {column.name: kinds[column.kind] for column in columns}
    return pd.DataFrame(columns=list(names)).astype(names)


def _list(raw: Raw, columns: Sequence[Column], ids: set[str]) -> tuple[pd.DataFrame, list[Fault]]:
    """Return a list of villages with their cohorts: history, or an announced list."""
    parsed = parse(raw.table, columns, raw.file)
    faults = [*parsed.faults, *_unknown(parsed.table, parsed.rows, raw.file, ids)]
    if "village_id" in parsed.table:
        again = parsed.table["village_id"].duplicated() & (parsed.table["village_id"] != "")
        faults += _each(
            parsed.table[again], parsed.rows[again], raw.file, "the village is there twice", "Keep one row.", "each village once"
        )
    if faults:
        return _blank(columns), faults
    table = _complete(parsed.table, columns).astype({"cohort": "int64"})
    for name, usual in (("package", "standard"), ("status", "announced")):
        if name in table:
            table[name] = table[name].replace("", usual)
    return table.sort_values("village_id", ignore_index=True), []


def _neighbours(raw: Raw, ids: set[str]) -> tuple[pd.DataFrame, list[Fault]]:
    parsed = parse(raw.table, NEIGHBOURS, raw.file)
    other = parsed.table.rename(columns={"village_id": "first", "neighbour_id": "village_id"})
    faults = [*parsed.faults, *(f for t in (parsed.table, other) for f in _unknown(t, parsed.rows, raw.file, ids))]
    return (_blank(NEIGHBOURS), faults) if faults else (parsed.table[["village_id", "neighbour_id"]], [])


def project_list(raw: Raw, villages: pd.DataFrame) -> tuple[pd.DataFrame, list[Fault]]:
    """Return a project list in its tasks' own units, with every fault; ``villages`` is the register's table."""
    parsed = parse(raw.table, PROJECTS, raw.file)
    faults = [*parsed.faults, *_unknown(parsed.table, parsed.rows, raw.file, set(villages.get("village_id", ())))]
    if faults:
        return _blank(PROJECTS), faults
    table = converted(_complete(parsed.table, PROJECTS))
    if faults := objections(raw.table, parsed, table, villages, raw.file):
        return _blank(PROJECTS), faults
    return table.sort_values(["village_id", "task_id"], kind="stable", ignore_index=True), []


def _experts(sheets: Sequence[Raw], ids: set[str]) -> tuple[pd.DataFrame, list[Fault]]:
    faults, parts = [], []
    for sheet in sheets:
        parsed = parse(sheet.table, EXPERTS, sheet.file)
        faults += [*parsed.faults, *_unknown(parsed.table, parsed.rows, sheet.file, ids)]
        if not set(ASPECTS) & set(parsed.table):
            asked = "、".join(column.zh for column in aspect_columns())
            faults.append(Fault(sheet.file, "the sheet scores no aspect", "Restore the headings.", row=1, expected=asked))
        parts.append(parsed.table.assign(_file=sheet.file, _row=parsed.rows))
    table = pd.concat(parts, ignore_index=True)
    if {"village_id", "expert"} <= set(table):
        again = table[table.duplicated(["village_id", "expert"])]
        faults += [
            Fault(
                str(row["_file"]),
                "the expert scores the village twice",
                "Keep one row.",
                "village_id",
                row=int(row["_row"]),
                value=f"{row['expert']} {row['village_id']}",
                expected="each village once an expert",
            )
            for row in again.to_dict("records")
        ]
    if faults:
        return _blank(EXPERTS), faults
    table = _complete(table.drop(columns=["_file", "_row"]), EXPERTS)
    table["recused"] = table["recused"].fillna(False).astype(bool)
    return table.sort_values(["village_id", "expert"], ignore_index=True), []


def _unknown(table: pd.DataFrame, rows: Any, file: str, ids: set[str]) -> list[Fault]:
    if "village_id" not in table:
        return []
    strange = ~table["village_id"].isin(ids) & table["village_id"].str.fullmatch(r"\d{12}")
    places = pd.Series(rows, index=table.index)
    return _each(
        table[strange],
        places[strange],
        file,
        "the village is not in the register",
        "Correct the code.",
        "a village of the register",
    )


def _each(table: pd.DataFrame, rows: Any, file: str, problem: str, remedy: str, expected: str) -> list[Fault]:
    return [
        Fault(file, problem, remedy, "village_id", row=int(row), value=str(village), expected=expected)
        for village, row in zip(table["village_id"], rows, strict=True)
    ]


def _complete(table: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Return the table with every column, blank where the file has none, in order."""
    blank: dict[str, Any] = {"text": "", "choice": "", "date": "", "tasks": "", "flag": False}
    missing = {column.name: blank.get(column.kind, float("nan")) for column in columns if column.name not in table}
    return table.assign(**missing)[[column.name for column in columns]]
