"""The steps of a solve. Each adds to the solved state: prices, plans, rows of financing, bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import TOLERANCE
from solvers.adaptors import highs
from solvers.adaptors.highs import Arrays
from solvers.crew import Crew
from solvers.decomposition import master
from solvers.decomposition.bounds import Point, point, relaxation_bound
from solvers.decomposition.pricing import Priced, price
from solvers.decomposition.projection import Projection
from solvers.decomposition.search import Effort, search
from solvers.decomposition.solved import Ground, Solved
from solvers.watch import Watch

Array = np.ndarray[Any, Any]
STERN = Effort(2500, hot=0.1, cold=0.005, mild=0.1, stern=5.0)
EVEN = Effort(2500, hot=0.05, cold=0.005, mild=0.05, stern=5.0)
MILD = Effort(2500, hot=0.05, cold=0.002, mild=0.03, stern=3.0)  # best where it ends within all rows, which it does not everywhere
QUICK = (EVEN, EVEN, STERN)
THOROUGH = (EVEN, STERN, EVEN, MILD, EVEN, STERN, MILD, EVEN)
NEAR, OFFERED = 8, 60  # plans within so many units of a block's best, and at most so many, are offered to the master
CHECKED = 4  # best plans of a block that are looked at when its choice cannot be financed
ROUNDS = 40  # of rows of financing in one combination
MASTER_NODES = 5_000
EXACT = 0.15  # absolute gap of a pricing, in units
FIRST_NODES = 2_000  # of a block that searches have not found a plan for


class EmptyError(Exception):
    """The relaxation, or a block on its own, is said to have no choice: a claim, to be proved apart."""


def relax(solved: Solved) -> None:
    """Bound the program by its relaxation; its prices also give the rows of financing that bind there."""
    program = solved.program
    value, duals = highs.relax(highs.arrays(program))
    if value == float("-inf"):
        raise EmptyError
    solved.relaxed = relaxation_bound(program, duals)
    solved.prices = duals[solved.structure.linking]
    for ground in solved.grounds:
        if ground.block.flows is not None:
            ground.cut(duals[ground.block.flows.rows])


def explore(solved: Solved, crew: Crew, prices: Array, efforts: Sequence[Effort], salt: int, which: Sequence[int] = ()) -> None:
    """Search blocks (all, unless told which) at prices of the linking rows; every other search starts from the best plan known."""
    grounds = solved.grounds

    def job(g: int) -> Array:
        ground, seed = grounds[g], _seed(crew.watch, salt, g)
        worth, best = ground.worth(prices), ground.best(prices)[0]
        nothing = np.full(ground.block.items, -1)
        found = [
            search(ground.terrain, worth, nothing if best is None or k % 2 else best, effort, solved.scale, seed + k)
            for k, effort in enumerate(efforts)
        ]
        return np.concatenate(found)

    order = sorted(which or range(len(grounds)), key=lambda g: -len(grounds[g].block.columns))
    for g, taken in crew.each(job, order).items():
        grounds[g].learn(taken)


def _seed(watch: Watch, salt: int, g: int) -> int:
    return (watch.limits.seed % 1_000_003) * 1_000_000 + salt * 100_000 + 20 * g


def fill(solved: Solved, crew: Crew, prices: Array) -> None:
    """Find a plan for each block that searches have found none for. Raises :class:`EmptyError` where there is said to be none."""
    bare = [g for g, ground in enumerate(solved.grounds) if not len(ground.table)]

    def job(g: int) -> Priced:
        ground = solved.grounds[g]
        return price(ground.forms[0], ground.worth(prices), None, crew.watch.left(FIRST_NODES), solved.scale)

    for g, priced in crew.each(job, bare).items():
        crew.watch.nodes += priced.nodes
        if priced.empty:
            raise EmptyError
        if priced.taken is not None:
            solved.grounds[g].learn(priced.taken)


def combine(solved: Solved, crew: Crew, prices: Array) -> tuple[float, Array]:
    """Choose one plan a block; keep it where it is a plan of the program and better. Return what it misses, and the master's prices.

    Plans that cannot be financed give rows, and the choice is made again.
    """
    for _ in range(ROUNDS):
        fill(solved, crew, prices)
        offers = [_offer(solved, g, prices) for g in range(len(solved.grounds))]
        built = master.master(solved.program, solved.structure, offers, solved.scale)
        value, duals = master.relaxed(built)
        start = None if solved.plan is None else np.zeros(len(offers), dtype=np.int64)
        chosen = master.choose(built, crew.watch.left(MASTER_NODES, 1e-6), start, 2 * EXACT * solved.unit)
        crew.watch.check()
        if chosen is None:
            return float("inf"), duals
        plan = [offer.taken[at] for offer, at in zip(offers, chosen.taken, strict=True)]
        unpaid = _unpaid(solved, crew, plan, prices)
        if not unpaid:
            if chosen.missed <= TOLERANCE:
                _keep(solved, plan, chosen.value)
            return chosen.missed, duals
    return float("inf"), duals


def _keep(solved: Solved, plan: list[Array], value: float) -> None:
    if solved.plan is None or value > solved.objective:
        solved.plan, solved.objective = plan, value


def _offer(solved: Solved, g: int, prices: Array) -> Any:
    """Return a block's plans near its best at some prices, the one in the best plan known first."""
    table = solved.grounds[g].table
    worth = table.at(prices)
    order = np.argsort(-worth, kind="stable")[:OFFERED]
    order = order[worth[order] >= worth[order[0]] - NEAR * solved.unit] if len(order) else order
    if solved.plan is not None:
        mine = np.flatnonzero((table.taken == solved.plan[g]).all(axis=1))[:1]
        order = np.concatenate([mine, order[~np.isin(order, mine)]])
    return table.kept(order)


