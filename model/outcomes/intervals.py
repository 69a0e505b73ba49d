"""Intervals (区间): what the replications say of a mean, a chance and a difference, at 95 %.

The interval of a mean holds Monte-Carlo error (few replications) and stays where the quantity can be; the 5-95 % range holds
the luck of a single programme. Neither holds the uncertainty of the parameters.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from model.outcomes.kpis import KPIS
from model.vocabulary import Estimates

Array = np.ndarray[Any, Any]
LEVEL = 0.95
QUANTILES = (0.05, 0.5, 0.95)


def mean_interval(values: Array, level: float = LEVEL) -> tuple[float, float, float]:
    """Return mean and both ends of Student's interval; without two finite values the ends are not known."""
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    if len(finite) == 0:
        return (float("nan"),) * 3
    mean = float(finite.mean())
    if len(finite) < 2:
        return mean, float("nan"), float("nan")
    half = float(stats.t.ppf(0.5 + level / 2, len(finite) - 1) * finite.std(ddof=1) / np.sqrt(len(finite)))
    return mean, mean - half, mean + half


def chance_interval(values: Array, level: float = LEVEL) -> tuple[float, float, float]:
    """Return the share of ones and both ends of Wilson's interval."""
    hits = np.asarray(values, dtype=float)
    ends = stats.binomtest(int(hits.sum()), len(hits)).proportion_ci(level, method="wilson")
    return float(hits.mean()), float(ends.low), float(ends.high)


def paired_chance_interval(first: Array, second: Array) -> tuple[float, float, float]:
    """Return the difference of two paired chances and its interval (Agresti and Min 2005).

    Half a pair is added to each of the four outcomes, so that few pairs that all agree give no interval without width.
    """
    n = len(first)
    up, down = float(np.sum(second > first)), float(np.sum(second < first))
    centre = (up - down) / (n + 2)
    spread = np.sqrt((up + down + 1) - (up - down) ** 2 / (n + 2)) / (n + 2)
    half = float(stats.norm.ppf(0.5 + LEVEL / 2) * spread)
    return (up - down) / n, max(-1.0, centre - half), min(1.0, centre + half)


def quantile_interval(values: Array, share: float, level: float = LEVEL) -> tuple[float, float]:
    """Return both ends of a quantile's interval from order statistics, whatever the distribution (Conover 1999).

    An end that so few values cannot give is not known.
    """
    finite = np.sort(np.asarray(values, dtype=float)[np.isfinite(values)])
    ends = np.concatenate([[np.nan], finite, [np.nan]])[list(_ranks(len(finite), share, level))]
    return float(ends[0]), float(ends[1])


@cache
def _ranks(n: int, share: float, level: float) -> tuple[int, int]:
    """Return the places of both ends among ``n`` values in order, from 1; 0 and ``n + 1`` where so few values give none."""
    ends = stats.quantile_test(np.arange(1.0, n + 1), p=share).confidence_interval(level) if n else (np.nan, np.nan)
    low, high = np.nan_to_num(ends, nan=0.0)
    return int(low), int(high) or n + 1


def kpi_table(estimates: Estimates) -> pd.DataFrame:
    """Return ``kpis.csv``: means, and 5, 50 and 95 % points of single programmes, with their intervals; a year of 0 is blank."""
    rows = []
    for (name, year), values in estimates.kpis.groupby(["kpi", "year"], sort=False)["value"]:
        kpi = KPIS[str(name)]
        found = (chance_interval if kpi.chance else mean_interval)(values.to_numpy())
        mean, low, high = found[0], *np.clip(found[1:], *kpi.ends)
        points = np.nanquantile(values, QUANTILES) if values.notna().any() else (np.nan,) * 3
        ends = [end for share in QUANTILES for end in quantile_interval(values.to_numpy(), share)]
        rows.append((name, kpi.unit, year or pd.NA, mean, low, high, *points, np.nan, np.nan, *ends))
    names = ["kpi", "unit", "year", "mean", "ci_low", "ci_high", "p05", "p50", "p95", "param_low", "param_high"]
    names += [f"{point}_{side}" for point in ("p05", "p50", "p95") for side in ("low", "high")]
    return pd.DataFrame(rows, columns=names).astype({"year": "Int64"})


def county_table(estimates: Estimates, prefecture: pd.Series) -> pd.DataFrame:
    """Return ``county_kpis.csv``; ``prefecture`` is indexed by county code."""
    table = estimates.county_kpis
    grouped = table.groupby(["kpi", "county_code", "year"], sort=False)["value"]
    counted = grouped.agg(["mean", "std", "count"]).reset_index()
    half = stats.t.ppf(0.5 + LEVEL / 2, np.maximum(counted["count"] - 1, 1)) * counted["std"] / np.sqrt(counted["count"])
    low, high = counted["mean"] - half, counted["mean"] + half
    chance = counted["kpi"].isin([name for name, kpi in KPIS.items() if kpi.chance]).to_numpy()
    low[chance], high[chance] = _wilson(counted.loc[chance, "mean"], counted.loc[chance, "count"])
    least, most = (counted["kpi"].map({name: kpi.ends[end] for name, kpi in KPIS.items()}) for end in (0, 1))
    return pd.DataFrame(
        {
            "kpi": counted["kpi"],
            "unit": [KPIS[name].unit for name in counted["kpi"]],
            "county_code": counted["county_code"],
            "prefecture": counted["county_code"].map(prefecture),
            "year": counted["year"],
            "mean": counted["mean"],
            "ci_low": low.clip(lower=least),
            "ci_high": high.clip(upper=most),
        }
    )


def _wilson(share: pd.Series, count: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return both ends of Wilson's interval of many shares."""
    z = float(stats.norm.ppf(0.5 + LEVEL / 2))
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return (centre - half).clip(lower=0.0), (centre + half).clip(upper=1.0)


def paired(first: Estimates, second: Estimates) -> pd.DataFrame:
    """Return the differences second - first, replication by replication (same luck), with Student's interval.

    Columns: kpi, unit, year, first, second, difference, ci_low, ci_high, certain (zero lies outside the interval),
    luck_shared (how much smaller the variance is than with separate lucks; blank where it cannot be told).
    """
    both = first.kpis.merge(second.kpis, on=["kpi", "year", "replication"], suffixes=("_first", "_second"))
    rows = []
    for (name, year), part in both.groupby(["kpi", "year"], sort=False):
        one, two = part["value_first"].to_numpy(), part["value_second"].to_numpy()
        kpi = KPIS[str(name)]
        if not np.isfinite(two - one).any():
            rows.append((name, kpi.unit, year or pd.NA, *(np.nan,) * 5, False, np.nan))
            continue
        mean, low, high = paired_chance_interval(one, two) if kpi.chance else mean_interval(two - one)
        certain = bool(low > 0 or high < 0)
        alone, together = np.nanvar(one) + np.nanvar(two), np.nanvar(two - one)
        shared = alone / together if together > 0 else np.nan
        rows.append((name, kpi.unit, year or pd.NA, np.nanmean(one), np.nanmean(two), mean, low, high, certain, shared))
    names = ["kpi", "unit", "year", "first", "second", "difference", "ci_low", "ci_high", "certain", "luck_shared"]
    return pd.DataFrame(rows, columns=names).astype({"year": "Int64"})
