"""A county's own project list (项目清单; clause P23-LISTS): what is built where, how much, at what cost, by whose money, when.

In the villages it names it stands in place of the works derived from gaps (:func:`in_place`); what it leaves out of a binding
gap stays derived, for without it the village cannot pass.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.errors import Fault
from model.policy import catalogue
from model.policy.catalogue import Task, sources_of
from model.register.coded import CODE
from model.register.gaps import Projects, column, lacking
from model.register.parse import Parsed
from model.register.schema import Column
from model.register.units import QUANTITIES
from model.vocabulary import SOURCES

Array = np.ndarray[Any, Any]
PROJECTS = (
    CODE,
    Column("task_id", "任务编号", "tasks", True, also=("任务", "重点任务", "任务名称")),
    Column("work", "项目名称", "text", also=("项目", "建设内容")),
    Column("quantity", "工程量", "number", True, low=0.001, high=1e6, also=("数量", "建设规模")),
    Column("unit", "单位", "text", also=("计量单位",)),
    Column("cost_wan_yuan", "投资", "number", True, "万元", 0.01, 100000, also=("总投资", "计划投资", "项目投资")),
    Column("source", "资金来源", "choice", choices=SOURCES),
    Column("planned_start", "计划开工", "date", also=("计划开工时间", "开工日期")),
    Column("planned_finish", "计划完工", "date", also=("计划完工时间", "完工日期")),
)


def converted(table: pd.DataFrame) -> pd.DataFrame:
    """Return the list with every quantity in its task's own unit; a unit that is another thing makes it nan."""
    unit = table["task_id"].map({task.id: task.quantity_unit for task in catalogue.tasks()})
    pairs = zip(unit, table["unit"].str.lower(), strict=True)
    factor = np.array([1.0 if stated in ("", own) else QUANTITIES.get(own, {}).get(stated, np.nan) for own, stated in pairs])
    return table.assign(quantity=table["quantity"] * factor, unit=unit)


def objections(raw: pd.DataFrame, parsed: Parsed, table: pd.DataFrame, villages: pd.DataFrame, file: str) -> list[Fault]:
    """Return what is wrong with projects that can be read one by one: task, unit, money, dates, and what is paid or there.

    ``raw`` is the list as it was written, ``table`` as it was understood.
    """
    tasks = {task.id: task for task in catalogue.tasks()}
    own = [tasks.get(name) for name in table["task_id"]]
    lawful = [SOURCES if task is None else sources_of(task.work_class) for task in own]
    asked = {
        "unit": [task.quantity_unit if task else "" for task in own],
        "source": [" / ".join(sources) for sources in lawful],
    }
    headings = {name: heading for heading, name in parsed.mapping.items()}
    return [
        Fault(
            file,
            problem,
            remedy,
            column=headings[name],
            row=int(parsed.rows[i]),
            value=str(raw[headings[name]].iloc[i]).strip(),
            expected=asked[name][i] if name in asked else "",
        )
        for rows, name, problem, remedy in _looked_for(table, villages, tasks, lawful)
        for i in np.flatnonzero(rows)
    ]


def _looked_for(
    table: pd.DataFrame, villages: pd.DataFrame, tasks: dict[str, Task], lawful: list[tuple[str, ...]]
) -> list[tuple[Array, str, str, str]]:
    """Return each thing that may be wrong: the projects it is wrong of, the column, the problem and the remedy."""
    known = table["task_id"].isin(list(tasks)).to_numpy()
    unlawful = [source != "" and source not in may for source, may in zip(table["source"], lawful, strict=True)]
    start, finish = table["planned_start"], table["planned_finish"]
    backwards = ((start != "") & (finish != "") & (finish < start)).to_numpy()
    elsewhere, there = _paid_or_there(table, villages, tasks)
    mend = "Correct the state in the register, or take the project away."
    return [
        (~known, "task_id", "a project serves one task", "Give each task a row of its own."),
        (
            known & table["quantity"].isna().to_numpy(),
            "unit",
            "the quantity has another unit",
            "Give it in the unit of the task.",
        ),
        (np.array(unlawful), "source", "this source may not pay for such works", "Choose one that may."),
        (backwards, "planned_finish", "it is finished before it begins", "Correct the dates."),
        (elsewhere, "task_id", "another programme already pays for this task in the village", "Keep one of the two."),
        (there, "task_id", "the register says that the village lacks nothing here", mend),
    ]


def _paid_or_there(table: pd.DataFrame, villages: pd.DataFrame, tasks: dict[str, Task]) -> tuple[Array, Array]:
    """Return which projects another programme pays for, and which build what the register says is there."""
    known = villages.drop_duplicates("village_id").set_index("village_id").reindex(table["village_id"])
    named = column(known, "paid_elsewhere", "").fillna("").str.split(";")
    elsewhere = np.array([task in others for task, others in zip(table["task_id"], named, strict=True)], dtype=bool)
    there = np.zeros(len(table), dtype=bool)
    for name, task in tasks.items():
        own = (table["task_id"] == name).to_numpy()
        if own.any() and task.indicator in known:
            there |= own & (lacking(known, task) == 0) & known[task.indicator].notna().to_numpy()
    return elsewhere, there & ~elsewhere


