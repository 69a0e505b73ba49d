"""Face validity: published totals beside the model's, and what cannot be known (``model/policy/face.toml``)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.policy.card import toml

QUOTA_2022 = 2_030_000.0  # 万元: new general-bond limit of the province in 2022, the denominator of share_of_quota


def figures() -> list[dict[str, Any]]:
    """Return the published figures, in the order of the data."""
    return list(toml("face.toml")["figure"])


def unknown() -> list[dict[str, str]]:
    """Return what was never published, in words."""
    return list(toml("face.toml")["unknown"])


def face_validity(kpis: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """Return ``face_validity.csv``: figure, unit, date, published, model, model_low, model_high, ratio, confidence, source, note.

    ``kpis`` has the columns of ``kpis.csv``. What is read from the plan has no interval: it is no estimate.
    """
    measures = _measures(plan)
    rows = []
    for figure in figures():
        low = high = float("nan")
        if "kpi" in figure:
            part = kpis[kpis["kpi"] == figure["kpi"]]
            part = part[part["year"] == figure["year"]] if "year" in figure else part
            if part.empty:
                continue
            mean, low, high = (float(part[name].iloc[0]) for name in ("mean", "ci_low", "ci_high"))
        else:
            mean = measures[figure["measure"]]
        told = [figure[key] for key in ("name", "unit", "date", "published")]
        rows.append((*told, mean, low, high, mean / figure["published"], *(figure[k] for k in ("confidence", "source", "note"))))
    names = ["figure", "unit", "date", "published", "model", "model_low", "model_high", "ratio", "confidence", "source", "note"]
    return pd.DataFrame(rows, columns=names)


def _measures(plan: pd.DataFrame) -> dict[str, float]:
    cohorts = max(plan["cohort"].nunique(), 1)
    bond = float(plan["general_bond_wan_yuan"].sum())
    return {
        "cohort_mean": len(plan) / cohorts,
        "bond_mean": bond / max(len(plan), 1),
        "bond_share": 100.0 * bond / cohorts / QUOTA_2022,
    }
