"""Whether two worlds measure plans alike is read off their objectives, in both directions, whatever feeds them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from worlds import SMALL

from scenarios import study


@pytest.fixture(scope="module")
def base() -> study.Prepared:
    return study.prepare(*study.open_world(SMALL))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"scoring.discount": 0.9}, "merit"),
        ({"objective.gain": 1.0}, "gain"),
        ({"objective.on_target": 7.0}, "on_target"),
        ({"programme.cohort_target": 11}, "on_target"),
        ({"objective.on_average": 5.0}, "on_average"),
        ({"objective.total_cost": 0.1}, "total_cost"),
        ({"objective.order": ["merit"]}, "order"),
    ],
)
def test_worlds_that_measure_otherwise_are_told_apart(changes: dict, told: str, base: study.Prepared) -> None:
    other = study.prepare(*study.open_world(SMALL, changes))
    assert told in study.unlike(base, other)
    assert told in study.unlike(other, base)


@pytest.mark.parametrize(
    "changes",
    [{"money.factor.general_bond": 0.8}, {"rules.cohort_band.high": 13}, {"run.seed": 5}, {"simulation.review.panels": 3}],
)
def test_worlds_that_measure_alike_are_compared(changes: dict, base: study.Prepared) -> None:
    assert study.unlike(base, study.prepare(*study.open_world(SMALL, changes))) == []


def test_scores_of_experts_feed_the_measure(base: study.Prepared) -> None:
    """A register that differs in one village's state is another measure, though every setting is the same."""
    villages = base.register.villages.copy()
    villages["score"] = base.scores.table["score"].to_numpy() + 1.0
    other = study.prepare(base.scenario, replace(base.register, villages=villages))
    assert "merit" in study.unlike(base, other)
