r"""Exchange: how far another choice inside the gap can lie from the one in hand.

.. math:: \max \ |\{ i \in W : x_i = 1, x^*_i = 0 \}| \quad \text{s.t.} \quad c^T x \ge \overline{z} - \gamma\, |z^*|

over the stored plans of a solved state. Every choice found so is certified within the gap :math:`\gamma` that was asked for, so
the number is a lower bound: at least so many.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from solvers.answer import Answer, Limits
from solvers.decomposition.master import Chosen, choose, master
from solvers.decomposition.solved import Solved
from solvers.decomposition.table import Table

Array = np.ndarray[Any, Any]
OFFERED = 20  # plans a block
ROUNDS = 20  # of plans that cannot be financed and are taken off the offer
EFFORT = Limits(gap=0.05, work=20, time=60.0)


def exchangeable(answer: Answer, watched: Array, gap: float) -> int | None:
    """Return how many watched columns another choice inside the gap has that the answer has not; nothing if unknown."""
    solved = answer.solved
    if not isinstance(solved, Solved) or solved.plan is None:
        return None
    least = solved.bound - max(gap, solved.gap) * max(1.0, abs(solved.objective))
    offers = [_offer(solved, g, solved.objective - least) for g in range(len(solved.grounds))]
    marks = np.zeros(len(solved.program.columns), dtype=bool)
    marks[watched] = answer.choice[watched] < 0.5
    for _ in range(ROUNDS):
        chosen = _furthest(solved, offers, marks, least)
        if chosen is None:
            return 0
        unpaid = [g for g, at in enumerate(chosen.taken) if solved.grounds[g].refused(offers[g].taken[at])]
        if not unpaid:
            return round(chosen.value)
        for g in unpaid:
            offers[g] = _offer(solved, g, solved.objective - least)
    return 0


def _furthest(solved: Solved, offers: list[Table], marks: Array, least: float) -> Chosen | None:
    """Return the choice of plans worth at least so much that takes most marked columns."""
    built = master(solved.program, solved.structure, offers, solved.scale)
    what = built.what.with_row(built.what.objective, least)
    objective, high = np.zeros(len(what.objective)), what.high.copy()
    objective[: built.first[-1]] = np.concatenate([_new(solved, g, offer, marks) for g, offer in enumerate(offers)])
    high[built.shared.stop :] = 0.0  # no linking row may be missed
    asked = replace(built, what=replace(what, objective=objective, high=high))
    return choose(asked, EFFORT, np.zeros(len(offers), dtype=np.int64))


def _offer(solved: Solved, g: int, room: float) -> Table:
    """Return the plan in hand, then others that alone would not leave the gap, best first."""
    assert solved.plan is not None
    table = solved.grounds[g].table
    prices = solved.points[-1].prices if solved.points else solved.prices
    reduced = table.at(prices)
    mine = table.place(solved.plan[g])
    order = np.argsort(-reduced, kind="stable")
    order = order[(reduced[order] >= reduced[mine].sum() - room) & ~np.isin(order, mine)][:OFFERED]
    return table.kept(np.concatenate([mine, order]))


def _new(solved: Solved, g: int, offer: Table, marks: Array) -> Array:
    """Return how many marked columns each plan takes."""
    block = solved.grounds[g].block
    marked = np.append(marks[block.columns[: block.choices]], False)  # -1, for nothing, reads the last
    return np.asarray(marked[offer.taken].sum(axis=1), dtype=float)
