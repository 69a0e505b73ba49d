"""Pots (备用财力): what counties may lawfully spend on what their plan did not foresee (P23-NODEBT).

Overruns, and binding works whose special bonds failed, are paid from the money a county holds in reserve, then from what the
plan left in the purses that may pay for such things. A reserve stands until it is used; what a purse has left lapses with
the year. Whole cents (0.01 万元).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Pot:
    """What a county holds in reserve from one source in one year, and what that source has left, cents."""

    year: int
    source: str
    held: int
    left: int


class _Purse:
    """What is left of one pot."""

    def __init__(self, pot: Pot, held: bool) -> None:
        self.year, self.source, self.held = pot.year, pot.source, held
        self.cents = pot.held if held else pot.left


class Pots:
    """The pots of all counties during one replication."""

    def __init__(self, given: Mapping[str, Sequence[Pot]]) -> None:
        self._purses = {c: [_Purse(pot, held) for held in (True, False) for pot in pots] for c, pots in given.items()}
        self.last = max((pot.year for pots in given.values() for pot in pots), default=0)

    def draw(self, county: str, year: int, cents: int, whole: bool = False) -> list[tuple[str, int, bool]]:
        """Take what is there, up to so many cents: source, amount, and whether it came from the reserve.

        With ``whole`` nothing is taken where not all of it is there.
        """
        own = self._purses.get(county, ())
        there = [purse for purse in own if purse.cents and (purse.year <= year if purse.held else purse.year == year)]
        if whole and sum(purse.cents for purse in there) < cents:
            return []
        taken = []
        for purse in there:
            part = min(cents, purse.cents)
            if part:
                purse.cents -= part
                cents -= part
                taken.append((purse.source, part, purse.held))
        return taken
