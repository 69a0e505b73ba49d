"""A published multidimensional knapsack, written as a scenario in which every rule is off, solved to its published optimum.

Weingartner and Ness (1967), problem 1 (WEING1 of the OR-Library): 28 items, 2 knapsacks of 600; optimum 141,278.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from worlds import raw_counties, raw_villages

from scenarios import study

PROFIT = [1898, 440, 22507, 270, 14148, 3100, 4650, 30800, 615, 4975, 1160, 4225, 510, 11880]
PROFIT += [479, 440, 490, 330, 110, 560, 24355, 2885, 11748, 4550, 750, 3720, 1950, 10500]
FIRST = [45, 0, 85, 150, 65, 95, 30, 0, 170, 0, 40, 25, 20, 0, 0, 25, 0, 0, 25, 0, 165, 0, 85, 0, 0, 0, 0, 100]
SECOND = [30, 20, 125, 5, 80, 25, 35, 73, 12, 15, 15, 40, 5, 10, 10, 12, 10, 9, 0, 20, 60, 40, 50, 36, 49, 40, 19, 150]
OPTIMUM = 141_278

SCENARIO = """
extends = "empty"

[programme]
cohorts = [2023]

[register]
file = "items.csv"
extra_columns = ["profit", "first", "second"]

[rules]
resources.on = true

[[resources]]
name = "first"
column = "first"
limit = 600
per = "programme"

[[resources]]
name = "second"
column = "second"
limit = 600
per = "cohort"

[objective]
merit = 0.0
town_seat = 0.0
combined = 0.0
"column:profit" = 1.0

[run]
gap = 0.0
"""


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    items = raw_villages(len(PROFIT)).assign(profit=PROFIT, first=FIRST, second=SECOND)
    items.to_csv(tmp_path / "items.csv", index=False)
    raw_counties().to_csv(tmp_path / "items.counties.csv", index=False)
    (tmp_path / "weing1.toml").write_text(SCENARIO, encoding="utf-8")
    return str(tmp_path / "weing1.toml")


@pytest.mark.parametrize("solver", ["decomposed", "highs", "cbc"])
def test_the_published_optimum_is_reached(scenario: str, solver: str) -> None:
    selection = study.select(study.prepare(*study.open_world(scenario, {"run.solver": solver})))
    assert selection.answer.status == "optimal"
    assert selection.answer.objective == pytest.approx(OPTIMUM)
    chosen = selection.prepared.register.villages.set_index("village_id").loc[selection.plan.table["village_id"]]
    assert chosen["profit"].sum() == OPTIMUM
    assert chosen[["first", "second"]].sum().max() <= 600


def test_its_rows_are_the_two_knapsacks(scenario: str) -> None:
    rules = study.select(study.prepare(*study.open_world(scenario))).rules
    assert list(rules["label"]) == ["first|programme", "second|2023"]
    assert pd.isna(rules["lower"]).all()
