"""Solve: the register of solvers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from model.errors import usage
from model.selection.program import Program
from solvers.adaptors import exhaustive, highs
from solvers.answer import Answer, Limits
from solvers.proof import prove
from solvers.watch import Tell, untold


def _cbc(program: Program, limits: Limits) -> Answer:
    from solvers.adaptors import pulp  # PuLP is slow to import and not needed otherwise

    return pulp.solve_cbc(program, limits)


def _pulp(name: str) -> Callable[[Program, Limits], Answer]:
    def solver(program: Program, limits: Limits) -> Answer:
        from solvers.adaptors import pulp

        return pulp.solve_with(name, program, limits)

    return solver


def _decomposed(program: Program, limits: Limits, tell: Tell = untold, known: Any = None) -> Answer:
    from solvers.decomposition import decomposed  # its searches are compiled, which takes a moment to load

    return decomposed.solve(program, limits, tell, known)


SOLVERS: dict[str, Callable[[Program, Limits], Answer]] = {
    "decomposed": _decomposed,
    "highs": highs.solve,
    "cbc": _cbc,
    "exhaustive": exhaustive.solve,
}


def solve(program: Program, using: str, limits: Limits, tell: Tell = untold, known: Any = None) -> Answer:
    """Solve a program. ``using`` is ``decomposed``, ``highs``, ``cbc``, ``exhaustive`` or ``pulp:NAME`` for any PuLP solver.

    ``tell`` hears of progress; ``known`` is what an earlier answer remembers (``Answer.solved``). Both concern ``decomposed``.
    That no choice exists is a solver's claim: it is proved apart within the time that is left, or not said.
    """
    started = time.perf_counter()
    if using == "decomposed":
        answer = _decomposed(program, limits, tell, known)
    elif using.startswith("pulp:"):
        answer = _pulp(using.removeprefix("pulp:"))(program, limits)
    elif using in SOLVERS:
        answer = SOLVERS[using](program, limits)
    else:
        known_ones = f"Choose one of {', '.join(SOLVERS)} or pulp:NAME."
        raise usage("unknown solver", known_ones, column="run.solver", value=using)
    if answer.status != "infeasible" or using == "exhaustive":
        return answer
    return _proved(program, answer, limits, started)


def _proved(program: Program, answer: Answer, limits: Limits, started: float) -> Answer:
    """Return the answer that there is no choice where that is proved; else what another search finds."""

    def left() -> Limits:
        return replace(limits, time=max(0.1, limits.time - (time.perf_counter() - started)))

    if prove(program, left()) is not None:
        return answer
    other = highs.solve(program, left())
    return other if other.status != "infeasible" else replace(answer, status="not_found", stopped_by="work")
