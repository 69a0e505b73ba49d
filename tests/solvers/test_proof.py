"""That no choice exists is proved apart from the solver, or not said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from worlds import full, tiny

from model.selection.labels import Labels
from model.selection.program import Program, RowBlock, Term
from scenarios import study
from solvers import solve as solving
from solvers.adaptors import highs
from solvers.answer import Answer, Limits, infeasible
from solvers.parts import parts
from solvers.proof import alone, by_ray, contradiction, prove
from solvers.solve import solve


def rows(matrix: list[list[float]], low: float, high: float, group: list[int] | None = None) -> Program:
    n = len(matrix[0])
    labels = Labels((np.array([str(i) for i in range(len(matrix))]),))
    sides = np.full(len(matrix), low), np.full(len(matrix), high)
    block = RowBlock("rule", labels, sparse.csr_array(np.array(matrix)), *sides, "village")
    return Program(Labels((np.arange(n),)), (Term("value", 1.0, np.ones(n)),), (block,), np.array(group or [0] * n))


@pytest.mark.parametrize("seed", range(30))
def test_a_proof_is_given_exactly_where_there_is_no_choice(seed: int) -> None:
    scenario, register = tiny(seed, villages=8, quota=(900.0, 1100.0, 1300.0)[seed % 3])
    program = study.prepare(scenario, register).program
    there = solve(program, "exhaustive", Limits()).x is not None
    assert (prove(program, Limits(time=30)) is None) == there


@pytest.mark.parametrize("seed", range(10))
def test_no_multipliers_contradict_a_program_with_a_choice(seed: int) -> None:
    program = study.prepare(*full(seed, villages=8)).program
    if solve(program, "exhaustive", Limits()).x is None:
        return
    rng = np.random.default_rng(seed)
    for scale in (1e-6, 1.0, 1e6):
        for _ in range(20):
            assert contradiction(highs.arrays(program), scale * rng.standard_normal(len(program.lower))) <= 0


def test_a_relaxation_without_a_choice_is_proved_by_a_ray() -> None:
    found = by_ray(highs.arrays(rows([[1.0, 1.0]], 3.0, np.inf)))
    assert found is not None
    assert found.margin > 0


def test_whole_choices_that_conflict_need_two_solvers() -> None:
    odd = rows([[2.0, 2.0]], 1.0, 1.0)
    assert by_ray(highs.arrays(odd)) is None
    found = prove(odd, Limits(time=20))
    assert found is not None
    assert found.kind == "two solvers"


def test_the_group_that_has_no_choice_is_found() -> None:
    program = rows([[2.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]], 1.0, 1.0, [0, 0, 1, 1])
    assert [part.binaries for part in parts(program)] == [2, 2]
    guilty = alone(program, Limits(time=20))
    assert guilty is not None
    assert guilty.group.tolist() == [0, 0]


def test_a_false_word_of_a_solver_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS 1.15's presolve calls feasible programs infeasible: such a word leads to another search, never to a refusal."""

    def claims(program: Program, limits: Limits) -> Answer:  # noqa: ARG001
        return infeasible("liar", 0.0)

    monkeypatch.setitem(solving.SOLVERS, "liar", claims)
    assert solve(rows([[1.0, 1.0]], 1.0, np.inf), "liar", Limits()).status == "optimal"
    assert solve(rows([[1.0, 1.0]], 3.0, np.inf), "liar", Limits()).status == "infeasible"


def test_a_program_nobody_decides_is_called_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "prove", lambda *_: None)
    program = replace(rows([[1.0, 1.0]], 3.0, np.inf))
    assert solve(program, "highs", Limits()).status == "not_found"
