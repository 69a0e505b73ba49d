"""Clash: when nothing fits, which rules cannot hold together, and by how much their rows would have to give way.

The linear relaxation decides first: what it cannot satisfy, no whole choice can. Rules are dropped one by one as long as the rest
still clash (deletion filter; Chinneck 2008), which leaves a set in which every rule is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from model.selection.program import Program
from solvers.adaptors import highs
from solvers.adaptors.highs import Arrays
from solvers.answer import Limits

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Clash:
    """Rules that cannot hold together.

    ``rules``: an irreducible set of rules; ``proven``: whether each was shown to be needed.
    ``relaxations``: the rows that would have to give way and by how much (rule, label, bound, needed,
    amount, unit), least first by the sum of relative amounts. With ``whole`` the clash shows only among whole choices
    and the amounts are those of a whole choice.
    """

    rules: tuple[str, ...]
    proven: tuple[bool, ...]
    whole: bool
    relaxations: pd.DataFrame


def clash(
    program: Program,
    keep: frozenset[str] = frozenset({"once_only", "eligible_only", "history", "cohesion", "equity", "risk"}),
    limits: Limits | None = None,
) -> Clash:
    """Return the clash of a program that has no choice. ``keep`` names rules that are never in question.

    A rule is proven needed when a choice was found that satisfies all the others of the set; a search that ends undecided
    keeps its rule and marks it unproven.
    """
    limits = limits or Limits(gap=0.02, work=2000, time=60.0)
    whole = _fits_relaxed(program)
    left = [block.rule for block in program.blocks if block.rule not in keep]
    proven: dict[str, bool] = {}
    for rule in reversed(list(left)):  # assumptions stand last in the policy: they go first
        fits = _fits(program.without({rule, *_dropped(program, left, keep)}), limits)
        if fits is False:
            left.remove(rule)
        else:
            proven[rule] = fits is True
    return Clash(tuple(left), tuple(proven[rule] for rule in left), whole, _relaxations(program, keep, whole, limits))


def _dropped(program: Program, left: list[str], keep: frozenset[str]) -> set[str]:
    return {block.rule for block in program.blocks} - set(left) - keep


def _fits_relaxed(program: Program) -> bool:
    return bool(np.isfinite(highs.relax(highs.arrays(program))[0]))


def _fits(program: Program, limits: Limits) -> bool | None:
    """Whether a whole choice exists; ``None`` when the search ended undecided."""
    if not _fits_relaxed(program):
        return False
    found = highs.search(replace(highs.arrays(program), objective=np.zeros(len(program.columns))), limits)
    return True if found.x is not None else False if found.empty else None


def _relaxations(program: Program, keep: frozenset[str], whole: bool, limits: Limits) -> pd.DataFrame:
    """Let every questioned row give way at a price and return the cheapest way to fit."""
    questioned = np.concatenate([np.full(len(b.labels), b.rule not in keep) for b in program.blocks])
    scale = np.maximum(1.0, np.abs(np.where(np.isfinite(program.upper), program.upper, program.lower)))
    scale[~np.isfinite(scale)] = 1.0
    rows = np.flatnonzero(questioned)
    give = sparse.csr_array((scale[rows], (rows, np.arange(len(rows)))), shape=(len(questioned), len(rows)))
    matrix = sparse.csr_array(sparse.hstack([program.matrix, give, -give], format="csr"))
    own, ways = highs.arrays(program), 2 * len(rows)
    what = Arrays(
        objective=np.concatenate([np.zeros(len(program.columns)), -np.ones(ways)]),
        matrix=matrix,
        lower=program.lower,
        upper=program.upper,
        low=np.concatenate([own.low, np.zeros(ways)]),
        high=np.concatenate([own.high, np.full(ways, np.inf)]),
        whole=np.concatenate([own.whole, np.zeros(ways, dtype=bool)]),
    )
    x = highs.elastic(what, whole, limits)
    labels = [(block.rule, block.labels[i], block.unit) for block in program.blocks for i in range(len(block.labels))]
    found = []
    n = len(program.columns)
    for place, row in enumerate(rows):
        amount = (x[n + place] - x[n + len(rows) + place]) * scale[row]
        if abs(amount) > 1e-6:
            bound = program.lower[row] if amount > 0 else program.upper[row]
            rule, label, unit = labels[row]
            found.append((rule, label, bound, bound - amount, abs(amount), unit))
    return pd.DataFrame(found, columns=["rule", "label", "bound", "needed", "amount", "unit"])
