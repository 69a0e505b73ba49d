"""Scenarios: layers, changes, and every fault of a file at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import InputError
from scenarios.world.layers import merge
from scenarios.world.load import differences, library, load


@pytest.mark.parametrize("name", list(library()))
def test_every_library_scenario_loads(name: str) -> None:
    assert load(name).name == name


def test_empty_has_every_rule_off_and_everything_every_rule_on() -> None:
    assert not load("empty").rules.switched_on()
    assert set(load("everything").rules.switched_on()) == set(load("baseline").rules.named())


def test_a_variant_states_only_its_differences() -> None:
    assert differences(load("baseline"), load("tight-budget")) == {"money.factor.general_bond": (1.0, 0.95)}


def test_tables_merge_and_lists_replace() -> None:
    assert merge({"a": {"b": 1, "c": [1, 2]}, "d": 1}, {"a": {"c": [3]}}) == {"a": {"b": 1, "c": [3]}, "d": 1}


def test_every_fault_of_a_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        'extends = "baseline"\n[rules]\ncohort_bend.on = true\ncohort_band.low = "many"\n'
        "[money]\nfactor.general_bond = -1.0\n[run]\ngap = 2.0\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as refused:
        load(str(path))
    assert {fault.column for fault in refused.value.faults} == {
        "rules.cohort_bend",
        "rules.cohort_band.low",
        "money.factor.general_bond",
        "run.gap",
    }
    assert "cohort_band" in next(f for f in refused.value.faults if f.column == "rules.cohort_bend").remedy


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("money = [", "not TOML"),
        ('extends = "nowhere"', "unknown scenario"),
        ('extends = "bad.toml"', "circle"),
        ('extends = "baseline"\n[programme]\nas_of = 2031', "as_of must be one of"),
        ('extends = "baseline"\n[register]\nscores = [1]', "valid string"),
        ('extends = "baseline"\n[money]\npayment_profile = [0.5, 0.4]', "add up to 1"),
        ('extends = "baseline"\n[simulation.funding]\nwindows = ["13-01"]', "pattern"),
        ('extends = "baseline"\n[simulation.funding]\nwindows = ["02-30"]', "out of range"),
        ('extends = "baseline"\n[simulation.season]\nspring_festivals = ["2024-02-30"]', "out of range"),
        ('extends = "baseline"\n[money]\norder = ["general_bond"]', "each source once"),
        ('extends = "baseline"\n[packages.contents]\nbasic = ["力争"]\nstandard = ["力争"]\nenhanced = ["力争"]', "must hold"),
    ],
)
def test_a_bad_file_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=problem):
        load("bad.toml")


def test_changes_of_the_command_line_come_last() -> None:
    assert load("tight-budget", {"money.factor.general_bond": 0.5}).money.factor.general_bond == 0.5


def test_with_changes_knows_its_parameters() -> None:
    with pytest.raises(KeyError, match="not a parameter"):
        load("baseline").with_changes({"money.quota": 1.0})
