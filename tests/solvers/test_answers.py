"""Status, bound and gap are our own, and checked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from model.errors import InputError
from model.selection.labels import Labels
from model.selection.program import Program, RowBlock, Term
from scenarios import study
from solvers.adaptors.exhaustive import MOST_COLUMNS
from solvers.answer import GAP_TOLERANCE, OPTIMAL, Limits, certify
from solvers.solve import solve


def knapsack(weights: list[float], values: list[float], room: float) -> Program:
    n = len(weights)
    row = RowBlock(
        "weight", Labels((np.array(["all"]),)), sparse.csr_array(np.array([weights])), np.array([-np.inf]), np.array([room]), "kg"
    )
    return Program(Labels((np.arange(n),)), (Term("value", 1.0, np.array(values)),), (row,), np.zeros(n, dtype=int))


TOY = knapsack([3, 4, 5], [4, 5, 6], 8)


def test_a_choice_that_breaks_a_row_is_not_an_answer() -> None:
    answer = certify(TOY, np.array([1.0, 1.0, 1.0]), 20.0, Limits(), solver="x", stopped_by="gap", seconds=0)
    assert (answer.status, answer.x) == ("not_found", None)


def test_a_fractional_choice_is_not_an_answer() -> None:
    assert certify(TOY, np.array([0.5, 0, 0]), 20.0, Limits(), solver="x", stopped_by="gap", seconds=0).x is None


def test_a_wide_gap_is_feasible_and_not_optimal() -> None:
    answer = certify(TOY, np.array([1.0, 0, 0]), 10.0, Limits(gap=0.01), solver="x", stopped_by="time", seconds=0)
    assert (answer.status, answer.stopped_by, answer.gap) == ("feasible", "time", 1.5)


@pytest.mark.parametrize("solver", ["highs", "cbc", "exhaustive", "decomposed", "pulp:PULP_CBC_CMD"])
def test_every_solver_fills_the_knapsack(solver: str) -> None:
    answer = solve(TOY, solver, Limits(gap=0.3))
    assert answer.x is not None
    assert answer.bound >= 10.0 - 1e-6 or answer.objective == 10.0
    assert answer.objective >= 10.0 / 1.3


def test_an_empty_row_that_cannot_hold_is_infeasible_everywhere() -> None:
    row = RowBlock("must", Labels((np.array(["all"]),)), sparse.csr_array((1, 3)), np.array([1.0]), np.array([np.inf]), "village")
    program = Program(TOY.columns, TOY.terms, (*TOY.blocks, row), TOY.group)
    assert {solve(program, name, Limits()).status for name in ("highs", "cbc", "exhaustive", "decomposed")} == {"infeasible"}


def test_a_time_limit_is_never_called_optimal(small: tuple) -> None:
    program = study.prepare(*small).program
    for name in ("highs", "cbc"):
        answer = solve(program, name, Limits(gap=0.0, time=0.05, work=1))
        assert answer.status != "optimal" or answer.gap <= OPTIMAL + GAP_TOLERANCE
        assert answer.status != "infeasible"


def test_exhaustive_search_refuses_what_it_cannot_do() -> None:
    n = MOST_COLUMNS + 1
    with pytest.raises(InputError, match="at most"):
        solve(knapsack([1.0] * n, [1.0] * n, 3), "exhaustive", Limits())


def test_an_unknown_solver_is_named() -> None:
    with pytest.raises(InputError, match="unknown solver"):
        solve(TOY, "abacus", Limits())


def test_within_the_gap_is_optimal_only_at_a_hundredth_of_a_per_cent() -> None:
    near = certify(TOY, np.array([1.0, 0, 1.0]), 10.0 * 1.0001, Limits(gap=0.01), solver="x", stopped_by="gap", seconds=0)
    wide = certify(TOY, np.array([1.0, 0, 1.0]), 10.0 * 1.0002, Limits(gap=0.01), solver="x", stopped_by="time", seconds=0)
    assert (near.status, wide.status, wide.stopped_by) == ("optimal", "within_gap", "gap")


def test_nothing_is_printed_by_a_solver() -> None:
    """HiGHS 1.16 greets on stdout when its first object is made; what a script reads there must stay JSON."""
    code = "from solvers.adaptors import highs; from solvers.answer import Limits; highs._solver(Limits()); print('only this')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("only this", "")


@pytest.mark.parametrize("solver", ["cbc", "pulp:PULP_CBC_CMD"])
def test_a_solvers_word_that_nothing_fits_is_checked(solver: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """CBC's preprocessing says infeasible when it meets the time limit; without a second proof that is no answer."""
    import pulp

    claim = "Cbc0000I pre-processing says infeasible or unbounded\n"

    def claims(self: pulp.PULP_CBC_CMD, problem: pulp.LpProblem) -> int:
        if self.optionsDict.get("logPath"):
            Path(self.optionsDict["logPath"]).write_text(claim, encoding="utf-8")
        problem.assignStatus(pulp.LpStatusInfeasible)
        return pulp.LpStatusInfeasible

    monkeypatch.setattr(pulp.PULP_CBC_CMD, "actualSolve", claims)
    answer = solve(TOY, solver, Limits())
    assert (answer.status, answer.solver.split("+")[1]) == ("optimal", "highs")
    impossible = Program(TOY.columns, TOY.terms, (*TOY.blocks, at_least(20.0)), TOY.group)
    assert solve(impossible, solver, Limits()).status == "infeasible"


def at_least(weight: float) -> RowBlock:
    block = TOY.blocks[0]
    return RowBlock("more", block.labels, block.matrix, np.array([weight]), np.array([np.inf]), "kg")
