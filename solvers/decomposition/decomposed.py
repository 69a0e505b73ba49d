"""The program solved block by block: prices, searches and a small master give plans; each block's own search gives the bound.

Work is counted in nodes and moves, never in seconds, so the same input gives the same answer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from model.selection.program import Program
from solvers.adaptors import highs
from solvers.answer import Answer, Limits, Stop, certify, infeasible
from solvers.crew import Crew
from solvers.decomposition import steps
from solvers.decomposition.amend import amend
from solvers.decomposition.bounds import point
from solvers.decomposition.descent import descend
from solvers.decomposition.reuse import adopt
from solvers.decomposition.solved import Solved
from solvers.decomposition.structure import Structure, structure
from solvers.watch import StoppedError, Tell, Watch, untold

Array = np.ndarray[Any, Any]
FEW_GROUPS = 4
FEW_CHOICES = 600
SEEKING = 8  # rounds of searches before the first bounds
CLOSE = 2e-4  # of the master's value: where the tables promise no more than it, prices are good
LITTLE = 5e-4  # of the objective: a round of a search that gains no more is the last
AWAY = 1e-2  # the gap above which a plan known is little help
PASS_NODES = 300
REFINE_NODES = 1_500
AT_ONCE = 6  # blocks refined in a round
PASSES, ALONG = 4, 2  # of the descent from the first plan, and of each round of a search that is not to be certified
STALE = 0.4  # of the slack of all blocks: where prices promise so much more than the tables give, other prices are better
POINTS = 5  # price points at which all blocks are bounded


def solve(program: Program, limits: Limits, tell: Tell = untold, known: Solved | None = None) -> Answer:
    """Solve to the gap asked for; programs of few groups or choices, and those that do not fall apart, go to HiGHS whole.

    ``known`` is the solved state of a program like this one: what still holds of it is not worked out again.
    """
    shape = structure(program)
    if not separable(program, shape):
        return highs.solve(program, limits)
    watch = Watch(limits, tell)
    solved = Solved.of(program, shape) if known is None else adopt(known, program)
    try:
        stopped = pursue(solved, watch)
    except steps.EmptyError:
        return infeasible("decomposed", watch.seconds)
    given = certify(
        program,
        solved.choice(),
        solved.bound,
        limits,
        solver="decomposed",
        stopped_by=stopped,
        seconds=watch.seconds,
        nodes=watch.nodes,
    )
    return replace(given, solved=solved)


def separable(program: Program, shape: Structure) -> bool:
    """Whether a program is worth taking apart, and can be."""
    return len(shape.blocks) >= FEW_GROUPS and program.binaries >= FEW_CHOICES and shape.searchable


def pursue(solved: Solved, watch: Watch) -> Stop:
    """Go on until the gap asked for is reached or a limit is met; return which."""
    try:
        with Crew(watch) as crew:
            _begin(solved, crew)
            if solved.content and solved.gap <= watch.limits.gap:
                return "gap"
            if watch.limits.searching:
                _search(solved, crew)
                return "gap" if solved.gap <= watch.limits.gap else "work"
            if not solved.points:
                prices = _seek(solved, crew)
                if solved.gap <= watch.limits.gap:
                    return "gap"
                solved.points.append(point(solved.program, solved.structure, prices))
            _certify(solved, crew)
            if solved.plan is None:  # what was known of a like program is none of this one
                steps.combine(solved, crew, solved.points[-1].prices, steps.CAREFUL)
                watch.tell(solved.objective, solved.bound, "combined")
            if solved.plan is None:
                _seek(solved, crew)
            if solved.gap > watch.limits.gap:
                _refine(solved, crew)
    except StoppedError as stop:
        return stop.reason
    except KeyboardInterrupt:  # the plan so far is whole and is audited like any other
        return "interrupt"
    except MemoryError:
        return "memory"
    return "gap" if solved.gap <= watch.limits.gap else "work"


def _begin(solved: Solved, crew: Crew) -> None:
    """Bound the program by its relaxation, and put right the plan of one like it; for a question a bound that was kept may do."""
    kept = bool(solved.points) or (solved.content and np.isfinite(solved.relaxed))
    if not kept:
        steps.relax(solved, crew.watch)
    if solved.like is not None:
        amend(solved, crew, solved.like)
        if kept and not solved.points and solved.gap > crew.watch.limits.gap:
            steps.relax(solved, crew.watch)
    crew.watch.tell(solved.objective, solved.bound, "relaxation")
    if solved.content and solved.gap > crew.watch.limits.gap:
        descend(solved, crew, PASSES)


def _seek(solved: Solved, crew: Crew) -> Array:
    """Search and combine until there is a plan and other prices promise little more; return the last prices."""
    prices, efforts = solved.prices, steps.QUICK
    for salt in range(SEEKING):
        steps.explore(solved, crew, prices, efforts, salt)
        first = solved.plan is None
        missed, by = steps.combine(solved, crew, prices, steps.SKETCH)
        descend(solved, crew, PASSES if first else 0)
        crew.watch.tell(solved.objective, solved.bound, f"plans found, missed {missed:.3g}")
        if solved.gap <= crew.watch.limits.gap:
            break
        if salt and solved.plan is not None and solved.promise(prices) - by.value <= CLOSE * abs(by.value):
            break
        prices, efforts = steps.nearby(solved, prices, by), steps.THOROUGH
    if solved.plan is None:
        steps.search_all(solved, crew)
    elif solved.gap > crew.watch.limits.gap:
        prices = steps.nearby(solved, prices, by)
        steps.explore(solved, crew, prices, steps.LONG, SEEKING)
        _, by = steps.combine(solved, crew, prices, steps.SKETCH)
        crew.watch.tell(solved.objective, solved.bound, "searched longer")
    return steps.nearby(solved, prices, by)


def _search(solved: Solved, crew: Crew) -> None:
    """Search and combine until a round gains little: no bound but the relaxation's."""
    prices = solved.prices
    for salt in range(SEEKING):
        before = -np.inf if solved.plan is None else solved.objective
        steps.explore(solved, crew, prices, steps.LIGHT if solved.gap <= AWAY else steps.MIXED, salt)
        _, by = steps.combine(solved, crew, prices, steps.SKETCH)
        descend(solved, crew, ALONG)
        crew.watch.tell(solved.objective, solved.bound, "searched")
        if solved.plan is not None and (
            solved.gap <= crew.watch.limits.gap or solved.objective - before <= LITTLE * abs(solved.objective)
        ):
            return
        prices = steps.nearby(solved, prices, by)
    if solved.plan is None:
        steps.search_all(solved, crew)


