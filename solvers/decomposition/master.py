r"""The restricted master: one stored plan a block, chosen so that the linking rows hold.

.. math:: \max \sum_g \sum_p v_{gp} \lambda_{gp} + c^T s - M^T e \quad \text{s.t.} \quad \sum_p \lambda_{gp} = 1\ \forall g, \quad
          l - e \le \sum_{g,p} a_{gp} \lambda_{gp} + A_S s \le u + e

Linking rows may be missed at a price, so that there is always an answer; one that misses none is a plan of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import Program
from solvers.adaptors import highs
from solvers.adaptors.highs import Arrays
from solvers.answer import Limits
from solvers.decomposition.structure import Structure
from solvers.decomposition.table import Table

Array = np.ndarray[Any, Any]
MISS = 30.0  # price of missing a linking row by what a typical plan's column puts in, in typical columns' worth


@dataclass(frozen=True)
class Chosen:
    """The master's answer: the plan taken of each block's offer, what its linking rows miss, and its value."""

    taken: Array  # [blocks] index into the offer
    missed: float
    value: float
    cut: bool  # whether the search ended at a limit


@dataclass(frozen=True)
class Master:
    """The restricted master over offers of plans, one table a block."""

    what: Arrays
    first: Array  # [blocks + 1] where each block's plans begin among the columns
    shared: slice
    blocks: int


def master(program: Program, structure: Structure, offers: Sequence[Table], scale: float) -> Master:
    """Return the master over the plans on offer; ``scale`` is a typical column's worth."""
    sizes = [len(offer) for offer in offers]
    first, rows = np.concatenate([[0], np.cumsum(sizes)]), len(structure.linking)
    activity = sparse.vstack([sparse.csr_array((0, rows)), *(_wide(offer, rows) for offer in offers)], format="csr")
    convex = sparse.csr_array(
        (np.ones(first[-1]), (np.repeat(np.arange(len(offers)), sizes), np.arange(first[-1]))), shape=(len(offers), first[-1])
    )
    own = sparse.csr_array(program.matrix[structure.linking][:, structure.shared])
    most = typical(sparse.csr_array(program.matrix[structure.linking]))
    lower, upper = program.lower[structure.linking], program.upper[structure.linking]
    eye = sparse.eye_array(rows)
    matrix = sparse.block_array([[convex, None, None, None], [activity.T, own, eye, -eye]], format="csr")
    cost = -MISS * scale / np.concatenate([most, most])
    can_miss = np.where(np.concatenate([np.isfinite(lower), np.isfinite(upper)]), np.inf, 0.0)
    shared, plans = len(structure.shared), int(first[-1])
    what = Arrays(
        objective=np.concatenate([*(offer.value for offer in offers), program.objective[structure.shared], cost]),
        matrix=sparse.csr_array(matrix),
        lower=np.concatenate([np.ones(len(offers)), lower]),
        upper=np.concatenate([np.ones(len(offers)), upper]),
        low=np.concatenate([np.zeros(plans), program.low[structure.shared], np.zeros(2 * rows)]),
        high=np.concatenate([np.ones(plans), program.high[structure.shared], can_miss]),
        integer=np.arange(plans + shared + 2 * rows) < plans,
    )
    return Master(what, first, slice(plans, plans + shared), len(offers))


def relaxed(m: Master) -> tuple[float, Array, Array]:
    """Return the value of the master's relaxation, each block's price and the prices of the linking rows."""
    value, duals = highs.relax(m.what)
    return value, duals[: m.blocks], duals[m.blocks :]


def boxed(m: Master, centre: Array, width: Array) -> Master:
    """Return the master whose prices stay near given ones: few plans would send them anywhere (boxstep; Marsten et al. 1975)."""
    at = m.shared.stop
    objective, high = m.what.objective.copy(), m.what.high.copy()
    objective[at:] = np.concatenate([centre - width, -centre - width])
    high[at:] = np.inf
    return replace(m, what=replace(m.what, objective=objective, high=high))


def choose(m: Master, limits: Limits, start: Array | None = None, absolute: float = 0.0) -> Chosen | None:
    """Return the best choice of plans found, from a given one where there is one; nothing where the search found none."""
    point = None if start is None else _point(m, start)
    outcome = highs.search(m.what, limits, start=point, absolute=absolute, style="deep")
    if outcome.x is None:
        return None
    plans = outcome.x[: m.first[-1]]
    taken = np.array([int(np.argmax(plans[a:b])) for a, b in zip(m.first[:-1], m.first[1:], strict=True)])
    missed = outcome.x[m.shared.stop :]
    return Chosen(taken, float(missed.sum()), float(m.what.objective @ outcome.x), outcome.stopped_by != "gap")


def _point(m: Master, start: Array) -> Array:
    """Return a start of the search: the plans given, the rest left to the solver."""
    x = np.full(len(m.what.objective), np.nan)
    x[: m.first[-1]] = 0.0
    x[m.first[:-1] + start] = 1.0
    return x


def _wide(offer: Table, rows: int) -> sparse.csr_array:
    narrow = sparse.coo_array(offer.linking)
    return sparse.csr_array((narrow.data, (narrow.row, offer.touched[narrow.col])), shape=(len(offer), rows))


def typical(rows: sparse.csr_array) -> Array:
    """Return the largest size of each row's entries, one where there are none."""
    most = np.asarray(abs(rows).max(axis=1).todense()).ravel() if rows.shape[1] else np.ones(rows.shape[0])
    return np.where(most > 0, most, 1.0)
