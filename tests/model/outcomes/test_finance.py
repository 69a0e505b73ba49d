"""Who pays for what: conserved to the cent, lawful, and caught by the audit where it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import SETTINGS, full, raw_counties, raw_villages, tiny

from model.register import check
from model.register.companions import Raw, RawCompanions
from model.selection.plan import plan as read_plan
from model.vocabulary import Plan
from scenarios import study
from scenarios.world.load import load

CENT = 0.005


def settled(seed: int, **changes: Any) -> tuple[Any, Any, Plan, Any]:
    """Return a random world, a random list, and its money: a list may break every rule and its money must still add up."""
    scenario, register = (full if seed % 2 else tiny)(seed, villages=10, **changes)
    prepared = study.prepare(scenario, register)
    rng = np.random.default_rng(seed)
    order = rng.permutation(prepared.problem.size)[: 2 + seed % 7]
    _, first = np.unique(prepared.problem.choices.village[order], return_index=True)
    choice = np.zeros(prepared.problem.size)
    choice[order[first]] = 1.0
    plan = read_plan(prepared.problem, choice)
    return scenario, register, plan, study.financing(plan, study.prepare(scenario, register))


@pytest.mark.parametrize("late", [0.0, 0.4])
@pytest.mark.parametrize("carry", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_projects_funding_and_plan_add_up_to_the_cent(seed: int, carry: bool, late: float) -> None:
    changes = {"money__carry_over": carry, "money__late_share": late, "money__assumed__departmental": 0.03}
    _, register, plan, paid = settled(seed, **changes)
    by_village = paid.projects.groupby("village_id")["cost_wan_yuan"].sum()
    asked = plan.table.set_index("village_id")["total_cost_wan_yuan"].sort_index()
    assert (by_village.sort_index() - asked).abs().max() < CENT
    county = register.villages.set_index("village_id")["county_code"]
    sums = paid.projects.assign(county_code=paid.projects["village_id"].map(county))
    sums = sums.groupby(["county_code", "year", "source"])["cost_wan_yuan"].sum()
    told = paid.funding.set_index(["county_code", "year", "source"])["amount_wan_yuan"]
    assert sums.index.equals(told.index)
    assert (sums - told).abs().max() < CENT
    known = paid.sources["source"] != ""
    assert (paid.sources.loc[known, "left_wan_yuan"].fillna(0.0) >= 0).all()
    assert paid.sources["paid_wan_yuan"].sum() == pytest.approx(asked.sum(), abs=CENT)
    assert (paid.projects["cost_wan_yuan"] > 0).all()


@pytest.mark.parametrize("seed", range(8))
def test_the_audit_passes_what_is_settled_but_for_what_nobody_pays(seed: int) -> None:
    scenario, register, plan, paid = settled(seed)
    found = study.check_projects(plan.table, paid.projects, paid.funding, study.prepare(scenario, register))
    unpaid = paid.projects[paid.projects["source"] == ""]
    assert sum(finding.rule == "source_eligibility" for finding in found) == len(unpaid)
    beyond = {finding.where for finding in found if finding.rule == "general_bond"}  # the list asks more of bonds than the quota
    assert beyond == set(unpaid.loc[unpaid["work_class"] == "public_good", "village_id"])
    assert {finding.rule for finding in found} <= {"source_eligibility", "general_bond"}


def broken(projects: pd.DataFrame, task_class: str, **changes: Any) -> pd.DataFrame:
    """Return a project list with the first work of a class changed."""
    other = projects["source"] != changes.get("source")
    row = projects.index[(projects["work_class"] == task_class) & other][0]
    return projects.assign(**{name: projects[name].mask(projects.index == row, value) for name, value in changes.items()})


@pytest.fixture(scope="module")
def sound() -> tuple[Any, Any, Plan, Any]:
    order = ["general_bond", "special_bond", "villagers", "transfer_subsidy", "departmental"]
    order += ["county_pool", "operator", "bank_loan", "social_capital", "county_budget"]
    plenty = {"money__assumed__departmental": 0.4, "money__assumed__special_bond": 0.4, "money__order": order}
    scenario, register = tiny(3, villages=8, **plenty)
    selection = study.select(study.prepare(scenario, register))
    return scenario, register, selection.plan, selection.money


BORROWED = {"source": "special_bond", "asset_owner": "township"}
BREAKS = {
    "training paid by bonds": ("training", {"source": "general_bond", "asset_owner": "township"}, "source_eligibility"),
    "homes paid by bonds": ("household", {"source": "general_bond", "asset_owner": "township"}, "source_eligibility"),
    "homes paid by special bonds": ("household", {"source": "special_bond", "asset_owner": "township"}, "source_eligibility"),
    "revenue works paid by general bonds": ("revenue", {"source": "general_bond"}, "source_eligibility"),
    "revenue works paid by residents": ("revenue", {"source": "villagers"}, "source_eligibility"),
    "revenue works paid whole by special bonds": ("revenue", BORROWED, "special_bond_coverage"),
    "public works paid by special bonds": ("public_good", {"source": "special_bond"}, "source_eligibility"),
    "public works paid by residents": ("public_good", {"source": "villagers"}, "source_eligibility"),
    "a bond-built asset without a state owner": ("public_good", {"asset_owner": "village_collective"}, "asset_owner"),
    "homes paid whole by residents": ("household", {"source": "villagers"}, "villager_share"),
    "services without a source": ("service", {"source": ""}, "source_eligibility"),
    "money from a subsidy that is not given": ("service", {"source": "transfer_subsidy"}, "source_limit"),
    "more than a work costs": ("service", {"cost_wan_yuan": 900.0}, "projects"),
    "an unknown task": ("service", {"task_id": "T99"}, "projects"),
    "a year outside the cycle": ("household", {"year": 2031}, "projects"),
    "work that begins outside the cycle": ("household", {"start_year": 2031}, "projects"),
    "one work instead of another": ("household", {"task_id": "T19.7"}, "projects"),
    "an owner nobody knows": ("service", {"asset_owner": "nobody"}, "asset_owner"),
    "homes that become public": ("household", {"asset_owner": "township"}, "asset_owner"),
    "another class": ("household", {"work_class": "training"}, "projects"),
    "a negative quantity": ("household", {"quantity": -5.0}, "projects"),
    "less than a cent": ("household", {"cost_wan_yuan": 10.004}, "projects"),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_each_unlawful_line_is_caught(sound, name: str) -> None:
    scenario, register, plan, paid = sound
    assert study.check_projects(plan.table, paid.projects, paid.funding, study.prepare(scenario, register)) == []
    work_class, changes, rule = BREAKS[name]
    projects = broken(paid.projects, work_class, **changes)
    assert rule in {f.rule for f in study.check_projects(plan.table, projects, paid.funding, study.prepare(scenario, register))}


def test_residents_are_never_asked_beyond_their_will(sound) -> None:
    scenario, register, plan, paid = sound
    unwilling = scenario.with_changes({"money.people.villager_wan_yuan": 0.001})
    assert (paid.projects["source"] == "villagers").any()
    found = study.check_projects(plan.table, paid.projects, paid.funding, study.prepare(unwilling, register))
    assert "villager_willingness" in {f.rule for f in found}
    again = study.financing(plan, study.prepare(unwilling, register)).projects
    asked = again[again["source"] == "villagers"].groupby("village_id")["cost_wan_yuan"].sum()
    households = register.villages.set_index("village_id")["households"]
    assert (asked <= 0.001 * households.reindex(asked.index) + CENT).all()


def test_social_capital_stays_within_its_leverage(sound) -> None:
    scenario, register, plan, paid = sound
    tight = scenario.with_changes({"money.people.social_leverage": 0.001})
    projects = paid.projects.assign(
        source=paid.projects["source"].mask(paid.projects["work_class"] == "service", "social_capital")
    )
    assert "source_limit" in {f.rule for f in study.check_projects(plan.table, projects, None, study.prepare(tight, register))}


def test_funding_that_is_not_the_sum_is_caught(sound) -> None:
    scenario, register, plan, paid = sound
    wrong = paid.funding.assign(amount_wan_yuan=paid.funding["amount_wan_yuan"] + 0.02)
    assert {f.rule for f in study.check_projects(plan.table, paid.projects, wrong, study.prepare(scenario, register))} == {
        "funding"
    }


def test_what_bonds_build_belongs_to_the_state(sound) -> None:
    _, _, _, paid = sound
    bonds = paid.projects[paid.projects["source"].isin(["general_bond", "special_bond"])]
    assert len(bonds)
    assert bonds["asset_owner"].isin(["township", "county_environment", "county_transport", "county_water"]).all()


def test_without_a_source_a_county_is_named() -> None:
    from model.errors import NoPlanPossibleError

    nothing = {
        f"money__factor__{s}": 0.0 for s in ("departmental", "county_pool", "county_budget", "social_capital", "special_bond")
    }
    scenario, register = tiny(3, villages=8, **nothing)
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(scenario, register))
    reasons, found = refused.value.diagnosis.reasons, refused.value.diagnosis.infeasibility
    assert any("220101" in reason.en and "lawful money" in reason.en for reason in reasons)
    assert "lawful_financing" in found.rules
    gap = next(repair for repair in refused.value.diagnosis.repairs if repair.way == "lawful_financing")
    assert gap.rows["county_code"].str.fullmatch(r"22010\d").all()
    assert (gap.rows["amount_wan_yuan"] > 0).all()
    assert f"{gap.rows['amount_wan_yuan'].sum():,.0f}" in gap.zh
    assert gap.verified is None  # other plans may lack less


def test_debt_follows_the_money(sound) -> None:
    scenario, _, plan, paid = sound
    debt = paid.debt[paid.debt["bond"] == "general_bond"]
    issued = plan.table["general_bond_wan_yuan"].sum()
    assert debt["issued_wan_yuan"].sum() == pytest.approx(issued, abs=0.01)
    assert debt["principal_wan_yuan"].sum() == pytest.approx(issued, abs=0.01)
    assert debt["year"].max() == scenario.programme.cohorts[-1] + 1 + scenario.money.debt.term_years


def test_general_bonds_paid_in_other_years_than_planned_meet_the_quota(sound) -> None:
    scenario, register, plan, paid = sound
    early = paid.projects.assign(year=paid.projects["year"].where(paid.projects["source"] != "general_bond", 2023))
    tight = register.counties.assign(bond_quota_wan_yuan_2023=1.0)
    found = study.check_projects(plan.table, early, None, study.prepare(scenario, replace(register, counties=tight)))
    assert any(f.rule == "source_limit" and f.where.endswith("general_bond") for f in found)


def test_a_reserve_that_is_spent_is_caught(sound) -> None:
    scenario, register, plan, paid = sound
    dear = scenario.with_changes({"money.contingency_share": 0.5})
    assert "reserve" in {f.rule for f in study.check_projects(plan.table, paid.projects, None, study.prepare(dear, register))}


def test_what_history_lacked_stays_with_history() -> None:
    """Two villages of history that nobody could pay in full, and new ones whose own money must not be taken for it."""
    raw = raw_villages(8, rng=np.random.default_rng(0))
    raw["general_bond_wan_yuan"] = ["800"] * 2 + ["1200"] * 6
    raw["total_cost_wan_yuan"] = ["5000"] * 2 + ["1300"] * 6
    ids = raw["village_id"].tolist()
    told = pd.DataFrame({"village_id": ids[:2], "cohort": ["2023", "2023"]}, index=[2, 3])
    counties = raw_counties(quota=6000.0, rng=np.random.default_rng(0))
    register = check.read(raw, counties, raw=RawCompanions(history=Raw(told, "history"))).register
    off = {
        rule: False for rule in load("baseline").rules.named() if rule not in ("once_only", "county_quota", "lawful_financing")
    }
    changes = SETTINGS | {f"rules.{rule}.on": on for rule, on in off.items()} | {"programme.as_of": 2024}
    changes |= {"money.people.social_leverage": 0.5, "money.people.villager_share": 1.0, "money.people.villager_wan_yuan": 10.0}
    changes |= {f"money.factor.{source}": 0.0 for source in ("departmental", "county_pool", "county_budget", "special_bond")}
    selection = study.select(study.prepare(load("baseline", changes | {"money.contingency_share": 0.0}), register))
    blank = selection.money.projects[selection.money.projects["source"] == ""]
    assert len(blank)
    assert set(blank["village_id"]) <= set(ids[:2])
    assert (selection.plan.table["status"] == "recommended").any()


@pytest.mark.parametrize("given", [0.0, 0.01, 0.03, 0.06, 1.0, 999.99])
def test_tiny_amounts_never_make_a_work_negative(given: float) -> None:
    raw = raw_villages(4).assign(general_bond_wan_yuan=str(given), total_cost_wan_yuan=str(given + 0.02))
    scenario, register = load("baseline"), check.build(raw, raw_counties())
    priced = study.prepare(scenario, register).accounts.costs
    assert (priced.cents >= 0).all()
    assert priced.general_bond[:, 1] == pytest.approx(given)
    assert priced.total[:, 1] == pytest.approx(given + 0.02)
