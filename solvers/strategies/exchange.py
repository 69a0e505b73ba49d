r"""Exchange: other choices inside the gap, the furthest from the one in hand or the nearest to an earlier one.

.. math:: \max \ |\{ i \in W : x_i = 1 \}| \quad \text{s.t.} \quad c^T x \ge z

over the stored plans of a solved state, where *W* are watched columns. For the furthest, *W* are columns that the choice in hand
leaves and :math:`z = \overline{z} - \gamma |z^*|`: every choice found so is certified within the gap :math:`\gamma`, so the
number is a lower bound, at least so many. For the nearest, *W* are what an earlier choice took and
:math:`z = z^* - \gamma |z^*|`: what is kept so is kept at no more than :math:`\gamma`, so at most the rest must go.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE, Program
from solvers.adaptors import highs
from solvers.answer import Answer, Limits
from solvers.decomposition.master import choose, master
from solvers.decomposition.solved import Solved
from solvers.decomposition.table import Table

Array = np.ndarray[Any, Any]
OFFERED = 20  # plans a block
ROUNDS = 20  # of plans that cannot be financed and are taken off the offer
EFFORT = Limits(gap=0.01, work=100, time=60.0)
WHOLE = Limits(gap=0.0, work=2_000, time=60.0)


def exchangeable(answer: Answer, watched: Array, gap: float) -> int | None:
    """Return how many watched columns another choice inside the gap has that the answer has not; nothing if unknown."""
    solved = answer.solved
    if not isinstance(solved, Solved) or solved.plan is None:
        return None
    left = watched[answer.choice[watched] < 0.5]
    found = _most(solved, left, solved.bound - max(gap, solved.gap) * max(1.0, abs(solved.objective)), solved.plan)
    return 0 if found is None else int(found[left].sum())


def nearest(program: Program, answer: Answer, before: list[Array] | None, watched: Array, gap: float) -> Array | None:
    """Return the choice (1 for a column taken) that has most watched columns within the gap of the answer; nothing if unknown.

    ``before`` is the earlier choice as plans of the blocks, which are on offer where they are still plans. A program that was not
    taken apart is searched whole.
    """
    solved, least = answer.solved, answer.objective - gap * max(1.0, abs(answer.objective))
    if isinstance(solved, Solved) and solved.plan is not None:
        same = _still(solved, before, least)
        return _most(solved, watched, least, before or solved.plan) if same is None else same
    what = highs.arrays(program).with_row(program.objective, least)
    wanted = np.zeros(len(program.columns))
    wanted[watched] = 1.0
    return highs.search(replace(what, objective=wanted), WHOLE, answer.x, style="plain").x


def _still(solved: Solved, before: list[Array] | None, least: float) -> Array | None:
    """Return the earlier choice where it is one of this program and worth enough."""
    if before is None or not all(len(g.table.place(plan)) for g, plan in zip(solved.grounds, before, strict=True)):
        return None
    x = highs.completed(solved.program, _column_vector(solved, before))
    good = x is not None and solved.program.violation(x) <= TOLERANCE and solved.program.value(x) >= least
    return x if good else None


def _most(solved: Solved, watched: Array, least: float, also: list[Array]) -> Array | None:
    """Return the choice of plans worth at least so much that takes most watched columns; a plan that cannot be paid is left."""
    marks = np.zeros(len(solved.program.columns), dtype=bool)
    marks[watched] = True
    room = solved.objective - least
    offers = [_offer(solved, g, room, also[g]) for g in range(len(solved.grounds))]
    for _ in range(ROUNDS):
        taken = _chosen(solved, offers, marks, least)
        if taken is None:
            return None
        unpaid = [g for g, plan in enumerate(taken) if solved.grounds[g].refused(plan)]
        if not unpaid:
            return _column_vector(solved, taken)
        for g in unpaid:
            offers[g] = _offer(solved, g, room, also[g])
    return None


def _chosen(solved: Solved, offers: list[Table], marks: Array, least: float) -> list[Array] | None:
    built = master(solved.program, solved.structure, offers, solved.scale)
    what = built.what.with_row(built.what.objective, least)
    objective, high = np.zeros(len(what.objective)), what.high.copy()
    objective[: built.first[-1]] = np.concatenate([_marked(solved, g, offer, marks) for g, offer in enumerate(offers)])
    high[built.shared.stop :] = 0.0  # no linking row may be missed
    asked = replace(built, what=replace(what, objective=objective, high=high))
    chosen = choose(asked, EFFORT, np.zeros(len(offers), dtype=np.int64))
    return None if chosen is None else [offer.taken[at] for offer, at in zip(offers, chosen.taken, strict=True)]


def _offer(solved: Solved, g: int, room: float, also: Array) -> Table:
    """Return the plan in hand, another, then those that alone would not leave the room, best first."""
    assert solved.plan is not None
    table = solved.grounds[g].table
    prices = solved.points[-1].prices if solved.points else solved.prices
    reduced = table.at(prices)
    mine, other = table.place(solved.plan[g]), table.place(also)
    both = np.concatenate([mine, other[~np.isin(other, mine)]])
    order = np.argsort(-reduced, kind="stable")
    order = order[(reduced[order] >= reduced[mine].sum() - room) & ~np.isin(order, both)][:OFFERED]
    return table.kept(np.concatenate([both, order]))


def _marked(solved: Solved, g: int, offer: Table, marks: Array) -> Array:
    """Return how many marked columns each plan takes."""
    block = solved.grounds[g].block
    marked = np.append(marks[block.columns[: block.choices]], False)  # -1, for nothing, reads the last
    return np.asarray(marked[offer.taken].sum(axis=1), dtype=float)


def _column_vector(solved: Solved, taken: list[Array]) -> Array:
    x = np.zeros(len(solved.program.columns))
    for ground, plan in zip(solved.grounds, taken, strict=True):
        x[ground.block.columns[plan[plan >= 0]]] = 1.0
    return x
