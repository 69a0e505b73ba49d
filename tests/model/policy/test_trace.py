"""What clauses ask, by what the software does: each test fails when an element stops doing what its clause says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from stages import stage
from worlds import raw_counties, raw_villages, tiny

from model.money.costs import works_of
from model.policy.catalogue import sources_of, tasks
from model.policy.clauses import clauses
from model.register import check
from model.scoring import aspects
from model.selection.objectives.place import town_seat
from model.simulation.reference import simulate
from model.vocabulary import PACKAGES
from scenarios import study
from scenarios.world.load import load

OF_TASKS = [clause for clause in clauses() if clause.startswith("P23-T") and clause[5:7].isdigit()]
PACKAGE_OF = {"约束": "basic", "力争": "standard", "鼓励": "enhanced"}  # the smallest that holds a task of this force
PAYING = ("departmental", "county_budget", "county_pool", "transfer_subsidy", "social_capital", "special_bond")


def village(**state: Any) -> pd.DataFrame:
    """Return one village of which a register says this."""
    return pd.DataFrame(
        {
            "village_id": ["220101901001"],
            "households": [300],
            "village_type": ["jiju"],
            **{name: [value] for name, value in state.items()},
        }
    )


@pytest.mark.parametrize("clause", OF_TASKS)
def test_a_task_asks_builds_and_counts(clause: str) -> None:
    """Short of the target there is a gap, a work that costs, and points to gain; at the target there is none of them."""
    scenario = load("baseline")
    own = [task for task in tasks() if task.clause == clause]
    assert own
    for task in own:
        j = tasks().index(task)
        far = task.target - task.full_gap if task.direction == "up" else task.target + task.full_gap
        short, met = (works_of(village(**{task.indicator: now}), tasks(), scenario.money) for now in (far, task.target))
        assert short.gap[0, j] > 0
        assert short.cost[0, j] > 0
        assert met.gap[0, j] == met.cost[0, j] == met.quantity[0, j] == 0
        reached = [aspects.attained(village(**{task.indicator: now}), short)[0, j] for now in (far, task.target)]
        assert reached[0] < reached[1] == 100.0
        force = clauses()[clause].force
        assert task.binding == (task.force == "约束")
        assert task.force == force or task.asked
        held = scenario.packages.holds(tasks())[:, j]
        assert held.argmax() == PACKAGES.index(PACKAGE_OF[task.force])


def test_a_nearer_town_raises_the_place() -> None:
    near, far = raw_villages(6).assign(town_seat_km="0.5"), raw_villages(6).assign(town_seat_km="9")
    worlds = [study.prepare(tiny(1)[0], check.build(villages, raw_counties())) for villages in (near, far)]
    points = [town_seat(world.problem) for world in worlds]
    assert (points[0] > points[1]).all()


@pytest.mark.parametrize("source", PAYING)
def test_a_source_pays_what_it_has_for_its_own_works(source: str) -> None:
    """With money of its own a source pays, for the works it may pay for and no others; without, it pays nothing."""
    usual = load("baseline").money.order
    first = [source, *(name for name in usual if name != source)]
    scenario, register = tiny(2, villages=10, money__order=first)
    paid = []
    for amount in (0.0, 800.0):
        given = {f"{source}_wan_yuan_{year}": amount for year in range(2023, 2029)}
        world = study.prepare(scenario, replace(register, counties=register.counties.assign(**given)))
        listed = register.villages[["village_id"]].head(4).assign(cohort=2023, package="standard")
        money = study.financing(_plan(world, listed), world).projects
        paid.append(money[money["source"] == source])
    assert paid[0].empty
    assert paid[1]["cost_wan_yuan"].sum() > 0
    assert all(source in sources_of(work_class) for work_class in paid[1]["work_class"])


def _plan(world: study.Prepared, listed: pd.DataFrame) -> Any:
    from scenarios.files import lists

    return lists.as_plan(listed, world.problem, "list")


def test_partners_shorten_works_in_industry_and_talent_alone() -> None:
    built = []
    for chance in (0.0, 1.0):
        scene = stage([[("T01", 100.0), ("T14", 100.0)]], crews=2, construction__partner_probability=chance)
        (record,) = simulate(scene, 0).villages
        days = {scene.catalogue[task].id: record.built[task] - record.begun[task] for task in record.built}
        built.append(days)
    assert built[1]["T01"] < built[0]["T01"]
    assert built[1]["T14"] == built[0]["T14"]


def test_the_upkeep_a_register_states_reaches_the_projection() -> None:
    stated = raw_villages(6).assign(upkeep_haves=["0", "4", "1", "2", "3", "4"], morality_bank="1", ten_household_groups="0")
    world = study.prepare(tiny(1)[0], check.build(stated, raw_counties()))
    listed = world.register.villages[["village_id"]].assign(cohort=2023, package="standard")
    plan = _plan(world, listed)
    sites = study.staged(plan, world, study.financing(plan, world)).sites
    assert [site.haves for site in sites] == world.register.villages["upkeep_haves"].astype(float).tolist()
    assert {site.participation for site in sites} == {0.5}
