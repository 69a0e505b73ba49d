"""Intervals hold what they say, and figures add up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model.outcomes.intervals import chance_interval, county_table, kpi_table, mean_interval, paired, quantile_interval
from model.outcomes.kpis import KPIS, RACE
from model.vocabulary import Estimates
from scenarios import study


def test_the_interval_of_a_mean_covers_it_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(2000):
        _, low, high = mean_interval(rng.normal(5, 2, 8))
        hits += low <= 5 <= high
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)


def test_one_value_has_no_interval() -> None:
    mean, low, high = mean_interval(np.array([3.0]))
    assert mean == 3
    assert np.isnan([low, high]).all()


def test_a_chance_never_seen_is_not_impossible() -> None:
    mean, low, high = chance_interval(np.zeros(30))
    assert (mean, low) == (0, 0)
    assert 0.05 < high < 0.15


@pytest.fixture(scope="module")
def estimates(small_selection: study.Selection):
    return study.project(small_selection.plan, small_selection.prepared, small_selection.money)


def test_every_figure_has_its_interval_and_range(estimates) -> None:
    table = kpi_table(estimates)
    assert set(table["kpi"]) == set(KPIS) - {kpi.name for kpi in RACE}  # places belong to counties
    unknown = table[table["mean"].isna()]
    assert set(unknown["kpi"]) <= {"good_state"}  # of accepted villages, before there is one
    table = table.dropna(subset=["mean"])
    assert (table["ci_low"] <= table["mean"]).all()
    assert (table["mean"] <= table["ci_high"]).all()
    assert (table["p05"] <= table["p95"]).all()
    assert table[["param_low", "param_high"]].isna().all().all()


def test_counties_add_up_to_the_province(estimates, small: tuple) -> None:
    _, register = small
    counties = county_table(estimates, register.counties.set_index("county_code")["prefecture"])
    province = kpi_table(estimates).query("kpi == 'accepted'").set_index("year")["mean"]
    assert counties.query("kpi == 'accepted'").groupby("year")["mean"].sum().to_dict() == pytest.approx(province.to_dict())


def test_cumulative_figures_never_fall_and_follow_one_another(estimates) -> None:
    table = estimates.kpis.pivot_table(index=["replication", "year"], columns="kpi", values="value")
    table = table[table.index.get_level_values("year") > 0]
    for name in ("selected", "completed", "accepted"):
        assert (table[name].groupby("replication").diff().dropna() >= 0).all()
    assert (table["accepted"] + table["failed"] <= table["completed"]).all()
    assert (table["completed"] <= table["selected"]).all()


def test_a_scenario_does_not_differ_from_itself(estimates) -> None:
    table = paired(estimates, estimates)
    assert (table["difference"].dropna() == 0).all()
    assert not table["certain"].any()


def test_a_difference_of_chances_is_never_certain_without_width() -> None:
    from model.outcomes.intervals import paired_chance_interval

    difference, low, high = paired_chance_interval(np.zeros(2), np.ones(2))
    assert difference == 1
    assert low < 0 < high
    _, low, high = paired_chance_interval(np.zeros(30), np.zeros(30))
    assert low < 0 < high
    _, low, _ = paired_chance_interval(np.zeros(60), np.ones(60))
    assert low > 0.5


def test_intervals_of_quantiles_cover_as_they_should() -> None:
    """Distribution-free: the median's interval from 60 values holds the true median in about 95 % of 2,000 samples."""
    rng = np.random.default_rng(3)
    hits = 0
    for sample in rng.exponential(1.0, (2000, 60)):
        low, high = quantile_interval(sample, 0.5)
        hits += low <= np.log(2) <= high
    assert 0.94 < hits / 2000 < 0.985


def test_a_quantile_few_values_cannot_bound_is_not_known() -> None:
    low, high = quantile_interval(np.arange(10.0), 0.95)
    assert np.isnan(high)
    assert low < 9.0


def test_an_interval_stays_where_the_quantity_can_be() -> None:
    """A rare thing in few replications: Student's interval alone would reach below nothing, or above all."""
    rare, usual = [0.0] * 9 + [3.0], [1.0] * 9 + [0.2]
    rows = [("failed", 2025, r, value) for r, value in enumerate(rare)]
    rows += [("first_pass_share", 0, r, value) for r, value in enumerate(usual)]
    kpis = pd.DataFrame(rows, columns=["kpi", "year", "replication", "value"])
    counties = kpis[kpis["kpi"] == "failed"].assign(county_code="220102")
    estimates = Estimates(kpis, counties, 10)
    table = kpi_table(estimates).set_index("kpi")
    assert table.loc["failed", "ci_low"] == 0.0 < table.loc["failed", "ci_high"]
    assert table.loc["first_pass_share", "ci_high"] == 1.0
    assert county_table(estimates, pd.Series({"220102": "长春市"}))["ci_low"].min() == 0.0
