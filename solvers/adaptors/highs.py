"""HiGHS, direct and sparse: the program is handed over as arrays and the answer read from the solver's own bound."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import highspy
import numpy as np
from scipy import sparse

from model.selection.program import Program
from solvers.answer import Answer, Limits, Stop, certify, infeasible

Array = np.ndarray[Any, Any]

_STOPS: dict[highspy.HighsModelStatus, Stop] = {
    highspy.HighsModelStatus.kSolutionLimit: "work",
    highspy.HighsModelStatus.kIterationLimit: "work",
    highspy.HighsModelStatus.kTimeLimit: "time",
    highspy.HighsModelStatus.kInterrupt: "interrupt",
}
_FIRST, _GREETED = threading.Lock(), threading.Event()
_PLAIN = {
    "presolve": "off",
    "mip_root_presolve_only": True,  # or searches within the search would presolve
    "mip_allow_restart": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
_LINEAR = (("choose", "on"), ("choose", "off"), ("ipm", "on"))  # each now and then ends without an answer
_EMPTY = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)


@dataclass(frozen=True)
class Arrays:
    """A maximisation as bare arrays: ``max objective @ x`` with ``lower <= matrix @ x <= upper`` and ``low <= x <= high``.

    ``integer`` marks the columns that must be whole numbers.
    """

    objective: Array
    matrix: sparse.csr_array
    lower: Array
    upper: Array
    low: Array
    high: Array
    integer: Array

    def with_row(self, row: Array, least: float) -> Arrays:
        """Return the maximisation with one more row, ``row @ x >= least``."""
        matrix = sparse.csr_array(sparse.vstack([self.matrix, sparse.csr_array(row[None, :])], format="csr"))
        return replace(self, matrix=matrix, lower=np.append(self.lower, least), upper=np.append(self.upper, np.inf))

    def elastic(self, rows: Array | None = None, scale: Array | None = None) -> Arrays:
        """Return the least violation: rows (all, unless told which) give way at a price, by steps of their scale, down and up."""
        height, n = self.matrix.shape
        rows = np.arange(height) if rows is None else rows
        give = sparse.csr_array(
            (np.ones(len(rows)) if scale is None else scale, (rows, np.arange(len(rows)))), (height, len(rows))
        )
        ways = 2 * len(rows)
        return replace(
            self,
            objective=np.concatenate([np.zeros(n), -np.ones(ways)]),
            matrix=sparse.csr_array(sparse.hstack([self.matrix, give, -give], format="csr")),
            low=np.concatenate([self.low, np.zeros(ways)]),
            high=np.concatenate([self.high, np.full(ways, np.inf)]),
            integer=np.concatenate([self.integer, np.zeros(ways, dtype=bool)]),
        )


@dataclass(frozen=True)
class Outcome:
    """What HiGHS says: a choice or none, its bound, why it stopped, nodes, and whether it proved there is no choice."""

    x: Array | None
    bound: float
    stopped_by: Stop
    nodes: int
    empty: bool


class Relaxed(NamedTuple):
    """A linear relaxation: its value, the shadow price of each row, and the basis: statuses of columns and of rows."""

    value: float
    prices: Array  # [rows]
    basis: tuple[Array, Array] | None = None


def solve(program: Program, limits: Limits) -> Answer:
    """Solve to the gap asked for, on one thread, so that the search is the same on every run."""
    started = time.perf_counter()
    outcome = search(arrays(program), limits)
    if outcome.empty:  # HiGHS 1.15's presolve says so of programs that have a choice
        outcome = search(arrays(program), limits, style="plain")
    seconds = time.perf_counter() - started
    if outcome.empty:
        return infeasible("highs", seconds)
    return certify(
        program,
        completed(program, outcome.x),
        outcome.bound,
        limits,
        solver="highs",
        stopped_by=outcome.stopped_by,
        seconds=seconds,
        nodes=outcome.nodes,
    )


def arrays(program: Program) -> Arrays:
    """Return the program's numbers without its names."""
    integer = np.arange(len(program.columns)) < program.binaries
    return Arrays(program.objective, program.matrix, program.lower, program.upper, program.low, program.high, integer)


