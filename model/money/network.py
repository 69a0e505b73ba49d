"""From a list of villages to the network its money flows through: one county and year beside another."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from model.money.draws import Draws
from model.money.settings import CLASSES, HOUSEHOLD, PUBLIC, REVENUE, SOURCES
from model.money.settle import Network, served
from model.policy.catalogue import planned_sources

Array = np.ndarray[Any, Any]
PLENTY = 2**50  # cents: no limit
BOND = SOURCES.index("general_bond")
SPECIAL, SOCIAL, VILLAGERS = (SOURCES.index(name) for name in ("special_bond", "social_capital", "villagers"))


@cache
def lanes() -> Array:
    """Return which source may pay for which class in a plan, shape (S, W)."""
    return np.array([[source in planned_sources(work_class) for work_class in CLASSES] for source in SOURCES])


def network(draws: Draws, listed: tuple[Array, Array, Array], place: Array, limit: Array) -> Network:
    """Return the network of a list.

    ``listed``: village, package and place of the cohort's first year among the years, one entry a listed village; ``place`` is
    the county of each; ``limit`` has shape (C, Y, S), cents, infinite where only the plan limits a source. Places run county by
    county, year by year.
    """
    village, package, first = listed
    counties, years, _ = limit.shape
    need = np.zeros((counties * years, len(CLASSES)), dtype=np.int64)
    covered, homes, social = (np.zeros(counties * years, dtype=np.int64) for _ in range(3))
    for o in range(draws.need.shape[-1]):
        at = place * years + first + o
        np.add.at(need, at, draws.need[village, package, :, o])
        for total, one in ((covered, draws.covered), (homes, draws.homes), (social, draws.social)):
            np.add.at(total, at, one[village, package, o])
    room = np.minimum(limit.reshape(-1, len(SOURCES)), PLENTY).astype(np.int64)
    room[:, SOCIAL] = np.minimum(room[:, SOCIAL], social)
    lane = np.where(lanes(), PLENTY, 0)[None, :, :] * np.ones((len(need), 1, 1), dtype=np.int64)
    lane[:, SPECIAL, REVENUE] = covered
    lane[:, VILLAGERS, HOUSEHOLD] = homes
    return Network(need, room, lane)


def carried(limit: Array, drawn: Array) -> Array:
    """Return what a county may draw each year when unused quota stands over, shape (C, Y); both are by county and year."""
    free, found = np.zeros(len(limit)), np.empty_like(limit)
    for y in range(limit.shape[1]):
        found[:, y] = limit[:, y] + free
        free = np.maximum(found[:, y] - drawn[:, y], 0)
    return found


def with_quota(limit: Array, bond: Array, past: Array, carry: bool) -> Array:
    """Return the limits with the general-bond quota a list may draw: carried where that is on, and never below history's draw.

    ``bond`` and ``past`` are the general-bond needs of the list and of history, cents, shape (C, Y).
    """
    quota = carried(limit[:, :, 0], bond) if carry else limit[:, :, 0]
    found = limit.copy()
    found[:, :, 0] = np.maximum(quota, past)
    return found


def unpaid_history(earlier: Network, limit: Array) -> Array:
    """Return what of history's needs no source could pay, whole cents, shape (N, W); its bonds were paid, that is a fact."""
    earlier.limit[:, BOND] = bonds(earlier, limit).ravel()
    return np.asarray(earlier.need - served(earlier))


def bonds(net: Network, limit: Array) -> Array:
    """Return the general-bond need of a network by county and year, cents."""
    return np.asarray(net.need[:, PUBLIC].reshape(limit.shape[:2]))