def _unpaid(solved: Solved, crew: Crew, plan: list[Array], prices: Array) -> list[int]:
    """Return the blocks whose part of a plan cannot be financed; they, and their best plans, get the rows that say so."""

    def lacking(g: int) -> Array | None:
        flows = solved.grounds[g].block.flows
        return None if flows is None else unfinanced(flows, plan[g])

    found = {g: lack for g, lack in crew.each(lacking, range(len(plan))).items() if lack is not None}
    for g, lack in found.items():
        ground = solved.grounds[g]
        ground.cut(lack)
        for _ in range(CHECKED):
            best = ground.best(prices)[0]
            more = None if best is None or ground.block.flows is None else unfinanced(ground.block.flows, best)
            if more is None or not ground.cut(more):
                break
    return sorted(found)


def unfinanced(flows: Projection, taken: Array) -> Array | None:
    """Return multipliers of the projection's rows that show why a plan's columns leave no room for it; nothing where they do."""
    needs = np.asarray(flows.need[:, taken[taken >= 0]].sum(axis=1)).ravel()
    rows, lanes = flows.flow.shape
    eye = sparse.eye_array(rows)
    what = Arrays(
        objective=np.concatenate([np.zeros(lanes), -np.ones(2 * rows)]),
        matrix=sparse.csr_array(sparse.hstack([flows.flow, eye, -eye], format="csr")),
        lower=flows.lower - needs,
        upper=flows.upper - needs,
        low=np.concatenate([flows.low, np.zeros(2 * rows)]),
        high=np.concatenate([flows.high, np.full(2 * rows, np.inf)]),
        integer=np.zeros(lanes + 2 * rows, dtype=bool),
    )
    lack, multipliers = highs.relax(what)
    return multipliers if lack < -TOLERANCE else None


def certify(solved: Solved, crew: Crew, at: int, which: Sequence[int], nodes: Sequence[int]) -> None:
    """Bound blocks anew at a point by so many nodes each, and keep the lower bound; what is found is stored."""
    here = solved.points[at]
    asked = dict(zip(which, nodes, strict=True))

    def job(g: int) -> Priced:
        ground = solved.grounds[g]
        form = ground.forms[ground.priced % 2]
        best = ground.best(here.prices)[0]
        return price(form, ground.worth(here.prices), best, crew.watch.left(asked[g]), EXACT * solved.unit)

    bounds = here.bounds.copy()
    for g, priced in crew.each(job, which).items():
        crew.watch.nodes += priced.nodes
        solved.grounds[g].priced += 1
        bounds[g] = min(bounds[g], priced.bound)
        if priced.taken is not None:
            solved.grounds[g].learn(priced.taken)
    solved.points[at] = replace(here, bounds=bounds)


def mixed(solved: Solved, prices: Array) -> Point:
    """Return the point at which to certify: between the prices of the relaxation and the master's."""
    return point(solved.program, solved.structure, 0.3 * solved.prices + 0.7 * prices)