def _certify(solved: Solved, crew: Crew) -> None:
    """Bound every block that has no bound yet at the best point, after a search of it."""
    here = solved.points[-1]
    bare = [int(g) for g in np.flatnonzero(~np.isfinite(here.bounds))]
    order = sorted(bare, key=lambda g: -len(solved.grounds[g].block.columns))
    if 0 < len(order) < len(solved.grounds):  # known blocks stay as they are
        steps.explore(solved, crew, here.prices, steps.THOROUGH, SEEKING, order)
    steps.certify(solved, crew, order, [PASS_NODES] * len(order))
    crew.watch.tell(solved.objective, solved.bound, "blocks certified")


def _refine(solved: Solved, crew: Crew) -> None:
    """Stay at the point: longer searches for the blocks with most slack, and new combinations of what they find."""
    nodes = np.full(len(solved.grounds), REFINE_NODES)
    for salt in range(SEEKING + 1, 100):
        here = solved.points[-1].prices
        apart = [int(g) for g in np.flatnonzero(solved.slack(solved.points[-1]) > steps.EXACT * solved.unit)]
        if apart:
            steps.explore(solved, crew, here, steps.LONG, salt, apart)
            steps.settle(solved, crew, here, apart)
        _, by = steps.combine(solved, crew, here, steps.CAREFUL)
        crew.watch.tell(solved.objective, solved.bound, "combined")
        slack = solved.slack(solved.points[-1])
        worst = [int(g) for g in np.argsort(-slack, kind="stable")[:AT_ONCE] if slack[g] > steps.EXACT * solved.unit]
        if solved.gap <= crew.watch.limits.gap:
            return
        if solved.promise(here) - by.value > STALE * slack.sum() and len(solved.points) < POINTS:
            solved.points.append(point(solved.program, solved.structure, steps.nearby(solved, here, by)))
            _certify(solved, crew)
            continue
        if not worst:
            return
        steps.certify(solved, crew, worst, nodes[worst].tolist())
        crew.watch.tell(solved.objective, solved.bound, "blocks refined")
        nodes[worst] *= 2
