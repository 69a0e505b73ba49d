"""Fewest changes against an announced list: what is not touched stays as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.selection.precheck import precheck
from scenarios import study
from scenarios.world.open import World

RANKED = {"objective.order": ["unchanged"], "objective.tolerance": 0.0}


@pytest.fixture(scope="module")
def announced(small_selection: study.Selection) -> pd.DataFrame:
    return small_selection.plan.table[["village_id", "cohort"]]


def changed(plan: pd.DataFrame, announced: pd.DataFrame) -> pd.DataFrame:
    """Return villages that leave, enter or change cohort."""
    both = announced.merge(plan[["village_id", "cohort"]], on="village_id", how="outer", suffixes=("_before", "_after"))
    return both[both["cohort_before"].fillna(0) != both["cohort_after"].fillna(0)]


def test_without_a_reason_nothing_changes(small: World, announced: pd.DataFrame) -> None:
    scenario = small.scenario.with_changes(RANKED)
    selection = study.select(study.prepare(scenario, replace(small.register, announced=announced)))
    assert changed(selection.plan.table, announced).empty
    assert selection.objectives.iloc[0]["value"] == len(announced)


def test_quotas_cut_in_a_few_counties_move_no_village_of_another(small: World, announced: pd.DataFrame) -> None:
    scenario = small.scenario.with_changes(RANKED)
    busy = small.register.villages.merge(announced, on="village_id").groupby("county_code").size().sort_values()
    cut = set(busy.index[-2:])
    counties = small.register.counties.copy()
    quotas = [name for name in counties if name.startswith("bond_quota")]
    counties.loc[counties["county_code"].isin(cut), quotas] *= 0.7
    register = replace(small.register, counties=counties, announced=announced)
    selection = study.select(study.prepare(scenario, register))
    moved = changed(selection.plan.table, announced)
    county = small.register.villages.set_index("village_id")["county_code"]
    entered = moved["cohort_before"].isna()
    assert set(moved.loc[~entered, "village_id"].map(county)) <= cut  # who leaves or moves, and no more
    value = selection.objectives.iloc[0]["value"]
    assert len(announced) - value == len(moved)


def test_a_county_whose_average_no_village_can_reach_is_named_beforehand(small: World) -> None:
    prepared = study.prepare(small.scenario.with_changes({"rules.county_average.band": 0.0}), small.register)
    bond = np.full(len(prepared.problem.counties.codes), -np.inf)
    np.maximum.at(bond, prepared.problem.choice_county, prepared.problem.choice_bond)
    eligible = np.bincount(prepared.problem.villages.county[prepared.problem.villages.eligible], minlength=len(bond))
    asked = eligible >= prepared.scenario.rules.county_minimum.min_eligible
    low = {prepared.problem.counties.codes[c] for c in np.flatnonzero(asked & np.isfinite(bond) & (bond < 1000 - 1e-6))}
    reasons = [r for r in precheck(prepared.problem, prepared.scenario.rules) if "county_average" in r.rules and "下限" in r.zh]
    assert {code for code in low if any(code in r.zh for r in reasons)} == low
    assert len(reasons) == len(low)
