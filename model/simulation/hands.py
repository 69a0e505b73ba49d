"""Hands (施工队、设计团队、培训师、专家组): a number of equal teams, given to whoever stands first in line.

The line is ordered by priority, then by the moment of asking, then by key; teams are given out at the end of an instant, after
everything that happens then has asked, so the order in which processes were started plays no part.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import simpy

from model.simulation.clock import GRANTS, At


class Hands:
    """So many teams. None is given out while ``busy`` has reached ``number``."""

    def __init__(self, env: simpy.Environment, number: int, place: int) -> None:
        self.env = env
        self.number = number
        self.busy = 0
        self._place = place
        self._line: list[tuple[int, float, int, simpy.Event]] = []
        self._due = False

    def ask(self, priority: int, place: int) -> simpy.Event:
        """Stand in line; the event happens when a team is given. ``place`` is unique among those who wait."""
        given = simpy.Event(self.env)
        heappush(self._line, (priority, self.env.now, place, given))
        self._look()
        return given

    def count(self, number: int) -> None:
        """Let there be so many teams from now on; who works goes on."""
        self.number = number
        self._look()

    def free(self) -> None:
        """Give a team back."""
        self.busy -= 1
        self._look()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)

    def _look(self) -> None:
        if self._line and self.busy < self.number and not self._due:
            self._due = True
            At(self.env, self.env.now, self._place, GRANTS).callbacks.append(self._give)

    def _give(self, _: Any) -> None:
        self._due = False
        while self._line and self.busy < self.number:
            self.busy += 1
            heappop(self._line)[3].succeed()
