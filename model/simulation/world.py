"""The world of one replication: clock, luck, hands, closed days, and the notes that become records."""

from __future__ import annotations

import simpy

from model.simulation.calendar import ClosedDays, frozen_ground, spring_festival
from model.simulation.chances import Luck, Purpose
from model.simulation.clock import At, key
from model.simulation.hands import Hands
from model.simulation.records import Event, VillageRecord
from model.simulation.scene import Scene, Site

PROVINCE = 22
LAST = 10**12  # after every village of the same instant


class Cohort:
    """The villages declared for one year: who has handed in in time and is not reviewed yet, and when all are announced."""

    def __init__(self, env: simpy.Environment) -> None:
        self.pending = 0
        self.closed = False
        self.announced = simpy.Event(env)
        self.day = 0.0


class World:
    """State that the chapters share during one replication."""

    def __init__(self, scene: Scene, replication: int, trace: bool) -> None:
        self.scene = scene
        self.settings = scene.settings
        self.calendar = scene.calendar
        self.luck = Luck(scene.seed, replication)
        self.env = simpy.Environment()
        self.panels = Hands(self.env, self.settings.review.panels, key(PROVINCE, Purpose.REVIEW))
        self._hands = {
            (c.code, kind): Hands(self.env, number, key(c.number, place))
            for c in scene.counties
            for place, (kind, number) in enumerate((("crew", c.crews), ("trainer", c.trainers), ("designer", c.designers)))
        }
        self.county_number = {c.code: c.number for c in scene.counties}
        festival = spring_festival(self.calendar, self.settings.season)
        frozen = {
            c.code: frozen_ground(self.calendar, self.settings.season, c.latitude, c.number, self.luck) for c in scene.counties
        }
        self.frozen = frozen
        self._closed = {(code, True): ground.with_days(festival) for code, ground in frozen.items()}
        self._closed |= {(code, False): festival for code in frozen}
        self.cohorts: dict[int, Cohort] = {}
        self.sites: dict[str, Site] = {}
        self.records: dict[str, VillageRecord] = {}
        self.selected: set[int] = set()
        self.past: set[int] = set()  # villages of history: no longer in the pool
        self.delisted: dict[str, float] = {}
        self.gone: set[int] = set()
        self.followed: dict[int, float] = {}
        self.payments: list[tuple[str, float, str, float]] = []
        self.ranks: dict[int, list[str]] = {}
        self.effort: dict[str, float] = {}  # counties that were notified, and until when they work faster
        self.events = 0
        self.trace: list[Event] = []
        self._tracing = trace

    def note(self, entity: str, kind: str, task: str = "") -> None:
        """Count an event, and write it down when a trace is wanted."""
        self.events += 1
        if self._tracing:
            self.trace.append(Event(self.env.now, entity, kind, task))

    def at(self, day: float, entity: int, purpose: Purpose, task: int = 0) -> At:
        """Return the wait until a day, at once when it is past; ties are broken by entity, purpose and task."""
        return At(self.env, day, key(entity, purpose, task))

    def hands(self, county_code: str, resource: str) -> Hands | None:
        """Return the county's crews, trainers or design teams; none for a task that needs no such thing."""
        return self._hands.get((county_code, resource))

    def closed(self, county_code: str, outdoor: bool) -> ClosedDays:
        """Return when work must stop: in frozen ground for outdoor work, around Spring Festival for all."""
        return self._closed[county_code, outdoor]

    def cohort(self, year: int) -> Cohort:
        """Return the cohort of a year."""
        return self.cohorts.setdefault(year, Cohort(self.env))
