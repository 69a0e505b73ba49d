r"""Draws (用款): what each package of each village needs in each year of its cycle, and what it opens up in turn.

.. math:: n_{vkwo} = R(P_{wo} \, c_{vkw}) - R(P_{w,o-1} \, c_{vkw}), \qquad P_{wo} = \sum_{i \le o} p_{wi}

:math:`c` is the cost of the works of class *w*, *p* the class's payment profile, *R* rounding to the cent. Inside a class the
works are paid one after another, in the order of the catalogue, so that works and years add up without a remainder.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from model.money.costs import CENTS, SLIVER, Costs
from model.money.settings import Money
from model.showing import Shown
from model.vocabulary import CLASSES, CONTINGENCY, HOUSEHOLD, NETWORK, PUBLIC, REVENUE

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, repr=False)
class Draws(Shown):
    """Whole cents by village and package and year of the cycle: V villages, K packages, W classes, O years.

    ``need``: shape (V, K, W, O). Four have shape (V, K, O): ``covered``, what special bonds may pay of the revenue-bearing
    works; ``loans``, what market bodies may borrow for the rest of them; ``homes``, what residents may be asked for works in
    their homes; ``social``, what social capital may add. ``willing``, shape (V, O): what a village's residents may be asked for
    in all, whatever is built.
    """

    term = "用款"

    need: Array
    covered: Array
    loans: Array
    homes: Array
    social: Array
    willing: Array

    def of(self, packages: list[int]) -> Draws:
        """Return the draws of some packages."""
        parts = {name: getattr(self, name)[:, packages] for name in ("need", "covered", "loans", "homes", "social")}
        return replace(self, **parts)


@dataclass(frozen=True)
class Payments:
    """What works of one class draw, whole cents by village, work and year of the cycle, shape (N, J, O).

    ``special_bond``, ``bank_loan`` and ``villagers`` are the parts of it that these may pay.
    """

    drawn: Array
    special_bond: Array
    bank_loan: Array
    villagers: Array


def draws(costs: Costs, money: Money, villages: pd.DataFrame) -> Draws:
    """Return the draws of every package."""
    classes = costs.classes.copy()  # the reserve is no cost of a work, and operators keep their own
    classes[:, :, CONTINGENCY] = _floor(money.contingency_share * classes[:, :, :NETWORK].sum(axis=2))
    need = np.stack([by_year(classes[:, :, w], money.profile[w]) for w in range(len(CLASSES))], axis=2)
    asked = willing(money, villages)
    revenue, homes = (costs.of_class(w) for w in (REVENUE, HOUSEHOLD))
    earning = [payments(money, REVENUE, costs.cents[:, revenue] * held[revenue], asked) for held in costs.holds]
    at_home = [payments(money, HOUSEHOLD, costs.cents[:, homes] * held[homes], asked) for held in costs.holds]
    return Draws(
        need=need,
        covered=np.stack([paid.special_bond.sum(axis=1) for paid in earning], axis=1),
        loans=np.stack([paid.bank_loan.sum(axis=1) for paid in earning], axis=1),
        homes=np.stack([paid.villagers.sum(axis=1) for paid in at_home], axis=1),
        social=_floor(money.people.social_leverage * need[:, :, PUBLIC]),
        willing=asked,
    )


def willing(money: Money, villages: pd.DataFrame) -> Array:
    """Return what residents who consent may be asked for in each year of the cycle, whole cents, shape (V, O)."""
    each = money.factor.villagers * money.people.villager_wan_yuan
    amount = each * villages["households"].to_numpy() * villages["resident_consent"].to_numpy(bool) * CENTS
    return by_year(_floor(amount), money.profile[HOUSEHOLD])


def payments(money: Money, work_class: int, cents: Array, asked: Array) -> Payments:
    """Return what the works of one class draw, and which parts of it special bonds, market bodies and residents may pay.

    ``cents`` is what each work costs, shape (N, J of the class), 0 where it is not built; ``asked`` is :func:`willing` of the
    same N villages. Parts are rounded down work by work; residents pay first for works that stand first in the catalogue.
    """
    drawn = work_by_year(cents, money.profile[work_class])
    special = loans = villagers = np.broadcast_to(np.int64(0), drawn.shape)
    if work_class == REVENUE:
        special = _floor(money.special.most * drawn)
        loans = _floor(money.people.loan_share * (drawn - special))
    if work_class == HOUSEHOLD:
        share = _floor(money.people.villager_share * drawn)
        villagers = np.diff(np.minimum(np.cumsum(share, axis=1), asked[:, None, :]), axis=1, prepend=0)
    return Payments(drawn, special, loans, villagers)


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


def _floor(amount: Array) -> Array:
    """Return whole cents, rounded down."""
    return np.asarray(np.floor(amount + SLIVER).astype(np.int64))
