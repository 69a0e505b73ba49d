"""What one more million is worth, and where: prices of quotas and sources in an analyst's problem."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from model.errors import usage
from model.vocabulary import SOURCES
from model.words import Words
from scenarios import study
from scenarios.files import tables
from scenarios.files.manifest import read_manifest
from scenarios.report.money import source_name
from scenarios.runs import store
from scenarios.world.open import reopen
from solvers.strategies.shadow_prices import shadow_prices

MILLION = 100.0  # 万元


def worth_of_money(folder: Path, step: float = MILLION) -> pd.DataFrame:
    """Return, for each county, year and source with a limit, what ``step`` 万元 more could add to the objective.

    Columns: county_code, county, year, source, limit_wan_yuan, step_wan_yuan, estimate, low, high. Raises :class:`InputError` for
    a folder without a certified plan.
    """
    if not 0 < step < math.inf:
        raise usage("the step must be a number above 0", "Give a number of 万元.", value=str(step))
    manifest = store.open_run(folder, compute=True)
    scenario, register = reopen(folder)
    if manifest["solver"]["objective"] is None or scenario.objective.order:
        raise usage(
            "nothing is certified about the plan's blend", "Give a run of a scenario without objective.order.", file=str(folder)
        )
    program = study.prepare(scenario, register).program
    prices = shadow_prices(program, manifest["solver"]["objective"], step, ("county_quota", "lawful_financing"), "万元")
    place = prices["label"].str.split("|", expand=True)
    source = place[2] if 2 in place else pd.Series(None, index=prices.index)
    prices["source"] = source.where(prices["rule"] == "lawful_financing", "general_bond")
    kept = prices["source"].isin(SOURCES)
    names = register.counties.set_index("county_code")["name"]
    table = pd.DataFrame(
        {
            "county_code": place[0],
            "county": place[0].map(names),
            "year": place[1].astype(int),
            "source": prices["source"],
            "limit_wan_yuan": prices["bound"],
            "step_wan_yuan": prices["step"],
            "estimate": prices["estimate"],
            "low": prices["low"],
            "high": prices["high"],
        }
    )
    return table[kept].reset_index(drop=True)


def a_village(folder: Path) -> float:
    """Return what a selected village is worth on average, so that points mean something."""
    return float(read_manifest(folder)["solver"]["objective"]) / len(tables.read(folder / "plan.csv"))


def lines(table: pd.DataFrame, step: float, village: float, most: int, words: Words) -> list[str]:
    """Return what is told: a sentence, then where more is worth most, sources worth the same in one line.

    ``village`` is what a selected one is worth.
    """
    same = table.groupby(["county_code", "county", "year", "estimate", "low", "high"], sort=False)["source"].agg(list)
    best = same.reset_index().sort_values("estimate", ascending=False, kind="stable").head(most)
    told = [in_a_sentence(table, step, village, words)]
    if len(best):
        told.append(words("worth_head", step=step, slack=float((table["high"] - table["estimate"]).median())))
    for row in best.to_dict("records"):
        source = words("or").join(source_name(name, words) for name in row["source"])
        told.append(words("worth_row", **{str(key): value for key, value in row.items()} | {"source": source}))
    return told


def in_a_sentence(table: pd.DataFrame, step: float, village: float, words: Words) -> str:
    """Say where more money is worth most by the estimate, and what of it is certain: that nothing is, where nothing is."""
    if table.empty or not (table["high"] > 0).any():
        return words("worth_nothing", step=step)
    best = table.sort_values("estimate", ascending=False, kind="stable").iloc[0]
    certain = table[table["low"] > 0]
    told = {name: best[name] for name in ("county", "year", "estimate", "high")} | {"village": village}
    head = words("worth_most", step=step, source=source_name(best["source"], words), **told)
    return (
        head + words("worth_certain", n=len(certain))
        if len(certain)
        else words("worth_uncertain") + head.rstrip("；; ") + words("full_stop")
    )
