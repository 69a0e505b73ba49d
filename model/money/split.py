"""The split (资金分解): what flows in a county and year is dealt out to works, in a stated order, to the cent.

Works stand in line by cohort, score, village code, and then the order of the catalogue. Special bonds and residents go first,
because each may pay only a part of a work; the other sources follow in the order of the scenario, each until it is used up.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from model.money.costs import CENTS, Costs
from model.money.draws import by_year, may_borrow, work_by_year
from model.money.settings import CLASSES, HOUSEHOLD, REVENUE, SOURCES, Money
from model.policy.catalogue import bond_owner, owner

Array = np.ndarray[Any, Any]
PARTIAL = {"special_bond": REVENUE, "villagers": HOUSEHOLD}


@dataclass(frozen=True)
class Past:
    """Which of the listed villages are history, and what of their needs nobody could pay: whole cents, shape (N, W)."""

    listed: Array
    unpaid: Array


def split(
    costs: Costs,
    money: Money,
    listed: tuple[Array, Array, Array],
    county: Array,
    years: Array,
    flow: Array,
    villages: pd.DataFrame,
    past: Past,
) -> pd.DataFrame:
    """Return one row a payment: ``village`` and ``item`` (indices), ``cohort``, ``year``, ``source``, ``cents``, ``owner``.

    ``listed`` is village, package and cohort of the list, in the order in which they stand in line; ``flow`` is what
    :func:`model.money.settle.settle` returns. What no source pays has a blank source;
    what was lacking for history stays with history.
    """
    due = _payments(costs, money, listed, county, years, villages, past.listed)
    group = (due["place"] * len(CLASSES) + due["work_class"]).to_numpy()
    order = np.argsort(group, kind="stable")
    due = due.iloc[order].reset_index(drop=True)
    edges = np.flatnonzero(np.diff(group[order], prepend=-1))
    first = [*PARTIAL, *(name for name in money.order if name not in PARTIAL)]
    paid = np.zeros((len(due), len(SOURCES)), dtype=np.int64)
    left = due["cents"].to_numpy().copy()
    nobody = np.zeros(len(due), dtype=np.int64)
    places, classes = due["place"].to_numpy(), due["work_class"].to_numpy()
    for start, end in pairwise([*edges.tolist(), len(due)]):
        here = slice(start, end)
        given = flow[places[start], :, classes[start]]
        nobody[here] = _unpaid(due.iloc[here], int(past.unpaid[places[start], classes[start]]))
        left[here] -= nobody[here]
        for name in first:
            s = SOURCES.index(name)
            if not given[s]:
                continue
            most = np.minimum(due[name].to_numpy()[here], left[here]) if name in PARTIAL else left[here]
            paid[here, s] = _in_line(most, int(given[s]))
            left[here] -= paid[here, s]
    return _rows(due, paid, left + nobody, costs)


def _unpaid(due: pd.DataFrame, amount: int) -> Array:
    """Return what of history's works stays unpaid: first those that special bonds and residents pay least of."""
    found = np.zeros(len(due), dtype=np.int64)
    if amount:
        own = np.flatnonzero(due["past"].to_numpy())
        share = due[list(PARTIAL)].to_numpy()[own].sum(axis=1) / due["cents"].to_numpy()[own]
        order = own[np.argsort(share, kind="stable")]
        found[order] = _in_line(due["cents"].to_numpy()[order], amount)
    return found


def _in_line(most: Array, amount: int) -> Array:
    """Return how an amount is dealt out in line, each up to its most."""
    upto = np.cumsum(most)
    return np.asarray(np.minimum(upto, amount) - np.minimum(upto - most, amount))


def _payments(
    costs: Costs,
    money: Money,
    listed: tuple[Array, Array, Array],
    county: Array,
    years: Array,
    villages: pd.DataFrame,
    past: Array,
) -> pd.DataFrame:
    """Return what each work draws in each year, and how much of it special bonds and residents may pay."""
    village, package, cohort = listed
    held = costs.cents[village] * costs.holds[package]
    classes = np.array([item.work_class for item in costs.items])
    willing = money.factor.villagers * money.people.villager_wan_yuan * CENTS
    asked = willing * villages["households"].to_numpy()[village] * villages["resident_consent"].to_numpy(bool)[village]
    own = by_year(np.floor(asked + 1e-6).astype(np.int64), money.profile[HOUSEHOLD])
    parts = []
    for w in np.unique(classes):
        items = np.flatnonzero(classes == w)
        drawn = work_by_year(held[:, items], money.profile[w])
        borrow = np.floor(money.special.most * drawn * may_borrow(costs, items)[:, None] + 1e-6).astype(np.int64)
        share = np.floor(money.people.villager_share * drawn + 1e-6).astype(np.int64)
        upto = np.minimum(np.cumsum(share, axis=1), own[:, None, :])
        homes = np.diff(upto, axis=1, prepend=0)
        e, i, o = np.nonzero(drawn)
        parts.append(
            pd.DataFrame(
                {
                    "village": village[e],
                    "item": items[i],
                    "cohort": cohort[e],
                    "year": cohort[e] + o,
                    "place": county[e] * len(years) + cohort[e] + o - years[0],
                    "work_class": w,
                    "cents": drawn[e, i, o],
                    "past": past[e],
                    "special_bond": borrow[e, i, o],
                    "villagers": homes[e, i, o],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _rows(due: pd.DataFrame, paid: Array, left: Array, costs: Costs) -> pd.DataFrame:
    """Return the payments that were made, one row each, and what is left unpaid."""
    amounts = np.column_stack([paid, left])
    row, s = np.nonzero(amounts)
    names = np.array([*SOURCES, ""])[s]
    usual = np.array([item.owner for item in costs.items])[due["item"].to_numpy()[row]]
    borrowed = np.isin(names, ["general_bond", "special_bond"]) & np.array(
        [not owner(name)["state"] for name in usual], dtype=bool
    )
    table = due.iloc[row][["village", "item", "cohort", "year"]].reset_index(drop=True)
    return table.assign(source=names, cents=amounts[row, s], owner=np.where(borrowed, bond_owner(), usual))
