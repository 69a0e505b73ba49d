r"""Equity between counties (县际公平): general-bond money an eligible village, county beside county.

.. math:: G = \frac{\sum_i \sum_j |e_i - e_j|\, w_i w_j}{2 \bar e}, \ T = \sum_i w_i \frac{e_i}{\bar e} \ln \frac{e_i}{\bar e}, \
          w_i = \frac{|E_i|}{\sum_j |E_j|}, \quad \bar e = \sum_i w_i e_i

Counties with at least five eligible villages are compared; each counts with its eligible villages.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.vocabulary import ENOUGH_ELIGIBLE

Array = np.ndarray[Any, Any]


def by_county(plan: pd.DataFrame, villages: pd.DataFrame, eligible: Array) -> pd.DataFrame:
    """Return ``county_code``, ``eligible``, ``general_bond_wan_yuan`` and ``each_wan_yuan`` of the counties compared."""
    number = villages.loc[eligible, "county_code"].value_counts()
    money = plan.groupby("county_code")["general_bond_wan_yuan"].sum()
    table = pd.DataFrame({"eligible": number[number >= ENOUGH_ELIGIBLE]}).sort_index()
    table["general_bond_wan_yuan"] = money.reindex(table.index).fillna(0.0)
    table["each_wan_yuan"] = table["general_bond_wan_yuan"] / table["eligible"]
    return table.rename_axis("county_code").reset_index()


def gini(values: Array, weights: Array) -> float:
    """Return the Gini coefficient: 0 where all are alike, towards 1 where one has everything."""
    share = weights / weights.sum()
    mean = float(share @ values)
    if mean == 0:
        return 0.0
    order = np.argsort(values)
    v, w = values[order], share[order]
    below = np.cumsum(w) - w
    return float(2.0 * np.sum(w * v * (below + w / 2.0)) / mean - 1.0)


def theil(values: Array, weights: Array) -> float:
    """Return the Theil index: 0 where all are alike."""
    share = weights / weights.sum()
    mean = float(share @ values)
    if mean == 0:
        return 0.0
    ratio = values / mean
    return float(np.sum(share * ratio * np.log(np.where(ratio > 0, ratio, 1.0))))


def measures(table: pd.DataFrame) -> dict[str, float]:
    """Return the Gini coefficient, the Theil index, and the least, mean and largest money an eligible village (万元)."""
    values, weights = table["each_wan_yuan"].to_numpy(float), table["eligible"].to_numpy(float)
    if not len(values):
        return dict.fromkeys(("gini", "theil", "least", "mean", "largest"), float("nan"))
    mean = float(np.average(values, weights=weights))
    return {
        "gini": gini(values, weights),
        "theil": theil(values, weights),
        "least": float(values.min()),
        "mean": mean,
        "largest": float(values.max()),
    }
