"""When nothing fits: an irreducible set of rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from worlds import tiny

from scenarios import study
from solvers.answer import Limits
from solvers.solve import solve
from solvers.strategies.infeasibility import diagnose

CASES = [
    ({"money__factor__general_bond": 0.1}, {"county_quota"}),
    (
        {"rules__cohort_band__low": 3, "rules__programme_band__high": 8, "rules__county_maximum__villages": 1},
        {"cohort_band", "county_maximum"},
    ),
    ({"rules__programme_band__high": 1, "rules__programme_band__low": 0}, {"programme_band"}),
]


@pytest.mark.parametrize(("changes", "named"), CASES)
def test_the_irreducible_set_is_named_and_every_member_is_needed(changes: dict[str, object], named: set[str]) -> None:
    program = study.prepare(*tiny(5, villages=8, quota=3000, **changes)).program
    assert solve(program, "exhaustive", Limits()).status == "infeasible"
    found = diagnose(program)
    assert named <= set(found.rules)
    others = {block.rule for block in program.blocks} - set(found.rules) - {"once_only", "eligible_only"}
    core = program.without(others)
    assert solve(core, "exhaustive", Limits()).status == "infeasible"
    for rule in found.rules:
        assert solve(core.without({rule}), "exhaustive", Limits()).status != "infeasible"
    assert all(found.proven)


def test_a_conflict_among_integer_choices_alone_is_told_apart() -> None:
    """Two villages must be taken in each cohort of one county whose quota pays for one and a half."""
    for seed in range(60):
        program = study.prepare(*tiny(seed, villages=8, quota=1100)).program
        relaxed = diagnose(program) if solve(program, "highs", Limits()).status == "infeasible" else None
        if relaxed is not None and relaxed.integer:
            assert relaxed.rules
            return
    pytest.fail("no world of this kind among the seeds; choose others")


def test_a_rule_that_cannot_hold_alone_is_the_whole_irreducible_set() -> None:
    """2x + 2y = 1 has no whole choice; x + y >= 1 clashes with its relaxation but is not needed."""
    from scipy import sparse

    from model.selection.labels import Labels
    from model.selection.program import Program, RowBlock, Term

    def rule(name: str, row: list[float], low: float, high: float) -> RowBlock:
        return RowBlock(
            name, Labels((np.array(["all"]),)), sparse.csr_array(np.array([row])), np.array([low]), np.array([high]), "village"
        )

    blocks = (rule("odd", [2.0, 2.0], 1.0, 1.0), rule("some", [1.0, 1.0], 1.0, np.inf))
    program = Program(Labels((np.arange(2),)), (Term("none", 1.0, np.zeros(2)),), blocks, np.zeros(2, dtype=int))
    assert diagnose(program).rules == ("odd",)


def test_a_world_without_candidates_names_its_bands() -> None:
    scenario, register = tiny(5, villages=8)
    nobody = replace(register, villages=register.villages.assign(resident_consent=False))
    program = study.prepare(scenario, nobody).program
    assert program.binaries == 0
    found = diagnose(program)
    assert len(found.rules) == 1
    assert found.rules[0] in ("cohort_band", "programme_band")


def test_a_program_with_a_plan_has_no_conflict() -> None:
    found = diagnose(study.prepare(*tiny(5, villages=8, quota=3000)).program)
    assert found.rules == ()
    assert found.feasible
