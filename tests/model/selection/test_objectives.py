"""Objectives beside merit: each says what it says it does, on worlds small enough to see."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import SMALL, full, tiny

from model.outcomes.equity import gini, theil
from model.selection.objectives import risk
from scenarios import study
from solvers.adaptors import highs
from solvers.answer import Limits

FREE = {
    f"rules__{rule}__on": False
    for rule in ("stability", "town_cluster", "neighbours", "locked", "dependence", "exclusion", "declared_only", "county_order")
}


def solved(prepared: study.Prepared) -> np.ndarray:
    answer = highs.solve(prepared.program, Limits(gap=1e-9))
    assert answer.status == "optimal"
    return answer.x


def value(prepared: study.Prepared, x: np.ndarray, name: str) -> float:
    return float(next(term.coefficients for term in prepared.program.terms if term.objective == name) @ x)


def test_cohesion_counts_pairs_of_neighbours_both_selected() -> None:
    prepared = study.prepare(*full(4, **FREE))
    x = solved(prepared)
    problem = prepared.problem
    chosen = set(problem.choices.village[x[: problem.size] > 0.5])
    assert value(prepared, x, "cohesion") == pytest.approx(sum(set(pair) <= chosen for pair in problem.villages.pairs.tolist()))


def test_more_weight_on_cohesion_never_breaks_up_neighbours() -> None:
    scenario, register = full(6, **FREE)
    together = []
    for weight in (0.0, 1.0, 20.0, 200.0):
        prepared = study.prepare(scenario.with_changes({"objective.cohesion": weight, "objective.equity": 0.0}), register)
        problem, x = prepared.problem, solved(prepared)
        chosen = set(problem.choices.village[x[: problem.size] > 0.5])
        together.append(sum(set(pair) <= chosen for pair in problem.villages.pairs.tolist()))
    assert together == sorted(together)
    assert together[-1] > together[0]


def off_target(prepared: study.Prepared, x: np.ndarray) -> int:
    problem = prepared.problem
    size = np.bincount(problem.choices.cohort[x[: problem.size] > 0.5], minlength=len(problem.horizon.cohorts))
    return int(abs(size - problem.horizon.cohort_target).sum() + abs(size.sum() - problem.horizon.programme_target))


def test_gain_is_what_the_packages_works_add_to_the_five_indices() -> None:
    scenario, register = tiny(3, villages=8, packages__offered=["basic", "standard"], objective__gain=1.0, objective__merit=0.0)
    prepared = study.prepare(scenario, register)
    problem, x, points = prepared.problem, solved(prepared), prepared.scores.table
    taken = np.flatnonzero(x[: problem.size] > 0.5)
    each = [points[f"gain_{problem.packages[problem.choices.package[j]]}"].iloc[problem.choices.village[j]] for j in taken]
    assert value(prepared, x, "gain") == pytest.approx(sum(each))
    assert (points["gain_basic"] <= points["gain_standard"]).all()
    assert (points["gain_standard"] <= points["gain_enhanced"]).all()
    assert (points["gain_basic"] < points["gain_enhanced"]).any()


def test_on_target_counts_the_villages_that_cohorts_and_the_programme_are_away() -> None:
    for seed in range(4):
        prepared = study.prepare(*full(seed, **FREE))
        x = solved(prepared)
        assert value(prepared, x, "on_target") == pytest.approx(-off_target(prepared, x))


def test_about_so_many_is_a_target_with_a_price_and_the_bands_stay_limits() -> None:
    scenario, register = study.open_world(SMALL)
    away = []
    for price in (0.0, 20.0, 120.0):
        prepared = study.prepare(scenario.with_changes({"objective.on_target": price}), register)
        away.append(off_target(prepared, solved(prepared)))
    assert away == sorted(away, reverse=True)
    assert away[0] > 0
    assert away[-1] == 0


def test_on_average_is_the_money_by_which_averages_miss_their_band() -> None:
    for seed in range(4):
        scenario, register = full(seed, **FREE, money__average_band=0.1)
        prepared = study.prepare(scenario, register)
        problem, x = prepared.problem, solved(prepared)
        taken = x[: problem.size] > 0.5
        off = 0.0
        for group in (problem.choice_county, problem.choices.cohort):
            money, size = (np.bincount(group[taken], weight[taken]) for weight in (problem.choice_bond, np.ones(problem.size)))
            off += np.maximum(900 * size - money, 0).sum() + np.maximum(money - 1100 * size, 0).sum()
        assert value(prepared, x, "on_average") == pytest.approx(-off / 1000)


def test_equity_is_the_money_of_the_county_that_has_least() -> None:
    scenario, register = full(4, villages=10, eligibility__min_industry_base=1, eligibility__min_party_leadership=1, **FREE)
    prepared = study.prepare(scenario.with_changes({"objective.equity": 100.0}), register)
    problem, x = prepared.problem, solved(prepared)
    money = np.bincount(problem.choice_county, problem.choice_bond * (x[: problem.size] > 0.5), len(problem.counties.codes))
    eligible = np.bincount(problem.villages.county[problem.villages.eligible], minlength=len(problem.counties.codes))
    assert (eligible >= 5).any()
    assert value(prepared, x, "equity") == pytest.approx((money / np.maximum(eligible, 1))[eligible >= 5].min())


def test_risk_is_the_mean_of_the_worst_scenarios() -> None:
    scenario, register = full(4, **FREE, risk__scenarios=10, risk__tail=0.3)
    prepared = study.prepare(scenario, register)
    problem, x = prepared.problem, solved(prepared)
    outcomes = np.sort(risk.outcomes(problem, scenario.risk) @ x[: problem.size])
    assert value(prepared, x, "risk") == pytest.approx(outcomes[:3].mean())
    assert value(prepared, x, "risk") < outcomes.mean()


def test_a_countys_fortune_does_not_depend_on_the_others() -> None:
    scenario, register = tiny(1, villages=8)
    alone = study.prepare(scenario, register).problem
    few = register.counties.iloc[[0]]
    from dataclasses import replace

    own = replace(register, counties=few, villages=register.villages[register.villages["county_code"] == "220101"])
    both = risk.outcomes(alone, scenario.risk)[:, alone.choice_county == 0]
    assert np.allclose(both, risk.outcomes(study.prepare(scenario, own).problem, scenario.risk))


def test_an_order_of_objectives_keeps_what_came_first() -> None:
    scenario, register = full(4, **FREE, objective__order=["cohesion", "merit"], objective__tolerance=0.0)
    selection = study.select(study.prepare(scenario, register))
    table = selection.objectives
    best = table[(table["objective"] == "cohesion") & (table["stage"] == 1)]["value"].iloc[0]
    kept = table[(table["objective"] == "cohesion") & (table["stage"] == 3)]["value"].iloc[0]
    assert kept == pytest.approx(best)
    alone = study.prepare(
        scenario.with_changes({"objective.order": [], "objective.merit": 0.0, "objective.cohesion": 1.0}), register
    )
    assert best >= value(alone, solved(alone), "cohesion") - 1e-6
    assert table[table["stage"] == 3]["contribution"].sum() == pytest.approx(selection.answer.objective)


def test_an_unknown_objective_in_the_order_is_a_fault() -> None:
    with pytest.raises(Exception, match="unknown objectives"):
        full(4, objective__order=["beauty"])


def test_gini_and_theil_against_hand_worked_cases() -> None:
    alike, one = np.array([3.0, 3.0, 3.0]), np.array([0.0, 0.0, 9.0])
    equal = np.ones(3)
    assert (gini(alike, equal), theil(alike, equal)) == pytest.approx((0.0, 0.0))
    assert gini(one, equal) == pytest.approx(2 / 3)
    assert theil(one, equal) == pytest.approx(np.log(3))
    assert gini(np.array([1.0, 3.0]), np.array([1.0, 1.0])) == pytest.approx(0.25)
    assert gini(np.array([1.0, 3.0, 3.0]), np.ones(3)) == pytest.approx(gini(np.array([1.0, 3.0]), np.array([1.0, 2.0])))
