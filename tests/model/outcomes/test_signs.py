"""Levers: the table names real settings and figures, and each moves its figure in the documents' direction."""

from __future__ import annotations

import pytest

from model.outcomes.chain import changed
from model.outcomes.kpis import KPIS
from model.outcomes.signs import levers, signs
from model.policy.clauses import clauses
from scenarios import study
from scenarios.study import Selection
from scenarios.world.load import load

FEW = 6  # replications of some levers; `make signs` plays thirty of all on five registers
SOME = ("supervision", "crews", "livelihood", "spread_days", "participation_cost", "upkeep_paid", "income", "people")
PLAYED = [lever for lever in levers() if lever.name in SOME]


def test_every_lever_names_a_clause_a_figure_and_settings_that_differ() -> None:
    settings = load("baseline").simulation
    for lever in levers():
        assert lever.clause in clauses()
        assert lever.figure in KPIS
        assert lever.direction in ("up", "down")
        assert changed(settings, lever.low) != changed(settings, lever.high), lever.name


@pytest.fixture(scope="module")
def found(small_selection: Selection):
    prepared = small_selection.prepared
    stage = study.staged(small_selection.plan, prepared, small_selection.money)
    return signs(stage, prepared.register.villages, FEW, table=PLAYED).set_index(["lever", "figure"])


@pytest.mark.parametrize("name", [(lever.name, lever.figure) for lever in PLAYED], ids=str)
def test_a_lever_moves_its_figure_in_the_direction_of_the_documents(found, name: tuple[str, str]) -> None:
    row = found.loc[name]
    assert (row["difference"] > 0) if row["direction"] == "up" else (row["difference"] < 0)
