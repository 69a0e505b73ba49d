"""Money by county, year and source (资金来源): what a plan draws, as planned."""

from __future__ import annotations

import pandas as pd

from model.vocabulary import Plan


def funding(plan: Plan, payment_profile: list[float]) -> pd.DataFrame:
    """Return ``county_code``, ``year``, ``source``, ``amount_wan_yuan`` of general-bond money.

    Other sources are not planned yet.
    """
    parts = [
        plan.table.assign(year=plan.table["cohort"] + offset, amount=plan.table["general_bond_wan_yuan"] * share)
        for offset, share in enumerate(payment_profile)
    ]
    paid = pd.concat(parts).groupby(["county_code", "year"], as_index=False)["amount"].sum()
    return pd.DataFrame(
        {
            "county_code": paid["county_code"],
            "year": paid["year"],
            "source": "general_bond",
            "amount_wan_yuan": paid["amount"].round(2),
        }
    )
