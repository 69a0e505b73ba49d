"""Gaps and projects worked out by hand."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.money.costs import works_of
from model.policy.cards import cards
from model.policy.catalogue import tasks
from model.register.gaps import STEPS, projects, state
from model.register.schema import county_columns, village_columns
from model.register.synthetic import generate
from model.register.waste_water import TASK, core, unit_cost
from scenarios.world.load import load

TASKS = {task.name: task for task in tasks()}


def one(name: str, households: int = 400, **columns: float):
    task = TASKS[name]
    villages = pd.DataFrame({"households": [households], **{k: [v] for k, v in columns.items()}})
    found = projects(villages, (task,), 330.0, 0.5)
    return task, *(float(array[0, 0]) for array in (found.gap, found.work, found.quantity, found.cost))


def test_a_percentage_is_built_for_the_homes_that_lack_it() -> None:
    task, gap, work, quantity, cost = one("household_toilets", sanitary_toilet_pct=75.0)
    assert (gap, work, quantity) == (25.0, 0.25, 100.0)
    assert cost == pytest.approx(100 * task.unit_cost_wan_yuan)


def test_a_network_grows_less_than_the_village() -> None:
    task, _, _, quantity, _ = one("street_lamps", households=1320, lamp_pct=50.0)
    assert quantity == np.ceil(task.quantity * 330 * 2 * 0.5)  # lamps are whole


def test_what_is_counted_is_built_one_by_one() -> None:
    assert one("pilot_homes", pilot_homes=0.0)[3] == 2.0
    assert one("pilot_homes", pilot_homes=5.0)[1:] == (0.0, 0.0, 0.0, 0.0)


def test_a_whole_work_is_done_entirely_however_small_the_gap() -> None:
    task, gap, work, quantity, _ = one("power_grid", grid_reliability_pct=99.89)
    assert (gap, work, quantity) == (pytest.approx(0.01), 1.0, task.quantity)


def test_less_is_better_where_the_plan_says_none() -> None:
    assert one("black_odorous_water", black_odorous_waters=2.0)[1:4] == (2.0, 1.0, 2.0)
    assert one("trunk_road", trunk_road_class=5.0)[1:4] == (1.0, 1.0, TASKS["trunk_road"].quantity)
    assert one("trunk_road", trunk_road_class=3.0)[1] == 0.0


def test_where_the_register_says_nothing_the_baseline_counts_whole_things() -> None:
    nothing = pd.DataFrame({"households": [100, 200]})
    assert (state(nothing, TASKS["signal_5g"]) == 1.0).all()
    assert (state(nothing, TASKS["sewage"]) == TASKS["sewage"].baseline).all()
    some = nothing.assign(signal_5g=[np.nan, 0.0])
    assert list(state(some, TASKS["signal_5g"])) == [1.0, 0.0]


def test_a_higher_target_never_costs_less() -> None:
    villages = pd.DataFrame({"households": [300], "homes_planted_pct": [40.0]})
    costs = [
        projects(villages, (replace(TASKS["home_planting"], target=t),), 330.0, 0.5).cost[0, 0] for t in (30.0, 50.0, 70.0, 100.0)
    ]
    assert costs == sorted(costs)
    assert costs[0] == 0


def test_works_are_built_by_the_piece_and_nothing_smaller_than_a_work() -> None:
    villages = pd.DataFrame({"households": [300, 300], "lamp_pct": [50.2, 99.9]})
    found = projects(villages, (TASKS["street_lamps"],), 330.0, 0.5, least=1.0)
    assert found.quantity[0, 0] == np.round(found.quantity[0, 0]) > 0
    assert found.gap[1, 0] > 0
    assert (found.work[1, 0], found.quantity[1, 0], found.cost[1, 0]) == (0.0, 0.0, 0.0)  # one lamp: maintenance


def test_waste_water_costs_by_the_mode_that_density_allows() -> None:
    modes = load("baseline").money.waste_water
    villages = pd.DataFrame({"households": [100, 330, 1000, 100], "village_type": ["jiju", "jiju", "jiju", "chengjiao"]})
    served = core(villages, modes, 330.0, 0.3)
    assert list(served) == [*sorted(served[:3].tolist()), modes.suburban_share]
    assert served[1] == pytest.approx(modes.core_share)
    cost = unit_cost(served, modes, 2.0)
    assert modes.resource_wan_yuan < cost.min()
    assert cost.max() < 2.0
    assert (np.diff(cost[:3]) > 0).all()


def test_who_knows_the_ground_states_which_homes_sewers_can_reach() -> None:
    modes = load("baseline").money.waste_water
    villages = pd.DataFrame({"households": [300, 300, 300], "village_type": "jiju", "sewerable_pct": [np.nan, 0.0, 80.0]})
    served = core(villages, modes, 330.0, 0.3)
    assert served[1:].tolist() == [0.0, 0.8]
    assert served[0] == core(villages.drop(columns="sewerable_pct"), modes, 330.0, 0.3)[0]


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 2023])
def test_every_yuan_answers_a_gap_at_a_published_price(seed: int) -> None:
    """No work without a gap, no unit cost outside its range, no half units, no sliver: every project of a whole register."""
    scenario, villages = load("baseline"), generate(2051, seed).villages
    found = works_of(villages, scenario.catalogue, scenario.money)
    assert (found.cost[found.gap == 0] == 0).all()
    assert ((found.cost > 0) == (found.quantity > 0)).all()
    for j, task in enumerate(found.tasks):
        built = found.quantity[:, j] > 0
        step = STEPS.get(task.quantity_unit, 1.0)
        assert np.allclose(found.quantity[built, j] / step, np.round(found.quantity[built, j] / step)), task.name
        if task.resource == "crew":
            assert (found.cost[built, j] >= scenario.money.least_work_wan_yuan).all(), task.name
        if task.name != TASK:  # a mixture of modes, each with a range of its own
            card = cards()[f"tasks.{task.name}.unit_cost_wan_yuan"]
            low, high = (card.value if end is None else end for end in (card.low, card.high))
            each = found.cost[built, j] / found.quantity[built, j]
            assert ((each >= low - 0.01) & (each <= high + 0.01)).all(), task.name
    public = [j for j, task in enumerate(found.tasks) if task.work_class == "public_good"]
    money = found.cost[:, public].mean(axis=0)
    assert money.max() < money.sum() / 3
    assert 150 <= found.cost[:, [task.name for task in found.tasks].index(TASK)].mean() <= 350


def test_what_another_programme_pays_for_is_no_gap() -> None:
    scenario, register = load("baseline"), generate(100, 3)
    villages = register.villages.copy()
    plain = works_of(villages, scenario.catalogue, scenario.money)
    ids = [task.id for task in plain.tasks]
    there = int(np.flatnonzero(plain.cost[:, ids.index("T16.2")] > 0)[0])
    villages["paid_elsewhere"] = ""
    villages.loc[villages.index[there], "paid_elsewhere"] = "T16.2;T19.2"
    found = works_of(villages, scenario.catalogue, scenario.money)
    dropped = [ids.index("T16.2"), ids.index("T19.2")]
    assert (found.cost[there, dropped] == 0).all()
    others = np.delete(np.arange(100), there)
    assert np.array_equal(found.cost[others], plain.cost[others])
    assert found.cost[there].sum() == pytest.approx(plain.cost[there].sum() - plain.cost[there, dropped].sum())


def test_every_column_that_may_be_missing_is_one_a_register_may_have() -> None:
    """A misspelt name would be missing in every register, and what stands for it would be read without a word."""
    known = {column.name for column in (*village_columns(), *county_columns())}
    root = Path(__file__).parents[3] / "model"
    asked = {
        (path.name, call.args[1].value)
        for path in root.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "column" and len(call.args) > 1
        if isinstance(call.args[1], ast.Constant)
    }
    assert len(asked) > 10
    assert {(file, name) for file, name in asked if name not in known} == set()
