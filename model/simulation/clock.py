"""The clock (时钟): what happens at the same instant has an order of its own, not that in which it was planned.

Every timed event carries a key made of who, what for and which task. At one instant

1. what follows at once from an event happens first (SimPy's own events),
2. then timed events come in the order of their keys,
3. then hands that became free are given to those who wait (:mod:`model.simulation.hands`).

So a village that joins, or a task that is added, changes the order of nothing else. Times are absolute: an event planned for
a day happens on that very number, which a sum of waits would miss by a rounding.
"""

from __future__ import annotations

from heapq import heappush

import simpy
from simpy.events import NORMAL

TIMED, GRANTS = NORMAL + 1, NORMAL + 2  # after SimPy's own events of the same instant
_SEQUENCE = 1 << 40  # more events than a replication can have


class At(simpy.Event):  # type: ignore[misc]  # simpy has no types
    """An event at an absolute time. ``key`` orders it among others of the same instant."""

    def __init__(self, env: simpy.Environment, time: float, key: int, phase: int = TIMED) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        heappush(env._queue, (max(time, env.now), phase, key * _SEQUENCE + next(env._eid), self))


def key(entity: int, purpose: int, task: int = 0) -> int:
    """Return the place of an event among others of its instant: by entity, then purpose, then task."""
    return (entity << 24) | (purpose << 16) | task


def advance(env: simpy.Environment, until: float) -> None:
    """Let everything happen that comes before a moment, and stand at that very moment.

    What is planned for the moment itself has not happened yet, so a replication may be halted there and go on.
    """
    queue, step = env._queue, env.step
    while queue and queue[0][0] < until:
        step()
    env._now = max(env.now, until)
