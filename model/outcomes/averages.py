"""Averages (村均债券资金): general-bond money a village by county and by cohort, the quota used, and why an average is off.

The document's 1,000 万元 is a standard for what a county plans (clause P23-BOND), not a sum to be spent: an average outside the
stated band is told with its reason, and nothing is changed for it. The order of the reasons is ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.vocabulary import Plan

Array = np.ndarray[Any, Any]
FULL = 0.97  # of a quota: what is left pays for no village more
REASONS = ("inside", "needs_less", "needs_more", "quota_full", "chosen")


def averages(plan: Plan, county: Array, bond: Array, sources: pd.DataFrame, band: tuple[float, float]) -> pd.DataFrame:
    """Return one row per county and cohort with villages, and one for the programme.

    ``county`` are the county codes of the eligible villages, ``bond`` what their packages on offer take, shape (villages,
    packages), 万元; ``sources`` is what sources had and paid; ``band`` the edges an average is told for, 万元. Columns: scope,
    county_code, cohort (blank where the row is not of one), villages, mean_bond_wan_yuan, quota_wan_yuan, quota_used (0-1),
    need_least, need_most (万元 a village), reason.
    """
    table = plan.table
    every = np.ones(len(county), dtype=bool)
    groups: list[tuple[str, Any, Any, Any, Array]] = [("programme", "", pd.NA, slice(None), every)]
    groups += [("cohort", "", year, table["cohort"] == year, every) for year in sorted(table["cohort"].unique())]
    codes = sorted(table["county_code"].unique())
    groups += [("county", code, pd.NA, table["county_code"] == code, county == code) for code in codes]
    money = sources[sources["source"] == "general_bond"].groupby("county_code")[["limit_wan_yuan", "left_wan_yuan"]].sum()
    rows = []
    for scope, code, year, inside, pool in groups:
        bonds = table.loc[inside, "general_bond_wan_yuan"]
        has, left = _quota(money, scope, code)
        used = 1.0 - left / has if has else np.nan
        need = bond[pool].mean(axis=0) if pool.any() else np.array([np.nan])
        mean, least, most = float(bonds.mean()), float(need.min()), float(need.max())
        rows.append((scope, code, year, len(bonds), mean, has, used, least, most, _reason(mean, used, least, most, band)))
    names = ["scope", "county_code", "cohort", "villages", "mean_bond_wan_yuan", "quota_wan_yuan", "quota_used"]
    return pd.DataFrame(rows, columns=[*names, "need_least", "need_most", "reason"]).astype({"cohort": "Int64"})


def _quota(money: pd.DataFrame, scope: str, code: str) -> tuple[float, float]:
    """Return the quota over all years and what is left of it; not a number for a cohort, whose years others share."""
    if scope == "cohort":
        return np.nan, np.nan
    part = money[money.index == code] if scope == "county" else money
    return float(part["limit_wan_yuan"].sum()), float(part["left_wan_yuan"].sum())


def _reason(mean: float, used: float, least: float, most: float, band: tuple[float, float]) -> str:
    """Return why an average is where it is: the first that holds."""
    low, high = band
    if low <= mean <= high:
        return "inside"
    if mean < low and most < low:
        return "needs_less"
    if mean > high and least > high:
        return "needs_more"
    return "quota_full" if mean < low and used >= FULL else "chosen"
