"""Records: what happened, flat. One record per village, and on request one per event."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from model.showing import Shown
from model.simulation.rules import NEVER

__all__ = ["NEVER", "Event", "Records", "VillageRecord"]


class Event(NamedTuple):
    """One thing that happened: day, village or county, what, and which task or number (empty where none)."""

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
    handed_in: float = NEVER
    reviewed: float = NEVER
    panel_score: float = 0.0
    selected: float = NEVER
    refused: bool = False
    funded: float = NEVER
    designed: float = NEVER
    completed: float = NEVER
    accepted: float = NEVER
    failed: float = NEVER
    delisted_before: bool = False
    deferred: bool = False
    examinations: int = 0
    passed_first: bool = False
    missed_defects: int = 0
    inspections: int = 0
    rectifications: int = 0
    mended: int = 0
    urged: bool = False
    rework: int = 0
    waited_for_crew: float = 0.0
    asked: dict[int, float] = field(default_factory=dict)  # tasks still waiting for a crew, and since when
    frozen_days: float = 0.0
    begun: dict[int, float] = field(default_factory=dict)  # task -> day on which it was begun
    built: dict[int, float] = field(default_factory=dict)  # task -> day on which it was finished
    descoped: list[int] = field(default_factory=list)
    reserve_drawn: float = 0.0
    overrun_found: float = 0.0
    special_failed: float = 0.0
    gap: float = 0.0  # what no source could pay, 万元
    relapses: list[tuple[float, float]] = field(default_factory=list)
    upkeep: list[tuple[float, float, float, float]] = field(
        default_factory=list
    )  # day; 万元 of the collective, the county, nobody


@dataclass(frozen=True, repr=False)
class Records(Shown):
    """One replication.

    One record per selected village, the days on which pool villages were delisted or followed an example, money that landed
    (county, day, source, 万元), the yearly ranking of counties, how many events there were, and the trace.
    """

    term = "推演记录"

    replication: int
    villages: list[VillageRecord]
    delisted: list[tuple[str, float]]
    followed: list[tuple[int, float]]
    payments: list[tuple[str, float, str, float]]
    ranks: dict[int, list[str]]
    events: int
    trace: list[Event] = field(default_factory=list)
