"""The program solved group by group: a first choice of the whole, rounds of neighbourhoods, and a bound from prices.

Work is counted in rounds and nodes, never in seconds, so the same input gives the same answer.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE, Program
from solvers.adaptors import highs
from solvers.answer import Answer, Limits, Stop, certify, infeasible
from solvers.decomposition import neighbourhood, prices
from solvers.decomposition.structure import BlockStructure, block_structure

Array = np.ndarray[Any, Any]

FIRST_GAP = 0.03
CLUSTER_COLUMNS = 900
NODES_PER_BLOCK = 200
NODES_PER_CLUSTER = 60
NODES_PER_ROUND = 40_000  # the limit of work is stated in nodes; a round of neighbourhoods counts as so many
FEW_GROUPS = 4
FEW_COLUMNS = 1_000


def solve(program: Program, limits: Limits) -> Answer:
    """Solve to the gap asked for; programs of few groups or columns, and those without a first choice, go to HiGHS whole."""
    started = time.perf_counter()
    structure = block_structure(program)
    if len(structure.columns) < FEW_GROUPS or len(program.columns) < FEW_COLUMNS:
        return highs.solve(program, limits)
    first = highs.search(highs.arrays(program), Limits(max(limits.gap, FIRST_GAP), 1, limits.time, limits.seed))
    if first.empty:
        return infeasible("decomposed", time.perf_counter() - started)
    start = highs.completed(program, first.x)
    if start is None or program.violation(program.rounded(start)) > TOLERANCE:
        return highs.solve(program, limits)
    x, bound, stop = _rounds(program, structure, program.rounded(start), first.bound, limits, started)
    return certify(
        program,
        highs.completed(program, x),
        bound,
        limits,
        solver="decomposed",
        stopped_by=stop,
        seconds=time.perf_counter() - started,
    )


def _rounds(
    program: Program, structure: BlockStructure, x: Array, bound: float, limits: Limits, started: float
) -> tuple[Array, float, Stop]:
    """Improve a choice cluster by cluster until the gap is reached; price the linking rows when one round does not do it."""
    rng = np.random.default_rng(limits.seed)
    small = Limits(1e-4, NODES_PER_CLUSTER, limits.time, limits.seed)
    try:
        for round_number in range(max(1, limits.work // NODES_PER_ROUND)):
            if round_number == 1:
                bound = min(bound, _priced(program, structure, limits))
            for cluster in neighbourhood.clusters(structure, CLUSTER_COLUMNS, rng):
                if bound - program.value(x) <= limits.gap * max(1.0, abs(program.value(x))):
                    return x, bound, "gap"
                if time.perf_counter() - started > limits.time:
                    return x, bound, "time"
                x = neighbourhood.improve(program, structure, x, cluster, small)
    except KeyboardInterrupt:  # the choice so far is whole and is audited like any other
        return x, bound, "interrupt"
    return x, bound, "work"


def _priced(program: Program, structure: BlockStructure, limits: Limits) -> float:
    """Return the bound at the prices of the linear relaxation."""
    _, duals = highs.relax(highs.arrays(program))
    return prices.bound(program, structure, duals[structure.linking], Limits(1e-4, NODES_PER_BLOCK, limits.time, limits.seed))
