"""The task catalogue (重点任务): the works behind binding indicators, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Task:
    """One work of the catalogue.

    ``work_days`` are days of one crew for a median village whose indicator is at zero; ``target`` and ``baseline`` are in
    ``unit``; ``after`` names the tasks that must be finished first.
    """

    id: str
    zh: str
    en: str
    clause: str
    indicator: str
    unit: str
    target: float
    baseline: float
    work_days: float
    outdoor: bool
    after: tuple[str, ...]


@cache
def tasks() -> tuple[Task, ...]:
    """Return the catalogue in its own order, in which every predecessor comes first."""
    text = (resources.files("model.policy") / "tasks.toml").read_text(encoding="utf-8")
    found = tuple(Task(**{**entry, "after": tuple(entry["after"])}) for entry in tomllib.loads(text)["task"])
    seen: set[str] = set()
    for task in found:
        if missing := set(task.after) - seen:
            raise ValueError(f"Task {task.id} comes before its predecessors {sorted(missing)}; reorder tasks.toml.")
        seen.add(task.id)
    return found
