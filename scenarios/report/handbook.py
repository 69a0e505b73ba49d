"""The handbook of creation (创建标准手册): for every task what counts as reached, which works close a gap, and who may pay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from model.policy.cards import cards
from model.policy.catalogue import Task, department, planned_sources, tasks
from model.policy.sources import source_in
from model.vocabulary import DIMENSIONS
from model.words import CHINESE
from scenarios.report import money
from scenarios.report.letter import BODY, HEAVY, TITLE
from scenarios.report.policies import grid, line, put, unit_of

NAME = "创建标准手册.docx"
SHAPE = (("项目", 2000), ("内容", 7600))  # twentieths of a point


def write(folder: Path) -> Path:
    """Write the handbook into a folder: one for all counties, for the standard is the province's."""
    return put(_pieces(), folder / NAME)


def _pieces() -> Iterator[str]:
    """Yield the paragraphs and tables, by the five dimensions."""
    yield line(NAME.removesuffix(".docx"), TITLE, centred=True)
    yield line(CHINESE("handbook_note"), BODY)
    ordered = sorted(tasks(), key=lambda task: task.key)
    for number, dimension in zip("一二三四五", DIMENSIONS, strict=True):
        yield line(f"{number}、{CHINESE(f'dimension_{dimension}')}", HEAVY)
        for task in (task for task in ordered if task.dimension == dimension):
            yield line(f"{task.id} {task.zh}（{task.force}）", BODY)
            yield grid(SHAPE, _about(task), headed=False)


def _about(task: Task) -> Iterator[list[str]]:
    """Yield what is asked of a task, a line each."""
    sign = CHINESE("handbook_least" if task.direction == "up" else "handbook_most")
    yield ["达标", CHINESE("handbook_there") if task.unit == "yes/no" else f"{sign}{task.target:g}{unit_of(task)}"]
    yield ["牵头部门", "、".join(department(name)[0] for name in task.departments)]
    if task.quantity:
        per = CHINESE(f"handbook_per_{task.per}")
        yield ["工程", f"{money.class_name(task.work_class, CHINESE)}；缺口最大时{per}{task.quantity:g}{_sized(task)}"]
        yield ["参考单价", _price(task)]
        yield ["可用资金", "、".join(money.source_name(name, CHINESE) for name in planned_sources(task.work_class))]
    if task.after:
        named = {other.name: other.zh for other in tasks()}
        yield ["须先完成", "、".join(named[name] for name in task.after)]


def _sized(task: Task) -> str:
    return CHINESE(f"quantity_{task.quantity_unit}")


def _price(task: Task) -> str:
    """Return the unit cost with its range, and how far it can be trusted."""
    card = cards()[f"tasks.{task.name}.unit_cost_wan_yuan"]
    span = "" if card.low is None else CHINESE("handbook_span", low=card.low, high=card.high)
    told = {"price": task.unit_cost_wan_yuan, "unit": _sized(task), "span": span, "source": source_in(card.source, "zh")}
    return CHINESE("handbook_price", confidence=CHINESE(f"sure_{card.confidence}"), **told)
