"""Effects follow what was built: nothing built gains nothing, priors keep their width, places add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from stages import PLACE, stage

from model.outcomes import places
from model.outcomes.effects import FIGURES, LEVELS, course, gained, levels
from model.outcomes.kpis import estimates, summarise
from model.policy.catalogue import tasks
from model.simulation.chances import Luck
from model.simulation.priors import drawn, triangular
from model.simulation.reference import simulate
from model.simulation.scene import Scene
from scenarios.study import Selection

WORKS = [[("T01", 30.0)], [("T14", 30.0)], [("T20", 30.0)], []]  # for income; for none; for people alone; nothing
RANGES = {"income_effect": (0.0, 0.03), "collective_effect": (0.0, 0.08), "people_effect": (0.0, 0.02)}


def scene(**changes: float) -> Scene:
    own = {"income": 20_000.0, "collective": 40.0, "people": 900.0}
    drawn_up = stage(WORKS, crews=9, **changes)
    return replace(drawn_up, sites=tuple(replace(site, **own) for site in drawn_up.sites), priors=RANGES)


def test_a_village_gains_only_from_works_that_are_for_the_figure() -> None:
    there = scene()
    effect = dict(zip(FIGURES, gained(there, course(there, simulate(there, 0)))[1], strict=True))
    assert (effect["income_yuan"] > 0).tolist() == [True, False, False, False]
    assert (effect["collective_income_wan_yuan"] > 0).tolist() == [True, False, False, False]
    assert (effect["residents"] > 0).tolist() == [True, False, True, False]
    assert not np.array([effect[name] for name in FIGURES])[:, 3].any()


def test_income_follows_its_formula_by_hand() -> None:
    """One of all works for income, begun from nothing, years after it was finished, at the effect of this replication."""
    there = scene(outcomes__effect_years=2.0)
    found = simulate(there, 3)
    own = course(there, found)
    effect = drawn(there.settings, RANGES, Luck(there.seed, 3))["income_effect"]
    end = there.target_day
    lasted = min((end - found.villages[0].built[PLACE["T01"]]) / 365.25, 2.0)
    number = sum("income" in task.raises for task in tasks())
    expected = 20_000.0 * 1.068 ** (end / 365.25) * (1 + effect) ** (lasted / number)
    assert levels(there, own, end)["income_yuan"][0] == pytest.approx(expected)


def test_the_level_of_the_base_scales_the_effect() -> None:
    there = scene()
    gains = {}
    for base in ("weak", "middle", "strong"):
        told = replace(there, sites=tuple(replace(site, base=base) for site in there.sites))
        gains[base] = gained(told, course(told, simulate(told, 0)))[1][FIGURES.index("income_yuan"), 0]
    assert gains["weak"] < gains["strong"] < gains["middle"]


def test_priors_are_drawn_over_their_whole_range_and_a_number_of_ones_own_is_taken_at_its_word() -> None:
    there = scene()
    effects = [drawn(there.settings, RANGES, Luck(7, r))["income_effect"] for r in range(400)]
    assert min(effects) < 0.003
    assert max(effects) > 0.027
    assert np.mean(effects) == pytest.approx((0.0 + 0.01 + 0.03) / 3, rel=0.05)
    assert triangular(0.0, 0.03, 0.05, 1.0) == 0.05
    own = drawn(there.settings, {"income_effect": (0.01, 0.01)}, Luck(7, 1))
    assert own["income_effect"] == 0.01


def test_places_are_means_of_their_villages(small_selection: Selection) -> None:
    from scenarios import study

    prepared = small_selection.prepared
    stage_ = study.staged(small_selection.plan, prepared, small_selection.money)
    found = estimates([summarise(stage_, simulate(stage_, r)) for r in range(3)])
    table = places.effects(found, small_selection.plan.table, prepared.register)
    income = table[table["figure"] == "income_yuan"].set_index("level")
    villages = income.loc["village"]
    assert income.loc["province", "effect"] == pytest.approx(villages["effect"].mean())
    assert income.loc["province", "villages"] == len(small_selection.plan.table)
    assert (income["low"] <= income["effect"] + 1e-9).all()
    assert (income["high"] >= income["effect"] - 1e-9).all()
    assert set(table["figure"]) == {*FIGURES}
    assert {figure.name for figure in LEVELS} <= set(FIGURES)
