"""The report page: one offline HTML file made from a run folder's tables. It asks the network for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.outcomes.face import unknown
from model.outcomes.kpis import kpi_label
from model.policy.card import kind_of
from model.policy.cards import label
from model.policy.sources import source_in, unit_in
from model.selection.rules import RULES, term
from model.words import Words
from scenarios.report import figures, money, outlook
from scenarios.report.facts import Facts
from scenarios.report.grid import table
from scenarios.report.listing import ordered
from scenarios.report.sentences import director, equity_line, favour_line, how_good, money_line, recommended
from scenarios.report.template import rendered, safe

NAME = "report.html"


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write ``report.html`` into a run folder, in the manifest's language."""
    (folder / NAME).write_bytes(render(Facts(folder, manifest), Words(manifest["lang"])).encode("utf-8"))


def render(facts: Facts, words: Words) -> str:
    """Return the page."""
    solver = facts.manifest["solver"]
    return rendered(
        "page.html",
        w=words,
        m=facts.manifest,
        heading="title",
        title=facts.scenario[f"title_{words.lang}"],
        figures=_headline(facts, words),
        contents=_contents(facts, words),
        director=director(facts, words),
        list_table=safe(_list(facts, words)),
        recommended_line=recommended(facts, words),
        certified=solver["objective"] is not None,
        gap_line=how_good(facts, words),
        charts=_charts(facts, words),
        debt_end=facts.debt_end,
        target_year=facts.target_year,
        money_line=money_line(facts, words),
        matching_table=safe(_matching(facts, words)),
        cohort_table=safe(_cohorts(facts, words)),
        kpi_table=safe(_kpis(facts, words)),
        race_table=safe(outlook.race(facts, words)),
        face_table=safe(outlook.face(facts.table("face_validity"), words)),
        effect_table=safe(outlook.effects(facts, words)),
        department_table=safe(outlook.departments(facts, words)),
        unknown=[entry[words.lang] for entry in unknown()],
        projection_note=words("projection_note", n=facts.manifest["replications"]),
        yardstick_table=safe(_yardsticks(facts, words)),
        favour_table=safe(_favours(facts, words)),
        favour_line=favour_line(facts, words),
        equity_line=equity_line(facts, words),
        rule_table=safe(_rules(facts, words)),
        county_table=safe(_counties(facts, words)),
        parameters={kind: safe(_assumptions(facts, words, kind)) for kind in ("lever", "assumption", "run")},
    )


def _charts(facts: Facts, words: Words) -> dict[str, Any]:
    paid, debt = money.projects(facts), facts.table("debt")
    drawn = {
        "map": figures.county_map(facts, words),
        "cohorts": figures.cohorts(facts, words),
        "money": figures.quotas(facts, words),
        "sources": money.by_year(paid, words) if len(paid) else None,
        "classes": money.by_class(paid, words) if len(paid) else None,
        "flow": money.flow(paid, words) if len(paid) else None,
        "county_money": money.by_county(paid, words) if len(paid) else None,
        "debt": money.debt(debt, facts.debt_end, words) if debt is not None and len(debt) else None,
        "projection": figures.projection(facts, words) if facts.kpis is not None else None,
        "indices": figures.indices(facts, words) if facts.kpis is not None else None,
        "target": figures.accepted_by_target(facts, words) if facts.kpis is not None else None,
    }
    return {name: chart(figure, name) if figure is not None else "" for name, figure in drawn.items()}


def chart(figure: Any, name: str) -> Any:
    """Return a figure as markup for a page that holds the drawing library."""
    config = {
        "displaylogo": False,
        "displayModeBar": False,
        "responsive": True,
        "modeBarButtonsToRemove": ["select2d", "lasso2d"],
    }
    return safe(figure.to_html(full_html=False, include_plotlyjs=False, div_id=f"chart-{name}", config=config))


def _contents(facts: Facts, words: Words) -> list[tuple[str, str]]:
    """Return the sections one may jump to: anchor and title."""
    keys = ("headline", "list", "map", "cohorts", "money", "projection", "favours", "county", "assumptions")
    return [(key, words(f"jump_{key}")) for key in keys if key != "favours" or facts.table("favours") is not None]


