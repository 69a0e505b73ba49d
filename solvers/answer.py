"""What every solver is asked within (limits) and what it must give back (an answer)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from model.selection.program import TOLERANCE, Program

Array = np.ndarray[Any, Any]
GAP_TOLERANCE = 2e-6  # solvers prove an optimum up to their own tolerances
OPTIMAL = 1e-4  # the relative gap up to which a choice is called optimal
Status = Literal["optimal", "within_gap", "feasible", "infeasible", "not_found"]
Stop = Literal["gap", "work", "time", "interrupt", "memory"]


@dataclass(frozen=True)
class Limits:
    """Relative gap asked for, work (nodes), time in seconds, seed, workers (0: one a core), memory in MiB (0: any).

    Work is deterministic. Time and memory are safety nets: a run they stopped promises no identity. ``halt`` ends a search when
    set. ``searching``: a plan is left where searches gain little more, with the relaxation's bound; only ``decomposed`` can.
    """

    gap: float = 0.01
    work: int = 200_000
    time: float = 1200.0
    seed: int = 0
    workers: int = 0
    memory: int = 0
    halt: threading.Event | None = field(default=None, compare=False, repr=False)
    searching: bool = False


@dataclass(frozen=True, repr=False)
class Answer:
    """A solver's answer to a maximisation.

    ``optimal``: a choice within a gap of 0.01 %. ``within_gap``: within the gap asked for. ``feasible``: a choice, the gap not
    reached. ``infeasible``: proven that no choice exists. ``not_found``: neither a choice nor a proof.
    ``gap`` = (bound - objective) / max(1, \\|objective\\|). ``solved`` is what a solver remembers, to be asked again.
    """

    solver: str
    status: Status
    stopped_by: Stop
    x: Array | None
    objective: float
    bound: float
    seconds: float
    nodes: int = 0
    solved: Any = field(default=None, compare=False)

    @property
    def choice(self) -> Array:
        """The choice of a solved program. Raises ``ValueError`` where there is none."""
        if self.x is None:
            raise ValueError(f"{self.solver} found no choice: {self.status}")
        return self.x

    @property
    def gap(self) -> float:
        """The certified relative gap; not a number where there is no choice."""
        if self.x is None:
            return float("nan")
        return max(0.0, self.bound - self.objective) / max(1.0, abs(self.objective))

    def __repr__(self) -> str:
        """What was certified, in a line."""
        return (
            f"Answer({self.solver}: {self.status}, stopped by {self.stopped_by}, objective {self.objective:,.4f}, "
            f"bound {self.bound:,.4f}, gap {self.gap:.4%}, {self.seconds:.1f} s)"
        )


def certify(
    program: Program,
    candidate: Array | None,
    bound: float,
    limits: Limits,
    *,
    solver: str,
    stopped_by: Stop,
    seconds: float,
    nodes: int = 0,
) -> Answer:
    """Return the answer after checking the choice ourselves: whole, inside every bound and row, and its gap recomputed."""
    x = None if candidate is None else program.rounded(np.asarray(candidate, dtype=float))
    if x is not None and (
        np.abs(x - candidate).max(initial=0.0) > 1e-4 or program.violation(x) > TOLERANCE or _outside(program, x)
    ):
        x = None
    if x is None:
        return Answer(solver, "not_found", stopped_by, None, float("nan"), bound, seconds, nodes)
    objective = program.value(x)
    answer = Answer(solver, "feasible", stopped_by, x, objective, max(bound, objective), seconds, nodes)
    reached = answer.gap <= limits.gap + GAP_TOLERANCE
    status: Status = "optimal" if answer.gap <= OPTIMAL + GAP_TOLERANCE else "within_gap" if reached else "feasible"
    return replace(answer, status=status, stopped_by="gap" if reached else stopped_by)


def _outside(program: Program, x: Array) -> bool:
    return bool(((x < program.low - TOLERANCE) | (x > program.high + TOLERANCE)).any())


def infeasible(solver: str, seconds: float) -> Answer:
    """Return the answer of a proven absence of any choice."""
    return Answer(solver, "infeasible", "gap", None, float("nan"), float("nan"), seconds)
