"""Records: what happened, flat. One record a village, and on request one a event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

NEVER = float("inf")


class Event(NamedTuple):
    """One thing that happened: day, village or county, what, and which task (empty where none)."""

    day: float
    entity: str
    kind: str
    task: str


@dataclass(slots=True)
class VillageRecord:
    """A selected village's way through the programme; moments in days, :data:`NEVER` where it did not happen."""

    village_id: str
    county_code: str
    cohort: int
    selected: float = NEVER
    funded: float = NEVER
    completed: float = NEVER
    accepted: float = NEVER
    failed: float = NEVER
    delisted_before: bool = False
    examinations: int = 0
    passed_first: bool = False
    missed_defects: int = 0
    inspections: int = 0
    rectifications: int = 0
    rework: int = 0
    waited_for_crew: float = 0.0
    asked: dict[int, float] = field(default_factory=dict)  # tasks still waiting for a crew, and since when
    frozen_days: float = 0.0
    relapses: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Records:
    """One replication: a record a selected village, the days on which pool villages were delisted, money paid, and the trace."""

    replication: int
    villages: list[VillageRecord]
    delisted: list[tuple[str, float]]
    payments: list[tuple[str, float, float]]  # county_code, day, 万元
    trace: list[Event] = field(default_factory=list)
