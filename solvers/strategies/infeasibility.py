"""Infeasibility: when nothing fits, which rules cannot hold together.

The linear relaxation decides first: what it cannot satisfy, no integer choice can, and the multipliers that contradict name the
rules concerned. Of these, rules are dropped one by one as long as the others still conflict (deletion filter; Chinneck 2008),
which leaves an irreducible set: every rule of it is needed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE, Program
from solvers.adaptors import highs
from solvers.answer import Limits
from solvers.proof import alone, prove, ray

Array = np.ndarray[Any, Any]
KEPT = frozenset({"once_only", "eligible_only", "history", "cohesion", "equity", "risk"})  # rules that are never in question
EACH = Limits(gap=0.05, work=300, time=30.0)  # of one search


@dataclass(frozen=True)
class Infeasibility:
    """Rules that cannot hold together.

    ``rules``: an irreducible set of rules; ``proven``: whether each was shown to be needed; with ``integer`` the conflict shows
    only among integer choices. ``feasible``: a choice was found, so there is nothing to explain.
    """

    rules: tuple[str, ...]
    proven: tuple[bool, ...]
    integer: bool
    feasible: bool = False

    def __repr__(self) -> str:
        """The rules, in a line."""
        return f"Infeasibility({', '.join(self.rules)})"


class Conflict:
    """A search for what conflicts, within seconds: when they are over, what is open stays in, unproven."""

    def __init__(self, program: Program, keep: frozenset[str], seconds: float) -> None:
        self.program, self.keep = program, keep
        self._until = time.perf_counter() + seconds

    @property
    def limits(self) -> Limits:
        """The limits of one search, within what is left."""
        return replace(EACH, time=max(0.1, min(EACH.time, self._until - time.perf_counter())))

    def of(self, rules: list[str]) -> Program:
        """Return the program of some rules in question, beside those that are kept."""
        return self.program.without({block.rule for block in self.program.blocks} - set(rules) - self.keep)

    def questioned(self) -> list[str]:
        """Return the rules in question."""
        return [block.rule for block in self.program.blocks if block.rule not in self.keep]

    def filtered(self, rules: list[str]) -> tuple[list[str], dict[str, bool]]:
        """Drop rules while the others conflict; return those left, and of each whether it was shown to be needed."""
        proven: dict[str, bool] = {}
        for rule in reversed(list(rules)):  # assumptions stand last in the policy: they go first
            fits = _fits(self.of([other for other in rules if other != rule]), self.limits)
            if fits is False:
                rules = [other for other in rules if other != rule]
            else:
                proven[rule] = fits is True
        return rules, proven


def diagnose(program: Program, keep: frozenset[str] = KEPT, seconds: float = 600.0) -> Infeasibility:
    """Return why a program has no feasible choice, within seconds. ``keep`` names rules that are never in question.

    A rule is proven needed when a choice was found that satisfies all the others of the set; a search that ends undecided
    keeps its rule and marks it unproven.
    """
    search = Conflict(program, keep, seconds)
    concerned = _by_relaxation(search)
    if concerned is None:
        if _fits(program, search.limits) is True:
            return Infeasibility((), (), False, feasible=True)
        search.program = alone(program, search.limits) or program  # a group without a choice on its own says where, and soon
    left, proven = search.filtered(search.questioned() if concerned is None else concerned)
    return Infeasibility(tuple(left), tuple(proven[rule] for rule in left), concerned is None)


def _by_relaxation(search: Conflict) -> list[str] | None:
    """Return the rules whose relaxation contradicts itself, or nothing; those that tie auxiliary columns are asked last."""
    tying = {block.rule for block in search.program.blocks if block.ties is not None}
    rules = search.questioned()
    for asked in ([rule for rule in rules if rule not in tying], rules):
        part = search.of(asked)
        if (multipliers := ray(highs.arrays(part))) is not None:
            named = {part.blocks[i].rule for i in part.row_rule[np.abs(multipliers) > TOLERANCE]}
            return [rule for rule in asked if rule in named]
        if not tying:
            break
    return None


def _fits(program: Program, limits: Limits) -> bool | None:
    """Whether an integer choice exists; ``None`` when the search ended undecided. That there is none is proved apart."""
    what = highs.arrays(program)
    outcome = highs.search(replace(what, objective=np.zeros(len(program.columns))), limits)
    if outcome.x is not None:
        point = highs.completed(program, outcome.x)
        return True if point is not None and program.violation(program.rounded(point)) <= TOLERANCE else None
    return False if (outcome.empty or ray(what) is not None) and prove(program, limits) is not None else None
