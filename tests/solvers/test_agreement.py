"""Three solvers, one truth: HiGHS, CBC and exhaustive search agree on small worlds in status and objective."""

from __future__ import annotations

import os

import pytest
from worlds import tiny

from scenarios import study
from solvers.answer import Limits
from solvers.solve import solve

WORLDS = int(os.environ.get("BAICUN_WORLDS", "40"))
EXACT = Limits(gap=0.0, time=60)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_solvers_agree(seed: int) -> None:
    quota = (900.0, 1300.0, 1800.0, 3000.0)[seed % 4]
    packages = ["standard"] if seed % 3 else ["basic", "standard"]
    villages = 8 if len(packages) == 1 else 5
    scenario, register = tiny(seed, villages=villages, quota=quota, packages__offered=packages)
    program = study.prepare(scenario, register).program
    truth = solve(program, "exhaustive", EXACT)
    for name in ("highs", "cbc"):
        answer = solve(program, name, EXACT)
        assert answer.status == truth.status, name
        if truth.x is not None:
            assert answer.objective == pytest.approx(truth.objective, abs=1e-6)
            assert answer.bound >= truth.objective - 1e-9


def test_the_worlds_are_of_both_kinds() -> None:
    """Guards the test above: some worlds have a plan and some have none."""
    found = set()
    for seed in range(WORLDS):
        quota = (900.0, 1300.0, 1800.0, 3000.0)[seed % 4]
        found.add(solve(study.prepare(*tiny(seed, villages=8, quota=quota)).program, "highs", EXACT).status)
    assert {"optimal", "infeasible"} <= found
