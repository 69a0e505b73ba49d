"""The task catalogue (24项重点任务): every task and sub-indicator of the 2023 plan, as data.

A task has an indicator with a target, and a work that closes its gap: so much of something, at so much each, in so many
days. Only tasks of force 约束 can fail a village.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import BaseModel, Field

from model.policy.card import Card, card, toml
from model.policy.clauses import clauses
from model.strict import STRICT

FILES = ("industry", "talent", "culture", "ecology", "infrastructure", "organisation")
NUMBERS = {
    "target": ("目标值", "target"),
    "baseline": ("现状缺省值", "state where a register gives none"),
    "quantity": ("满额工程量", "quantity of the full gap"),
    "unit_cost_wan_yuan": ("单位造价", "unit cost"),
    "work_days": ("满额工期", "days of one crew for the full gap"),
    "days_spread": ("工期离散系数", "coefficient of variation of the days"),
}


class Numbers(BaseModel):
    """The numbers of one task that a scenario may state: one entry of its section ``[tasks]``."""

    model_config = STRICT

    target: float = Field(ge=-100, le=1e6)
    baseline: float = Field(ge=-100, le=1e6)
    quantity: float = Field(ge=0, le=1e6)
    unit_cost_wan_yuan: float = Field(ge=0, le=1e5)
    work_days: float = Field(ge=0, le=2000)
    days_spread: float = Field(ge=0, le=2)


@dataclass(frozen=True)
class Task:
    """One task or sub-indicator.

    ``target`` and ``baseline`` (what is assumed where a register says nothing) are in ``unit``; ``direction`` says whether
    more or less is better. ``quantity`` of ``quantity_unit`` a ``household`` or ``village``, or a household of a ``network``,
    closes a gap of 100 % or of one unit;
    ``raises`` names what a finished work adds to (``income``, ``collective``, ``people``): our reading of the task; a
    ``livelihood`` work (water, power, heating, schools and clinics) goes on where new projects are held back.
    ``whole`` works are done entirely whatever the gap. Durations are lognormal: mean ``work_days`` of one crew for a median
    village with the full gap, coefficient of variation ``days_spread``. ``after`` names the tasks that come first.
    """

    name: str
    id: str
    zh: str
    en: str
    clause: str
    dimension: str
    departments: tuple[str, ...]
    indicator: str
    unit: str
    work_class: str
    owner: str
    outdoor: bool
    resource: str
    after: tuple[str, ...]
    per: str
    quantity_unit: str
    target: float
    baseline: float
    quantity: float
    unit_cost_wan_yuan: float
    work_days: float
    days_spread: float
    direction: str = "up"
    whole: bool = False
    asked: str = ""
    livelihood: bool = False
    raises: tuple[str, ...] = ()

    @cached_property
    def force(self) -> str:
        """How strongly the plan asks for it: 约束, 力争 or 鼓励; ``asked`` is our reading where no task of the plan names it."""
        return self.asked or clauses()[self.clause].force

    @cached_property
    def binding(self) -> bool:
        """Whether a village can fail for it."""
        return self.force == "约束"

    @cached_property
    def key(self) -> int:
        """A number that stays with the task whatever the catalogue holds beside it, for keyed random numbers."""
        number, _, part = self.id.removeprefix("T").partition(".")
        return int(number) * 100 + int(part or 0)

    @property
    def full_gap(self) -> float:
        """The gap whose work is the full one: 100 points of a percentage, else the target, at least one."""
        return 100.0 if self.unit == "%" else max(abs(self.target), 1.0)


@cache
def tasks() -> tuple[Task, ...]:
    """Return the catalogue in an order in which every predecessor comes first."""
    entries = {entry["name"]: (file, entry) for file in FILES for entry in toml("tasks", f"{file}.toml")["task"]}
    try:
        order = tuple(TopologicalSorter({name: entry["after"] for name, (_, entry) in entries.items()}).static_order())
    except CycleError as error:
        raise ValueError(f"Tasks wait for one another in a circle: {error.args[1]}; correct their `after`.") from None
    if unknown := set(order) - set(entries):
        raise ValueError(f"Tasks come after the unknown tasks {sorted(unknown)}; correct their `after`.")
    return tuple(_task(*entries[name]) for name in order)


def with_numbers(numbers: Mapping[str, Numbers]) -> tuple[Task, ...]:
    """Return the catalogue with a scenario's numbers."""
    return tuple(replace(task, **numbers[task.name].model_dump()) for task in tasks())


def _task(file: str, entry: Mapping[str, Any]) -> Task:
    plain = {key: value for key, value in entry.items() if key not in NUMBERS and key != "class"}
    lists = {key: tuple(plain.get(key, ())) for key in ("departments", "after", "raises")}
    values = {key: float(entry[key]["value"]) for key in NUMBERS}
    dimension = "ecology" if file == "infrastructure" else file
    return Task(**{**plain, **lists, **values}, dimension=dimension, work_class=entry["class"])


def cards() -> Iterator[Card]:
    """Yield a card for each number of each task; what has no source of its own is an assumption of the file's date."""
    for file in FILES:
        content = toml("tasks", f"{file}.toml")
        for entry in content["task"]:
            for number, (zh, en) in NUMBERS.items():
                words = {"zh": f"{entry['zh']}：{zh}", "en": f"{entry['en']}: {en}", "unit": _unit(entry, number)}
                unsourced = {"source": "no source", "confidence": "assumption", "date": content["assumed"]}
                yield card(f"tasks.{entry['name']}.{number}", {**unsourced, **words, "clause": entry["clause"], **entry[number]})


def _unit(entry: Mapping[str, Any], number: str) -> str:
    units = {
        "quantity": f"{entry['quantity_unit']}/{'village' if entry['per'] == 'village' else 'household'}",
        "unit_cost_wan_yuan": f"万元/{entry['quantity_unit']}",
        "work_days": "day",
        "days_spread": "coefficient of variation",
    }
    return units.get(number, str(entry["unit"]))


def sources_of(work_class: str) -> tuple[str, ...]:
    """Return the sources of money that may lawfully pay for a class of work, in the order of the data."""
    return tuple(toml("finance.toml")["class"][work_class]["sources"])


def planned_sources(work_class: str) -> tuple[str, ...]:
    """Return the lawful sources a plan counts on for a class of work: bonds first where bonds may pay (P23-BOND-FIRST)."""
    stated = toml("finance.toml")["class"][work_class]
    return tuple(stated.get("planned", stated["sources"]))


def department(name: str) -> tuple[str, str]:
    """Return a lead department's Chinese and English names."""
    zh, en = toml("departments.toml")["departments"][name]
    return zh, en


def owner(name: str) -> Mapping[str, Any]:
    """Return an asset owner: ``zh``, ``en`` and whether what it owns is a state asset."""
    return dict(toml("finance.toml")["owner"][name])


def owners() -> tuple[str, ...]:
    """Return the names of all asset owners."""
    return tuple(toml("finance.toml")["owner"])


def bond_owner() -> str:
    """Return who owns what bonds build where the usual owner of such works is no state body (P23-ASSET)."""
    return str(toml("finance.toml")["bond_owner"])


def creation_standard() -> Mapping[str, Any]:
    """Return the placeholder of 九有六无: ``haves``, ``have_nots`` and a note that says what they are."""
    return toml("creation_standard.toml")