def _list(facts: Facts, words: Words) -> str:
    """Return the whole list, to be searched and sorted on the page; printed are its past and its recommendation."""
    keys = ("cohort", "prefecture", "county", "village", "village_id", "package", "score", "bond", "total_cost")
    rows = [
        (
            row["cohort"],
            row["prefecture"],
            row["county"],
            row["name"],
            row["village_id"],
            words(str(row["package"])),
            f"{row['score']:.1f}",
            f"{row['general_bond_wan_yuan']:,.0f}",
            f"{row['total_cost_wan_yuan']:,.0f}",
        )
        for row in ordered(facts.plan).sort_values("cohort", kind="stable").to_dict("records")
    ]
    return table([words(key) for key in keys], rows, 3, int((facts.plan["cohort"] <= facts.manifest["as_of"]).sum()))


def _headline(facts: Facts, words: Words) -> list[tuple[str, str]]:
    first = facts.plan[facts.plan["status"] == "recommended"]
    shown = [
        (f"{facts.manifest['as_of']} · {words('recommended')}", f"{len(first):,}"),
        (words("outlook"), f"{int((facts.plan['status'] == 'outlook').sum()):,}"),
        (words("bond"), f"{facts.plan['general_bond_wan_yuan'].sum():,.0f}"),
    ]
    if facts.kpis is not None:
        row = facts.kpis[facts.kpis["kpi"] == "accepted_by_target"].iloc[0]
        shown.append(
            (
                words("accepted_target", year=facts.target_year),
                f"{row['mean']:,.0f}（{row['ci_low']:,.0f}–{row['ci_high']:,.0f}）",
            )
        )
    return shown


def _cohorts(facts: Facts, words: Words) -> str:
    keys = (
        "cohort",
        "status",
        "villages",
        "counties",
        "poverty",
        "border",
        "mean_score",
        "bond",
        "bond_mean",
        "total_cost",
    )
    why, rows = reasons(facts, "cohort", words), []
    for (cohort, status), part in facts.plan.groupby(["cohort", "status"]):
        bond = part["general_bond_wan_yuan"]
        rows.append(
            (
                cohort,
                words(str(status)) if words.has(str(status)) else status,
                len(part),
                part["county_code"].nunique(),
                int(part["poverty_lifted"].sum()),
                int(part["border"].sum()),
                f"{part['score'].mean():.1f}",
                f"{bond.sum():,.0f}",
                f"{bond.mean():,.0f}",
                f"{part['total_cost_wan_yuan'].sum():,.0f}",
                why.get(str(cohort), ("", ""))[1],
            )
        )
    return table([words(key) for key in (*keys, "average_reason")], rows, 9)


def reasons(facts: Facts, scope: str, words: Words) -> dict[str, tuple[str, str]]:
    """Return the share of the quota used, and why the average bond money is where it is, by code."""
    averages = facts.table("averages")
    if averages is None:
        return {}
    part = averages[averages["scope"] == scope].astype({"cohort": "Int64"})
    key, place = {"county": ("county_code", "county"), "cohort": ("cohort", "province")}[scope]
    within = words(f"within_{place}")
    return {
        str(row[key]): (
            "" if pd.isna(row["quota_used"]) else f"{row['quota_used']:.0%}",
            words(f"average_{row['reason']}", within=within, least=row["need_least"], most=row["need_most"]),
        )
        for row in part.to_dict("records")
    }


def _kpis(facts: Facts, words: Words) -> str:
    if facts.kpis is None:
        return ""
    rows = []
    for row in facts.kpis.to_dict("records"):
        year = "" if pd.isna(row["year"]) else int(row["year"])
        name, unit = kpi_label(row["kpi"], words.lang), f"unit_{row['unit']}"
        digits = 2 if abs(row["mean"]) < 10 else 0 if abs(row["mean"]) > 1000 else 1
        mean, low, high, p05, p95 = (f"{row[key]:,.{digits}f}" for key in ("mean", "ci_low", "ci_high", "p05", "p95"))
        rows.append((name, year, words(unit) if words.has(unit) else row["unit"], mean, f"{low} – {high}", f"{p05} – {p95}"))
    keys = ("kpi", "year", "unit", "mean", "interval", "range")
    return '<div class="scroll">' + table([words(key) for key in keys], rows, 3) + "</div>"


def _yardsticks(facts: Facts, words: Words) -> str:
    methods = facts.table("yardsticks")
    if methods is None:
        return ""
    rows = [
        (
            words(row["method"]),
            f"{row['villages']:,}",
            f"{row['general_bond_wan_yuan']:,.0f}",
            f"{row['mean_score']:.1f}",
            f"{row['merit']:,.0f}",
            f"{row['broken']:,}",
        )
        for row in methods.to_dict("records")
    ]
    headings = ("method", "villages_count", "bond_money", "mean_score", "merit", "broken")
    return table([words(key) for key in headings], rows, 5)


