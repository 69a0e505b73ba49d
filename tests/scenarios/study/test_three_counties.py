"""The example of the money guide: worked out by hand there, and by the program here."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from scenarios import study

ROOT = Path(__file__).parents[3]
EXAMPLE = str(ROOT / "docs" / "examples" / "three-counties" / "scenario.toml")


@pytest.fixture(scope="module")
def selection() -> study.Selection:
    return study.select(study.prepare(*study.open_world(EXAMPLE)))


def by_hand() -> list[tuple[str, int, str, float, float]]:
    text = (ROOT / "docs" / "guides" / "money.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d{6}) \| (\d{4}) \| (\w+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.M)
    return [(county, int(year), source, float(paid), float(held)) for county, year, source, paid, held in rows]


def test_the_table_of_the_guide_is_what_the_program_gives(selection) -> None:
    sources = selection.money.sources.set_index(["county_code", "year", "source"])
    assert len(by_hand()) == 13
    for county, year, source, paid, held in by_hand():
        row = sources.loc[county, year, source]
        assert (row["paid_wan_yuan"], row["reserve_wan_yuan"]) == (paid, held), (county, year, source)


def test_the_county_that_cannot_match_has_no_village_and_hears_why(selection) -> None:
    assert set(selection.plan.table["county_code"]) == {"220181", "220183"}
    verdict = selection.verdicts.set_index("village_id").loc["220182999002"]
    assert verdict["reason_code"] == "lawful_financing"
    matching = selection.matching.set_index("county_code").loc["220182"]
    assert (matching["matched_alone"], matching["short_of_match"]) == (0, 1)


def test_it_lacks_what_the_guide_says(selection) -> None:
    prepared = selection.prepared
    listed = pd.DataFrame({"village_id": ["220182999002"], "cohort": [2023], "package": ["standard"]})
    found = study.check(listed, prepared)
    first = next(f for f in found if f.where == "220182|2023")
    assert (first.rule, round(first.excess, 2)) == ("lawful_financing", 14.21)


def test_one_more_million_is_worth_something_where_money_lacks(selection, tmp_path) -> None:
    from scenarios.runs import run as runs
    from scenarios.runs.worth import worth_of_money

    prepared = selection.prepared
    options = runs.Options(out=tmp_path / "run", say=lambda _: None)
    folder = runs.run(prepared.scenario, prepared.register, options, simulate=False)
    worth = worth_of_money(folder)
    assert (worth["low"] <= worth["estimate"] + 1e-6).all()
    assert (worth["estimate"] <= worth["high"] + 1e-6).all()
    lacking = worth[(worth["county_code"] == "220182") & (worth["year"] == 2023) & (worth["source"] == "county_pool")]
    assert lacking["estimate"].iloc[0] > 0
    enough = worth[(worth["county_code"] == "220181") & (worth["source"] == "departmental")]
    assert (enough["estimate"] == 0).all()
    richer = prepared.register.counties.assign(county_pool_wan_yuan_2023=lambda c: c["county_pool_wan_yuan_2023"] + 100.0)
    gain = study.select(study.prepare(prepared.scenario, replace(prepared.register, counties=richer))).answer.objective
    assert lacking["low"].iloc[0] <= gain - selection.answer.objective <= lacking["high"].iloc[0] + 1e-6


@pytest.mark.parametrize("step", [0.0, -1.0, float("nan"), float("inf")])
def test_a_step_is_a_number_above_nothing(tmp_path, step: float) -> None:
    from model.errors import InputError
    from scenarios.runs.worth import worth_of_money

    with pytest.raises(InputError):
        worth_of_money(tmp_path, step)
