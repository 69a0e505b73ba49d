"""Scores: weighted means in 0-100, and a given score overrides."""

from __future__ import annotations

import pytest
from worlds import raw_counties, raw_villages

from model.policy.catalogue import tasks
from model.register import check
from model.register.synthetic import generate
from model.scoring.normalise import attainment, grade
from model.scoring.score import score
from model.scoring.weigh import shares
from model.vocabulary import ASPECTS, DIMENSIONS
from scenarios.world.load import load


def test_the_score_is_the_weighted_mean_of_its_parts() -> None:
    scoring = load("baseline").scoring
    row = score(generate(100, 1), scoring, tasks()).table.iloc[0]
    review = sum(row[a] * w for a, w in shares(scoring.aspects.model_dump()).items())
    dimensions = sum(row[d] * w for d, w in shares(scoring.dimensions.model_dump()).items())
    assert row["score"] == pytest.approx(0.6 * review + 0.4 * dimensions, abs=1e-5)


def test_a_given_score_overrides() -> None:
    raw = raw_villages(4).assign(score=["81", "", "82", "83"])
    table = score(check.build(raw, raw_counties()), load("baseline").scoring, tasks()).table
    assert sorted(table["score"])[-3:] == [81, 82, 83]
    assert table["score"].notna().all()


def test_a_bare_register_still_gets_every_part() -> None:
    raw = raw_villages(4).drop(columns=["score", "general_bond_wan_yuan"])
    table = score(check.build(raw, raw_counties()), load("baseline").scoring, tasks()).table
    assert table[[*ASPECTS, *DIMENSIONS, "readiness"]].notna().all().all()
    assert table["score"].between(0, 100).all()


def test_normalisation() -> None:
    import numpy as np

    assert list(attainment(np.array([0.0, 50.0, 200.0]), 100.0)) == [0, 50, 100]
    assert list(grade(np.array([1, 3, 5]), 1, 5)) == [0, 50, 100]


def test_weights_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="more than 0"):
        shares({"a": 0.0})
