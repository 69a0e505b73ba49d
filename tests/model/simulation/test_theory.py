"""The engine against what theory says: waiting, detection and sampling, relapse, inspections."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import simpy
from scipy import stats
from stages import stage

from model.simulation.chances import Luck, Purpose
from model.simulation.clock import At, advance, key
from model.simulation.hands import Hands
from model.simulation.records import NEVER
from model.simulation.reference import simulate


def erlang_c(teams: int, load: float) -> float:
    """Return the chance to wait (Erlang 1917)."""
    last = load**teams / math.factorial(teams) * teams / (teams - load)
    return last / (sum(load**k / math.factorial(k) for k in range(teams)) + last)


def waits(teams: int, arrivals_a_day: float, days_of_service: float, customers: int, seed: int) -> np.ndarray[Any, Any]:
    env, luck, found = simpy.Environment(), Luck(seed, 0), np.full(customers, np.nan)
    hands = Hands(env, teams, 0)

    def customer(i: int, when: float) -> Any:
        yield At(env, when, key(i, 1))
        yield hands.ask(0, key(i, 1))
        found[i] = env.now - when
        yield At(env, env.now + luck.exponential(days_of_service, i, Purpose.DURATION), key(i, 2))
        hands.free()

    when = 0.0
    for i in range(customers):
        when += luck.exponential(1 / arrivals_a_day, i, Purpose.DESIGN)
        env.process(customer(i, when))
    advance(env, math.inf)
    assert hands.busy == 0
    return found


@pytest.mark.parametrize(("teams", "load"), [(1, 0.7), (3, 2.1), (5, 4.0)])
def test_waiting_follows_erlang(teams: int, load: float) -> None:
    service = 2.0
    runs = [waits(teams, load / service, service, 4000, seed)[500:].mean() for seed in range(12)]
    expected = erlang_c(teams, load) * service / (teams - load)
    low, high = stats.t.interval(0.999, len(runs) - 1, np.mean(runs), stats.sem(runs))
    assert low < expected < high


def test_hands_go_by_priority_then_time_then_key() -> None:
    env, order = simpy.Environment(), []
    hands = Hands(env, 1, 0)

    def one(name: str, when: float, priority: int, place: int) -> Any:
        yield At(env, when, place)
        yield hands.ask(priority, place)
        order.append((name, env.now))
        yield At(env, env.now + 10.0, place)
        hands.free()

    for asked in (("late and low", 2.0, 5, 9), ("second", 0.0, 1, 2), ("first", 0.0, 1, 1), ("urgent", 2.0, 0, 8)):
        env.process(one(*asked))
    advance(env, math.inf)
    assert order == [("first", 0.0), ("urgent", 10.0), ("second", 20.0), ("late and low", 30.0)]


def test_three_levels_miss_what_each_level_misses() -> None:
    """County, prefecture for half, province for a tenth: a fault is accepted with the product of what those who look miss."""
    villages = 3000
    scene = stage(
        [[("T14", 1.0)]] * villages,
        crews=villages,
        acceptance__variant="three_level",
        acceptance__defect_probability=1.0,
        acceptance__detection_probability=0.8,
        acceptance__self_check_detection=0.4,
        acceptance__retests=0,
    )
    records = simulate(scene, 0).villages
    accepted = sum(record.accepted < NEVER for record in records)
    chance = 0.6 * (1 - 0.5 * 0.8) * (1 - 0.1 * 0.8)
    assert stats.binomtest(accepted, villages, chance).pvalue > 0.001
    checked_once = sum(record.examinations == 1 and record.accepted < NEVER for record in records)
    assert stats.binomtest(checked_once, accepted, 0.6 * 0.5 * 0.9 / chance).pvalue > 0.001


def test_inspections_come_as_a_poisson_process() -> None:
    scene = stage(
        [[("T14", 5000.0)]] * 400, crews=400, supervision__inspections_per_year=2.0, supervision__finding_probability=0.0
    )
    records = simulate(scene, 0).villages
    years = (scene.calendar.end_of(2030) - records[0].selected) / 365.25
    counts = np.array([record.inspections for record in records])
    total = stats.poisson(400 * 2.0 * years)
    assert total.ppf(0.0005) < counts.sum() < total.ppf(0.9995)
    assert 0.8 < counts.var(ddof=1) / counts.mean() < 1.25


def test_special_bonds_fail_as_often_as_every_window_does() -> None:
    works = [[("T14", 1.0), ("T01", 1.0, (0, "special"))]]
    failed = 0
    for replication in range(600):
        scene = stage(works, crews=5, funding__special_success=0.3, funding__special_windows=3)
        failed += simulate(scene, replication).villages[0].special_failed > 0
    assert stats.binomtest(failed, 600, 0.7**3).pvalue > 0.001


def test_late_matching_money_is_late_by_its_mean() -> None:
    works = [[("T19.9", 1.0, (0, "other"))]]
    late = stage(works, crews=5, funding__matching_late_probability=1.0, funding__matching_late_days_mean=40.0)
    days = [simulate(late, r, True).trace for r in range(300)]
    landed = [next(e.day for e in trace if e.kind == "funded by other") for trace in days]
    start = late.calendar.yearly("05-01", 2023)
    low, high = stats.t.interval(0.999, 299, np.mean(landed) - start, stats.sem(landed))
    assert low < 40.0 < high


def test_examples_are_followed_as_often_as_they_should() -> None:
    from dataclasses import replace

    scene = stage([[("T14", 1.0)]] * 500, crews=500, spread__adoption_probability=0.25, spread__adoption_days_mean=10.0)
    sites = tuple(replace(site, neighbours=(220102905001 + i,)) for i, site in enumerate(scene.sites))
    assert stats.binomtest(len(simulate(scene.with_sites(sites), 0).followed), 500, 0.25).pvalue > 0.001