def in_place(works: Projects, villages: pd.DataFrame, listed: pd.DataFrame) -> Projects:
    """Return the works with those of a list in place of the derived ones, in the villages it names.

    Quantities and costs are the list's. A listed work closes its gap; one in homes that is not binding closes the share of
    them it counts. What a list leaves out stays derived where it is binding, and is left undone (``forgone``) where it is not.
    """
    if listed.empty:
        return works
    quantity, cost = summed(works.tasks, villages, listed)
    given = cost > 0
    own = given.any(axis=1, keepdims=True)
    binding = np.array([task.binding for task in works.tasks])
    part = np.divide(quantity, works.quantity, out=np.ones_like(quantity), where=works.quantity > 0).clip(max=1.0)
    share = np.where(works.gap > 0, works.work * np.where(_by_home(works.tasks) & ~binding, part, 1.0), 1.0)
    kept = ~own | (binding & ~given)
    full = np.array([task.full_gap for task in works.tasks])
    gap = np.where(given, np.where(works.gap > 0, works.gap, full), np.where(kept, works.gap, 0.0))
    work = np.where(given, share, np.where(kept, works.work, 0.0))
    return replace(
        works,
        gap=gap,
        work=work,
        quantity=np.where(kept, works.quantity, quantity),
        cost=np.where(kept, works.cost, cost),
        forgone=np.where(works.gap > 0, works.work - np.minimum(work, works.work), 0.0),
    )


def _by_home(tasks: tuple[Task, ...]) -> Array:
    """Return which tasks are done home by home, so that a list counts the homes it reaches; shape (J,)."""
    return np.array([task.per == "household" and task.unit == "%" for task in tasks])


def summed(tasks: tuple[Task, ...], villages: pd.DataFrame, listed: pd.DataFrame) -> tuple[Array, Array]:
    """Return quantity and cost (万元) of the listed projects by village and task, each (V, J); 0 where nothing is listed."""
    place = villages["village_id"].searchsorted(listed["village_id"])
    task = listed["task_id"].map({task.id: j for j, task in enumerate(tasks)}).to_numpy(np.int64)
    quantity, cost = np.zeros((2, len(villages), len(tasks)))
    np.add.at(quantity, (place, task), listed["quantity"].to_numpy(float))
    np.add.at(cost, (place, task), listed["cost_wan_yuan"].to_numpy(float))
    return quantity, np.round(cost, 2)


def told(derived: Projects, villages: pd.DataFrame, listed: pd.DataFrame) -> list[str]:
    """Return what is to be looked at in a list beside the works ``derived`` from gaps: no faults."""
    if listed.empty:
        return []
    quantity, cost = summed(derived.tasks, villages, listed)
    given, binding = cost > 0, np.array([task.binding for task in derived.tasks])
    own = np.asarray(given.any(axis=1))
    lines = [f"the project list has {len(listed)} projects of {int(own.sum())} villages, {cost.sum():.2f} wan yuan in all"]
    open_ = own[:, None] & ~given & (derived.work > 0)
    short = given & _by_home(derived.tasks) & (quantity < derived.quantity)
    for rows, what in (
        (open_ & binding, "binding gaps have no project: their works stay as derived"),
        (open_ & ~binding, "gaps that are not binding have no project: they stay open"),
        (short, "projects count fewer homes than lack it"),
    ):
        if rows.any():
            lines.append(f"project list: {int(rows.sum())} {what} ({_places(rows, derived.tasks, villages)})")
    return [*lines, *_dear(listed)]


def _places(rows: Array, tasks: tuple[Task, ...], villages: pd.DataFrame) -> str:
    at = np.argwhere(rows)
    first = ", ".join(f"{villages['village_id'].iloc[i]} {tasks[j].id}" for i, j in at[:3])
    return first + (" ..." if len(at) > 3 else "")


def _dear(listed: pd.DataFrame) -> list[str]:
    """Count projects whose unit cost lies outside the range of its card."""
    ranges = {card.path.split(".")[1]: card for card in catalogue.cards() if card.path.endswith(".unit_cost_wan_yuan")}
    lows, highs = ({task.id: getattr(ranges[task.name], end) for task in catalogue.tasks()} for end in ("low", "high"))
    low, high = listed["task_id"].map(lows).astype(float), listed["task_id"].map(highs).astype(float)
    each = listed["cost_wan_yuan"] / listed["quantity"]
    odd = listed[(each < low) | (each > high)].assign(each=each, low=low, high=high)
    if odd.empty:
        return []
    first = odd.head(3).to_dict("records")
    shown = ", ".join(f"{r['village_id']} {r['task_id']} {r['each']:.4g} ({r['low']:g}-{r['high']:g})" for r in first)
    more = " ..." if len(odd) > len(first) else ""
    return [f"project list: {len(odd)} unit costs lie outside their range, wan yuan a unit ({shown}{more})"]
