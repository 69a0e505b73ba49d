"""Sifting: the master over whole tables, solved through the few plans that matter at its prices (Bixby et al. 1992)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE
from solvers.answer import Limits
from solvers.decomposition import master
from solvers.decomposition.master import Master
from solvers.decomposition.solved import Solved

Array = np.ndarray[Any, Any]
FIRST, MORE = 30, 15  # plans a block at the beginning, and plans that join where they would pay
PASSES = 30
SMALL = 1e-3  # of a unit: plans that would pay less need not join
WINDOW, WIDEN = 0.6, 4.0  # units that a plan may cost at first, and times more where the choice falls short
MOST = 3_000  # plans in all among which a choice is made


@dataclass(frozen=True)
class Relaxation:
    """The master's relaxation: value, prices of the linking rows, and what the value loses at least by each stored plan."""

    value: float
    prices: Array  # [linking rows]
    short: list[Array]  # [blocks][plans]


@dataclass(frozen=True)
class Chosen:
    """A choice of one stored plan a block, what its linking rows miss, and its value."""

    plan: list[Array]  # [blocks][items]
    missed: float
    value: float


def relaxed(solved: Solved, prices: Array, width: Array | None = None) -> Relaxation:
    """Return the master's relaxation, begun with what is best at some prices; these stay within ``width`` of them if given."""
    tables = [ground.table for ground in solved.grounds]
    which = [np.argsort(-table.at(prices), kind="stable")[:FIRST] for table in tables]
    for _ in range(PASSES):
        built = _over(solved, which)
        value, own, duals = master.relaxed(built if width is None else master.boxed(built, prices, width))
        short = [price - table.at(duals) for price, table in zip(own, tables, strict=True)]
        joining = [_paying(lost, known, SMALL * solved.unit) for lost, known in zip(short, which, strict=True)]
        if not any(map(len, joining)):
            break
        which = [np.concatenate(pair) for pair in zip(which, joining, strict=True)]
    return Relaxation(value, duals, short)


def _paying(short: Array, known: Array, least: float) -> Array:
    """Return the plans that would raise the value most and are not offered yet."""
    order = np.argsort(short, kind="stable")[: MORE + len(known)]
    return order[(short[order] < -least) & ~np.isin(order, known)][:MORE]


def choose(solved: Solved, by: Relaxation, limits: Limits, close: float) -> Chosen | None:
    """Return the best choice of plans that cost little, and of more of them while that gains and is not cut short.

    A choice with a plan that costs more than the relaxation exceeds the choice in hand is worse than that one.
    """
    window, best, held = WINDOW * solved.unit, None, _held(solved)
    most = max(1, MOST // len(held))
    while True:
        which = [_near(short, window, first, most) for short, first in zip(by.short, held, strict=True)]
        start = np.zeros(len(which), dtype=np.int64) if best or solved.plan else None
        chosen = master.choose(_over(solved, which), limits, start, close)
        if chosen is None or (best is not None and chosen.value < best.value):
            return best
        gain = float("inf") if best is None else chosen.value - best.value
        held = [at[[one]] for at, one in zip(which, chosen.taken, strict=True)]
        plans = [ground.table.taken[int(at[0])] for ground, at in zip(solved.grounds, held, strict=True)]
        best = Chosen(plans, chosen.missed, chosen.value)
        lost = by.value - best.value
        every = all(len(at) >= min(most, len(short)) for at, short in zip(which, by.short, strict=True))
        if every or lost <= window or min(lost, gain) <= close or (chosen.cut and chosen.missed <= TOLERANCE):
            return best
        window = min(WIDEN * window, lost)


def _held(solved: Solved) -> list[Array]:
    """Return where each block's part of the plan in hand stands in its table."""
    if solved.plan is None:
        return [np.zeros(0, dtype=np.int64)] * len(solved.grounds)
    pairs = zip(solved.grounds, solved.plan, strict=True)
    return [ground.table.place(taken) for ground, taken in pairs]


def _near(short: Array, window: float, first: Array, most: int) -> Array:
    """Return the plans that cost no more than the window, cheapest first, after those that must be there."""
    order = np.argsort(short, kind="stable")[:most]
    order = order[short[order] <= max(window, short[order[:1]].sum())]
    return np.concatenate([first, order[~np.isin(order, first)]])


def _over(solved: Solved, which: list[Array]) -> Master:
    offers = [ground.table.kept(at) for ground, at in zip(solved.grounds, which, strict=True)]
    return master.master(solved.program, solved.structure, offers, solved.scale)
