"""The world of one replication: clock, luck, hands, closed days, and the notes that become records."""

from __future__ import annotations

import math

import simpy

from model.money.costs import CENTS
from model.policy.catalogue import Task
from model.simulation.calendar import ClosedDays, frozen_ground, spring_festival
from model.simulation.chances import Calm, Luck, Purpose
from model.simulation.clock import At, key
from model.simulation.hands import Hands
from model.simulation.pots import Pots
from model.simulation.records import Event, VillageRecord
from model.simulation.scene import Scene, Site

PROVINCE = 22
PLANNED = -1  # in place of a replication's number: the course of the plan, without luck
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
        self.luck = Calm() if replication == PLANNED else Luck(scene.seed, replication)
        self.env = simpy.Environment()
        self.panels = Hands(self.env, self.settings.review.panels, key(PROVINCE, Purpose.REVIEW))
        self._hands = {
            (c.code, kind): Hands(self.env, number, key(c.number, place))
            for c in scene.counties
            for place, (kind, number) in enumerate((("crew", c.crews), ("trainer", c.trainers), ("designer", c.designers)))
        }
        self._standing = {
            (c.code, kind): number for c in scene.counties for kind, number in (("crew", c.crews), ("trainer", c.trainers))
        }
        self._under_way = dict.fromkeys((c.code for c in scene.counties), 0)
        self.pots = Pots(scene.pots)
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

    def under_way(self, county_code: str, more: int) -> None:
        """Count a village that begins or ends its works: crews and trainers come where works are let."""
        settings = self.settings.construction
        self._under_way[county_code] += more
        for kind, villages in (("crew", settings.villages_per_crew), ("trainer", settings.villages_per_trainer)):
            follow = math.ceil(self._under_way[county_code] / villages)
            self._hands[county_code, kind].count(max(self._standing[county_code, kind], follow))

    def pay(self, site: Site, record: VillageRecord, cents: int, whole: bool = False) -> int:
        """Pay from the county's pots; return the cents that are not there: with ``whole`` all of them, or none."""
        year = self.calendar.year_of(self.env.now)
        for source, part, held in self.pots.draw(site.county_code, year, cents, whole) if cents else ():
            self.payments.append((site.county_code, self.env.now, source, part / CENTS))
            cents -= part
            if held:
                record.reserve_drawn += part / CENTS
            else:
                record.overrun_found += part / CENTS
        return cents

    def next_year(self, site: Site, record: VillageRecord, cents: int, purpose: Purpose, task: Task) -> simpy.Event:
        """Return the wait for the pots of the next year; for ever, and a gap, where no later year is known."""
        year = self.calendar.year_of(self.env.now) + 1
        if year > self.pots.last:
            record.gap += cents / CENTS
            self.note(site.village_id, "without money", task.id)
            return simpy.Event(self.env)
        return self.at(self.calendar.yearly("01-01", year), site.number, purpose, task.key)

    def closed(self, county_code: str, outdoor: bool) -> ClosedDays:
        """Return when work must stop: in frozen ground for outdoor work, around Spring Festival for all."""
        return self._closed[county_code, outdoor]

    def cohort(self, year: int) -> Cohort:
        """Return the cohort of a year."""
        return self.cohorts.setdefault(year, Cohort(self.env))
