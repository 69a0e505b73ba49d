"""Cohorts already announced: read, refused where they cannot be, fixed in every plan, with their payments and crews."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import SMALL

from model.errors import InputError
from scenarios import study
from scenarios.files import tables
from scenarios.runs import run as runs
from scenarios.world.load import load

AS_OF = {"programme.as_of": 2024}


@pytest.fixture(scope="module")
def first() -> pd.DataFrame:
    """The first cohort of the small world's own plan: what was announced in 2023."""
    scenario, register = study.open_world(SMALL)
    return study.select(study.prepare(scenario, register)).plan.table.query("cohort == 2023")


def told(first: pd.DataFrame, folder: Path, **changes) -> Path:
    path = folder / "history.csv"
    first.assign(**changes)[["village_id", "cohort", "package", "general_bond_wan_yuan"]].to_csv(path, index=False)
    return path


def world(history: Path, **more):
    return study.open_world(SMALL, AS_OF | {"register.history": str(history)} | more)


def test_history_is_in_the_plan_and_the_as_of_cohort_is_recommended(first, tmp_path) -> None:
    scenario, register = world(told(first, tmp_path))
    plan = study.select(study.prepare(scenario, register)).plan.table
    status = plan.groupby("cohort")["status"].unique().map(list).to_dict()
    assert status == {2023: ["history"], 2024: ["recommended"], 2025: ["outlook"]}
    assert set(plan.loc[plan["cohort"] == 2023, "village_id"]) == set(first["village_id"])


def test_later_cohorts_leave_room_for_what_history_still_costs(first, tmp_path) -> None:
    dear = told(first, tmp_path, general_bond_wan_yuan=first["general_bond_wan_yuan"] + 400)
    scenario, register = world(dear)
    selection = study.select(study.prepare(scenario, register))
    plan = selection.plan.table
    money = plan.loc[plan["cohort"] == 2023].set_index("village_id")["general_bond_wan_yuan"]
    assert (money - first.set_index("village_id")["general_bond_wan_yuan"]).to_numpy() == pytest.approx(400)
    share = scenario.money.payment_profile
    for county, rows in plan.groupby("county_code"):
        quota = register.counties.set_index("county_code").loc[county, "bond_quota_wan_yuan_2024"]
        paid = [
            share[2024 - c] * b for c, b in zip(rows["cohort"], rows["general_bond_wan_yuan"], strict=True) if c in (2023, 2024)
        ]
        past = sum(share[1] * b for c, b in zip(rows["cohort"], rows["general_bond_wan_yuan"], strict=True) if c == 2023)
        assert sum(paid) <= max(quota, past) + 0.01


def test_a_history_beyond_every_limit_is_a_fact_to_which_nothing_is_added(first, tmp_path) -> None:
    heavy = told(first, tmp_path, general_bond_wan_yuan=15000.0)
    easy = {"rules.cohort_band.low": 1, "rules.programme_band.low": 10, "rules.county_minimum.on": False}
    scenario, register = world(heavy, **easy, **{"rules.poverty_minimum.on": False, "rules.village_types.on": False})
    plan = study.select(study.prepare(scenario, register)).plan.table
    burdened = set(first["county_code"])
    assert not burdened & set(plan.loc[plan["cohort"] == 2024, "county_code"])
    assert study.check(plan, study.prepare(scenario, register)) == []


def test_the_objective_counts_what_is_still_to_be_decided(first, tmp_path) -> None:
    scenario, register = world(told(first, tmp_path))
    selection = study.select(study.prepare(scenario, register))
    program, problem = selection.prepared.program, selection.prepared.problem
    assert (program.objective[: problem.size][problem.choices.fixed] == 0).all()
    assert np.round(selection.answer.x)[: problem.size][problem.choices.fixed].all()


def test_the_audit_misses_a_village_of_history(first, tmp_path) -> None:
    scenario, register = world(told(first, tmp_path))
    plan = study.select(study.prepare(scenario, register)).plan.table
    without = plan[plan["village_id"] != first["village_id"].iloc[0]]
    assert {f.rule for f in study.check(without, study.prepare(scenario, register))} >= {"history"}
    late = plan.assign(cohort=plan["cohort"].mask(plan["status"] == "recommended", 2023))
    assert "history" in {f.rule for f in study.check(late, study.prepare(scenario, register))}


def test_a_run_with_history_runs_again_from_itself(first, tmp_path) -> None:
    from scenarios.runs.rerun import rerun

    scenario, register = world(told(first, tmp_path))
    options = runs.Options(out=tmp_path / "run", say=lambda _: None)
    folder = runs.run(scenario, register, options, simulate=False)
    assert len(tables.read(folder / "inputs" / "history.csv")) == len(first)
    assert rerun(folder, options) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"village_id": "220102999999"}, "not in the register"),
        ({"cohort": 2025}, "no past cohort"),
        ({"package": "golden"}, "cannot be read"),
        ({"cohort": "soon"}, "cannot be read"),
        ({"general_bond_wan_yuan": -5.0}, "out of range|at least"),
    ],
)
def test_a_wrong_history_is_refused(first, tmp_path, change, problem) -> None:
    table = first[["village_id", "cohort", "package", "general_bond_wan_yuan"]].astype(object).reset_index(drop=True)
    for column, value in change.items():
        table.loc[0, column] = value
    path = tmp_path / "h.csv"
    table.to_csv(path, index=False)
    with pytest.raises(InputError, match=problem):
        world(path)


