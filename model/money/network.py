"""From a list of villages to the network its money flows through: one county and year beside another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from model.money.draws import Draws
from model.money.settle import Network, served
from model.policy.catalogue import planned_sources
from model.vocabulary import CLASSES, HOUSEHOLD, PUBLIC, REVENUE, SOURCES

Array = np.ndarray[Any, Any]
PLENTY = 2**50  # cents: no limit
BOND = SOURCES.index("general_bond")
SPECIAL, SOCIAL, VILLAGERS, LOAN = (SOURCES.index(name) for name in ("special_bond", "social_capital", "villagers", "bank_loan"))


@cache
def lanes() -> Array:
    """Return which source may pay for which class in a plan, shape (S, W)."""
    return np.array([[source in planned_sources(work_class) for work_class in CLASSES] for source in SOURCES])


@dataclass(frozen=True)
class Listed:
    """A list of villages, in the order in which they stand in line: one entry per listed village.

    ``village``, ``county`` and ``package`` are indices, ``cohort`` a year, ``past`` says which are history.
    """

    village: Array
    county: Array
    package: Array
    cohort: Array
    past: Array

    def of(self, kept: Array) -> Listed:
        """Return a part of the list."""
        return Listed(*(part[kept] for part in (self.village, self.county, self.package, self.cohort, self.past)))


def network(draws: Draws, listed: Listed, years: Array, limit: Array) -> Network:
    """Return the network of a list.

    ``limit`` has shape (C, Y, S), cents, infinite where only the plan limits a source; ``years`` are its Y years. Places run
    county by county, year by year.
    """
    places = limit.shape[0] * limit.shape[1]
    need = np.zeros((places, len(CLASSES)), dtype=np.int64)
    covered, loans, homes, social = (np.zeros(places, dtype=np.int64) for _ in range(4))
    for o in range(draws.need.shape[-1]):
        at = listed.county * len(years) + listed.cohort - years[0] + o
        np.add.at(need, at, draws.need[listed.village, listed.package, :, o])
        for total, part in ((covered, draws.covered), (loans, draws.loans), (homes, draws.homes), (social, draws.social)):
            np.add.at(total, at, part[listed.village, listed.package, o])
    room = np.minimum(limit.reshape(-1, len(SOURCES)), PLENTY).astype(np.int64)
    room[:, SOCIAL] = np.minimum(room[:, SOCIAL], social)
    lane = np.where(lanes(), PLENTY, 0)[None, :, :] * np.ones((len(need), 1, 1), dtype=np.int64)
    lane[:, SPECIAL, REVENUE] = covered
    lane[:, LOAN, REVENUE] = loans
    lane[:, VILLAGERS, HOUSEHOLD] = homes
    return Network(need, room, lane)


def carried(limit: Array, drawn: Array) -> Array:
    """Return what a county may draw each year when unused quota stands over, shape (C, Y); both are by county and year."""
    free, allowed = np.zeros(len(limit)), np.empty_like(limit)
    for y in range(limit.shape[1]):
        allowed[:, y] = limit[:, y] + free
        free = np.maximum(allowed[:, y] - drawn[:, y], 0)
    return allowed


def with_quota(limit: Array, bond: Array, past: Array, carry: bool) -> Array:
    """Return the limits with the general-bond quota a list may draw: carried where that is on, and never below history's draw.

    ``bond`` and ``past`` are the general-bond needs of the list and of history, cents, shape (C, Y).
    """
    quota = carried(limit[:, :, 0], bond) if carry else limit[:, :, 0]
    limits = limit.copy()
    limits[:, :, 0] = np.maximum(quota, past)
    return limits


def unpaid_history(earlier: Network, limit: Array) -> Array:
    """Return what of history's needs no source could pay, whole cents, shape (N, W); its bonds were paid, that is a fact."""
    earlier.limit[:, BOND] = bonds(earlier, limit).ravel()
    return np.asarray(earlier.need - served(earlier))


def bonds(net: Network, limit: Array) -> Array:
    """Return the general-bond need of a network by county and year, cents."""
    return np.asarray(net.need[:, PUBLIC].reshape(limit.shape[:2]))