def completed(program: Program, candidate: Array | None) -> Array | None:
    """Return a candidate with integer choices and the best auxiliary columns for them; ``None`` when there are none."""
    if candidate is None or program.binaries == len(program.columns):
        return candidate
    fixed = np.round(candidate[: program.binaries])
    what = arrays(program)
    low, high = what.low.copy(), what.high.copy()
    low[: program.binaries] = high[: program.binaries] = fixed
    solver = _solver(Limits())
    solver.passModel(_model(replace(what, low=low, high=high), integer=False))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.concatenate([fixed, np.array(solver.getSolution().col_value)[program.binaries :]])


def search(
    what: Arrays,
    limits: Limits,
    start: Array | None = None,
    absolute: float = 0.0,
    style: Literal["whole", "plain", "deep"] = "whole",
) -> Outcome:
    """Run the integer search, from a given choice where there is one (not a number: left open), to a gap of either kind.

    ``plain`` and ``deep`` searches go without presolve and restarts: HiGHS 1.15's presolve calls programs infeasible that are
    not, and 1.16's may never end. A deep one also searches near the choices it finds.
    """
    if what.matrix.shape[1] == 0:
        fits = _empty_fits(what)
        return Outcome(np.zeros(0) if fits else None, 0.0, "gap", 0, empty=not fits)
    solver = _solver(limits)
    solver.setOptionValue("mip_abs_gap", absolute)
    if style != "whole":
        for name, value in (_PLAIN | {"mip_heuristic_run_rins": style == "deep"}).items():
            solver.setOptionValue(name, value)
    _given(solver, _model(what, integer=True))
    if start is not None:
        known = np.flatnonzero(~np.isnan(start)).astype(np.int32)
        solver.setSolution(len(known), known, start[known])
    solver.run()
    status, info = _ended(solver), solver.getInfo()
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    x = np.array(solver.getSolution().col_value) if feasible else None
    bound = float(info.mip_dual_bound) if np.isfinite(info.mip_dual_bound) else float("inf")
    return Outcome(x, bound, _STOPS.get(status, "gap"), max(0, int(info.mip_node_count)), status in _EMPTY)


def relax(what: Arrays, seconds: float = float("inf")) -> tuple[float, Array]:
    """Return the value of the linear relaxation and the shadow price of each row: the gain by one more unit of its bound.

    An infeasible relaxation gives ``-inf`` and zeros. Raises ``TimeoutError`` where the seconds do not suffice.
    """
    return _relaxed(what, seconds)[:2]


def relax_from(what: Arrays, seconds: float = float("inf"), start: tuple[Array, Array] | None = None) -> Relaxed:
    """Return the linear relaxation with its basis, begun at that of one like it, from which the way is shorter."""
    value, prices, solver = _relaxed(what, seconds, start)
    return Relaxed(value, prices, None if solver is None else _basis(solver))


def _relaxed(what: Arrays, seconds: float, start: tuple[Array, Array] | None = None) -> tuple[float, Array, highspy.Highs | None]:
    """Return value and prices of the relaxation, and the solver that stands at its optimum."""
    nothing = np.zeros(len(what.lower))
    if what.matrix.shape[1] == 0:
        return (0.0 if _empty_fits(what) else float("-inf")), nothing, None
    for method, reducing in _LINEAR:
        solver = _solver(Limits())
        solver.setOptionValue("solver", method)
        solver.setOptionValue("presolve", reducing)
        solver.setOptionValue("time_limit", seconds)
        _given(solver, _model(what, integer=False))
        if start is not None and method == "choose":
            _begun(solver, start)
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return float(solver.getInfo().objective_function_value), np.array(solver.getSolution().row_dual), solver
        if status in _EMPTY:
            return float("-inf"), nothing, None
        if status == highspy.HighsModelStatus.kTimeLimit:
            raise TimeoutError(f"no relaxation in {seconds:g} s")
    raise RuntimeError(f"the linear relaxation ended with {solver.modelStatusToString(status)}")


