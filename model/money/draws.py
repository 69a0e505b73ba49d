r"""Draws (用款): what each package of each village needs in each year of its cycle, and what it opens up in turn.

.. math:: n_{vkwo} = R(P_{wo} \, c_{vkw}) - R(P_{w,o-1} \, c_{vkw}), \qquad P_{wo} = \sum_{i \le o} p_{wi}

:math:`c` is the cost of the works of class *w*, *p* the class's payment profile, *R* rounding to the cent. Inside a class the
works are paid one after another, in the order of the catalogue, so that works and years add up without a remainder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.money.costs import CENTS, Costs
from model.money.settings import CLASSES, CONTINGENCY, HOUSEHOLD, PUBLIC, REVENUE, Money

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Draws:
    """Whole cents by village and package and year of the cycle: V villages, K packages, W classes, O years.

    ``need``: shape (V, K, W, O). The rest have shape (V, K, O): ``covered``, what special bonds may pay of the revenue-bearing
    works; ``homes``, what residents may be asked for works in their homes; ``social``, what social capital may add.
    """

    need: Array
    covered: Array
    homes: Array
    social: Array

    def of(self, packages: list[int]) -> Draws:
        """Return the draws of some packages."""
        return Draws(self.need[:, packages], self.covered[:, packages], self.homes[:, packages], self.social[:, packages])


def draws(costs: Costs, money: Money, households: Array, consent: Array) -> Draws:
    """Return the draws of every package. ``households`` and ``consent`` (bool) have one entry a village."""
    classes = costs.classes.copy()  # the reserve is no cost of a work
    classes[:, :, CONTINGENCY] = np.floor(money.contingency_share * classes[:, :, :CONTINGENCY].sum(axis=2) + 1e-6)
    need = np.stack([by_year(classes[:, :, w], money.profile[w]) for w in range(len(CLASSES))], axis=2)
    willing = np.floor(money.factor.villagers * money.people.villager_wan_yuan * households * consent * CENTS + 1e-6)
    own = by_year(willing.astype(np.int64), money.profile[HOUSEHOLD])[:, None, :]
    special = money.special.most
    return Draws(
        need=need,
        covered=_part(costs, REVENUE, money, special),
        homes=np.minimum(own, _part(costs, HOUSEHOLD, money, money.people.villager_share)),
        social=np.floor(money.people.social_leverage * need[:, :, PUBLIC] + 1e-6).astype(np.int64),
    )


def by_year(cents: Array, profile: list[float]) -> Array:
    """Return whole amounts spread over the years of a profile, one more axis at the end; they add up exactly."""
    upto = np.cumsum(profile)
    upto[-1] = 1.0
    sums = np.floor(cents[..., None] * upto + 0.5).astype(np.int64)
    return np.asarray(np.diff(sums, axis=-1, prepend=0))


def work_by_year(cents: Array, profile: list[float]) -> Array:
    """Return what each work draws in each year when works are paid one after another, shape (..., J, O).

    ``cents`` has shape (..., J); the sum over works is what :func:`by_year` makes of their sum.
    """
    end = np.cumsum(cents, axis=-1)
    years = np.cumsum(by_year(end[..., -1], profile), axis=-1)
    low, high = (end - cents)[..., None], end[..., None]
    until, since = years[..., None, :], (years - np.diff(years, axis=-1, prepend=0))[..., None, :]
    return np.asarray(np.maximum(np.minimum(high, until) - np.maximum(low, since), 0))


def may_borrow(costs: Costs, items: Array) -> Array:
    """Return 1.0 for works special bonds may pay a part of: revenue-bearing ones that no company owns (P23-ASSET)."""
    return np.array([float(costs.items[i].work_class == REVENUE and costs.items[i].owner != "utility") for i in items])


def _part(costs: Costs, work_class: int, money: Money, share: float) -> Array:
    """Return a share of each work of a class, rounded down to the cent work by work, shape (V, K, O)."""
    own = np.flatnonzero([item.work_class == work_class for item in costs.items])
    able = may_borrow(costs, own)[:, None] if work_class == REVENUE else 1.0
    found = []
    for held in costs.holds:
        paid = work_by_year(costs.cents[:, own] * held[own], money.profile[work_class])
        found.append(np.floor(share * paid * able + 1e-6).astype(np.int64).sum(axis=1))
    return np.stack(found, axis=1)
