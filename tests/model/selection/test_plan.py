"""The way back, the program's own checks, and what precheck sees."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import tiny

from model.selection.precheck import precheck
from scenarios import study


def test_a_choice_comes_back_as_villages(tiny_world) -> None:
    from model.selection.plan import plan

    prepared = tiny_world(3)
    x = np.zeros(prepared.problem.size)
    x[[0, 3]] = 1
    table = plan(prepared.problem, x).table
    labels = list(prepared.program.columns)
    assert {f"{r.village_id}|{r.cohort}|{r.package}" for r in table.itertuples()} == {labels[0], labels[3]}
    assert set(table.loc[table["cohort"] == 2023, "status"]) <= {"recommended"}
    assert set(table.loc[table["cohort"] == 2024, "status"]) <= {"outlook"}


def test_activity_says_which_rows_bind(small_selection: study.Selection) -> None:
    rules = small_selection.rules
    assert (rules["slack"] >= -1e-6).all()
    band = rules[rules["rule"] == "cohort_band"].set_index("label")
    sizes = small_selection.plan.table.groupby("cohort").size()
    assert list(band["activity"]) == list(sizes)
    assert (band["binding"] == (np.minimum(band["activity"] - 10, 14 - band["activity"]) < 1)).all()


def test_objective_contributions_add_up(small_selection: study.Selection) -> None:
    assert small_selection.objectives["contribution"].sum() == pytest.approx(small_selection.answer.objective)


def test_merit_can_be_recomputed_from_the_tables(small_selection: study.Selection) -> None:
    """An outside reading of the objective: score, discount and readiness from the tables alone."""
    scores = small_selection.prepared.scores.table.set_index("village_id")
    total = 0.0
    for row in small_selection.plan.table.itertuples():
        ahead = row.cohort - 2023
        ready = scores.loc[row.village_id, "readiness"]
        total += scores.loc[row.village_id, f"score_{row.package}"] * 0.97**ahead * (1 - (1 - ready) * 0.2 * 0.5**ahead)
    merit = small_selection.objectives.set_index("objective").loc["merit", "contribution"]
    assert total == pytest.approx(merit, rel=1e-9)


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({"rules__cohort_band__low": 4}, "cohort_band"),
        ({"rules__programme_band__low": 100, "rules__programme_band__high": 200}, "programme_band"),
        ({"money__factor__general_bond": 0.1}, "county_quota"),
        ({"rules__poverty_minimum__share": 1.0, "programme__cohort_target": 6}, "poverty_minimum"),
    ],
)
def test_the_precheck_sees_what_a_person_can_see(changes: dict[str, object], rules: str) -> None:
    scenario, register = tiny(3, **changes)
    reasons = precheck(study.prepare(scenario, register).problem, scenario.rules)
    assert any(rules in reason.rules for reason in reasons)
    assert all(reason.zh and reason.en for reason in reasons)


def test_the_precheck_blames_money_only_when_it_is_short() -> None:
    scenario, register = tiny(3, villages=8, quota=90000, eligibility__min_industry_base=5, rules__programme_band__low=5)
    reasons = precheck(study.prepare(scenario, register).problem, scenario.rules)
    assert reasons
    assert not any("county_quota" in reason.rules for reason in reasons)
    again, _ = tiny(3, rules__once_only__on=False, money__factor__general_bond=0.2)
    assert precheck(study.prepare(again, register).problem, again.rules) == []


def test_the_precheck_is_silent_where_a_plan_exists(small: tuple) -> None:
    assert precheck(study.prepare(*small).problem, small.scenario.rules) == []