def _basis(solver: highspy.Highs) -> tuple[Array, Array]:
    basis = solver.getBasis()
    columns, rows = (np.array([int(one) for one in side], dtype=np.int8) for side in (basis.col_status, basis.row_status))
    return columns, rows


def _begun(solver: highspy.Highs, start: tuple[Array, Array]) -> None:
    """Let a solver begin at a basis; one that it does not take is left out."""
    basis = highspy.HighsBasis()
    basis.col_status, basis.row_status = ([highspy.HighsBasisStatus(int(one)) for one in side] for side in start)
    basis.valid = True
    solver.setBasis(basis)


def _given(solver: highspy.Highs, model: highspy.HighsLp) -> None:
    """Hand a model over; one that HiGHS does not take is an error of its own, never a limit."""
    if solver.passModel(model) == highspy.HighsStatus.kError:
        raise RuntimeError("HiGHS does not take the program: a number in it is none")


def _ended(solver: highspy.Highs) -> highspy.HighsModelStatus:
    """Return how a search ended; an end that is neither an optimum, a limit nor a proof is an error of its own."""
    status: highspy.HighsModelStatus = solver.getModelStatus()
    if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kModelEmpty, *_STOPS, *_EMPTY):
        raise RuntimeError(f"the search ended with {solver.modelStatusToString(status)}")
    return status


def _empty_fits(what: Arrays) -> bool:
    """Whether nothing at all satisfies every row."""
    return bool(((what.lower <= 0) & (what.upper >= 0)).all())


@contextmanager
def _hushed() -> Iterator[None]:
    """Send what C code prints nowhere: HiGHS 1.16 greets on stdout when its first object is made."""
    if sys.stdout is not None:
        sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # a program without a console
        yield
        return
    with tempfile.TemporaryFile() as nowhere:
        try:
            os.dup2(nowhere.fileno(), 1)
            yield
        finally:
            os.dup2(kept, 1)
            os.close(kept)


def _made() -> highspy.Highs:
    """Return a new solver; the first of a process is made quietly."""
    with _FIRST:
        if not _GREETED.is_set():
            _GREETED.set()
            with _hushed():
                return highspy.Highs()
    return highspy.Highs()


def _solver(limits: Limits) -> highspy.Highs:
    solver = _made()
    if halt := limits.halt:
        solver.cbMipInterrupt.subscribe(lambda event: event.interrupt(halt.is_set()))
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": limits.seed,
        "mip_rel_gap": limits.gap,
        "mip_abs_gap": 0.0,
        "mip_feasibility_tolerance": 1e-7,
        "mip_max_nodes": limits.work,
        "time_limit": limits.time,
    }.items():
        solver.setOptionValue(name, value)
    return solver


def _model(what: Arrays, integer: bool) -> highspy.HighsLp:
    rows, n = what.matrix.shape
    if not (np.isfinite(what.objective).all() and np.isfinite(what.matrix.data).all()):
        raise RuntimeError("a number of the program is none: no solver is asked")  # HiGHS crashes, or never ends
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, rows
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = what.objective
    model.col_lower_, model.col_upper_ = what.low, what.high
    model.row_lower_ = np.where(np.isfinite(what.lower), what.lower, -highspy.kHighsInf)
    model.row_upper_ = np.where(np.isfinite(what.upper), what.upper, highspy.kHighsInf)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.num_col_, model.a_matrix_.num_row_ = n, rows
    model.a_matrix_.start_ = what.matrix.indptr
    model.a_matrix_.index_ = what.matrix.indices
    model.a_matrix_.value_ = what.matrix.data
    if integer:
        kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        model.integrality_ = [kinds[int(flag)] for flag in what.integer]
    return model
