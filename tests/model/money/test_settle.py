"""Settlement: everything that can be paid is, in whole cents and in the stated order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog

from model.money.settle import Network, served, settle
from model.vocabulary import CLASSES, SOURCES

ORDER = list(range(len(SOURCES)))
W, S = len(CLASSES), len(SOURCES)


def random_network(seed: int, size: int = 40) -> Network:
    rng = np.random.default_rng(seed)
    need = rng.integers(0, 100, (size, W)) * (rng.random((size, W)) < 0.8)
    lane = rng.integers(0, 120, (size, S, W)) * (rng.random((size, S, W)) < 0.4)
    return Network(need, rng.integers(0, 150, (size, S)), lane)


def most_paid(net: Network, n: int, weights: Any = 1.0) -> float:
    """Return the largest weighted flow, by linear programming."""
    of_source = np.kron(np.eye(S), np.ones(W))
    of_class = np.kron(np.ones(S), np.eye(W))
    found = linprog(
        -np.broadcast_to(weights, (S, W)).ravel(),
        A_ub=np.vstack([of_source, of_class]),
        b_ub=np.concatenate([net.limit[n], net.need[n]]),
        bounds=np.column_stack([np.zeros(S * W), net.lane[n].ravel()]),
    )
    return -found.fun


@pytest.mark.parametrize("seed", range(5))
def test_it_pays_as_much_as_can_be_paid_and_nothing_is_lost(seed: int) -> None:
    net = random_network(seed)
    flow, gap = settle(net, ORDER)
    assert (flow.sum(axis=1) + gap == net.need).all()
    assert (flow.sum(axis=2) <= net.limit).all()
    assert (flow <= net.lane).all()
    assert (flow >= 0).all()
    assert (gap >= 0).all()
    for n in range(len(net.need)):
        assert flow[n].sum() == pytest.approx(most_paid(net, n))


@pytest.mark.parametrize("seed", range(3))
def test_urgent_classes_are_served_first(seed: int) -> None:
    net = random_network(seed)
    paid = served(net)
    for n in range(len(net.need)):
        for w in range(W):
            first = Network(net.need * (np.arange(W) <= w), net.limit, net.lane)
            assert paid[n, : w + 1].sum() == pytest.approx(most_paid(first, n))


@pytest.mark.parametrize("seed", range(3))
def test_the_first_source_pays_all_it_can_while_the_rest_stays_payable(seed: int) -> None:
    net = random_network(seed)
    paid = served(net)
    flow, _ = settle(net, ORDER)
    for n in range(len(net.need)):
        weights = np.ones((S, W)) * 1000.0
        weights[0] += 1.0  # everything payable comes first, then the first source
        best = most_paid(Network(paid, net.limit, net.lane), n, weights)
        assert flow[n].sum() * 1000.0 + flow[n, 0].sum() == pytest.approx(best)
