"""Three solvers, one truth: HiGHS, CBC and exhaustive search agree on small worlds in status and objective."""

from __future__ import annotations

import os

import pytest
from worlds import full, tiny

from model.selection.plan import plan as read_plan
from model.selection.program import Program
from scenarios import study
from solvers.answer import Limits
from solvers.solve import solve

WORLDS = int(os.environ.get("BAICUN_WORLDS", "16"))
EXACT = Limits(gap=0.0, time=60)


def _agree(program: Program, names: tuple[str, ...], slack: float) -> str:
    truth = solve(program, "exhaustive", EXACT)
    for name in names:
        answer = solve(program, name, EXACT)
        assert answer.status == truth.status, name
        if truth.x is not None:
            assert answer.objective == pytest.approx(truth.objective, abs=slack, rel=slack)
            assert answer.bound >= truth.objective - 1e-9 * abs(truth.objective)
    return truth.status


@pytest.mark.parametrize("seed", range(WORLDS))
def test_solvers_agree_with_every_rule_and_objective_on(seed: int) -> None:
    """Every rule of the house, every objective, amounts beside choices; the audit passes what the solvers find."""
    scenario, register = full(seed, villages=9)
    prepared = study.prepare(scenario, register)
    if _agree(prepared.program, ("highs", "cbc"), 1e-6) == "optimal":
        answer = solve(prepared.program, "highs", EXACT)
        assert study.check(read_plan(prepared.problem, answer.x).table, study.prepare(scenario, register)) == []


def test_the_full_worlds_are_of_both_kinds() -> None:
    found = {solve(study.prepare(*full(seed, villages=9)).program, "highs", EXACT).status for seed in range(20)}
    assert found == {"optimal", "infeasible"}


@pytest.mark.parametrize("seed", range(WORLDS))
def test_solvers_agree(seed: int) -> None:
    quota = (900.0, 1300.0, 1800.0, 3000.0)[seed % 4]
    packages = ["standard"] if seed % 3 else ["basic", "standard"]
    villages = 8 if len(packages) == 1 else 5
    scenario, register = tiny(seed, villages=villages, quota=quota, packages__offered=packages)
    program = study.prepare(scenario, register).program
    _agree(program, ("highs", "cbc"), 1e-6)


def test_the_worlds_are_of_both_kinds() -> None:
    """Guards the test above: some worlds have a plan and some have none."""
    found = set()
    for seed in range(WORLDS):
        quota = (900.0, 1300.0, 1800.0, 3000.0)[seed % 4]
        found.add(solve(study.prepare(*tiny(seed, villages=8, quota=quota)).program, "highs", EXACT).status)
    assert {"optimal", "infeasible"} <= found
