"""The world of one replication: clock, luck, crews and frozen ground, and the notes that become records."""

from __future__ import annotations

from typing import Any

import simpy

from model.simulation.calendar import ALWAYS_OPEN, FrozenGround, frozen_ground
from model.simulation.chances import Luck
from model.simulation.records import Event
from model.simulation.scene import Scene


class World:
    """State that the chapters share during one replication."""

    def __init__(self, scene: Scene, replication: int, trace: bool) -> None:
        self.scene = scene
        self.settings = scene.settings
        self.calendar = scene.calendar
        self.luck = Luck(scene.seed, replication)
        self.env = simpy.Environment()
        self._hands = {
            (c.code, kind): simpy.PriorityResource(self.env, number)
            for c in scene.counties
            for kind, number in (("crew", c.crews), ("trainer", c.trainers))
        }
        self.county_number = {c.code: c.number for c in scene.counties}
        self.ground = {
            c.code: frozen_ground(scene.calendar, self.settings.season, c.latitude, c.number, self.luck) for c in scene.counties
        }
        self.delisted: dict[str, float] = {}
        self.payments: list[tuple[str, float, float]] = []
        self.trace: list[Event] = []
        self._tracing = trace

    def note(self, entity: str, kind: str, task: str = "") -> None:
        """Write an event down when a trace is wanted."""
        if self._tracing:
            self.trace.append(Event(self.env.now, entity, kind, task))

    def until(self, day: float) -> Any:
        """Return the wait until a day, at once when it is past."""
        return self.env.timeout(max(0.0, day - self.env.now))

    def announcement(self, cohort: int) -> float:
        """Return the day on which a cohort is announced."""
        return self.calendar.yearly(self.settings.announcement.day, cohort)

    def hands(self, county_code: str, resource: str) -> simpy.PriorityResource | None:
        """Return the county's crews or trainers; none for a task that needs neither."""
        return self._hands.get((county_code, resource))

    def ground_for(self, county_code: str, outdoor: bool) -> FrozenGround:
        """Return when work may go on: frozen ground for outdoor work, always for indoor."""
        return self.ground[county_code] if outdoor else ALWAYS_OPEN
