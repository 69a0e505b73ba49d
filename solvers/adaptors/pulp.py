"""Any PuLP solver: the same program as PuLP's objects. The only file that imports ``pulp``.

PuLP's status is not read as an answer: 3.3 says *Optimal* at a time limit and returns no bound, and *Infeasible* where CBC
gave up. The bound comes from CBC's log, or else from the linear relaxation, and the choice is checked by
:func:`solvers.answer.certify`.
"""

from __future__ import annotations

import re
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pulp

from model.errors import usage
from model.selection.program import Program
from solvers.adaptors import highs
from solvers.answer import Answer, Limits, Stop, certify, infeasible

Array = np.ndarray[Any, Any]
MINIMUM_SECONDS = 1.0  # for the second proof
CBC_INCREMENT = 1e-5  # CBC drops branches that would gain less than this


def solve_cbc(program: Program, limits: Limits) -> Answer:
    """Solve with the CBC that PuLP brings."""
    problem, variables = translate(program)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        log = Path(folder) / "cbc.log"
        options = [f"maxNodes {limits.work}", f"randomCbcSeed {limits.seed}"]
        solver = pulp.PULP_CBC_CMD(
            msg=False, gapRel=limits.gap, timeLimit=limits.time, threads=1, options=options, logPath=str(log)
        )
        status = problem.solve(solver)
        text = log.read_text(encoding="utf-8", errors="replace")
    seconds = time.perf_counter() - started
    if status == pulp.LpStatusInfeasible:
        return _without_choice("cbc", program, limits, started)
    x = highs.completed(program, _values(variables))
    bound, stop = _read(text, program, x)
    return certify(program, x, bound, limits, solver="cbc", stopped_by=stop, seconds=seconds, nodes=_nodes(text))


def solve_with(name: str, program: Program, limits: Limits) -> Answer:
    """Solve with any solver PuLP knows by name; the bound is that of the linear relaxation."""
    problem, variables = translate(program)
    started = time.perf_counter()
    known = pulp.listSolvers(onlyAvailable=True)
    if name not in known:
        raise usage("PuLP has no such solver here", f"Choose one of {', '.join(known)}.", column="run.solver", value=name)
    solver = pulp.getSolver(name, msg=False, timeLimit=limits.time, gapRel=limits.gap)
    status = problem.solve(solver)
    seconds = time.perf_counter() - started
    if status == pulp.LpStatusInfeasible:
        return _without_choice(name, program, limits, started)
    bound, _ = highs.relax(highs.arrays(program))
    stop: Stop = "time" if seconds >= limits.time else "gap"
    return certify(
        program, highs.completed(program, _values(variables)), bound, limits, solver=name, stopped_by=stop, seconds=seconds
    )


def _without_choice(name: str, program: Program, limits: Limits, started: float) -> Answer:
    """Return what is known when a solver says that there is no choice: it is a claim, which HiGHS has to prove as well.

    CBC says "infeasible or unbounded" when its preprocessing meets the time limit; PuLP makes *Infeasible* of it. Where HiGHS
    finds a choice instead, that is the answer, in both names.
    """
    left = max(limits.time - (time.perf_counter() - started), MINIMUM_SECONDS)
    outcome = highs.search(highs.arrays(program), replace(limits, time=left))
    seconds = time.perf_counter() - started
    if outcome.empty:
        return infeasible(name, seconds)
    stop: Stop = "time" if outcome.x is None and seconds >= limits.time else outcome.stopped_by
    x = highs.completed(program, outcome.x)
    return certify(
        program, x, outcome.bound, limits, solver=f"{name}+highs", stopped_by=stop, seconds=seconds, nodes=outcome.nodes
    )


def says_empty(program: Program, limits: Limits) -> bool:
    """Whether CBC says within its limits that a program has no choice: a claim, worth something beside another's."""
    problem, _ = translate(replace(program, terms=()))
    started = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        status = problem.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=limits.time, threads=1))
    return bool(status == pulp.LpStatusInfeasible and time.perf_counter() - started < limits.time)


def translate(program: Program) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """Return the program as a PuLP problem and its variables in column order; a row with two finite bounds becomes two."""
    problem = pulp.LpProblem("baicun", pulp.LpMaximize)
    variables = [
        problem.add_variable(f"x{i}", low, high, pulp.LpBinary if i < program.binaries else pulp.LpContinuous)
        for i, (low, high) in enumerate(zip(program.low.tolist(), program.high.tolist(), strict=True))
    ]
    problem.setObjective(pulp.LpAffineExpression(list(zip(variables, program.objective.tolist(), strict=True))))
    matrix = program.matrix
    for i, (low, high) in enumerate(zip(program.lower.tolist(), program.upper.tolist(), strict=True)):
        entries = slice(matrix.indptr[i], matrix.indptr[i + 1])
        columns, data = matrix.indices[entries].tolist(), matrix.data[entries].tolist()
        terms = [(variables[j], value) for j, value in zip(columns, data, strict=True)]
        for side, sense, bound in (("l", pulp.LpConstraintGE, low), ("u", pulp.LpConstraintLE, high)):
            if np.isfinite(bound):
                row = pulp.LpConstraint(_expression(terms, variables), sense, f"r{i}{side}", bound)
                problem.addConstraint(row)
    return problem, variables


def _expression(terms: list[tuple[Any, float]], variables: list[Any]) -> pulp.LpAffineExpression:
    # An empty row must still reach the solver, or a row such as 0 >= 1 would vanish.
    return pulp.LpAffineExpression(terms or [(variables[0], 0.0)])


def _values(variables: list[pulp.LpVariable]) -> Array | None:
    values = [variable.value() for variable in variables]
    return None if any(value is None for value in values) else np.array(values, dtype=float)


def _read(text: str, program: Program, x: Array | None) -> tuple[float, Stop]:
    """Return the bound CBC printed and why it stopped."""
    stopped = re.search(r"Result - Stopped on (\w+)", text)
    stop: Stop = "gap" if stopped is None else "time" if stopped[1] == "time" else "work"
    printed = re.search(r"Upper bound:\s+(-?[\d.eE+-]+)", text)
    if printed:
        return float(printed[1]) + 1e-3, stop
    if stopped is None and x is not None and "Optimal solution found" in text:
        return program.value(program.rounded(x)) + CBC_INCREMENT, stop
    return highs.relax(highs.arrays(program))[0] + CBC_INCREMENT, stop


def _nodes(text: str) -> int:
    printed = re.search(r"Enumerated nodes:\s+(\d+)", text)
    return int(printed[1]) if printed else 0
