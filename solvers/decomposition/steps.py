"""The steps of a solve. Each adds to the solved state: prices, plans, rows of financing, bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE
from solvers.adaptors import highs
from solvers.crew import Crew
from solvers.decomposition import master, sifting
from solvers.decomposition.bounds import relaxation_bound
from solvers.decomposition.pricing import Priced, price
from solvers.decomposition.search import Effort, search
from solvers.decomposition.sifting import Relaxation
from solvers.decomposition.solved import Solved
from solvers.watch import StoppedError, Watch

Array = np.ndarray[Any, Any]
STERN = Effort(2500, hot=0.1, cold=0.005, mild=0.1, stern=10.0)
HOT = Effort(2500, hot=0.3, cold=0.005, mild=0.1, stern=10.0)  # best where few plans fit
WILD = Effort(2500, hot=1.0, cold=0.005, mild=0.1, stern=10.0)  # where nearly none does
FINE = Effort(2500, hot=0.03, cold=0.001, mild=0.2, stern=5.0)  # best of many walks, where a walk ends within all rows
QUICK: tuple[Effort, ...] = (STERN, HOT, STERN)
LIGHT: tuple[Effort, ...] = (FINE, HOT, FINE)  # of a search that is not to be certified
MIXED: tuple[Effort, ...] = (FINE, HOT, STERN, WILD, FINE)  # of one that begins far away
THOROUGH: tuple[Effort, ...] = (FINE, HOT, FINE, STERN, FINE, WILD, FINE, FINE)  # every other one from the best plan known
LONG = (replace(FINE, moves=5000),) * 12
CHECKED = 20  # best plans of a block that are looked at, one after another, while they cannot be financed
SETTLING = 4  # searches of a block whose best plans cannot be financed
REPRICED = 6  # times a block is priced anew because the plan found cannot be financed
ROUNDS = 40  # of rows of financing in one combination
WHOLE_NODES = 20_000  # of the whole program, where its parts do not come together
SKETCH, CAREFUL = 1, 100  # nodes of a choice among plans while prices are sought, and after
MASTER_SHARE = 0.2  # of the distance between bound and plan: the master need not be solved closer
BOX, NARROW = 0.15, 0.01  # how far prices may move: a share of themselves, or of a typical price
KEPT, FAR = 0.3, 5e-3  # of the prices in hand, and of the master's value
EXACT = 0.15  # absolute gap of a pricing, in units
FIRST_NODES = 2_000  # of a block that searches have not found a plan for


class EmptyError(Exception):
    """The relaxation, or a block on its own, is said to have no choice: a claim, to be proved apart."""


def relax(solved: Solved, watch: Watch) -> None:
    """Bound the program by its relaxation; its prices also give the rows of financing that bind there."""
    program = solved.program
    try:
        value, duals, solved.basis = highs.relax_from(highs.arrays(program), watch.left(0).time, solved.basis)
    except TimeoutError:
        raise StoppedError("time") from None
    if value == float("-inf"):
        raise EmptyError
    solved.relaxed = relaxation_bound(program, duals)
    solved.prices = duals[solved.structure.linking]
    for ground in solved.grounds:
        if ground.block.flows is not None:
            ground.cut(duals[ground.block.flows.rows])


def explore(solved: Solved, crew: Crew, prices: Array, efforts: Sequence[Effort], salt: int, which: Sequence[int] = ()) -> None:
    """Search blocks (all, unless told which) at prices; every other search starts from the best plan known."""
    grounds = solved.grounds

    def job(g: int) -> Array:
        ground, seed = grounds[g], _seed(crew.watch, salt, g)
        reduced, best = ground.reduced(prices), ground.best(prices)[0]
        nothing = np.full(ground.block.items, -1)
        plans = [
            search(ground.terrain, reduced, nothing if best is None or k % 2 else best, effort, solved.scale, seed + k)
            for k, effort in enumerate(efforts)
        ]
        return np.concatenate(plans)

    order = sorted(which or range(len(grounds)), key=lambda g: -len(grounds[g].block.columns))
    for g, taken in crew.each(job, order).items():
        grounds[g].learn(taken)
    if not which:
        settle(solved, crew, prices, order)


def _seed(watch: Watch, salt: int, g: int) -> int:
    return (watch.limits.seed % 1_000_003) * 1_000_000 + salt * 100_000 + 20 * g


def fill(solved: Solved, crew: Crew, prices: Array) -> None:
    """Find a plan for each block that searches have found none for. Raises :class:`EmptyError` where there is said to be none."""
    bare = [g for g, ground in enumerate(solved.grounds) if not len(ground.table)]

    def job(g: int) -> Priced:
        ground = solved.grounds[g]
        return price(ground.forms[0], ground.reduced(prices), None, crew.watch.left(FIRST_NODES), solved.scale, deep=True)

    for g, priced in crew.each(job, bare).items():
        crew.watch.nodes += priced.nodes
        if priced.empty:
            raise EmptyError
        if priced.taken is not None:
            solved.grounds[g].learn(priced.taken)


def combine(solved: Solved, crew: Crew, prices: Array, nodes: int) -> tuple[float, Relaxation]:
    """Choose one plan a block by so many nodes and keep the better plan of the program.

    Return what it misses, and the master's relaxation. Plans that cannot be financed give rows, and the choice is made again.
    """
    for _ in range(ROUNDS):
        fill(solved, crew, prices)
        by = sifting.relaxed(solved, prices)
        if by.value == float("-inf"):  # rows may be missed at a price: one contradicts itself
            raise EmptyError
        far = abs(solved.bound - (by.value if solved.plan is None else solved.objective))
        close = max(2 * EXACT * solved.unit, MASTER_SHARE * far)
        chosen = sifting.choose(solved, by, crew.watch.left(nodes, 1e-6), close)
        crew.watch.check()
        if chosen is None:
            break
        if not _unpaid(solved, crew, chosen.plan, prices):
            if chosen.missed <= TOLERANCE:
                _keep(solved, chosen.plan, chosen.value)
            return chosen.missed, by
    return float("inf"), by


def _keep(solved: Solved, plan: list[Array], value: float) -> None:
    if solved.plan is None or value > solved.objective:
        solved.plan, solved.objective = plan, value


def search_all(solved: Solved, crew: Crew) -> None:
    """Look for a plan of the whole program at once, where no combination of blocks' plans has been one."""
    program = solved.program
    outcome = highs.search(highs.arrays(program), crew.watch.left(WHOLE_NODES, 0.5))
    crew.watch.nodes += outcome.nodes
    if outcome.empty:
        raise EmptyError
    x = highs.completed(program, outcome.x)
    if x is None or program.violation(x) > TOLERANCE:
        return
    plan = []
    for ground in solved.grounds:
        taken = ground.block.taken(x[ground.block.columns[: ground.block.choices]])
        ground.learn(taken)
        plan.append(taken)
    _keep(solved, plan, program.value(x))


