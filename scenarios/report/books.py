"""Books (工作手册) of a county, a prefecture or a department: what is to be done, by whom, when, and with which money.

They are made of a run folder's own tables, so the books of all counties add up to the plan to the cent. What counties fill in
themselves (progress by village) is left blank.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import Fault, InputError, usage
from model.policy.catalogue import Task, department, owner, tasks
from model.register.gaps import lacking, state
from model.words import CHINESE
from scenarios.report import course, handbook, listing, money, policies
from scenarios.report.facts import Facts
from scenarios.report.sheets import Book, Column, Row, blank

MONTHS = 36  # of a county's schedule, from its first work on
BUSY = "■"
COUNTY, PREFECTURE, DEPARTMENT = "分县", "分市州", "分部门"
PLACE = Column("县（市、区）", 14)
GAPS = (
    Column("村名", 18),
    Column("任务", 7),
    Column("指标", 24),
    Column("现状", 10, "money"),
    Column("目标", 10, "money"),
    Column("单位", 9),
    Column("性质", 8),
    Column("牵头部门", 26),
)
TASKS = (
    Column("任务", 7),
    Column("名称", 26),
    Column("性质", 8),
    Column("牵头部门", 34),
    Column("涉及村数", 9, "whole"),
    Column("项目数", 8, "whole"),
    Column("投资", 12, "money"),
    Column("最早开工", 12),
    Column("最迟时限", 12),
)
PROJECTS = (
    Column("序号", 5, "whole"),
    Column("村名", 18),
    Column("任务", 7),
    Column("项目", 20),
    Column("工程量", 10, "money"),
    Column("单位", 8),
    Column("投资", 10, "money"),
    Column("资金来源", 14),
    Column("支付年度", 9),
    Column("资产归属", 14),
    Column("牵头部门", 18),
    Column("计划开工", 12),
    Column("计划完工", 12),
    Column("时限", 12),
)
STANDARD = (
    Column("任务", 7),
    Column("指标", 26),
    Column("性质", 8),
    Column("目标", 10, "money"),
    Column("单位", 9),
    Column("牵头部门", 40),
    Column("是否达标", 10),
)
PROGRESS = (
    Column("村名", 18),
    Column("批次", 6),
    Column("计划开工", 12),
    Column("计划完工", 12),
    Column("项目数", 8, "whole"),
    Column("已开工", 9),
    Column("已完工", 9),
    Column("到位资金", 11),
    Column("存在问题", 26),
    Column("填报日期", 12),
)
HOMES = (
    Column("村名", 18),
    Column("任务", 7),
    Column("项目", 24),
    Column("工程量", 10, "money"),
    Column("单位", 8),
    Column("时限", 12),
    Column("已签意愿户数", 11),
    Column("已完工户数", 11),
    Column("已验收户数", 11),
    Column("未做原因", 26),
)


@dataclass(frozen=True)
class Part:
    """The part of a plan that a book is of: its kind, code and name, its villages, and its works."""

    kind: str
    code: str
    name: str
    plan: pd.DataFrame
    works: pd.DataFrame


def write(facts: Facts, folder: Path, places: Sequence[str] = ()) -> list[Path]:
    """Write the books of counties, prefectures and departments, or of those that are named; return their files.

    Raises :class:`InputError` for a run without a project list, and for a name that nobody has.
    """
    works = money.projects(facts)
    if not len(works):
        raise usage("the run has no projects.csv", "Give a run of `baicun run`.", file=str(facts.folder))
    every = list(_parts(facts, works))
    _refuse_strangers(places, {name for part in every for name in (part.name, part.code) if name})
    found = [part for part in every if not places or {part.name, part.code} & set(places)]
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for part in found:
        path = folder / part.kind / f"{f'{part.code} {part.name}'.strip()}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        _book(path, facts, part)
        files.append(path)
        if part.kind == COUNTY:
            files.append(policies.write(facts, path.with_name(f"{path.stem} {policies.NAME}.docx"), part.plan, part.works))
    return [*files, handbook.write(folder)]


def _refuse_strangers(places: Sequence[str], known: set[str]) -> None:
    """Refuse every name that no book has, with what is like it."""
    faults = []
    for place in (place for place in places if place not in known):
        near = difflib.get_close_matches(place, sorted(known), 3, 0.4)
        remedy = f"Did you mean {'、'.join(near)}?" if near else "Give a county, a prefecture or a department."
        faults.append(Fault("--only", "no book is of that name", remedy, value=place))
    if faults:
        raise InputError(faults)


def _parts(facts: Facts, works: pd.DataFrame) -> Iterator[Part]:
    plan = facts.plan
    for code, own in plan.groupby("county_code"):
        yield Part(COUNTY, str(code), str(own["county"].iloc[0]), own, works[works["county_code"] == code])
    for name, own in plan.groupby("prefecture"):
        yield Part(PREFECTURE, "", str(name), own, works[works["county_code"].isin(own["county_code"])])
    for name, own in works[works["department"].fillna("") != ""].groupby("department"):
        yield Part(DEPARTMENT, "", department(str(name))[0], plan[plan["village_id"].isin(own["village_id"])], own)


def _book(path: Path, facts: Facts, part: Part) -> None:
    """Write one book: a department's has works alone, the others also villages and gaps, a county's what it carries out."""
    unit, name, numbers = CHINESE("in_wan_yuan"), part.name, itertools.count(1)
    far = () if part.kind == COUNTY else (PLACE,)
    with Book(path, name, facts.manifest["synthetic"]) as book:

        def paper(sheet: str, columns: Sequence[Column], rows: Iterable[Row], unit: str = "", title: str = "") -> None:
            book.paper(sheet, f"{name}{title or sheet}", columns, rows, f"附件{next(numbers)}", unit)

        if part.kind != DEPARTMENT:
            paper("名单", listing.COLUMNS, listing.rows(facts, part.plan), unit, "创建村名单")
            paper("短板弱项清单", (*far, *GAPS), _gaps(facts, part))
        if part.kind != COUNTY:
            paper("分县任务分解", _shared_columns(part), _shared(part), unit)
        paper("任务清单", TASKS, _tasks(part), unit)
        paper("项目清单", (PROJECTS[0], *far, *PROJECTS[1:]), _projects(facts, part), unit)
        paper("资金", _source_columns(part), _sources(part), unit, "分年度资金来源")
        if part.kind == COUNTY:
            paper("作战图", *_schedule(part), title="作战图（计划施工月份）")
            paper("验收标准指南", STANDARD, _standard())
            paper("村级创建推进表", PROGRESS, _progress(part))
            paper("到户创建推进表", HOMES, _homes(facts, part))
            boxes = course.boxes(part.plan, part.works)
            book.flow("流程图", f"{name}创建流程图", boxes, f"附件{next(numbers)}")


def _gaps(facts: Facts, part: Part) -> Iterator[Row]:
    """Yield what each village lacks of each target, its county first where a book is of several."""
    villages = facts.villages[facts.villages["village_id"].isin(part.plan["village_id"])].reset_index(drop=True)
    has = {task.id: state(villages, task) for task in tasks()}
    lacks = {task.id: lacking(villages, task) for task in tasks()}
    counties = part.plan.set_index("village_id")["county"]
    for i, (code, name) in enumerate(zip(villages["village_id"], villages["name"], strict=True)):
        far = [] if part.kind == COUNTY else [counties[code]]
        for task in _by_number():
            if lacks[task.id][i] > 0:
                told = task.id, task.zh, has[task.id][i], task.target, policies.unit_of(task), task.force, _lead(task)
                yield Row([*far, name, *told])


def _shared_columns(part: Part) -> list[Column]:
    years = sorted(part.works["year"].unique())
    counts = (Column("涉及村数", 9, "whole"), Column("项目数", 9, "whole"), Column("投资", 13, "money"))
    return [PLACE, *counts, *(Column(f"{year}年", 12, "money") for year in years)]


def _shared(part: Part) -> Iterator[Row]:
    """Yield what falls to each county: villages, works, and money by year; and the sum."""
    years = sorted(part.works["year"].unique())
    counties = part.works["village_id"].map(part.plan.set_index("village_id")["county"])
    for county, own in part.works.groupby(counties, sort=False):
        yield Row(_share(str(county), own, years))
    yield Row(_share("合计", part.works, years), total=True)


def _share(name: str, own: pd.DataFrame, years: Sequence[int]) -> list[Any]:
    paid = own.groupby("year")["cost_wan_yuan"].sum()
    return [name, own["village_id"].nunique(), _jobs(own), _cost(own), *(round(float(paid.get(year, 0.0)), 2) for year in years)]


def _by_number() -> list[Task]:
    return sorted(tasks(), key=lambda task: task.key)


def _lead(task: Task) -> str:
    return "、".join(department(name)[0] for name in task.departments)


def _tasks(part: Part) -> Iterator[Row]:
    """Yield each task with its departments, works and money, and the sum."""
    known = {task.id: task for task in tasks()}
    order = {task.id: i for i, task in enumerate(_by_number())}
    for name in sorted(part.works["task_id"].unique(), key=lambda name: order.get(name, len(order))):
        task, own = known.get(str(name)), part.works[part.works["task_id"] == name]
        told = (task.zh, task.force, _lead(task)) if task else (CHINESE("other_works"), "", "")
        first, last = own["planned_start"].dropna().min(), own["deadline"].max()
        yield Row([str(name), *told, own["village_id"].nunique(), _jobs(own), _cost(own), blank(first), blank(last)])
    yield Row(["", "合计", "", "", part.works["village_id"].nunique(), _jobs(part.works), _cost(part.works), "", ""], total=True)


def _jobs(works: pd.DataFrame) -> int:
    return len(works.drop_duplicates(["village_id", "task_id"]))


def _cost(works: pd.DataFrame) -> float:
    return round(float(works["cost_wan_yuan"].sum()), 2)


def _projects(facts: Facts, part: Part) -> Iterator[Row]:
    """Yield every project by village; where several sources or years pay, the first row says how large it is."""
    titles, names = {task.id: task.zh for task in tasks()}, facts.villages.set_index("village_id")["name"]
    counties = part.plan.set_index("village_id")["county"]
    ordered = part.works.sort_values(["village_id", "task_id", "year", "source"], kind="stable")
    whole = ordered.groupby(["village_id", "task_id"])["quantity"].sum().round(4)
    first = ~ordered.duplicated(["village_id", "task_id"])
    for number, (row, leads) in enumerate(zip(ordered.to_dict("records"), first, strict=True), 1):
        lead = department(row["department"])[0] if isinstance(row["department"], str) and row["department"] else ""
        far = [] if part.kind == COUNTY else [counties[row["village_id"]]]
        built = *far, names[row["village_id"]], row["task_id"], titles.get(row["task_id"], CHINESE("other_works"))
        paid = row["cost_wan_yuan"], money.source_name(row["source"], CHINESE), str(row["year"])
        dates = (blank(row[key]) for key in ("planned_start", "planned_finish", "deadline"))
        size = (float(whole[row["village_id"], row["task_id"]]), CHINESE(f"quantity_{row['unit']}")) if leads else ("", "")
        yield Row([number, *built, *size, *paid, owner(row["asset_owner"])["zh"], lead, *dates])
    more = part.kind != COUNTY  # the column of counties
    total: list[Any] = [""] * (len(PROJECTS) + more)
    total[3 + more], total[6 + more] = "合计", _cost(part.works)
    yield Row(total, total=True)


def _source_columns(part: Part) -> list[Column]:
    years = sorted(part.works["year"].unique())
    return [Column("资金来源", 18), *(Column(f"{year}年", 13, "money") for year in years), Column("合计", 14, "money")]


def _sources(part: Part) -> Iterator[Row]:
    pivot = part.works.pivot_table(index="source", columns="year", values="cost_wan_yuan", aggfunc="sum", fill_value=0.0)
    for source in money.present(part.works):
        yield _year_by_year(money.source_name(source, CHINESE), pivot.loc[[source]].to_numpy().sum(axis=0))
    yield _year_by_year("合计", pivot.to_numpy().sum(axis=0), total=True)


def _year_by_year(name: str, amounts: Any, total: bool = False) -> Row:
    paid = [round(float(amount), 2) for amount in amounts]
    return Row([name, *paid, round(sum(paid), 2)], total)


def _schedule(part: Part) -> tuple[list[Column], Iterator[Row]]:
    """Return a month-by-month picture of the planned works of each village."""
    dated = part.works[part.works["planned_start"].notna() & part.works["planned_finish"].notna()]
    start = pd.Period(dated["planned_start"].min(), "M") if len(dated) else pd.Period("2023-01", "M")
    months = [start + i for i in range(MONTHS)]
    columns = [Column("村名", 18), *(Column(f"{month.year % 100}.{month.month}", 4) for month in months)]
    return columns, _busy(part, dated, months)


def _busy(part: Part, dated: pd.DataFrame, months: Sequence[pd.Period]) -> Iterator[Row]:
    names = part.plan.set_index("village_id")["name"]
    for village, own in dated.groupby("village_id"):
        ends = zip(own["planned_start"], own["planned_finish"], strict=True)
        spans = [(pd.Period(first, "M"), pd.Period(last, "M")) for first, last in ends]
        yield Row([names[village], *(BUSY if any(a <= month <= b for a, b in spans) else "" for month in months)])


def _standard() -> Iterator[Row]:
    for task in _by_number():
        yield Row([task.id, task.zh, task.force, task.target, policies.unit_of(task), _lead(task), ""])


def _progress(part: Part) -> Iterator[Row]:
    by_village = part.works.groupby("village_id")
    first, last = by_village["planned_start"].min(), by_village["planned_finish"].max()
    jobs = part.works.drop_duplicates(["village_id", "task_id"]).groupby("village_id").size()
    for row in listing.ordered(part.plan).to_dict("records"):
        code = row["village_id"]
        told = blank(first.get(code)), blank(last.get(code)), int(jobs.get(code, 0))
        yield Row([row["name"], str(row["cohort"]), *told, "", "", "", "", ""])


def _homes(facts: Facts, part: Part) -> Iterator[Row]:
    """Yield what is to be done in homes, by village and task; how far it is, villages fill in."""
    titles, names = {task.id: task.zh for task in tasks()}, facts.villages.set_index("village_id")["name"]
    homes = part.works[part.works["work_class"] == "household"].drop_duplicates(["village_id", "task_id"])
    for row in homes.sort_values(["village_id", "task_id"], kind="stable").to_dict("records"):
        told = names[row["village_id"]], row["task_id"], titles.get(row["task_id"], CHINESE("other_works"))
        yield Row([*told, row["quantity"], CHINESE(f"quantity_{row['unit']}"), blank(row["deadline"]), "", "", "", ""])
