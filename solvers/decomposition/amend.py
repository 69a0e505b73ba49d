"""Amendment: the plan of a program like this one is put right where it is a plan no more, and left alone elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.program import TOLERANCE
from solvers.crew import Crew
from solvers.decomposition.block import Block
from solvers.decomposition.descent import COOL, around_block, beside, part_of
from solvers.decomposition.search import Effort, search, terrain
from solvers.decomposition.solved import Solved
from solvers.decomposition.table import read

Array = np.ndarray[Any, Any]
FURTHER = replace(COOL, moves=2_500, hot=0.03, mild=0.2, stern=5.0)
WALKS = (COOL, FURTHER, replace(COOL, moves=2_500, hot=0.1, mild=0.1))
TRIED = 6  # parts of a block beside each of which a second block is looked for


class Amendment:
    """A plan under repair: what the blocks put into the linking rows, and each block as it is beside the others."""

    def __init__(self, solved: Solved, crew: Crew, plan: Sequence[Array]) -> None:
        self.solved, self.crew, self.plan = solved, crew, list(plan)
        self.around: list[Block | None] = [around_block(solved, g) for g in range(len(plan))]

    def fits(self, g: int) -> bool:
        """Whether a block's part breaks none of its rows and can be financed."""
        ground = self.solved.grounds[g]
        return len(read(ground.block, self.plan[g])) > 0 and not ground.refused(self.plan[g])

    def put_right(self, g: int) -> bool:
        """Give a block another part that fits beside the others, or let one more block change with it; whether one was."""
        for walk in WALKS:
            if (fitting := self.beside(g, walk)) is not None:
                self.plan[g] = fitting[0]
                return True
        before, parts = self.plan[g], self._parts(g)
        for walk in (COOL, FURTHER):
            for part in parts:
                self.plan[g] = part
                if self.second({g}, walk):
                    return True
        self.plan[g] = before
        return False

    def second(self, apart: set[int], walk: Effort = FURTHER) -> bool:
        """Change the one block that makes the linking rows hold at the best value; whether there is one."""
        others, activity = [h for h in range(len(self.plan)) if h not in apart], self._activity()
        fitting = {
            h: two for h, two in self.crew.each(lambda h: self.beside(h, walk, activity), others).items() if two is not None
        }
        if not fitting:
            return False
        best = max(fitting, key=lambda h: (fitting[h][1] - self._worth(h), -h))
        self.plan[best] = fitting[best][0]
        return True

    def beside(self, g: int, walk: Effort, activity: Array | None = None) -> tuple[Array, float] | None:
        """Return the best part of a block that fits beside the others, by a walk from the part it has, and its value.

        ``activity`` is what the plan puts into the linking rows, where that is known.
        """
        around, seed = self.around[g], self.crew.watch.limits.seed + g
        others = (self._activity() if activity is None else activity) - part_of(self.solved, g, self.plan[g])
        if around is None or self._out_of_reach(g, others):
            return None
        block = beside(around, others)
        table = read(
            block, search(terrain(block, self.solved.scale), block.objective, self.plan[g], walk, self.solved.scale, seed)
        )
        for at in np.argsort(-table.value, kind="stable"):
            if not self.solved.grounds[g].refused(table.taken[at]):
                return table.taken[at], float(table.value[at])
        return None

    def _out_of_reach(self, g: int, others: Array) -> bool:
        """Whether a linking row that a block says nothing in, and no shared column, is broken by the others."""
        program, rows = self.solved.program, self.solved.structure.linking
        mute = np.diff(self.solved.grounds[g].block.linking.indptr) == 0
        mute &= np.diff(sparse.csr_array(program.matrix[rows][:, self.solved.structure.shared]).indptr) == 0
        off = np.maximum(program.lower[rows] - others, others - program.upper[rows])
        return bool((off[mute] > TOLERANCE).any())

    def _parts(self, g: int) -> list[Array]:
        """Return other parts of a block: those that put most nearly the same into the linking rows, best at the prices first."""
        solved, ground = self.solved, self.solved.grounds[g]
        prices = solved.points[-1].prices if solved.points else solved.prices
        seed = self.crew.watch.limits.seed + g
        ground.learn(search(ground.terrain, ground.reduced(prices), self.plan[g], FURTHER, solved.scale, seed))
        table, was = ground.table, part_of(solved, g, self.plan[g])[ground.table.touched]
        size = np.maximum(np.abs(table.linking).max(axis=0, initial=0.0), 1e-9)
        apart = np.round((np.abs(table.linking - was) / size).sum(axis=1), 6)
        order = np.lexsort((-table.at(prices), apart))[: 4 * TRIED]
        return [taken for taken in table.taken[order] if not ground.refused(taken)][:TRIED]

    def _activity(self) -> Array:
        """Return what the plan puts into the linking rows."""
        return np.asarray(np.sum([part_of(self.solved, h, taken) for h, taken in enumerate(self.plan)], axis=0))

    def _worth(self, g: int) -> float:
        return float(self.solved.grounds[g].block.objective[self.plan[g][self.plan[g] >= 0]].sum())


def amend(solved: Solved, crew: Crew, plan: Sequence[Array]) -> None:
    """Put a plan right by changing the blocks whose part is none any more, and few others; keep it where that suffices."""
    amendment = Amendment(solved, crew, plan)
    broken = [g for g in range(len(solved.grounds)) if not amendment.fits(g)]
    if all(amendment.put_right(g) for g in broken) and not solved.take(amendment.plan) and amendment.second(set(broken)):
        solved.take(amendment.plan)
    if solved.plan is not None:
        for ground, taken in zip(solved.grounds, solved.plan, strict=True):
            ground.learn(taken)
