"""Solve: the register of solvers."""

from __future__ import annotations

from collections.abc import Callable

from model.errors import usage
from model.selection.program import Program
from solvers.adaptors import exhaustive, highs
from solvers.answer import Answer, Limits
from solvers.decomposition import decomposed


def _cbc(program: Program, limits: Limits) -> Answer:
    from solvers.adaptors import pulp  # PuLP is slow to import and not needed otherwise

    return pulp.solve_cbc(program, limits)


def _pulp(name: str) -> Callable[[Program, Limits], Answer]:
    def solver(program: Program, limits: Limits) -> Answer:
        from solvers.adaptors import pulp

        return pulp.solve_with(name, program, limits)

    return solver


SOLVERS: dict[str, Callable[[Program, Limits], Answer]] = {
    "decomposed": decomposed.solve,
    "highs": highs.solve,
    "cbc": _cbc,
    "exhaustive": exhaustive.solve,
}


def solve(program: Program, using: str, limits: Limits) -> Answer:
    """Solve a program. ``using`` is ``decomposed``, ``highs``, ``cbc``, ``exhaustive`` or ``pulp:NAME`` for any PuLP solver."""
    if using.startswith("pulp:"):
        return _pulp(using.removeprefix("pulp:"))(program, limits)
    if using not in SOLVERS:
        raise usage("unknown solver", f"Choose one of {', '.join(SOLVERS)} or pulp:NAME.", column="run.solver", value=using)
    return SOLVERS[using](program, limits)
