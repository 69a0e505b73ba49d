"""The watch over a solve: what is left of its limits, whether somebody wants it to end, and what is told as it happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from solvers.answer import Limits, Stop

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Progress:
    """What is known at a moment: the best plan's objective (not a number: none yet), the bound, and what was just done."""

    seconds: float
    objective: float
    bound: float
    step: str

    @property
    def gap(self) -> float:
        """The relative gap; not a number while there is no plan."""
        return max(0.0, self.bound - self.objective) / max(1.0, abs(self.objective))

    def __str__(self) -> str:
        """The moment in a line."""
        if self.objective != self.objective:
            return f"{self.seconds:5.0f} s  no plan yet, bound {self.bound:,.1f}  ({self.step})"
        return f"{self.seconds:5.0f} s  plan {self.objective:,.1f}, bound {self.bound:,.1f}, gap {self.gap:.3%}  ({self.step})"


Tell = Callable[[Progress], None]


def untold(_: Progress) -> None:
    """Tell nobody."""


class StoppedError(Exception):
    """A limit was met; ``reason`` says which."""

    def __init__(self, reason: Stop) -> None:
        super().__init__(reason)
        self.reason = reason


class Watch:
    """Limits as they run down. Work is counted in nodes; time and memory are safety nets."""

    def __init__(self, limits: Limits, tell: Tell = untold) -> None:
        self.limits = limits
        self.nodes = 0
        self.halt = threading.Event()  # set: running searches end
        self._tell = tell
        self._started = time.perf_counter()
        self._process = psutil.Process()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._started

    def left(self, work: int, gap: float = 0.0) -> Limits:
        """Return limits for one search of at most so many nodes, within what is left."""
        nodes = max(1, min(work, self.limits.work - self.nodes)) if work else 0
        return Limits(gap, nodes, max(self.limits.time - self.seconds, 0.01), self.limits.seed, halt=self.halt)

    def check(self) -> None:
        """Raise :class:`StoppedError` when a limit is met."""
        if self.seconds >= self.limits.time:
            raise StoppedError("time")
        if self.nodes >= self.limits.work:
            raise StoppedError("work")
        if self.limits.memory and self._process.memory_info().rss > self.limits.memory * MEBIBYTE:
            raise StoppedError("memory")

    def tell(self, objective: float, bound: float, step: str) -> None:
        """Tell what is known now."""
        self._tell(Progress(self.seconds, objective, bound, step))
