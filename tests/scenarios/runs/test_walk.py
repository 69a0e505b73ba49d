"""The walk of a register, a quota and a seed through a run: each thing is worked out once, and every step reads the same."""

from __future__ import annotations

import importlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import SMALL

from model.money.costs import CENTS
from scenarios import study
from scenarios.runs import run as runs

ONCE = {  # what is worked out, and where it is called by name
    "model.register.eligibility.eligibility": ("scenarios.study.prepare",),
    "model.scoring.score.score": ("scenarios.study.prepare",),
    "model.register.gaps.projects": ("model.money.costs",),
    "model.money.costs.costs": ("model.money.accounts",),
    "model.money.draws.draws": ("model.money.accounts",),
    "model.money.purse.purse": ("model.money.accounts",),
    "model.money.settle.settle": ("model.outcomes.finance",),
    "model.money.split.split": ("model.outcomes.finance",),
    "model.selection.build.problem": ("model.selection.build",),
    "model.selection.build.build": ("model.selection.build",),
    "model.selection.objectives.merit.merit_by_cohort": ("model.selection.build",),
    "model.simulation.scene.scene": ("scenarios.study.project",),
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the calls of each function above, wherever it was imported to."""
    counted: Counter[str] = Counter()

    def counting(name: str, function: Any) -> Any:
        def counted_call(*given: Any, **named: Any) -> Any:
            counted[name] += 1
            return function(*given, **named)

        return counted_call

    for name, users in ONCE.items():
        home, verb = name.rsplit(".", 1)
        wrapped = counting(name, getattr(importlib.import_module(home), verb))
        for user in users:
            monkeypatch.setattr(importlib.import_module(user), verb, wrapped)
    return counted


def test_a_run_works_everything_out_once(calls: Counter[str], tmp_path: Path) -> None:
    world = study.open_world(SMALL, {"run.replications": 2})
    runs.run(world.scenario, world.register, runs.Options(tmp_path / "run", say=lambda _: None))
    assert calls == dict.fromkeys(ONCE, 1)


def test_select_audit_and_project_read_the_same_accounts() -> None:
    world = study.open_world(SMALL, {"run.replications": 2})
    selection = study.select(study.prepare(*world))
    accounts, problem = selection.prepared.accounts, selection.prepared.problem
    assert np.allclose(problem.funds.purse * CENTS, accounts.purse.limit)
    assert (problem.funds.bond == accounts.costs.general_bond[:, [1]]).all()
    scene = study.staged(selection.plan, selection.prepared, selection.money)
    paid = selection.money.projects.groupby("village_id")["cost_wan_yuan"].sum()
    for site in scene.sites:
        assert site.total == pytest.approx(paid[site.village_id])
    assert scene.seed == selection.prepared.scenario.run.seed
