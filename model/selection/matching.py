"""Matching (配套资金): whether a village's works beside bonds can still be paid, alone or beside a plan (P23-NODEBT)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.money.network import BOND, PLENTY, SOCIAL, SPECIAL, VILLAGERS, Listed, network
from model.money.settle import Network, by_group, reach
from model.selection.problem import Problem
from model.vocabulary import HOUSEHOLD, PUBLIC, REVENUE

Array = np.ndarray[Any, Any]
CHUNK = 10_000  # columns at a time


def spent(problem: Problem, x: Array) -> Network:
    """Return the network of a choice, county by county and year by year, beside bonds and history's own gaps."""
    chosen = np.flatnonzero(x[: problem.size] > 0.5)
    choices = problem.choices
    listed = Listed(
        village=choices.village[chosen],
        county=problem.choice_county[chosen],
        package=choices.package[chosen],
        cohort=problem.choice_year[chosen],
        past=choices.fixed[chosen],
    )
    net = network(problem.funds.draws, listed, problem.horizon.years, problem.funds.purse)
    net.need[:] -= problem.funds.gap.reshape(net.need.shape)
    net.limit[:, BOND] = PLENTY
    return net


def payable(problem: Problem, x: Array) -> Array:
    """Return whether each column could join a choice and every work beside bonds still have lawful money, shape (N,)."""
    net = spent(problem, x)
    parts = [_payable(problem, net, np.arange(i, min(i + CHUNK, problem.size))) for i in range(0, problem.size, CHUNK)]
    return np.concatenate(parts) if parts else np.empty(0, dtype=bool)


def joins(problem: Problem, x: Array, columns: Array) -> Array:
    """Return whether some columns could each join a choice and every work beside bonds still have lawful money."""
    return _payable(problem, spent(problem, x), columns)


def _payable(problem: Problem, net: Network, columns: Array) -> Array:
    village, package = problem.choices.village[columns], problem.choices.package[columns]
    first = np.searchsorted(problem.horizon.years, problem.horizon.cohorts[problem.choices.cohort[columns]])
    fits = np.ones(len(columns), dtype=bool)
    draws = problem.funds.draws
    for o in range(problem.cycle):
        at = problem.villages.county[village] * len(problem.horizon.years) + first + o
        need, limit, lane = net.need[at] + draws.need[village, package, :, o], net.limit[at], net.lane[at]
        limit[:, SOCIAL] = np.minimum(limit[:, SOCIAL] + draws.social[village, package, o], _given(problem, at))
        lane[:, SPECIAL, REVENUE] += draws.covered[village, package, o]
        lane[:, VILLAGERS, HOUSEHOLD] += draws.homes[village, package, o]
        need[:, PUBLIC] = 0
        fits &= (by_group(need) <= reach(Network(need, limit, lane))).all(axis=1)
    return fits


def _given(problem: Problem, at: Array) -> Array:
    """Return the social capital a county table gives, cents; no limit where it gives none."""
    stated = problem.funds.purse.reshape(-1, problem.funds.purse.shape[2])[at, SOCIAL]
    return np.where(np.isfinite(stated), np.nan_to_num(stated, posinf=0.0), PLENTY).astype(np.int64)


def matching(problem: Problem, x: Array) -> pd.DataFrame:
    """Return, by county, which villages its money beside bonds can match (``matching.csv``).

    ``candidates`` may be selected; ``matched_alone`` could be paid if the county built nothing else; ``left_out`` are not in the
    choice, and for ``short_of_match`` of them works beside bonds would have no lawful money in any cohort beside it.
    """
    history = np.concatenate([problem.choices.fixed.astype(float), np.zeros(problem.width - problem.size)])
    open_columns = ~problem.choices.fixed
    alone, beside = payable(problem, history) & open_columns, payable(problem, x) & open_columns
    chosen = _villages(problem, (x[: problem.size] > 0.5) & open_columns)
    candidates = _villages(problem, open_columns)
    left_out = candidates & ~chosen

    def county(villages: Array) -> Array:
        return np.bincount(problem.villages.county[villages], minlength=len(problem.counties.codes))

    return pd.DataFrame(
        {
            "county_code": problem.counties.codes.astype(str),
            "candidates": county(candidates),
            "matched_alone": county(_villages(problem, alone)),
            "selected": county(chosen),
            "left_out": county(left_out),
            "short_of_match": county(left_out & ~_villages(problem, beside)),
        }
    )


def _villages(problem: Problem, columns: Array) -> Array:
    """Return which villages have one of some columns, shape (V,)."""
    there = np.zeros(len(problem.villages.ids), dtype=bool)
    there[problem.choices.village[columns]] = True
    return there
