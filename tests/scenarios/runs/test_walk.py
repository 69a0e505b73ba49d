"""The walk of a register, a quota and a seed through a run: each thing is worked out once, and every step reads the same."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from worlds import SMALL

from scenarios import study
from scenarios.runs import run as runs

ONCE = (
    "model.register.eligibility.eligibility",
    "model.scoring.score.score",
    "model.register.gaps.projects",
    "model.money.costs.costs",
    "model.money.draws.draws",
    "model.money.purse.purse",
    "model.money.settle.settle",
    "model.money.split.split",
    "model.selection.build.problem",
    "model.selection.build.build",
    "model.selection.objectives.merit.merit_by_cohort",
    "model.simulation.sites.sites",
    "model.simulation.scene.scene",
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the calls of each function above, in every module of ours that holds it under any name."""
    counted: Counter[str] = Counter()

    def counting(name: str, function: Any) -> Any:
        def counted_call(*given: Any, **named: Any) -> Any:
            counted[name] += 1
            return function(*given, **named)

        return counted_call

    for name in ONCE:
        home, verb = name.rsplit(".", 1)
        function = getattr(importlib.import_module(home), verb)
        wrapped = counting(name, function)
        for module in [m for key, m in sys.modules.items() if key.split(".")[0] in ("model", "solvers", "scenarios", "baicun")]:
            for held in [key for key, value in vars(module).items() if value is function]:
                monkeypatch.setattr(module, held, wrapped)
    return counted


def test_a_run_works_everything_out_once(calls: Counter[str], tmp_path: Path) -> None:
    world = study.open_world(SMALL, {"run.replications": 2})
    runs.run(world.scenario, world.register, runs.Options(tmp_path / "run", say=lambda _: None))
    assert calls == dict.fromkeys(ONCE, 1)


def test_select_audit_and_project_read_the_same_accounts() -> None:
    world = study.open_world(SMALL, {"run.replications": 2})
    selection = study.select(study.prepare(*world))
    accounts, problem = selection.prepared.accounts, selection.prepared.problem
    assert problem.funds.purse is accounts.purse.limit
    assert (problem.funds.bond == accounts.costs.general_bond[:, [1]]).all()
    scene = study.staged(selection.plan, selection.prepared, selection.money)
    paid = selection.money.projects.groupby("village_id")["cost_wan_yuan"].sum()
    for site in scene.sites:
        assert site.total == pytest.approx(paid[site.village_id])
    assert scene.seed == selection.prepared.scenario.run.seed
