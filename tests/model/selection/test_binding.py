"""Each rule binds somewhere, and switching it off changes the plan for the better."""

from __future__ import annotations

from typing import Any

import pytest
from worlds import full, tiny

from model.selection.rules import RULES
from scenarios import study
from solvers.adaptors import highs
from solvers.answer import Answer, Limits

QUIET = {
    f"rules__{rule}__on": False
    for rule in ("stability", "town_cluster", "neighbours", "locked", "dependence", "county_deviation", "village_types")
}
WORLDS: dict[str, tuple[Any, int, dict[str, Any]]] = {
    "eligible_only": (full, 4, {}),
    "once_only": (tiny, 1, {"villages": 8}),
    "cohort_band": (full, 43, {}),
    "programme_band": (full, 43, {}),
    "county_quota": (full, 21, {}),
    "county_average": (tiny, 3, {"villages": 8, "rules__county_average__band": 0.12}),
    "county_minimum": (full, 20, {**QUIET, "rules__county_minimum__on": True, "rules__county_minimum__villages": 3}),
    "county_maximum": (tiny, 0, {"villages": 8, "rules__county_maximum__villages": 1}),
    "concurrent_capacity": (tiny, 0, {"villages": 8, "rules__concurrent_capacity__villages": 1}),
    "poverty_minimum": (tiny, 4, {"villages": 8, "rules__poverty_minimum__share": 1.0}),
    "village_types": (tiny, 4, {"villages": 8, "rules__village_types__tese_high": 0.3}),
    "poverty_maximum": (full, 6, {}),
    "combined_programmes": (full, 4, {}),
    "industry_diversity": (full, 51, {}),
    "declared_only": (full, 2, QUIET),
    "county_order": (full, 4, {}),
    "locked": (full, 14, {}),
    "exclusion": (full, 42, {}),
    "dependence": (full, 21, {}),
    "stability": (full, 37, {}),
    "resources": (full, 26, {}),
    "neighbours": (full, 1, {}),
    "town_cluster": (full, 4, {}),
    "county_deviation": (full, 39, {"rules__county_deviation__band": 0.15}),
    "lawful_financing": (tiny, 11, {"villages": 8, "money__assumed__departmental": 0.02, "money__assumed__county_pool": 0.04}),
    "debt_service": (tiny, 14, {"villages": 8, "rules__debt_service__on": True, "rules__debt_service__share": 0.0012}),
}


def _solve(scenario: Any, register: Any) -> tuple[study.Prepared, Answer]:
    prepared = study.prepare(scenario, register)
    return prepared, highs.solve(prepared.program, Limits(gap=1e-9))


def test_every_rule_has_its_world() -> None:
    assert set(WORLDS) == set(RULES)


@pytest.mark.parametrize("rule", WORLDS)
def test_a_rule_binds_and_changes_the_plan(rule: str) -> None:
    make, seed, changes = WORLDS[rule]
    scenario, register = make(seed, **changes)
    prepared, with_it = _solve(scenario, register)
    assert with_it.status == "optimal"
    if rule != "eligible_only":  # it has no rows that can bind: what it forbids has no column
        rows = prepared.program.activity(with_it.x)
        assert rows.loc[rows["rule"] == rule, "binding"].any()
    _, without = _solve(scenario.with_changes({f"rules.{rule}.on": False}), register)
    assert without.objective > with_it.objective + 1e-6
