"""Lists: any list of villages and cohorts from a spreadsheet, read for the audit or made a plan for the projection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from model.errors import Fault, InputError, usage
from model.register.coded import CODE, NAMED, Places, coded
from model.register.parse import parse
from model.register.rows import placed
from model.register.schema import Column
from model.selection.plan import plan_of
from model.selection.problem import Problem
from model.vocabulary import PACKAGES, SOURCES, Plan, Register
from scenarios.files import tables
from scenarios.files.reading import as_text, read_table

COLUMNS = (
    CODE,
    Column("cohort", "批次", "integer", True, unit="year", low=2000, high=2100, also=("年度",)),
    Column("package", "建设包", "choice", choices=PACKAGES),
)


PROJECTS = (
    COLUMNS[0],
    Column("task_id", "任务编号", "text", True),
    Column("quantity", "工程量", "number"),
    Column("unit", "单位", "text"),
    Column("cost_wan_yuan", "投资（万元）", "number", True, "万元", 0, 1e6, also=("投资",)),
    Column("source", "资金来源", "choice", choices=SOURCES),
    Column("start_year", "开工年度", "integer", unit="year", low=2000, high=2100),
    Column("asset_owner", "资产归属", "text", True),
    Column("year", "支付年度", "integer", True, unit="year", low=2000, high=2100),
    Column("work_class", "类别", "text"),
)


def read_projects(plan: Path, listed: Path | None) -> tuple[pd.DataFrame, pd.DataFrame | None] | None:
    """Return a project list and, from a run folder, its funding; nothing where there is no list.

    Raises every fault of the file at once.
    """
    folder = plan if (plan / "manifest.json").is_file() else None
    path = listed or (folder / "projects.csv" if folder else None)
    if path is None or not path.is_file():
        if listed is not None:
            raise usage("there is no such project list", "Give a file with the columns of projects.csv.", file=str(listed))
        return None
    reading = read_table(path, PROJECTS)
    parsed = parse(reading.table, PROJECTS, path.name)
    if faults := [*reading.faults, *parsed.faults]:
        raise InputError(faults)
    projects = parsed.table.astype({"year": int})
    projects["source"] = projects.get("source", "")
    if listed is None and folder and (folder / "funding.csv").is_file():
        return projects, tables.read(folder / "funding.csv")
    return projects, None


def read_list(path: Path, register: Register | None = None, say: Callable[[str], None] = lambda _: None) -> pd.DataFrame:
    """Return ``village_id``, ``cohort`` and, where given, ``package``; raise every fault of the file at once.

    Where the list names villages, ``register`` says which codes they have. ``say`` hears what was understood and passed over.
    """
    reading = read_table(path, (*COLUMNS, *NAMED))
    for note in reading.notes:
        say(note)
    return _list(reading.table, reading.faults, path.name, register, say, reading.sheets)


def list_of(table: pd.DataFrame, register: Register | None = None, name: str = "list") -> pd.DataFrame:
    """Return a table of a notebook as :func:`read_list` returns a file: codes as text, headings in either language."""
    return _list(as_text(table), [], name, register)


def _list(
    raw: pd.DataFrame,
    earlier: list[Fault],
    name: str,
    register: Register | None,
    say: Callable[[str], None] = lambda _: None,
    sheets: Sequence[str] = (),
) -> pd.DataFrame:
    if register is not None:
        found = coded(raw, Places(register.villages, register.counties), name, sheets)
        raw, earlier = found.table, [*earlier, *placed(found.faults, sheets)]
        for note in found.notes:
            say(note)
    parsed = parse(raw, COLUMNS, name)
    told = {(fault.sheet, fault.row) for fault in earlier}
    unread = placed(parsed.faults, sheets)
    if faults := [*earlier, *(fault for fault in unread if (fault.sheet, fault.row) not in told or fault.row is None)]:
        raise InputError(faults)
    table = parsed.table.astype({"cohort": int})
    if "package" in table:
        table["package"] = table["package"].replace("", "standard")
    return table


def as_plan(listed: pd.DataFrame, problem: Problem, file: str) -> Plan:
    """Return a list as a plan, with the register's figures.

    Rules may be broken; but what cannot be played is refused, all at once: villages that are not in the register or listed
    twice, cohorts and packages the scenario does not have.
    """
    place = {str(village): i for i, village in enumerate(problem.villages.ids)}
    package = _packages(listed, problem)
    if faults := _unplayable(listed.assign(package=package), problem, place, file):
        raise InputError(faults)
    at = listed["village_id"].map(place).to_numpy(dtype=int)
    number = {name: i for i, name in enumerate(problem.packages)}
    return plan_of(problem, at, listed["cohort"].to_numpy(), package.map(number).to_numpy(dtype=int))


def _packages(listed: pd.DataFrame, problem: Problem) -> pd.Series:
    """Return the package of each listed village: as listed, else that of history, else the standard one."""
    if "package" in listed:
        return listed["package"]
    fixed = problem.choices.fixed
    past = dict(zip(problem.villages.ids[problem.choices.village[fixed]], problem.choices.package[fixed], strict=True))
    usual = [problem.packages[past[village]] if village in past else "standard" for village in listed["village_id"]]
    return pd.Series(usual, index=listed.index, dtype=str)


def _unplayable(listed: pd.DataFrame, problem: Problem, place: Mapping[str, int], file: str) -> list[Fault]:
    """Return what of a list cannot be played."""
    id_, cohort, package = listed["village_id"], listed["cohort"], listed["package"]
    years, offered = problem.horizon.cohorts.tolist(), list(problem.packages)
    wrong = (
        ("village_id", ~id_.isin(place), "the village is not in the register", "a village_id of the register"),
        ("village_id", id_.duplicated(), "the village is listed twice", "each village once"),
        ("cohort", ~cohort.isin(years), "the scenario has no such cohort", f"one of {years}"),
        ("package", ~package.isin(offered), "the scenario does not offer the package", f"one of {offered}"),
    )
    faults = [
        Fault(file, fault, "Correct the list.", column, value=str(listed[column][i]), expected=asked)
        for column, rows, fault, asked in wrong
        for i in listed.index[rows]
    ]
    if listed.empty:
        faults.append(Fault(file, "the list has no villages", "Give at least one row below the heading."))
    return faults
