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


def face_validity(kpis: pd.DataFrame, plan: pd.DataFrame, projects: pd.DataFrame) -> pd.DataFrame:
    """Return ``face_validity.csv``: figure, unit, date, published, model, its interval, ratio, confidence, source, note, against.

    ``kpis`` has the columns of ``kpis.csv``: the interval is that over the assumptions' ranges where it was studied, else the
    5-95 % range of single programmes. What is read from the plan has no luck: its interval is the figure. ``against`` says
    what stands against a published figure that lies outside.
    """
    measures = _measures(plan, projects)
    rows = []
    for figure in figures():
        if "kpi" in figure:
            part = kpis[kpis["kpi"] == figure["kpi"]]
            part = part[part["year"] == figure["year"]] if "year" in figure else part
            if part.empty:
                continue
            row = part.iloc[0]
            studied = not pd.isna(row["param_low"])
            mean, low, high = (
                float(row[n]) for n in (("mean", "param_low", "param_high") if studied else ("mean", "p05", "p95"))
            )
        else:
            mean = low = high = measures[figure["measure"]]
        told = [figure[key] for key in ("name", "unit", "date", "published")]
        outside = not low <= figure["published"] <= high
        about = [figure[key] for key in ("confidence", "source", "note")]
        rows.append((*told, mean, low, high, mean / figure["published"], *about, figure["against"] if outside else ""))
    names = ["figure", "unit", "date", "published", "model", "model_low", "model_high", "ratio"]
    return pd.DataFrame(rows, columns=[*names, "confidence", "source", "note", "against"])


def _measures(plan: pd.DataFrame, projects: pd.DataFrame) -> dict[str, float]:
    cohorts = max(plan["cohort"].nunique(), 1)
    bond = float(plan["general_bond_wan_yuan"].sum())
    built = projects.groupby("task_id")["quantity"].sum() / max(len(plan), 1)

    def each(*tasks: str) -> float:
        return float(built.reindex(list(tasks)).fillna(0.0).sum())

    return {
        "cohort_mean": len(plan) / cohorts,
        "bond_mean": bond / max(len(plan), 1),
        "bond_share": 100.0 * bond / cohorts / QUOTA_2022,
        "road_km": each("T19.1", "T19.2", "T19.12"),
        "greening_km": each("T17.1"),
        "lamps": each("T19.10"),
    }