def _favours(facts: Facts, words: Words) -> str:
    """Return whom the list favours: one row per group of villages."""
    groups = facts.table("favours")
    if groups is None:
        return ""
    rows = [
        (
            words(f"group_{row['group']}"),
            f"{row['villages']:,}",
            f"{row['attainment']:.1f}",
            f"{row['gain']:.1f}",
            f"{row['readiness']:.2f}",
            f"{row['households']:,.0f}",
            f"{row['general_bond_wan_yuan']:,.0f}",
            f"{row['conditions']:.1f}",
            f"{row['modern_life']:,} → {row['modern_life_after']:,}",
        )
        for row in groups.to_dict("records")
    ]
    means = ("attainment", "gain", "readiness", "households", "bond_mean", "conditions")
    return table([words(key) for key in ("group", "villages_count", *means, "modern_life")], rows, 8)


def _rules(facts: Facts, words: Words) -> str:
    rules = facts.table("rules")
    if rules is None:
        return ""
    counted = rules.groupby("rule", sort=False)["binding"].agg(["size", "sum"])
    rows = [
        (
            term(str(name)) if words.lang == "zh" else name,
            RULES[name].clause.replace(";", "，") if name in RULES else "",
            int(r["size"]),
            int(r["sum"]),
        )
        for name, r in counted.iterrows()
    ]
    return table([words(key) for key in ("rule", "clause", "rows", "binding")], rows, 2)


def _matching(facts: Facts, words: Words) -> str:
    """Counties whose money beside bonds holds villages out, the most first."""
    matching = facts.table("matching")
    if matching is None:
        return ""
    short = matching[(matching["short_of_match"] > 0) | ((matching["candidates"] > 0) & (matching["matched_alone"] == 0))]
    names = facts.county_table.set_index("county_code")["name"]
    ordered = short.sort_values("short_of_match", ascending=False, kind="stable").to_dict("records")
    keys = ("candidates", "matched_alone", "selected", "left_out", "short_of_match")
    rows = [(names[row["county_code"]], *(f"{row[key]:,}" for key in keys)) for row in ordered]
    headings = ("county", "may_join", "matched_alone", "selected", "left_out", "short_of_match")
    return table([words(key) for key in headings], rows, 5) if rows else ""


def _counties(facts: Facts, words: Words) -> str:
    accepted, why, rows = _accepted(facts), reasons(facts, "county", words), []
    for row in facts.counties.to_dict("records"):
        done = accepted.get(row["county_code"])
        shown = "" if done is None else f"{done['mean']:.1f}（{done['ci_low']:.1f}–{done['ci_high']:.1f}）"
        mean = f"{row['bond'] / row['villages']:,.0f}" if row["villages"] else ""
        counts = int(row["eligible"]), int(row["villages"])
        rows.append(
            (
                row["prefecture"],
                row["name"],
                *counts,
                f"{row['bond']:,.0f}",
                mean,
                *why.get(str(row["county_code"]), ("", "")),
                shown,
            )
        )
    keys = ("prefecture", "county", "eligible", "villages", "bond", "bond_mean", "quota_used", "average_reason")
    return table([*(words(key) for key in keys), words("accepted_target", year=facts.target_year)], rows, 7)


def _accepted(facts: Facts) -> dict[str, Any]:
    kpis = facts.table("county_kpis")
    if kpis is None:
        return {}
    part = kpis[(kpis["kpi"] == "accepted") & (kpis["year"] == facts.target_year)]
    return {row["county_code"]: row for row in part.to_dict("records")}


def _assumptions(facts: Facts, words: Words, kind: str) -> str:
    """Return the parameters of a kind: levers that were chosen, assumptions that are not known, or what is of the run."""
    stated = facts.need("assumptions").astype(object)
    stated = stated.assign(kind=stated["parameter"].map(kind_of)) if "kind" not in stated else stated
    stated = stated[stated["kind"] == kind]
    known = stated.where(stated.notna(), "")
    rows = []
    for row in known.to_dict("records"):
        span = "" if row["low"] == "" else f"{row['low']:g}–{row['high']:g}"
        rows.append(
            (
                label(row["parameter"], words.lang),
                row["parameter"],
                row["value"],
                span,
                unit_in(row["unit"], words.lang),
                words(f"sure_{row['confidence']}") if words.has(f"sure_{row['confidence']}") else row["confidence"],
                row["clause"],
                source_in(row["source"], words.lang),
            )
        )
    keys = ("parameter", "parameter", "value", "plausible", "unit", "confidence", "clause", "source")
    return table([words(key) for key in keys], rows, 0)
