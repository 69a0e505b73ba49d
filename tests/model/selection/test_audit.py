"""The audit catches each rule broken by hand, and passes what the solver found."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from scenarios import study

Breaker = Callable[[pd.DataFrame, study.Selection], pd.DataFrame]


def rules_broken(table: pd.DataFrame, selection: study.Selection, **changes: object) -> set[str]:
    scenario = selection.prepared.scenario.with_changes({k.replace("__", "."): v for k, v in changes.items()})
    return {finding.rule for finding in study.check(table, study.prepare(scenario, selection.prepared.register))}


def test_a_solvers_plan_passes(small_selection: study.Selection) -> None:
    assert rules_broken(small_selection.plan.table, small_selection) == set()


def test_ids_and_cohorts_alone_suffice(small_selection: study.Selection) -> None:
    assert rules_broken(small_selection.plan.table[["village_id", "cohort"]], small_selection) == set()


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("cohort_band", {"rules.cohort_band.low": 15}),
        ("cohort_band", {"rules.cohort_band.high": 5}),
        ("programme_band", {"rules.programme_band.low": 500}),
        ("county_quota", {"money.factor.general_bond": 0.05}),
        ("county_average", {"rules.county_average.on": True, "rules.county_average.band": 0.001}),
        ("county_minimum", {"rules.county_minimum.villages": 9, "rules.county_minimum.min_eligible": 1}),
        ("county_maximum", {"rules.county_maximum.villages": 0}),
        ("concurrent_capacity", {"rules.concurrent_capacity.villages": 0}),
        ("poverty_minimum", {"rules.poverty_minimum.share": 1.0}),
        ("village_types", {"rules.village_types.jiju_high": 0.01}),
        ("eligible_only", {"eligibility.min_party_leadership": 5}),
        ("cohorts", {"programme.cohorts": [2023, 2024]}),
        ("packages", {"packages.offered": ["basic"]}),
    ],
)
def test_a_harder_rule_is_found_broken(rule: str, changes: dict[str, object], small_selection: study.Selection) -> None:
    scenario = small_selection.prepared.scenario.with_changes(changes)
    findings = study.check(small_selection.plan.table, study.prepare(scenario, small_selection.prepared.register))
    broken = [finding for finding in findings if finding.rule == rule]
    assert broken
    assert all(finding.excess > 0 for finding in broken)


def test_a_village_listed_twice_is_found(small_selection: study.Selection) -> None:
    table = small_selection.plan.table
    twice = pd.concat([table, table.iloc[[0]].assign(cohort=2024)])
    assert "once_only" in rules_broken(twice, small_selection)


def test_a_stranger_is_found(small_selection: study.Selection) -> None:
    table = small_selection.plan.table
    assert "register" in rules_broken(pd.concat([table, table.iloc[[0]].assign(village_id="999999999999")]), small_selection)


def test_the_amount_is_that_of_the_breach(small_selection: study.Selection) -> None:
    scenario = small_selection.prepared.scenario.with_changes({"rules.cohort_band.high": 5})
    finding = next(
        f
        for f in study.check(small_selection.plan.table, study.prepare(scenario, small_selection.prepared.register))
        if f.rule == "cohort_band" and f.where == "2023"
    )
    size = (small_selection.plan.table["cohort"] == 2023).sum()
    assert (finding.found, finding.excess) == (size, size - 5)


def test_the_audit_shares_nothing_with_the_rules() -> None:
    from pathlib import Path

    import model.selection.audit as audit

    for path in Path(audit.__file__).parent.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(("import model", "from model")):
                assert line.startswith(("from model.selection.audit", "from model.vocabulary")), (path.name, line)
