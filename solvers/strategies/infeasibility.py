"""Infeasibility: when nothing fits, which rules cannot hold together, and by how much their rows would have to give way.

The linear relaxation decides first: what it cannot satisfy, no integer choice can. Rules are dropped one by one as long as the
others still conflict (deletion filter; Chinneck 2008), which leaves an irreducible set: every rule of it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from model.selection.program import TOLERANCE, Program, tied
from solvers.adaptors import highs
from solvers.answer import Limits
from solvers.proof import alone, by_ray, prove

Array = np.ndarray[Any, Any]
COLUMNS = ["rule", "label", "bound", "needed", "amount", "unit"]
WAYS = ("万元", "village")  # repairs in money alone, and in villages alone


@dataclass(frozen=True)
class Repair:
    """One way to make room: which rows give way, and by how much.

    ``way`` is ``relative`` (any row, least by the sum of relative amounts), a unit (its rows alone, least by the sum ``total``),
    or a rule whose rows tie auxiliary columns to choices (what is lacking there, least by its sum).
    ``rows``: rule, label, bound, needed, amount, unit. ``verified``: whether an integer choice was found once they
    gave way (``None``: the search ended undecided).
    """

    way: str
    total: float
    rows: pd.DataFrame
    verified: bool | None

    def __repr__(self) -> str:
        """The way and its size, in a line."""
        return f"Repair({self.way}: {len(self.rows)} rows, {self.total:,.1f} in all, verified {self.verified})"


@dataclass(frozen=True)
class Infeasibility:
    """Rules that cannot hold together.

    ``rules``: an irreducible set of rules; ``proven``: whether each was shown to be needed; with ``integer`` the conflict shows
    only among integer choices. ``repairs``: ways to make room, first over all rows, then in money and in villages alone.
    ``feasible``: a choice was found, so there is nothing to explain.
    """

    rules: tuple[str, ...]
    proven: tuple[bool, ...]
    integer: bool
    repairs: tuple[Repair, ...]
    feasible: bool = False

    def __repr__(self) -> str:
        """The rules, in a line."""
        return f"Infeasibility({', '.join(self.rules)}; {len(self.repairs)} repairs)"

    @property
    def relaxations(self) -> pd.DataFrame:
        """The rows of the first repair."""
        return self.repairs[0].rows if self.repairs else pd.DataFrame(columns=COLUMNS)


def diagnose(
    program: Program,
    keep: frozenset[str] = frozenset({"once_only", "eligible_only", "history", "cohesion", "equity", "risk"}),
    limits: Limits | None = None,
) -> Infeasibility:
    """Return why a program has no feasible choice. ``keep`` names rules that are never in question.

    A rule is proven needed when a choice was found that satisfies all the others of the set; a search that ends undecided
    keeps its rule and marks it unproven.
    """
    limits = limits or Limits(gap=0.05, work=300, time=30.0)
    if _fits(program, limits) is True:
        return Infeasibility((), (), False, (), feasible=True)
    everything, integer = program, _fits_relaxed(program)
    if integer:
        program = alone(program, limits) or program  # a group that has no choice on its own says where, and soon
    left = [block.rule for block in program.blocks if block.rule not in keep]
    proven: dict[str, bool] = {}
    for rule in reversed(list(left)):  # assumptions stand last in the policy: they go first
        fits = _fits(program.without({rule, *_dropped(program, left, keep)}), limits)
        if fits is False:
            left.remove(rule)
        else:
            proven[rule] = fits is True
    return Infeasibility(tuple(left), tuple(proven[rule] for rule in left), integer, _repairs(program, keep, limits, everything))


def _repairs(program: Program, keep: frozenset[str], limits: Limits, everything: Program) -> tuple[Repair, ...]:
    """Return ways to make room in a program, each verified in the program it is a part of."""
    units = np.concatenate([np.full(len(block.labels), block.unit, dtype=object) for block in program.blocks])
    questioned = np.concatenate([np.full(len(block.labels), block.rule not in keep) for block in program.blocks])
    scale = np.maximum(1.0, np.abs(np.where(np.isfinite(program.upper), program.upper, program.lower)))
    scale[~np.isfinite(scale)] = 1.0
    repairs = [_repair(program, "relative", np.flatnonzero(questioned), scale, limits, everything)]
    for unit in WAYS:
        rows = np.flatnonzero(questioned & (units == unit))
        if len(rows):
            repairs.append(_repair(program, unit, rows, np.ones(len(scale)), limits, everything))
    lacking = np.concatenate([tied(block) for block in program.blocks])
    for rule in sorted({program.blocks[i].rule for i in program.row_rule[lacking & questioned]}):
        rows = np.flatnonzero(lacking & np.array([program.blocks[i].rule == rule for i in program.row_rule]))
        repairs.append(_repair(program, rule, rows, np.ones(len(scale)), limits, everything))
    return tuple(repair for repair in repairs if repair is not None)


def _eased(program: Program, relaxations: pd.DataFrame) -> Program:
    """Return the program with the bounds that give way."""
    needed = {(r["rule"], r["label"]): float(r["needed"]) for r in relaxations.to_dict("records")}
    blocks = []
    for block in program.blocks:
        lower, upper = block.lower.copy(), block.upper.copy()
        for i, label in enumerate(block.labels):
            if (block.rule, label) in needed:
                value = needed[block.rule, label]
                slack = 1e-6 * max(1.0, abs(value))
                lower[i], upper[i] = min(lower[i], value - slack), max(upper[i], value + slack)
        blocks.append(replace(block, lower=lower, upper=upper))
    return replace(program, blocks=tuple(blocks))


def _dropped(program: Program, left: list[str], keep: frozenset[str]) -> set[str]:
    return {block.rule for block in program.blocks} - set(left) - keep


def _fits_relaxed(program: Program) -> bool:
    return by_ray(highs.arrays(program)) is None


def _fits(program: Program, limits: Limits) -> bool | None:
    """Whether an integer choice exists; ``None`` when the search ended undecided. That there is none is proved apart."""
    outcome = highs.search(replace(highs.arrays(program), objective=np.zeros(len(program.columns))), limits)
    if outcome.x is not None:
        point = highs.completed(program, outcome.x)
        return True if point is not None and program.violation(program.rounded(point)) <= TOLERANCE else None
    return False if outcome.empty and prove(program, limits) is not None else None


def _repair(program: Program, way: str, rows: Array, scale: Array, limits: Limits, everything: Program) -> Repair | None:
    """Let some rows give way at a price, and return the cheapest way to fit; nothing where even that is not enough."""
    x = highs.search(highs.arrays(program).elastic(rows, scale[rows]), limits).x
    if x is None:
        return None
    n = len(program.columns)
    amount = np.zeros(len(program.lower))
    amount[rows] = (x[n : n + len(rows)] - x[n + len(rows) :]) * scale[rows]
    table = _told(program, amount)
    eased = _eased(program, table)
    fits = eased.violation(program.rounded(x[:n])) <= TOLERANCE  # the choice found is the proof; else look for another
    sure = fits and program is everything
    return Repair(way, float(np.abs(amount).sum()), table, True if sure else _fits(_eased(everything, table), limits))


def _told(program: Program, amount: Array) -> pd.DataFrame:
    """Return the rows that give way: a positive amount lowers a lower bound, a negative one raises an upper bound."""
    labels = [(block.rule, block.labels[i], block.unit) for block in program.blocks for i in range(len(block.labels))]
    eased = []
    for row in np.flatnonzero(np.abs(amount) > 1e-6):
        bound = program.lower[row] if amount[row] > 0 else program.upper[row]
        rule, label, unit = labels[row]
        eased.append((rule, label, bound, bound - amount[row], abs(amount[row]), unit))
    return pd.DataFrame(eased, columns=COLUMNS)
