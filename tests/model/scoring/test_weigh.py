"""Weights: against hand-worked and published cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from worlds import scored

from model.register.synthetic import generate
from model.scoring.weigh import ahp, critic, entropy
from scenarios.world.load import load


def test_ahp_of_consistent_comparisons_gives_their_weights() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    found, ratio = ahp(np.outer(weights, 1 / weights).tolist())
    assert found == pytest.approx(weights)
    assert ratio == pytest.approx(0.0, abs=1e-9)


def test_ahp_against_saatys_worked_example() -> None:
    """Three criteria compared 1:3, 1:5 and 1:3: weights 0.637, 0.258, 0.105; largest eigenvalue 3.0385."""
    found, ratio = ahp([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    assert found == pytest.approx([0.637, 0.258, 0.105], abs=0.001)
    assert ratio == pytest.approx((3.0385 - 3) / 2 / 0.58, abs=0.001)


@pytest.mark.parametrize("table", [[[1, 2], [2, 1]], [[1, -1], [-1, 1]], [[1, 2, 3], [0.5, 1, 2]]])
def test_comparisons_that_are_none_are_refused(table) -> None:
    with pytest.raises(ValueError, match="paired comparisons"):
        ahp(table)


def test_comparisons_that_contradict_themselves_are_a_fault() -> None:
    circle = [[1.0, 9.0, 1 / 9, 1.0], [1 / 9, 1.0, 9.0, 1.0], [9.0, 1 / 9, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]
    with pytest.raises((ValidationError, Exception), match="contradicts itself"):
        load("baseline", {"scoring.ahp.aspects": circle})


def test_entropy_weighs_what_tells_villages_apart() -> None:
    """Column 2 is the same everywhere: it tells nothing. Column 1: p = (1/4, 3/4), entropy 0.5623 / ln 2 = 0.8113."""
    found = entropy(np.array([[1.0, 5.0, 2.0], [3.0, 5.0, 2.0]]))
    assert found == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)
    both = entropy(np.array([[1.0, 1.0], [3.0, 9.0]]))
    parts = 1 - np.array([0.8112781, 0.4689956])
    assert both == pytest.approx(parts / parts.sum(), abs=1e-6)


def test_critic_weighs_what_goes_its_own_way() -> None:
    rng = np.random.default_rng(0)
    common = rng.normal(size=400)
    points = 50 + 10 * np.column_stack([common, common + 0.05 * rng.normal(size=400), rng.normal(size=400)])
    weights = critic(points)
    assert weights[2] > 1.5 * max(weights[:2])
    assert weights.sum() == pytest.approx(1.0)


def test_where_nothing_varies_weights_are_equal() -> None:
    same = np.full((5, 3), 7.0)
    assert entropy(same) == pytest.approx([1 / 3] * 3)
    assert critic(same) == pytest.approx([1 / 3] * 3)


@given(st.lists(st.lists(st.floats(0, 100), min_size=3, max_size=3), min_size=2, max_size=12))
def test_weights_are_shares(rows: list[list[float]]) -> None:
    for weigh in (entropy, critic):
        found = weigh(np.array(rows))
        assert np.isfinite(found).all()
        assert (found >= -1e-12).all()
        assert found.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("method", ["given", "ahp", "entropy", "critic"])
def test_scores_use_the_method_asked_for_and_say_so(method: str) -> None:
    register = generate(120, 5)
    scores = scored(register, load("baseline", {"scoring.method": method}))
    assert set(scores.weights["method"]) == {method}
    assert scores.weights.groupby("group")["weight"].sum().tolist() == pytest.approx([1.0, 1.0])
    weights = scores.weights.set_index("name")["weight"]
    row = scores.table.iloc[7]
    review = sum(weights[name] * row[name] for name in ("foundation", "matching", "outcome", "pathway"))
    assert row["score"] == pytest.approx(review, abs=1e-4)
