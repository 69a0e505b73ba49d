"""Each rule: its rows by name on a tiny world, and a picture of them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from worlds import full, tiny

from model.selection.picture import lp
from model.selection.rules import Rules
from scenarios import study

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def prepared() -> study.Prepared:
    return study.prepare(*tiny(3))


@pytest.fixture(scope="module")
def everything() -> study.Prepared:
    return study.prepare(*full(1, villages=6, rules__county_minimum__on=True, eligibility__min_industry_base=1))


def row(prepared: study.Prepared, rule: str, label: str) -> tuple[dict[str, float], float, float]:
    block = next(b for b in prepared.program.blocks if b.rule == rule)
    i = list(block.labels).index(label)
    entries = block.matrix[[i]].tocoo()
    names = list(prepared.program.columns)
    return {names[j]: v for j, v in zip(entries.col, entries.data, strict=True)}, block.lower[i], block.upper[i]


@pytest.fixture(scope="module")
def comparable() -> study.Prepared:
    """A world with a county of five eligible villages: fewer are not compared with others."""
    return study.prepare(*full(4, villages=10, eligibility__min_industry_base=1, programme__cohorts=[2023]))


@pytest.mark.parametrize("rule", list(Rules.model_fields))
def test_picture(everything: study.Prepared, comparable: study.Prepared, rule: str) -> None:
    """The rows of each rule as text; run with BAICUN_REDRAW=1 to draw again, and read the difference."""
    path = GOLDEN / f"{rule}.lp"
    drawn = lp((comparable if rule == "county_deviation" else everything).program, only=rule)
    if os.environ.get("BAICUN_REDRAW"):
        path.write_text(drawn, encoding="utf-8", newline="\n")
    assert f"  {rule}[" in drawn, "the world above has no row of this rule: a blank picture would hold nothing"
    assert drawn == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", list(Rules.model_fields))
def test_each_rule_names_its_term_and_clause(rule: str) -> None:
    kind = Rules.model_fields[rule].annotation
    assert kind.term in kind.__doc__
    assert all(clause[:4] in ("P23-", "P22-") for clause in kind.clause.split(";"))
    assert ".. math::" in kind.__doc__
    assert kind.name == rule


def test_once_only(prepared: study.Prepared) -> None:
    village = prepared.problem.villages.ids[prepared.problem.choices.village[0]]
    terms, _, upper = row(prepared, "once_only", village)
    assert terms == {f"{village}|2023|standard": 1, f"{village}|2024|standard": 1}
    assert upper == 1


def test_county_quota_pays_both_years_of_a_cycle(prepared: study.Prepared) -> None:
    problem = prepared.problem
    village = problem.choices.village[0]
    bond = problem.funds.bond[village, 0]
    code, county = problem.villages.ids[village], problem.counties.codes[problem.villages.county[village]]
    terms, _, quota = row(prepared, "county_quota", f"{county}|2024")
    assert terms[f"{code}|2023|standard"] == pytest.approx(0.4 * bond)
    assert terms[f"{code}|2024|standard"] == pytest.approx(0.6 * bond)
    assert quota == problem.quota[problem.villages.county[village], 1]


def test_county_average_is_a_band_around_the_standard(prepared: study.Prepared) -> None:
    problem = prepared.problem
    village = problem.choices.village[0]
    bond, code, county = (
        problem.funds.bond[village, 0],
        problem.villages.ids[village],
        problem.counties.codes[problem.villages.county[village]],
    )
    low, at_least, _ = row(prepared, "county_average", f"{county}|2023|low")
    high, _, at_most = row(prepared, "county_average", f"{county}|2023|high")
    assert low[f"{code}|2023|standard"] == pytest.approx(bond - 700)
    assert high[f"{code}|2023|standard"] == pytest.approx(bond - 1300)
    assert (at_least, at_most) == (0, 0)


def test_concurrent_capacity_adds_the_cohort_before(prepared: study.Prepared) -> None:
    problem = prepared.problem
    first, _, _ = row(prepared, "concurrent_capacity", f"{problem.counties.codes[0]}|2023")
    both, _, most = row(prepared, "concurrent_capacity", f"{problem.counties.codes[0]}|2024")
    assert {name.split("|")[1] for name in first} == {"2023"}
    assert {name.split("|")[1] for name in both} == {"2023", "2024"}
    assert most == 3


def test_the_pools_own_share_of_poverty_lifted_villages_is_rounded_down() -> None:
    prepared = study.prepare(*tiny(3, rules__poverty_minimum__share="pool", programme__cohort_target=7))
    share = prepared.register.villages["poverty_lifted"].mean()
    _, least, _ = row(prepared, "poverty_minimum", "2023")
    assert least == np.floor(share * 7)


@pytest.mark.parametrize(("each", "asked", "whole"), [(4, 7, 7), (2, 1000, 4)])
def test_the_pools_own_share_of_a_programmes_villages_is_rounded_down(each: int, asked: int, whole: int) -> None:
    """Of its target, or of what its cohorts are to have together: a smaller programme need not state a smaller target."""
    changes = {"programme__cohort_target": each, "programme__programme_target": asked}
    prepared = study.prepare(*full(3, rules__combined_programmes__model_town_low="pool", **changes))
    share = prepared.register.villages["model_town"].mean()
    _, least, _ = row(prepared, "combined_programmes", "model_town|programme")
    assert least == np.floor(share * whole) > 0


def test_a_rule_that_is_off_gives_no_rows() -> None:
    prepared = study.prepare(*tiny(3, rules__county_quota__on=False))
    assert "county_quota" not in {block.rule for block in prepared.program.blocks}


def test_ineligible_villages_have_no_columns_unless_the_rule_is_off() -> None:
    scenario, register = tiny(3, eligibility__min_industry_base=4)
    on = study.prepare(scenario, register)
    off = study.prepare(scenario.with_changes({"rules.eligible_only.on": False}), register)
    assert len(set(on.problem.choices.village)) == int(on.eligible["eligible"].sum()) < len(register.villages)
    assert len(set(off.problem.choices.village)) == len(register.villages)


def test_larger_packages_cost_and_are_worth_more() -> None:
    prepared = study.prepare(*tiny(3, packages__offered=["basic", "standard", "enhanced"]))
    problem = prepared.problem
    assert (problem.funds.bond[:, 1] == prepared.register.villages["general_bond_wan_yuan"]).all()
    assert (np.diff(problem.funds.bond, axis=1) >= 0).all()
    assert (np.diff(problem.funds.total_cost, axis=1) > 0).all()
    assert (np.diff(problem.villages.merit, axis=2) > 0).all()


def test_ready_villages_lose_by_waiting_and_unready_ones_less() -> None:
    from model.selection.objectives.merit import merit_by_cohort

    merit = merit_by_cohort(np.array([80.0, 80.0]), np.array([1.0, 0.0]), np.arange(5.0), 0.97, 0.8, 0.5)
    assert (np.diff(merit[0]) < 0).all()
    assert merit[1, 1] > merit[1, 0]
    assert merit[0, 0] == 80
    assert merit[1, 0] == pytest.approx(64)


def test_a_lock_is_one_for_in_and_none_for_out(everything: study.Prepared) -> None:
    first, second = everything.scenario.locks.villages
    terms, low, high = row(everything, "locked", f"1|{first.village_id}")
    assert ({name.split("|")[1] for name in terms}, low, high) == ({"2023", "2024"}, 1, 1)
    terms, low, high = row(everything, "locked", f"2|{second.village_id}")
    assert ({name.split("|")[1] for name in terms}, low, high) == ({"2023"}, 0, 0)


def test_a_dependent_village_comes_with_or_after_what_it_needs(everything: study.Prepared) -> None:
    link = everything.scenario.locks.depends[0]
    terms, low, high = row(everything, "dependence", f"{link.village_id}|{link.needs}|2023")
    assert {name.split("|")[0]: weight for name, weight in terms.items()} == {link.village_id: 1, link.needs: -1}
    assert {name.split("|")[1] for name in terms} == {"2023"}
    assert (low, high) == (-np.inf, 0)


def test_a_resource_uses_its_column_within_its_limit(everything: study.Prepared) -> None:
    terms, low, high = row(everything, "resources", "workers|2023")
    workers = everything.register.villages.set_index("village_id")["workers"]
    assert terms == {f"{code}|2023|standard": workers[code] for code in {name.split("|")[0] for name in terms}}
    assert (low, high) == (-np.inf, 20)
    assert row(everything, "resources", "least_workers|programme")[1:] == (4, np.inf)


def test_no_undeclared_village_joins_a_declared_cohort(everything: study.Prepared) -> None:
    villages = everything.register.villages.set_index("village_id")
    terms, _, high = row(everything, "declared_only", "220101|2024")
    assert high == 0
    assert all(villages.loc[name.split("|")[0], "declared_cohort"] != 2024 for name in terms)


def test_a_selected_village_needs_its_neighbours(everything: study.Prepared) -> None:
    problem = everything.problem
    block = next(b for b in everything.program.blocks if b.rule == "neighbours")
    village = str(block.labels[0])
    at = int(np.flatnonzero(problem.villages.ids == village)[0])
    near = {str(problem.villages.ids[v]) for pair in problem.villages.pairs if at in pair for v in pair if v != at}
    terms, low, _ = row(everything, "neighbours", village)
    positive = {name.split("|")[0] for name, weight in terms.items() if weight > 0}
    assert low == 0
    assert positive <= near
    assert {weight for name, weight in terms.items() if name.startswith(village)} == {-1}


def test_diversity_always_allows_one_village(everything: study.Prepared) -> None:
    block = next(b for b in everything.program.blocks if b.rule == "industry_diversity")
    single = np.ones(block.matrix.shape[1]) * 0
    for j in range(everything.problem.size):
        single[:] = 0
        single[j] = 1
        assert (block.matrix @ single <= block.upper + 1e-9).all()


def test_bounds_of_equity_are_around_the_mean_of_the_counties() -> None:
    scenario, register = full(4, villages=10, eligibility__min_industry_base=1)
    prepared = study.prepare(scenario, register)
    block = next((b for b in prepared.program.blocks if b.rule == "county_deviation"), None)
    assert block is not None
    eligible = prepared.eligible.assign(county=register.villages["county_code"])
    counted = eligible[eligible["eligible"]].groupby("county").size().pipe(lambda s: s[s >= 5])
    assert len(block.labels) == (1 + 2 * len(counted) if len(counted) else 0)
