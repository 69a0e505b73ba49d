"""The program solved block by block: prices, searches and a small master give plans; each block's own search gives the bound.

Work is counted in nodes and moves, never in seconds, so the same input gives the same answer.
"""

from __future__ import annotations

import numpy as np

from model.selection.program import Program
from solvers.adaptors import highs
from solvers.answer import Answer, Limits, Stop, certify
from solvers.crew import Crew
from solvers.decomposition import steps
from solvers.decomposition.solved import Solved
from solvers.decomposition.structure import Structure, structure
from solvers.watch import StoppedError, Tell, Watch, untold

FEW_GROUPS = 4
FEW_COLUMNS = 1_000
SEEKING = 12  # rounds of searches for a first plan
PASS_NODES = 300
REFINE_NODES = 1_500
AT_ONCE = 12  # blocks refined in a round


def solve(program: Program, limits: Limits, tell: Tell = untold) -> Answer:
    """Solve to the gap asked for; programs of few groups or columns, and those that do not fall apart, go to HiGHS whole."""
    shape = structure(program)
    if not separable(program, shape):
        return highs.solve(program, limits)
    watch = Watch(limits, tell)
    solved = Solved.of(program, shape)
    try:
        stopped = pursue(solved, watch)
    except steps.EmptyError:
        return highs.solve(program, limits)
    return answer(solved, watch, stopped)


def separable(program: Program, shape: Structure) -> bool:
    """Whether a program is worth taking apart, and can be."""
    return len(shape.blocks) >= FEW_GROUPS and len(program.columns) >= FEW_COLUMNS and shape.searchable


def answer(solved: Solved, watch: Watch, stopped: Stop) -> Answer:
    """Return what is known as an answer, its choice checked against the program."""
    given = certify(
        solved.program,
        solved.choice(),
        solved.bound,
        watch.limits,
        solver="decomposed",
        stopped_by=stopped,
        seconds=watch.seconds,
        nodes=watch.nodes,
    )
    return given


def pursue(solved: Solved, watch: Watch) -> Stop:
    """Go on until the gap asked for is reached or a limit is met; return which."""
    try:
        with Crew(watch) as crew:
            steps.relax(solved)
            watch.tell(solved.objective, solved.bound, "relaxation")
            prices = _seek(solved, crew)
            _refine(solved, crew, prices)
    except StoppedError as stop:
        return stop.reason
    except KeyboardInterrupt:  # the plan so far is whole and is audited like any other
        return "interrupt"
    except MemoryError:
        return "memory"
    return "gap" if solved.gap <= watch.limits.gap else "work"


def _done(solved: Solved, crew: Crew) -> bool:
    return solved.gap <= crew.watch.limits.gap


def _seek(solved: Solved, crew: Crew) -> np.ndarray:
    """Search and combine until there is a plan, then once more at better prices; return the master's prices."""
    prices, efforts = solved.prices, steps.QUICK
    for salt in range(SEEKING):
        steps.explore(solved, crew, prices, efforts, salt)
        missed, duals = steps.combine(solved, crew, prices)
        crew.watch.tell(solved.objective, solved.bound, f"plans found, missed {missed:.3g}")
        if solved.plan is not None and salt:
            return duals
        prices = solved.prices if solved.plan is not None else 0.5 * prices + 0.5 * duals
        efforts = steps.THOROUGH
    return duals


def _refine(solved: Solved, crew: Crew, prices: np.ndarray) -> None:
    """Certify every block at one point, then stay there: longer searches for the blocks with most slack."""
    solved.points.append(steps.mixed(solved, prices))
    here, groups = solved.points[-1].prices, range(len(solved.grounds))
    order = sorted(groups, key=lambda g: -len(solved.grounds[g].block.columns))
    steps.certify(solved, crew, -1, order, [PASS_NODES] * len(order))
    nodes = np.full(len(order), REFINE_NODES)
    for salt in range(SEEKING, 100):
        if salt == SEEKING or salt % 2:
            steps.explore(solved, crew, here, steps.THOROUGH, salt)
        steps.combine(solved, crew, here)
        crew.watch.tell(solved.objective, solved.bound, "blocks certified")
        slack = solved.slack(solved.points[-1])
        worst = [int(g) for g in np.argsort(-slack, kind="stable")[:AT_ONCE] if slack[g] > steps.EXACT * solved.unit]
        if _done(solved, crew) or not worst:
            return
        steps.certify(solved, crew, -1, worst, nodes[worst].tolist())
        nodes[worst] *= 2
