r"""Descent: one block is searched while the others stand, its linking rows kept exactly instead of at prices.

.. math:: \max_{x \in X_g,\ s} c_g^T x + c_S^T s \quad \text{s.t.} \quad l - a_{-g} \le A_g x + A_S s \le u - a_{-g}

:math:`a_{-g}` is what the other blocks' plans put into the linking rows. Prices find plans that are good on average; this finds
the exchanges that fit the plan in hand (block coordinate ascent).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from solvers.crew import Crew
from solvers.decomposition.block import Block
from solvers.decomposition.search import Effort, search, terrain
from solvers.decomposition.solved import Solved
from solvers.decomposition.table import read

Array = np.ndarray[Any, Any]
COOL = Effort(400, hot=0.01, cold=0.001, mild=3.0, stern=10.0, margin=0.02)
LEAST = 1e-7  # of the objective, that a better plan must gain


def descend(solved: Solved, crew: Crew, passes: int, seed: int = 0) -> None:
    """Search every block around the plan in hand, so many times or until nothing is better, and keep what is."""
    for salt in range(passes):
        if solved.plan is None or not _once(solved, crew, solved.plan, seed + 1_000 * salt):
            return


def _once(solved: Solved, crew: Crew, plan: list[Array], seed: int) -> bool:
    """Search all blocks beside the plan as it is, then take what is still better one block after another."""
    framed = ((g, around_block(solved, g)) for g in range(len(plan)))
    around = {g: block for g, block in framed if block is not None}
    activity = np.sum([part_of(solved, g, taken) for g, taken in enumerate(plan)], axis=0)

    def job(g: int) -> Array:
        block = beside(around[g], activity - part_of(solved, g, plan[g]))
        return search(terrain(block, solved.scale), block.objective, plan[g], COOL, solved.scale, seed + g)

    searched, better = crew.each(job, list(around)), False
    for g, taken in searched.items():
        others = activity - part_of(solved, g, plan[g])
        table = read(beside(around[g], others), np.concatenate([plan[g][None, :], taken]))
        best = int(np.argmax(table.value))
        gains = table.value[best] > table.value[0] + LEAST * abs(solved.objective)
        if gains and not solved.grounds[g].refused(table.taken[best]):
            solved.grounds[g].learn(table.taken[best])
            plan[g], activity, better = table.taken[best], others + part_of(solved, g, table.taken[best]), True
    if better and (choice := solved.choice()) is not None:
        solved.objective = solved.program.value(choice)
    return better


def part_of(solved: Solved, g: int, taken: Array) -> Array:
    """Return what a block's plan puts into the linking rows."""
    return np.asarray(solved.grounds[g].block.linking[:, taken[taken >= 0]].sum(axis=1)).ravel()


def around_block(solved: Solved, g: int) -> Block | None:
    """Return a block with the linking rows it speaks in as rows of its own, and the shared columns in them.

    Nothing where what a shared column may be does not follow from the block row by row.
    """
    program, rows, shared = solved.program, solved.structure.linking, solved.structure.shared
    block, own = solved.grounds[g].block, sparse.csr_array(solved.program.matrix[rows][:, shared])
    spoken = np.diff(block.linking.indptr) > 0
    there = np.diff(sparse.csc_array(own[spoken]).indptr) > 0
    if (np.diff(own[spoken].indptr) > 1).any() or own[~spoken][:, there].nnz:
        return None
    matrix = sparse.block_array([[block.matrix, None], [block.linking[spoken], own[spoken][:, there]]], format="csr")
    return replace(
        block,
        columns=np.concatenate([block.columns, shared[there]]),
        objective=np.concatenate([block.objective, program.objective[shared[there]]]),
        low=np.concatenate([block.low, program.low[shared[there]]]),
        high=np.concatenate([block.high, program.high[shared[there]]]),
        matrix=sparse.csr_array(matrix),
        lower=np.concatenate([block.lower, program.lower[rows[spoken]]]),
        upper=np.concatenate([block.upper, program.upper[rows[spoken]]]),
        packing=np.concatenate([block.packing, np.zeros(int(spoken.sum()), dtype=bool)]),
        linking=sparse.csr_array(sparse.hstack([block.linking, sparse.csr_array((len(rows), int(there.sum())))])),
        flows=None,
    )


def beside(around: Block, others: Array) -> Block:
    """Return the block with what the others put into the linking rows taken off their sides."""
    spoken = np.diff(around.linking.indptr) > 0
    taken = np.concatenate([np.zeros(len(around.lower) - int(spoken.sum())), others[spoken]])
    return replace(around, lower=around.lower - taken, upper=around.upper - taken)