def test_a_village_told_twice_is_refused(first, tmp_path) -> None:
    path = tmp_path / "h.csv"
    pd.concat([first, first.iloc[:1]])[["village_id", "cohort"]].to_csv(path, index=False)
    with pytest.raises(InputError, match="twice"):
        world(path)


def test_past_cohorts_need_a_history() -> None:
    with pytest.raises(InputError, match="has no village"):
        study.open_world(SMALL, AS_OF)


def test_village_and_cohort_suffice(first, tmp_path) -> None:
    path = tmp_path / "h.csv"
    first[["village_id", "cohort"]].rename(columns={"village_id": "村代码", "cohort": "批次"}).to_csv(
        path, index=False, encoding="gb18030"
    )
    register = world(path).register
    assert (register.history["package"] == "standard").all()
    assert load(SMALL).programme.as_of == 2023


def test_history_goes_with_every_rule_that_has_amounts(first, tmp_path) -> None:
    more = {f"rules.{rule}.on": True for rule in ("town_cluster", "county_deviation", "neighbours")}
    more |= {"objective.cohesion": 0.5, "objective.equity": 0.2, "objective.risk": 0.1, "rules.county_deviation.band": 2.0}
    scenario, register = world(told(first, tmp_path), **more, **{"rules.town_cluster.least": 1, "rules.neighbours.least": 0})
    plan = study.select(study.prepare(scenario, register)).plan.table
    assert study.check(plan, study.prepare(scenario, register)) == []
    assert (plan["status"] == "history").sum() == len(first)


def test_what_a_past_cohort_lacks_forbids_nothing(first, tmp_path) -> None:
    """A history without poverty-lifted villages is a fact."""
    villages = study.open_world(SMALL).register.villages.set_index("village_id")
    rich = first[~first["village_id"].map(villages["poverty_lifted"])]
    scenario, register = world(told(rich, tmp_path), **{"rules.programme_band.low": 20})
    assert study.check((chosen := study.select(study.prepare(scenario, register))).plan.table, chosen.prepared) == []


def test_the_precheck_asks_nothing_of_past_cohorts(first, tmp_path) -> None:
    from model.selection.precheck import precheck

    scenario, register = world(told(first.head(1), tmp_path), **{"rules.programme_band.low": 1})
    assert precheck(study.prepare(scenario, register).problem, scenario.rules) == []


def test_the_audit_sees_another_package_of_history(first, tmp_path) -> None:
    scenario, register = world(told(first, tmp_path))
    plan = study.select(study.prepare(scenario, register)).plan.table
    changed = plan.assign(package=plan["package"].mask(plan["status"] == "history", "enhanced"))
    assert "history" in {f.rule for f in study.check(changed, study.prepare(scenario, register))}


def test_yardsticks_pay_what_history_took(first, tmp_path) -> None:
    heavy = told(first, tmp_path, general_bond_wan_yuan=9000.0)
    easy = {"rules.cohort_band.low": 1, "rules.programme_band.low": 10, "rules.county_minimum.on": False}
    scenario, register = world(heavy, **easy, **{"rules.poverty_minimum.on": False, "rules.village_types.on": False})
    prepared = study.prepare(scenario, register)
    from model.selection.yardsticks import ranking

    x = ranking(prepared.problem, 14)
    from model.selection.plan import plan as read_plan

    broken = {f.rule for f in study.check(read_plan(prepared.problem, x).table, study.prepare(scenario, register))}
    assert "county_quota" not in broken


@pytest.mark.parametrize("state", ["accepted", "failed", "relapsed", "completed", "building"])
def test_a_state_of_history_is_where_its_projection_starts(first, tmp_path, state: str) -> None:
    """Announced, and then the state: the key figures differ, and say what the state says."""
    path = tmp_path / "history.csv"
    known = first[["village_id", "cohort", "package", "general_bond_wan_yuan"]]
    figures = {}
    for told_state in ("announced", state):
        known.assign(status=told_state, date="2023-11-15" if told_state == state else "").to_csv(path, index=False)
        scenario, register = world(path)
        prepared = study.prepare(scenario, register)
        plan = study.yardstick(prepared, "ranking")
        kpis = study.project(plan, prepared).kpis
        figures[told_state] = kpis[kpis["year"] == 2023].groupby("kpi")["value"].mean()
    n = len(first)
    told_figures = figures[state]
    if state != "completed":  # which may be examined before the year ends
        assert told_figures["accepted"] == (n if state in ("accepted", "relapsed") else 0)
    assert told_figures["failed"] == (n if state == "failed" else 0)
    assert told_figures["completed"] == (0 if state == "building" else n)
    if state != "building":
        assert not figures["announced"].equals(told_figures)


def test_a_state_that_is_not_understood_is_a_fault(first, tmp_path) -> None:
    path = tmp_path / "history.csv"
    first.assign(status="搁置", date="昨天")[["village_id", "cohort", "status", "date"]].to_csv(path, index=False)
    with pytest.raises(InputError) as caught:
        world(path)
    assert {fault.column for fault in caught.value.faults} == {"status", "date"}
