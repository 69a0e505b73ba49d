"""What offices ask, said in a line: values by cohort, the cycle in months, money a village, border first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from worlds import tiny

from model.errors import InputError
from model.money.purse import purse, table_of
from model.money.settings import stretched
from scenarios import study
from scenarios.world.load import library, load
from solvers.answer import Limits
from solvers.solve import solve


@pytest.mark.parametrize(
    ("profile", "after", "asked"),
    [
        ([0.6, 0.4], 24, [0.6, 0.4]),
        ([0.6, 0.4], 12, [1.0]),
        ([0.6, 0.4], 36, [0.4, 0.3333333333, 0.2666666667]),
        ([0.6, 0.4], 18, [0.7333333333, 0.2666666667]),
        ([1.0], 36, [0.6666666667, 0.3333333333]),
    ],
)
def test_a_profile_is_stretched_to_another_cycle_and_still_adds_up(profile: list[float], after: int, asked: list[float]) -> None:
    found = stretched(profile, 24, after)
    assert found == pytest.approx(asked, abs=1e-9)
    assert sum(found) == pytest.approx(1.0, abs=1e-12)


def test_the_cycle_is_one_setting() -> None:
    for months, years in ((18, 2), (24, 2), (36, 3)):
        scenario = load("baseline", {"programme.cycle_months": months})
        assert scenario.programme.cycle_years == len(scenario.money.payment_profile) == years
        assert load("baseline").with_changes({"programme.cycle_months": months}).money == scenario.money
    stated = load("baseline", {"programme.cycle_months": 36, "money.payment_profile": [0.2, 0.3, 0.5]})
    assert stated.money.payment_profile == [0.2, 0.3, 0.5]  # what is stated stays


def test_a_longer_cycle_pays_less_in_its_first_year_and_ends_later() -> None:
    for months, deadline in ((18, "2024-06-30"), (24, "2024-12-31"), (36, "2025-12-31")):
        prepared = study.prepare(*tiny(5, villages=8, quota=6000, programme__cycle_months=months))
        selection = study.select(prepared)
        from model.outcomes.schedule import dated

        table = dated(selection.money.projects, study.staged(selection.plan, prepared, selection.money))
        cohort = selection.plan.table.set_index("village_id")["cohort"]
        first = table[table["village_id"].map(cohort) == 2023]
        assert set(first["deadline"]) == {deadline}
        assert set(first["year"]) <= set(range(2023, 2023 + prepared.scenario.programme.cycle_years))
        assert not study.check(selection.plan.table, prepared)


def test_years_after_the_county_table_are_as_its_last() -> None:
    counties = pd.DataFrame({"bond_quota_wan_yuan_2027": [10.0], "bond_quota_wan_yuan_2028": [20.0]})
    assert table_of(counties, "bond_quota", np.array([2026, 2027, 2028, 2029]), 0.5).tolist() == [[0.0, 10.0, 20.0, 10.0]]
    scenario, register = tiny(5, villages=8, quota=3000, programme__cycle_months=36)
    late = scenario.money.model_copy(update={"after_table": 0.0})
    assert purse(register.counties, np.array([2029]), late).limit[:, 0, 0].max() == 0.0


def test_money_a_village_is_one_setting_that_scales_costs_and_standard_but_not_history() -> None:
    once, twice = (study.prepare(*tiny(5, villages=8, quota=9000, money__intensity=factor)) for factor in (1.0, 2.0))
    np.testing.assert_array_equal(twice.accounts.costs.cents, 2 * once.accounts.costs.cents)
    assert twice.problem.funds.standard_bond == 2 * once.problem.funds.standard_bond
    assert not study.check(study.select(twice).plan.table, twice)


def test_works_at_twice_the_money_bring_more_but_not_twice_as_much() -> None:
    prepared = study.prepare(*tiny(5, villages=8, quota=9000, money__intensity=2.0))
    stage = study.staged(study.select(prepared).plan, prepared)
    assert 1.0 < stage.strength < 2.0


def test_values_by_cohort_hold_in_their_own_cohort_and_the_audit_reads_them_alike() -> None:
    low, high = {"2023": 1, "2024": 2}, {"2023": 1, "other": 3}
    bands = {"rules__cohort_band__low": low, "rules__cohort_band__high": high}
    prepared = study.prepare(*tiny(5, villages=8, quota=6000, **bands, rules__county_maximum__villages={"2023": 1, "other": 2}))
    answer = solve(prepared.program, "exhaustive", Limits())
    plan = study.select(prepared).plan.table
    sizes = plan.groupby("cohort").size()
    assert sizes[2023] == 1
    assert 2 <= sizes[2024] <= 3
    assert answer.x is not None
    moved = plan.assign(cohort=2023)
    assert "cohort_band" in {finding.rule for finding in study.check(moved, prepared)}


@pytest.mark.parametrize(
    "changes",
    [
        {"rules.poverty_minimum.share": {"2023": 0.5, "other": "pool"}},
        {"rules.county_average.band": {"2023": 0.2}},
        {"rules.cohort_band.low": {"2031": 3, "other": 2}},
        {"rules.cohort_band.low": {"soon": 3}},
    ],
)
def test_a_year_that_is_no_cohort_or_has_no_value_is_told(changes: dict[str, object]) -> None:
    with pytest.raises(InputError) as refused:
        load("baseline", changes)
    assert "rules." in str(refused.value) or "county_average" in str(refused.value) or "cohort_band" in str(refused.value)


def test_each_yearly_rule_reads_its_years() -> None:
    """Whatever rule states values by year: alike in every year is the same program as stated once."""
    plain, checked = study.prepare(*tiny(5, villages=8, quota=3000)), set()
    for name, rule in plain.scenario.rules.named().items():
        for key, value in rule:
            by_year = {"2023": value, "other": value}
            try:
                scenario = plain.scenario.with_changes({f"rules.{name}.{key}": by_year, f"rules.{name}.on": True})
            except ValueError:
                continue
            once = replace(plain, scenario=plain.scenario.with_changes({f"rules.{name}.on": True})).program
            again = replace(plain, scenario=scenario).program
            assert abs(once.matrix - again.matrix).max() == 0, (name, key)
            np.testing.assert_array_equal(once.lower, again.lower, err_msg=f"{name}.{key}")
            np.testing.assert_array_equal(once.upper, again.upper, err_msg=f"{name}.{key}")
            checked.add(name)
    assert checked >= {
        "cohort_band",
        "county_average",
        "county_maximum",
        "concurrent_capacity",
        "poverty_minimum",
        "village_types",
    }


def test_border_first_takes_as_many_border_villages_early_as_there_is_money_for() -> None:
    base, first = (study.prepare(*tiny(7, villages=10, quota=3000, objective__border_first=p)) for p in (0.0, 500.0))

    def early(prepared: study.Prepared) -> int:
        plan = study.select(prepared).plan.table
        border = prepared.register.villages.set_index("village_id")["border"]
        return int(border[plan["village_id"]].sum())

    assert early(first) >= early(base)
    most = first.scenario.with_changes({"objective.merit": 0.0})
    answer = solve(replace(first, scenario=most).program, "exhaustive", Limits())
    border = next(term for term in first.program.terms if term.objective == "border_first").coefficients
    assert early(first) == round(float(border @ answer.choice))


def test_the_library_says_what_offices_ask_in_ten_lines() -> None:
    for name in (
        "bonds-fifth",
        "spring-cut",
        "select-strong",
        "weak-villages",
        "months-18",
        "months-36",
        "half-double",
        "border-first",
    ):
        scenario = load(name)
        assert scenario.title_zh
        assert scenario.title_en
        assert len(_lines(name)) <= 10
    assert set(library()) >= {"half-double", "border-first"}


def _lines(name: str) -> list[str]:
    from importlib import resources

    text = (resources.files("scenarios.world") / "library" / f"{name}.toml").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
