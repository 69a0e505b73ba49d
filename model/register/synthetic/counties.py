"""County-level units of the synthetic register, invented twins of them beyond Jilin, and their invented quotas."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from model.policy.card import policy_file
from model.policy.cards import calibration
from model.register.schema import QUOTA_YEARS

ASSIGNED_TO_PROVINCES = {
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
    91,
}
ASKED = ("special_bond", "county_pool", "departmental", "county_budget")  # sources that are invented beside the quotas
FREE = tuple(str(number) for number in range(16, 100) if number not in ASSIGNED_TO_PROVINCES)


@cache
def all_units() -> pd.DataFrame:
    """Return Jilin's 60 county-level units, with their census figures."""
    with policy_file("counties.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, dtype={"county_code": str})


def units() -> pd.DataFrame:
    """Return Jilin's county-level units that have rural people, with their census figures."""
    table = all_units()
    return table[table["rural_population"] > 0].reset_index(drop=True)


def needed_units(villages: int) -> pd.DataFrame:
    """Return the units so many villages need: Jilin's own, and beyond its number of villages invented twins of them.

    A twin carries 模拟 in its names and a code whose first two digits are assigned to no province.
    """
    own = units()
    copies = -(-villages // int(own["villages"].sum()))
    return pd.concat([own, *(_twin(own, number) for number in range(1, copies))], ignore_index=True)


def _twin(own: pd.DataFrame, number: int) -> pd.DataFrame:
    return own.assign(
        county_code=FREE[number - 1] + own["county_code"].str[2:],
        name=f"模拟{number}" + own["name"],
        prefecture=f"模拟{number}" + own["prefecture"],
        longitude=own["longitude"] - 3.5 * (number % 14),
        latitude=own["latitude"] - 5.0 * (number // 14),
    )


def county_table(counties: pd.DataFrame, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the county table with invented money: quotas follow the county's share of the pool, its strength and the year."""

    def number(name: str) -> float:
        return float(calibration()[f"quota.{name}"].value)

    share = np.bincount(table["county"], minlength=len(counties)) / len(table)
    need = number("villages_a_year") * len(table) / calibration()["pool.villages"].value
    strength = np.exp(number("county_spread") * rng.standard_normal(len(counties)))
    noise = np.exp(number("year_spread") * rng.standard_normal((len(counties), len(QUOTA_YEARS))))
    full = number("village_wan_yuan") * number("headroom") * need * share * strength / (share * strength).sum()
    least = number("village_wan_yuan") * number("least_villages")
    quota = np.maximum(full, least)[:, None] * noise * np.array(calibration()["quota.year_profile"].value)
    columns = {f"bond_quota_wan_yuan_{year}": quota[:, i].round(-1) for i, year in enumerate(QUOTA_YEARS)}
    for source in ASKED:
        own = np.exp(number(f"{source}_spread") * rng.standard_normal(len(counties)))[:, None]
        amounts = number(source) * own * quota
        columns |= {f"{source}_wan_yuan_{year}": amounts[:, i].round(1) for i, year in enumerate(QUOTA_YEARS)}
    revenue = number("revenue_yuan") * counties["population"].to_numpy() * strength / 1e4
    columns["general_revenue_wan_yuan"] = revenue.round(0)
    names = counties[["county_code", "name", "prefecture"]]
    table = names.assign(**columns, longitude=counties["longitude"], latitude=counties["latitude"], synthetic=True)
    return table.sort_values("county_code", ignore_index=True)
