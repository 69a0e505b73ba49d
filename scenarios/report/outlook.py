"""The page's tables of a projection: what the programme adds, departments, the race, and what was published."""

from __future__ import annotations

import pandas as pd

from model.outcomes.effects import FIGURES
from model.outcomes.face import figures
from model.outcomes.kpis import kpi_label
from model.words import Words
from scenarios.report.facts import Facts
from scenarios.report.grid import table


def effects(facts: Facts, words: Words) -> str:
    """Return what the programme adds in the province and each prefecture, beside the same villages without it."""
    found = facts.table("effects")
    if found is None:
        return ""
    part = found[found["level"].isin(["province", "prefecture"])].fillna({"place": ""})
    rows = []
    for name in FIGURES:
        for row in part[part["figure"] == name].to_dict("records"):
            place = row["place"] or words("province")
            span = f"{row['effect']:+,.1f}（{row['low']:+,.1f}–{row['high']:+,.1f}）"
            rows.append((kpi_label(name, words.lang), place, int(row["villages"]), f"{row['without']:,.1f}", span))
    keys = ("kpi", "place", "villages_count", "without_programme", "effect_range")
    return table([words(key) for key in keys], rows, 3)


def departments(facts: Facts, words: Words) -> str:
    """Return the works and money each department leads, and how many works are finished by the target date."""
    found = facts.table("departments")
    if found is None:
        return ""
    rows = [
        (
            row[f"name_{words.lang}"],
            f"{row['works']:,}",
            f"{row['cost_wan_yuan']:,.0f}",
            f"{row['planned_by_target']:,}",
            f"{row['finished']:,.0f}（{row['ci_low']:,.0f}–{row['ci_high']:,.0f}）",
        )
        for row in found.sort_values("cost_wan_yuan", ascending=False, kind="stable").to_dict("records")
    ]
    headings = [words(key) for key in ("department", "works_count", "total_cost", "planned_by_target", "finished_by_target")]
    return table(headings, rows, 4)


def race(facts: Facts, words: Words) -> str:
    """Return the ranking of counties in the year of the target date: mean place, and the chances of praise and notice."""
    kpis = facts.table("county_kpis")
    if kpis is None or not (kpis["kpi"] == "rank").any():
        return ""
    part = kpis[kpis["year"] == facts.target_year]
    means = {(row["kpi"], row["county_code"]): row["mean"] for row in part.to_dict("records")}
    names = dict(zip(facts.county_table["county_code"], facts.county_table["name"], strict=True))
    rows = []
    for row in part[part["kpi"] == "rank"].sort_values("mean").to_dict("records"):
        code, place = row["county_code"], f"{row['mean']:.1f}（{row['ci_low']:.1f}–{row['ci_high']:.1f}）"
        rows.append((names[code], place, *(f"{means[kpi, code]:.0%}" for kpi in ("praised", "notified"))))
    return table([words(key) for key in ("county", "rank", "praised", "notified")], rows, 3)


def face(published: pd.DataFrame | None, words: Words) -> str:
    """Return published figures beside the model's; against those that lie outside, what stands against them."""
    if published is None:
        return ""
    named = {figure["name"]: figure for figure in figures()}
    rows = []
    for row in published.to_dict("records"):
        figure = named[row["figure"]]
        model, low, high = (_number(row[name]) for name in ("model", "model_low", "model_high"))
        span = model if low == high else f"{model}（{low}–{high}）"
        against = figure["against_zh" if words.lang == "zh" else "against"]
        told = against if isinstance(row["against"], str) and row["against"] else words("face_inside")
        rows.append((figure[words.lang], row["date"], _number(row["published"]), span, f"{row['ratio']:.2f}", told))
    keys = ("face_figure", "face_date", "face_published", "face_model", "face_ratio", "face_against")
    return table([words(key) for key in keys], rows, 4)


def _number(value: float) -> str:
    if abs(value) < 10:
        return f"{value:.3g}"
    return f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"
