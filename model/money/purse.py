"""The purse of a county (县级资金盘子): what each source has in each year (P23-BOND, P23-SPECIAL, P23-DEPT, P22-POOLFUND)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.money.costs import CENTS, SLIVER
from model.money.settings import Money
from model.showing import Shown
from model.vocabulary import GIVEN, SOURCES

Array = np.ndarray[Any, Any]
FIRST_YEAR = 2000


@dataclass(frozen=True, repr=False)
class Purse(Shown):
    """What sources have, whole cents, shape (counties, years, sources); infinite where nothing but a plan limits a source."""

    term = "县级资金盘子"

    limit: Array


def purse(counties: pd.DataFrame, years: Array, money: Money) -> Purse:
    """Return the purse of every county. ``counties`` is sorted by code.

    Years after the table's last are like that one, times ``money.after_table``. A share of the bond quota stands in for a
    source that the county table does not know. ``money.county_quota`` scales single counties, ``money.quota_path`` makes it
    grow or shrink year by year, and ``money.late_share`` of a year's quota comes a year late. Unused quota lapses; where
    ``money.carry_over`` is on, the rule that speaks of quotas lets it stand over.
    """
    own = counties["county_code"].map(money.county_quota).fillna(1.0).to_numpy()[:, None]
    quota = table_of(counties, "bond_quota", years, money.after_table) * money.factor.general_bond * path_of(money, years) * own
    late = money.late_share * quota
    quota = quota - late + np.hstack([np.zeros((len(counties), 1)), late[:, :-1]])
    limit = np.full((len(counties), len(years), len(SOURCES)), np.inf)
    limit[:, :, 0] = quota
    for s, source in enumerate(SOURCES[1:], 1):
        if source in GIVEN and known(counties, source):
            limit[:, :, s] = table_of(counties, source, years, money.after_table)
        elif source in GIVEN and source != "social_capital":
            limit[:, :, s] = getattr(money.assumed, source) * table_of(counties, "bond_quota", years, money.after_table)
        factor = getattr(money.factor, source)
        limit[:, :, s] = limit[:, :, s] * factor if factor else 0.0
    return Purse(np.where(np.isfinite(limit), np.floor(limit * CENTS + SLIVER), np.inf))


def path_of(money: Money, years: Array) -> Array:
    """Return the factor on the quota of each year; the last one stated goes on."""
    return np.array([money.quota_path[min(i, len(money.quota_path) - 1)] for i in range(len(years))])


def known(counties: pd.DataFrame, source: str) -> bool:
    """Whether a county table has a column for a source."""
    return any(str(name).startswith(f"{source}_wan_yuan_") for name in counties)


def table_of(counties: pd.DataFrame, name: str, years: Array, after: float) -> Array:
    """Return the amounts of one kind by county and year, 万元; blank cells are 0.

    Years after the table's last have a share ``after`` of what that one has, other missing years nothing.
    """
    given = [year for year in range(FIRST_YEAR, int(years[-1]) + 1) if f"{name}_wan_yuan_{year}" in counties]
    columns = []
    for year in years:
        share = 1.0 if year in given else after if given and year > given[-1] else 0.0
        known_year = min(year, given[-1]) if share else None
        columns.append(share * counties[f"{name}_wan_yuan_{known_year}"].fillna(0.0) if share else np.zeros(len(counties)))
    return np.column_stack(columns).astype(float)
