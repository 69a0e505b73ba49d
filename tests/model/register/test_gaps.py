"""Gaps and projects worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.policy.catalogue import tasks
from model.register.gaps import projects, state

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
    assert quantity == pytest.approx(task.quantity * 330 * 2 * 0.5)


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
