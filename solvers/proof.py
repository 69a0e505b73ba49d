r"""Proofs that a program has no choice at all, checked apart from the solver that found them.

For multipliers :math:`y` of the rows, whatever finds them, every choice satisfies

.. math:: (y^T A)\, x \le \sum_i \max(y_i l_i, y_i u_i)

so there is none where the least value of the left side over the columns' bounds is above the right side (Farkas 1902). Where only
whole choices conflict, two solvers that share no code must agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from model.selection.program import TOLERANCE, Program
from solvers.adaptors import highs
from solvers.adaptors.highs import Arrays
from solvers.answer import Limits
from solvers.duality import paid
from solvers.parts import parts

Array = np.ndarray[Any, Any]
EPSILON = float(np.finfo(float).eps)
SECONDS = 60.0  # for the second solver
PART_NODES = 200  # of a group on its own


@dataclass(frozen=True)
class Proof:
    """That no choice exists: ``ray``, multipliers of the rows that contradict by ``margin``, or ``two solvers`` that agree."""

    kind: Literal["ray", "two solvers"]
    margin: float = 0.0


def prove(program: Program, limits: Limits) -> Proof | None:
    """Return a proof that a program has no choice, or nothing: then it may have one, or not, or time ran out.

    A group that has none on its own is looked for first: small searches are soon over, and say where.
    """
    if (proof := by_ray(highs.arrays(program))) is not None:
        return proof
    if alone(program, limits) is not None:
        return Proof("two solvers")
    return Proof("two solvers") if _agreed(program, limits) else None


def alone(program: Program, limits: Limits) -> Program | None:
    """Return the first group that has no choice on its own, proved, or nothing."""
    small = replace(limits, work=min(limits.work, PART_NODES))
    return next((part for part in parts(program) if by_ray(highs.arrays(part)) is not None or _agreed(part, small)), None)


def _agreed(program: Program, limits: Limits) -> bool:
    """Whether two solvers that share no code say that a program has no choice."""
    what = replace(highs.arrays(program), objective=np.zeros(len(program.columns)))
    if not highs.search(what, limits, style="plain").empty:
        return False  # a choice, or a search that ended undecided
    from solvers.adaptors.pulp import says_empty  # PuLP is slow to import and not needed otherwise

    return says_empty(program, replace(limits, time=min(limits.time, SECONDS)))


def by_ray(what: Arrays) -> Proof | None:
    """Return the proof that the relaxation has no choice, where least violation of its rows gives one."""
    multipliers = ray(what)
    return None if multipliers is None else Proof("ray", contradiction(what, multipliers))


def ray(what: Arrays) -> Array | None:
    """Return multipliers of the rows that contradict, checked, where least violation of the rows gives them."""
    lack, multipliers = highs.relax(what.elastic())
    return multipliers if lack < -TOLERANCE and contradiction(what, multipliers) > 0 else None


def contradiction(what: Arrays, multipliers: Array) -> float:
    """Return by how much multipliers of the rows contradict, less all that rounding can have lost; above 0 is a proof."""
    price, side = paid(multipliers, what.lower, what.upper)
    row = what.matrix.T @ price
    least = np.minimum(row * what.low, row * what.high)
    size = abs(what.matrix).T @ np.abs(price)
    lost = (size * np.maximum(np.abs(what.low), np.abs(what.high))).sum() + np.abs(side).sum()
    terms = len(what.lower) + len(what.low) + 4
    return float(least.sum() - side.sum() - terms * EPSILON * lost)
