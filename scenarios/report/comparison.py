"""The page of a comparison: of each scenario what to say in the meeting, what becomes of the list, and what follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.outcomes.kpis import kpi_label
from model.words import Words
from scenarios.report.compared import meeting, told
from scenarios.report.grid import table
from scenarios.report.rounding import rounded
from scenarios.report.template import rendered, safe

FIGURES = (
    "accepted_by_target",
    "target_reached",
    "under_construction",
    "finished_in_cycle",
    "days_to_completion",
    "first_pass_share",
    "good_state",
    "crew_wait_days",
    "frozen_days",
    "special_failed_wan_yuan",
    "upkeep_county_wan_yuan",
)


def write(comparison: Any, folder: Path, manifest: dict[str, Any]) -> None:
    """Write ``report.html`` into a comparison's folder."""
    words = Words(manifest["lang"])
    titles = [pair[words.lang == "en"] for pair in comparison.titles.values()]
    sections = [
        {
            "title": comparison.titles[scenario][words.lang == "en"],
            "scenario": scenario,
            "meeting": meeting(comparison, scenario, words.lang),
            "lines": told(comparison, words.lang, scenario),
            "figures": safe(_figures(comparison, scenario, words)),
            "counties": safe(_counties(comparison, scenario, words)),
        }
        for scenario in comparison.signed["scenario"]
    ]
    told_of = {"heading": "comparison_title", "beside": words("comparison_beside", first=titles[0]), "sections": sections}
    page = rendered("comparison.html", w=words, m=manifest, **told_of)
    (folder / "report.html").write_bytes(page.encode("utf-8"))


def figures(comparison: Any, scenario: str) -> pd.DataFrame:
    """Return the key figures that are shown of a scenario, those of years in the year of the target."""
    outcomes = comparison.outcomes[comparison.outcomes["scenario"] == scenario]
    kept = outcomes[outcomes["year"].isna() | (outcomes["year"] == comparison.target_year)]
    kept = kept[kept["kpi"].isin(FIGURES) & kept["difference"].notna()].drop_duplicates("kpi", keep="first")
    kept = kept[(kept["first"] != kept["second"]) | ~kept["first"].isin([0.0, 1.0])]  # never on one side, never on the other
    ordered: pd.DataFrame = kept.assign(order=kept["kpi"].map(FIGURES.index)).sort_values("order", ignore_index=True)
    return ordered


def row_told(row: dict[Any, Any], words: Words) -> tuple[str, ...]:
    """Return a key figure as it is read: label, unit, both values, difference, interval and whether it is certain."""
    label = kpi_label(row["kpi"], words.lang)
    label = label if pd.isna(row["year"]) else words("by_end_of", label=label, year=int(row["year"]))
    share = row["unit"] in ("share", "probability")
    told = rounded(row, 100 if share else 1)
    unit, points = ("%", words("unit_points_of_share")) if share else (words.unit(row["unit"]), "")
    interval = words("ends", low=told["ci_low"], high=told["ci_high"])
    certain = words("yes" if row["certain"] else "no")
    return label, unit, told["first"], told["second"], f"{told['difference']}{points}", interval, certain


def _figures(comparison: Any, scenario: str, words: Words) -> str:
    rows = [row_told(row, words) for row in figures(comparison, scenario).to_dict("records")]
    keys = ("kpi", "unit", "comparison_first", "comparison_second", "comparison_difference", "ci", "comparison_certain")
    return table([words(key) for key in keys], rows, 5)


def _counties(comparison: Any, scenario: str, words: Words) -> str:
    """Return how many villages of the cohort to be signed leave and enter in each county that is touched."""
    signed = comparison.signed[comparison.signed["scenario"] == scenario].iloc[0]
    lists = comparison.lists[comparison.lists["scenario"] == scenario]
    leave, enter = (
        lists.loc[(lists[column] == signed["as_of"]).fillna(False), "county"].value_counts()
        for column in ("cohort_first", "cohort_second")
    )
    both = pd.DataFrame({"leave": leave, "enter": enter}).fillna(0).astype(int)
    both = both.assign(size=both.sum(axis=1)).sort_index().sort_values("size", ascending=False, kind="stable")
    rows = [(str(county), str(row["leave"]), str(row["enter"])) for county, row in both.iterrows()]
    return table([words(key) for key in ("county", "comparison_leave", "comparison_enter")], rows, 2)
