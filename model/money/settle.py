r"""Settlement (资金安排): who pays for what in a county and year, in a stated order (P23-NODEBT).

Sources pay classes of work over lanes of limited width. Needs can be met exactly when no group of classes needs more than the
sources that may pay for it have (Gale 1957):

.. math:: \sum_{w \in G} n_w \le \sum_s \min\Bigl(L_s, \sum_{w \in G} u_{sw}\Bigr) \qquad \forall G

From this follows, without a search, the most that a source may pay for a class while everything else can still be paid. So
sources pay in the order of the scenario, each as much as leaves the rest payable: whole cents, the same every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from model.vocabulary import CLASSES

Array = np.ndarray[Any, Any]
FIRST = tuple(range(len(CLASSES)))  # where not everything can be paid, classes are served in this order


@dataclass(frozen=True)
class Network:
    """Whole cents of N counties and years: ``need`` (N, W), ``limit`` (N, S), ``lane`` (N, S, W), 0 where it is not lawful."""

    need: Array
    limit: Array
    lane: Array


@cache
def groups() -> Array:
    """Return every group of classes, shape (2^W, W), booleans; the first is empty."""
    return np.array([[bool(g >> w & 1) for w in FIRST] for g in range(1 << len(FIRST))])


def reach(net: Network, source: int | None = None) -> Array:
    """Return what sources can pay for each group of classes, shape (N, 2^W); without ``source`` where one is named."""
    able = np.minimum(net.limit[:, :, None], by_group(net.lane))
    if source is not None:
        able[:, source] = 0
    return np.asarray(able.sum(axis=1))


def by_group(amounts: Array) -> Array:
    """Return the sum over each group of classes of cents by class, shape (..., W) to (..., 2^W); exact below 2^53."""
    sums = amounts.reshape(-1, len(FIRST)).astype(float) @ groups().T.astype(float)  # floats: a product NumPy leaves to BLAS
    return np.asarray(sums).astype(np.int64).reshape(*amounts.shape[:-1], -1)


def served(net: Network) -> Array:
    """Return the most of each class that can be paid, shape (N, W): earlier classes first, none at another's cost."""
    able, paid = reach(net), np.zeros_like(net.need)
    for w in FIRST:
        before = groups()[:, w] & ~groups()[:, w + 1 :].any(axis=1)  # groups of this class and earlier ones
        room = able[:, before] - paid @ groups()[before].T.astype(np.int64)
        paid[:, w] = np.minimum(net.need[:, w], room.min(axis=1)).clip(min=0)
    return paid


def settle(net: Network, order: list[int]) -> tuple[Array, Array]:
    """Return the flow (N, S, W) and what no source can pay (N, W)."""
    paid = served(net)
    gap = net.need - paid
    need, limit, lane = paid.copy(), net.limit.copy(), net.lane.copy()
    flow = np.zeros_like(lane)
    for s in order:
        for w in FIRST:
            now = Network(need, limit, lane)
            without = ~groups()[:, w]
            due = by_group(need)[:, without] - reach(now, s)[:, without]
            spare = limit[:, s] - due.max(axis=1).clip(min=0)
            push = np.minimum(np.minimum(need[:, w], lane[:, s, w]), spare).clip(min=0)
            flow[:, s, w] += push
            need[:, w] -= push
            limit[:, s] -= push
            lane[:, s, w] -= push
    return flow, gap