def _unpaid(solved: Solved, crew: Crew, plan: list[Array], prices: Array) -> list[int]:
    """Return the blocks whose part of a plan cannot be financed; they, and their best plans, get the rows that say so."""
    refused = crew.each(lambda g: solved.grounds[g].refused(plan[g]), range(len(plan)))
    unpaid = [g for g, is_refused in refused.items() if is_refused]
    settle(solved, crew, prices, unpaid)
    return unpaid


def settle(solved: Solved, crew: Crew, prices: Array, which: Sequence[int]) -> None:
    """Give blocks the rows of financing that their best plans break, until the best can be financed."""

    def job(g: int) -> int:
        ground = solved.grounds[g]
        for cuts in range(CHECKED):
            best = ground.best(prices)[0]
            if best is None or not ground.refused(best):
                return cuts
        return CHECKED

    for salt in range(SETTLING):
        thin = [g for g, cuts in crew.each(job, which).items() if cuts]
        if not thin:
            return
        explore(solved, crew, prices, QUICK, 90 + salt, thin)
        which = thin


def certify(solved: Solved, crew: Crew, which: Sequence[int], nodes: Sequence[int]) -> None:
    """Bound blocks anew at the last point by so many nodes each, and keep the lower bound; what is found is stored."""
    here = solved.points[-1]
    asked = dict(zip(which, nodes, strict=True))

    def job(g: int) -> tuple[float, int]:
        ground, bound, spent = solved.grounds[g], float("inf"), 0
        for _ in range(REPRICED):
            best = ground.best(here.prices)[0]
            form, reduced = ground.forms[ground.priced % 2], ground.reduced(here.prices)
            deep = best is None or ground.priced > 0
            priced = price(form, reduced, best, crew.watch.left(asked[g]), EXACT * solved.unit, deep)
            bound, spent = min(bound, priced.bound), spent + priced.nodes
            if priced.taken is None:
                break
            ground.learn(priced.taken)
            if not ground.refused(priced.taken):
                break
        ground.priced += 1
        return bound, spent

    bounds = here.bounds.copy()
    for g, (bound, spent) in crew.each(job, which).items():
        crew.watch.nodes += spent
        bounds[g] = min(bounds[g], bound)
    solved.points[-1] = replace(here, bounds=bounds)


def nearby(solved: Solved, centre: Array, by: Relaxation) -> Array:
    """Return prices most of the way from given ones to the master's near them; what is far off is left behind at once.

    Near ones move by at most a share of themselves, a share of a typical price, or what the tables promise beyond the master's
    value spread over a row's side.
    """
    excess = max(0.0, solved.promise(centre) - by.value)
    if excess > FAR * abs(by.value):
        return by.prices
    size = master.typical(solved.program.matrix[solved.structure.linking])
    width = np.maximum(np.maximum(BOX * np.abs(centre), NARROW * solved.scale / size), excess / np.maximum(solved.sides, 1.0))
    return np.asarray(KEPT * centre + (1.0 - KEPT) * sifting.relaxed(solved, centre, width).prices)
