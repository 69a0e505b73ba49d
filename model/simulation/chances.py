"""Luck by name (随机数): a draw is keyed by seed, replication, entity, purpose, task and occurrence.

Neither the scenario nor the order of calls enters the key.

A village that two plans share meets the same luck in both, and adding a village or a task changes no other draw. The
generator is Philox4x32-10 (Salmon et al., *Parallel random numbers: as easy as 1, 2, 3*, SC 2011): a function of a
key and a counter, so there is no state to keep in step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import numpy as np

MASK = 0xFFFFFFFF
_M0, _M1 = 0xD2511F53, 0xCD9E8D57
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_TO_UNIT = 2.0**-53
MANY = 100  # failures before a success


class Purpose(IntEnum):
    """What a draw is for. The numbers are part of the key: never renumber, only add."""

    FUNDING = 1
    DESIGN = 2
    DURATION = 3
    REWORK = 4
    INSPECTION = 5
    FINDING = 6
    RECTIFICATION = 7
    EXAMINATION = 8
    DEFECT = 9
    DETECTION = 10
    REPAIR = 11
    RELAPSE = 12
    VISIT = 13
    MENDING = 14
    POOL_RELAPSE = 15
    POOL_VISIT = 16
    DELISTING = 17
    FREEZE = 18
    THAW = 19
    PREPARATION = 20
    INCOMPLETE = 21
    SUPPLEMENT = 22
    REVIEW = 23
    REVIEW_DAYS = 24
    SPECIAL = 25
    MATCHING = 26
    PARTNER = 27
    OVERRUN = 28
    SAMPLE = 29
    SPREAD = 30
    PREFECTURE_VISIT = 31
    OVERRUN_WAIT = 32
    SLIP = 33
    MISSED_RELAPSE = 34
    UPKEEP = 35
    PRIOR = 36


Keys = tuple[tuple[int, int], ...]


def round_keys(k0: int, k1: int) -> Keys:
    """Return the keys of the ten rounds."""
    return tuple(((k0 + i * _W0) & MASK, (k1 + i * _W1) & MASK) for i in range(10))


def philox(c0: Any, c1: Any, c2: Any, c3: Any, keys: Keys) -> tuple[Any, Any, Any, Any]:
    """Return four words of 32 bits from a counter of four words and the keys of its rounds; also of arrays of ``uint64``."""
    for k0, k1 in keys:
        product0, product1 = _M0 * c0, _M1 * c2
        c0, c1, c2, c3 = (product1 >> 32) ^ c1 ^ k0, product1 & MASK, (product0 >> 32) ^ c3 ^ k1, product0 & MASK
    return c0, c1, c2, c3


class Luck:
    """The luck of one replication. ``entity`` is a whole number below 2**40, such as a village or county code."""

    def __init__(self, seed: int, replication: int) -> None:
        self._keys = round_keys(seed & MASK, replication & MASK)
        self._foreseen: dict[tuple[int, int, int], tuple[float, float]] = {}

    def foresee(self, entities: Sequence[int], tasks: Sequence[int], purposes: Sequence[Purpose]) -> None:
        """Draw now, all at once, what pairs of entity and task will ask first for some purposes: faster, and the same luck."""
        entity, task = (np.array(numbers, dtype=np.uint64) for numbers in (entities, tasks))
        for purpose in purposes:
            first, second = self._drawn(entity, int(purpose), task, np.zeros_like(task))
            names = zip(entities, [int(purpose)] * len(entities), tasks, strict=True)
            self._foreseen |= zip(names, zip(first.tolist(), second.tolist(), strict=True), strict=True)

    def uniform(self, entity: int, purpose: Purpose, task: int = 0, occurrence: int = 0) -> float:
        """Return a number in (0, 1)."""
        return self._two(entity, purpose, task, occurrence)[0]

    def happens(self, probability: float, entity: int, purpose: Purpose, task: int = 0, occurrence: int = 0) -> bool:
        """Return whether something of this probability happens."""
        return self.uniform(entity, purpose, task, occurrence) < probability

    def misses(self, probability: float, entity: int, purpose: Purpose, task: int = 0, occurrence: int = 0) -> int:
        """Return how often something fails before it succeeds (geometric), at most :data:`MANY` times."""
        if probability <= 0:
            return MANY
        chance = self.uniform(entity, purpose, task, occurrence)
        return min(MANY, int(math.log(chance) / math.log1p(-probability))) if probability < 1 else 0

    def exponential(self, mean: float, entity: int, purpose: Purpose, task: int = 0, occurrence: int = 0) -> float:
        """Return a waiting time of this mean; endless where the mean is endless."""
        return -mean * math.log(self.uniform(entity, purpose, task, occurrence)) if mean > 0 else 0.0

    def normal(self, entity: int, purpose: Purpose, task: int = 0, occurrence: int = 0) -> float:
        """Return a standard normal number (Box and Muller 1958)."""
        first, second = self._two(entity, purpose, task, occurrence)
        return math.sqrt(-2.0 * math.log(first)) * math.cos(2.0 * math.pi * second)

    def lognormal(self, mean: float, sd: float, entity: int, purpose: Purpose, task: int = 0, occurrence: int = 0) -> float:
        """Return a lognormal number of this mean and standard deviation."""
        if mean <= 0 or sd <= 0:
            return max(mean, 0.0)
        variance = math.log1p((sd / mean) ** 2)
        return mean * math.exp(math.sqrt(variance) * self.normal(entity, purpose, task, occurrence) - variance / 2.0)

    def _two(self, entity: int, purpose: Purpose, task: int, occurrence: int) -> tuple[float, float]:
        seen = None if occurrence else self._foreseen.pop((entity, purpose, task), None)
        return seen or self._drawn(entity, purpose, task, occurrence)

    def _drawn(self, entity: Any, purpose: int, task: Any, occurrence: Any) -> tuple[Any, Any]:
        counter = entity & MASK, (entity >> 32 & 0xFF) | (purpose << 8), task & MASK, occurrence & MASK
        w0, w1, w2, w3 = philox(*counter, self._keys)
        first = (((w0 << 32 | w1) >> 11) + 0.5) * _TO_UNIT
        second = (((w2 << 32 | w3) >> 11) + 0.5) * _TO_UNIT
        return first, second


class Calm(Luck):
    """The course of a plan: the median in place of every draw, and of two outcomes the likelier one. The same for every seed."""

    def __init__(self) -> None:
        super().__init__(0, 0)

    def foresee(self, *_: object) -> None:
        """Draw nothing."""

    def _two(self, *_: object) -> tuple[float, float]:
        return 0.5, 0.25
