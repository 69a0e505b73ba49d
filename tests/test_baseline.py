"""The main job at its full size: 2,051 villages, five cohorts, every rule on."""

from __future__ import annotations

import os

import pytest

from model.errors import NoPlanPossibleError
from scenarios import study

pytestmark = pytest.mark.slow
QUICK = {"run.gap": 0.01}
WHOLE = bool(os.environ.get("BAICUN_WHOLE"))  # set by `make long`
# what is asked of two cohorts is the same
FEWER = {"programme.cohorts": [2023, 2024], "programme.programme_target": 400, "rules.programme_band.low": 380}
TWO_COHORTS = {} if WHOLE else FEWER


@pytest.fixture(scope="module")
def baseline() -> study.Selection:
    return study.select(study.prepare(*study.open_world("baseline", QUICK)))


def test_the_plan_is_certified_within_one_per_cent(baseline: study.Selection) -> None:
    assert baseline.answer.status == "within_gap"
    assert 1e-4 < baseline.answer.gap <= 0.01
    assert 0 <= baseline.exchangeable <= 210
    assert len(baseline.prepared.register.villages) == 2051


def test_quotas_bind_in_a_fifth_to_two_fifths_of_the_county_years(baseline: study.Selection) -> None:
    quota = baseline.rules[baseline.rules["rule"] == "county_quota"]
    assert 0.2 <= quota["binding"].mean() <= 0.4


def test_about_two_hundred_villages_a_year_at_ten_million(baseline: study.Selection) -> None:
    cohorts = baseline.plan.table.groupby("cohort")["general_bond_wan_yuan"].agg(["size", "mean"])
    assert cohorts["size"].between(195, 205).all()
    assert cohorts["mean"].between(850, 1100).all()
    assert 985 <= cohorts["size"].sum() <= 1015
    assert list(cohorts.index) == [2023, 2024, 2025, 2026, 2027]


def test_tight_budget_gives_another_audited_plan() -> None:
    plans = []
    for name in ("baseline", "tight-budget"):
        selection = study.select(study.prepare(*study.open_world(name, QUICK | TWO_COHORTS)))
        assert selection.answer.gap <= 0.01
        plans.append(set(map(tuple, selection.plan.table[["village_id", "cohort"]].to_numpy())))
    assert plans[0] != plans[1]


def test_quotas_cut_to_a_tenth_name_the_rules_that_conflict() -> None:
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(*study.open_world("quota-tenth", TWO_COHORTS | {"run.time_limit": 40.0})))
    found = refused.value.diagnosis
    assert "county_quota" in found.reasons[0].rules
    assert all(repair.verified for repair in found.repairs)
    assert all(repair.changes.get("rules.cohort_band.low", 1) >= 1 for repair in found.repairs)


def test_the_projection_is_plausible(baseline: study.Selection) -> None:
    prepared = baseline.prepared
    scenario = prepared.scenario.with_changes({"run.replications": 3})
    kpis = study.project(baseline.plan, study.prepare(scenario, prepared.register), baseline.money).kpis
    mean = kpis.groupby(["kpi", "year"])["value"].mean()
    assert 985 <= mean["selected", 2027] <= 1015
    assert 0.5 < mean["accepted", 2028] / mean["selected", 2028] < 1
    assert mean["places_lost", 0] > 0
