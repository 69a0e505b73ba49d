"""Events of the same instant have an order of their own, and a replication can be halted, re-planned and continued."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import simpy
from stages import random_scene, stage

from model.simulation.clock import At, advance, key
from model.simulation.reference import Play, simulate

SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_villages_plays_no_part(seed: int) -> None:
    scene = random_scene(seed)
    rng = np.random.default_rng(seed)
    shuffled = replace(scene, pool=tuple(scene.pool[i] for i in rng.permutation(len(scene.pool))), counties=scene.counties[::-1])
    play = Play(shuffled, 3, trace=True)
    for i in rng.permutation(len(scene.sites)):
        play.adopt([scene.sites[i]])
    mixed, plain = play.finish(), simulate(scene, 3, trace=True)
    assert mixed.trace == plain.trace
    assert mixed.villages == plain.villages
    assert mixed.payments == plain.payments


@pytest.mark.parametrize("seed", SEEDS)
def test_halted_replanned_and_continued_is_the_same_as_uninterrupted(seed: int) -> None:
    scene = random_scene(seed)
    whole = simulate(scene, 1, trace=True)
    play = Play(replace(scene, sites=()), 1, trace=True)
    for cohort in (2023, 2024, 2025):
        state = play.until(play.selection_day(cohort))
        assert state.day == play.selection_day(cohort)
        assert set(state.stage) == {site.village_id for site in scene.sites if site.cohort < cohort}
        play.adopt(site for site in scene.sites if site.cohort == cohort)
    parts = play.finish()
    assert parts.trace == whole.trace
    assert parts.villages == whole.villages
    assert parts.payments == whole.payments
    assert parts.ranks == whole.ranks


def test_a_halt_hands_back_what_is_known_and_nothing_more() -> None:
    scene = stage([[("T14", 25.0)], [("T14", 25.0)]], crews=2, cohorts=[2023, 2025])
    play = Play(scene, 0)
    play.adopt(scene.sites[:1])
    stages = [next(iter(play.until(day).stage.values())) for day in (1.0, 25.0, 70.0, 444.0, 447.0)]
    assert stages == ["planned", "reviewed", "building", "building", "accepted"]
    assert play.state().paid == {("220102", "general_bond"): 1000.0}
    with pytest.raises(ValueError, match="already"):
        play.adopt(scene.sites[:1])
    play.until(play.selection_day(2025) + 1)
    with pytest.raises(ValueError, match="has opened"):
        play.adopt(scene.sites[1:])


def test_another_plan_leaves_the_luck_of_every_village_alone() -> None:
    luck = {"acceptance__defect_probability": 0.3, "spread": 0.3, "supervision__inspections_per_year": 3.0}
    luck |= {
        "construction__rework_probability": 0.3,
        "funding__slip_probability": 0.3,
        "declaration__incomplete_probability": 0.5,
    }
    many = stage([[("T14", 30.0), ("T15.1", 40.0)]] * 8, crews=99, cohorts=[2023, 2024] * 4, review__panels=99, **luck)
    few = replace(many, sites=many.sites[2:4], pool=many.pool[2:4])
    assert simulate(few, 4).villages == simulate(many, 4).villages[2:4]


def test_timed_events_of_one_instant_come_by_their_keys() -> None:
    env, seen = simpy.Environment(), []
    for entity, chapter, task in ((7, 2, 0), (3, 9, 1), (3, 2, 5), (3, 2, 1)):
        At(env, 5.0, key(entity, chapter, task)).callbacks.append(lambda _, e=(entity, chapter, task): seen.append(e))
    advance(env, 5.0)
    assert seen == []
    assert env.now == 5.0
    advance(env, 6.0)
    assert seen == [(3, 2, 1), (3, 2, 5), (3, 9, 1), (7, 2, 0)]
