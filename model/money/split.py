"""The split (资金分解): what flows in a county and year is dealt out to works, in a stated order, to the cent.

Works stand in line by cohort, score, village code, and then the order of the catalogue. Special bonds, loans and residents go
first, because each may pay only a part of a work; the other sources follow in the order of the scenario, each until it is
used up.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from model.money.accounts import Accounts
from model.money.costs import Costs
from model.money.draws import payments
from model.money.network import Listed
from model.policy.catalogue import bond_owner, owner
from model.vocabulary import CLASSES, SOURCES

Array = np.ndarray[Any, Any]
PARTIAL = ("special_bond", "bank_loan", "villagers")  # sources that may pay only a part of a work


def split(accounts: Accounts, listed: Listed, flow: Array, lacking: Array) -> pd.DataFrame:
    """Return one row per payment: ``village`` and ``item`` (indices), ``cohort``, ``year``, ``source``, ``cents``, ``owner``.

    ``flow`` is what :func:`model.money.settle.settle` returns, shape (N, S, W); ``lacking``, shape (N, W), is what of history's
    needs nobody could pay, and stays with history. What no source pays has a blank source.
    """
    due = _in_groups(_due(accounts, listed))
    group = (due["place"] * len(CLASSES) + due["work_class"]).to_numpy()
    edges = np.flatnonzero(np.diff(group, prepend=-1)).tolist()
    first = [*PARTIAL, *(name for name in accounts.money.order if name not in PARTIAL)]
    paid = np.zeros((len(due), len(SOURCES)), dtype=np.int64)
    nobody = np.zeros(len(due), dtype=np.int64)
    for start, end in pairwise([*edges, len(due)]):
        here, (place, work_class) = slice(start, end), divmod(int(group[start]), len(CLASSES))
        nobody[here] = _unpaid(due.iloc[here], int(lacking[place, work_class]))
        paid[here] = _dealt(due.iloc[here], nobody[here], flow[place, :, work_class], first)
    return _rows(due, paid, due["cents"].to_numpy() - paid.sum(axis=1), accounts.costs)


def _in_groups(due: pd.DataFrame) -> pd.DataFrame:
    """Return the payments by place and class, those of a group in line as they were."""
    return due.sort_values(["place", "work_class"], kind="stable", ignore_index=True)


def _dealt(due: pd.DataFrame, nobody: Array, given: Array, first: list[str]) -> Array:
    """Return what each source pays of each payment of one place and class, shape (payments, S); ``given`` is what it has."""
    paid = np.zeros((len(due), len(SOURCES)), dtype=np.int64)
    left = due["cents"].to_numpy() - nobody
    for name in first:
        s = SOURCES.index(name)
        if not given[s]:
            continue
        most = np.minimum(due[name].to_numpy(), left) if name in PARTIAL else left
        paid[:, s] = _in_line(most, int(given[s]))
        left = left - paid[:, s]
    return paid


def _unpaid(due: pd.DataFrame, amount: int) -> Array:
    """Return what of history's works stays unpaid: first those that special bonds and residents pay least of."""
    unpaid = np.zeros(len(due), dtype=np.int64)
    if amount:
        own = np.flatnonzero(due["past"].to_numpy())
        share = due[list(PARTIAL)].to_numpy()[own].sum(axis=1) / due["cents"].to_numpy()[own]
        order = own[np.argsort(share, kind="stable")]
        unpaid[order] = _in_line(due["cents"].to_numpy()[order], amount)
    return unpaid


def _in_line(most: Array, amount: int) -> Array:
    """Return how an amount is dealt out in line, each up to its most."""
    upto = np.cumsum(most)
    return np.asarray(np.minimum(upto, amount) - np.minimum(upto - most, amount))


def _due(accounts: Accounts, listed: Listed) -> pd.DataFrame:
    """Return what each work draws in each year, and how much of it special bonds and residents may pay."""
    costs, years = accounts.costs, accounts.years
    held = costs.cents[listed.village] * costs.holds[listed.package]
    asked = accounts.draws.willing[listed.village]
    parts = []
    for w in sorted({item.work_class for item in costs.items}):
        items = costs.of_class(w)
        paid = payments(accounts.money, w, held[:, items], asked)
        e, i, o = np.nonzero(paid.drawn)
        year = listed.cohort[e] + o
        columns = {
            "village": listed.village[e],
            "item": items[i],
            "cohort": listed.cohort[e],
            "year": year,
            "place": listed.county[e] * len(years) + year - years[0],
            "work_class": w,
            "cents": paid.drawn[e, i, o],
            "past": listed.past[e],
        }
        parts.append(pd.DataFrame(columns | {name: getattr(paid, name)[e, i, o] for name in PARTIAL}))
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
