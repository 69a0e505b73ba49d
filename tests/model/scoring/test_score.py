"""Scores: weighted means in 0-100, and a given score overrides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from worlds import raw_counties, raw_villages, scored

from model.money.costs import works_of
from model.register import check
from model.register.schema import PAPERS
from model.register.synthetic import generate
from model.scoring.aspects import aspects, attained, gains, readiness
from model.scoring.normalise import attainment
from model.scoring.review import shrunk
from model.scoring.weigh import shares
from model.vocabulary import ASPECTS, DIMENSIONS
from scenarios.world.load import load


def test_the_score_is_the_weighted_mean_of_the_aspects() -> None:
    scenario = load("baseline")
    row = scored(generate(100, 1), scenario).table.iloc[0]
    expected = sum(row[a] * w for a, w in shares(scenario.scoring.aspects.model_dump()).items())
    assert row["score"] == pytest.approx(expected, abs=1e-5)


def test_each_aspect_follows_what_it_names_and_nothing_else() -> None:
    """A fact moves its own aspect, in its own direction; conditions of declaration move none."""
    villages = generate(100, 1).villages.assign(paper_land=False, committed_wan_yuan=50.0)
    before = _aspects(villages)
    moved = {
        "paper_land": (True, {"pathway": 1}),
        "committed_wan_yuan": (90.0, {"matching": 1}),
        "lamp_pct": (100.0, {"foundation": 1, "outcome": -1}),
        "industry_base": (5, {}),
        "party_leadership": (5, {}),
    }
    for column, (value, expected) in moved.items():
        change = (_aspects(villages.assign(**{column: value})) - before).sum()
        assert {a: int(np.sign(x)) for a, x in change.items() if abs(x) > 1e-9} == expected, column


def test_a_programmes_weights_turn_where_they_say() -> None:
    """The strong first, the baseline, the weak first: what a good score has attained falls, what it brings rises."""
    register = generate(600, 1)
    best = [scored(register, load(name)).table.nlargest(100, "score") for name in ("select-strong", "baseline", "weak-villages")]
    have, bring = ([each[column].mean() for each in best] for column in ("foundation", "outcome"))
    assert have == sorted(have, reverse=True)
    assert bring == sorted(bring)


def test_what_no_register_asks_moves_nothing() -> None:
    villages = generate(100, 1).villages
    bare = villages.drop(columns=["committed_wan_yuan", *PAPERS])
    assert (readiness(bare) == 1.0).all()
    assert (_aspects(bare)["matching"] == 50.0).all()


def test_experts_who_disagree_are_drawn_toward_the_county() -> None:
    points = pd.DataFrame({"foundation": [60.0, 80.0, 70.0, 90.0]})
    county = pd.Series(["a", "a", "b", "b"])
    sure, left = shrunk(points, pd.DataFrame({"foundation": [1.0] * 4}), county)
    unsure, _ = shrunk(points, pd.DataFrame({"foundation": [9.0] * 4}), county)
    assert sure["foundation"].tolist() == pytest.approx([60.1, 79.9, 70.1, 89.9])
    assert unsure["foundation"].tolist() == pytest.approx([68.1, 71.9, 78.1, 81.9])
    assert (left["foundation"] < 1.0).all()


def _aspects(villages: pd.DataFrame) -> pd.DataFrame:
    scenario = load("baseline")
    works = works_of(villages, scenario.catalogue, scenario.money)
    held = scenario.packages.holds(works.tasks)[1]
    reached = attained(villages, works)
    points = pd.DataFrame({name: reached.mean(axis=1) for name in DIMENSIONS})
    return aspects(villages, points, gains(reached, works, held), scenario.scoring.dimensions.model_dump(), scenario.scoring)


def test_a_given_score_overrides() -> None:
    raw = raw_villages(4).assign(score=["81", "", "82", "83"])
    table = scored(check.build(raw, raw_counties()), load("baseline")).table
    assert sorted(table["score"])[-3:] == [81, 82, 83]
    assert table["score"].notna().all()


def test_a_bare_register_still_gets_every_part() -> None:
    raw = raw_villages(4).drop(columns=["score", "general_bond_wan_yuan"])
    table = scored(check.build(raw, raw_counties()), load("baseline")).table
    assert table[[*ASPECTS, *DIMENSIONS, "readiness"]].notna().all().all()
    assert table["score"].between(0, 100).all()


def test_normalisation() -> None:
    assert list(attainment(np.array([0.0, 50.0, 200.0]), 100.0)) == [0, 50, 100]


def test_weights_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        shares({"a": 0.0})
