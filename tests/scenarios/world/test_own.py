"""An analyst's own rule joins the program like any other, and is audited by its own words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pulp import lpSum
from worlds import SMALL

from model.errors import InputError, NoPlanPossibleError
from scenarios import study
from scenarios.runs import run as runs
from scenarios.runs.rerun import rerun
from scenarios.world import own

BORDER = '''"""At least three villages with an odd number of households, in each cohort."""
from pulp import lpSum


def rule(x, data):
    odd = set(data.villages.loc[data.villages["households"] % 2 == 1, "village_id"])
    for year in data.cohorts:
        yield f"odd|{year}", lpSum(x[v, t, k] for v, t, k in x if t == year and v in odd) >= 9
'''


def scenario_with(folder: Path, text: str, name: str = "odd") -> Path:
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    path = folder / "mine.toml"
    small = Path(SMALL).as_posix()
    path.write_text(f'extends = "{small}"\nown_rules = ["{name}.py"]\n', encoding="utf-8")
    return path


def odd_villages(selection: study.Selection) -> pd.Series:
    villages = selection.prepared.register.villages.set_index("village_id")["households"]
    plan = selection.plan.table
    return (plan["village_id"].map(villages) % 2).groupby(plan["cohort"]).sum()


def test_a_file_becomes_rows_that_hold(tmp_path) -> None:
    selection = study.select(study.prepare(*study.open_world(str(scenario_with(tmp_path, BORDER)))))
    rows = selection.rules[selection.rules["rule"] == "own:odd"]
    assert list(rows["label"]) == ["odd|2023", "odd|2024", "odd|2025"]
    assert (odd_villages(selection) >= 9).all()
    assert not (odd_villages(study.select(study.prepare(*study.open_world(SMALL)))) >= 9).all()


def test_a_function_of_a_notebook_joins_as_well() -> None:
    def few_large(x, data):
        """At most ten villages of the larger half."""
        large = set(data.villages.nlargest(75, "households")["village_id"])
        yield lpSum(x[key] for key in x if key[0] in large) <= 10

    scenario, register = study.open_world(SMALL)
    selection = study.select(study.prepare(scenario, register, own=(own.of_function(few_large),)))
    large = set(register.villages.nlargest(75, "households")["village_id"])
    assert selection.plan.table["village_id"].isin(large).sum() <= 10
    without = study.select(study.prepare(scenario, register)).plan.table
    assert without["village_id"].isin(large).sum() > 10
    assert "own:few_large" in {f.rule for f in study.check(without, selection.prepared)}


def test_the_audit_reads_it_again_on_any_list(tmp_path) -> None:
    scenario, register = study.open_world(str(scenario_with(tmp_path, BORDER)))
    plan = study.select(study.prepare(scenario, register)).plan.table
    assert study.check(plan, study.prepare(scenario, register)) == []
    households = plan["village_id"].map(register.villages.set_index("village_id")["households"])
    even = plan[(households % 2 == 0) | (plan["cohort"] != 2023)]
    broken = [f for f in study.check(even, study.prepare(scenario, register)) if f.rule == "own:odd"]
    assert [(f.where, f.excess) for f in broken] == [("odd|2023", 9.0)]


def test_a_run_holds_its_rules_and_runs_again(tmp_path) -> None:
    options = runs.Options(out=tmp_path / "run", say=lambda _: None)
    folder = runs.run(*study.open_world(str(scenario_with(tmp_path, BORDER))), options, simulate=False)
    (tmp_path / "odd.py").unlink()
    assert rerun(folder, options) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def rule(x, data):\n    yield 3\n", "is no constraint"),
        ("def rule(x, data):\n    yield missing\n", "NameError"),
        ("import nowhere_at_all\n", "ModuleNotFoundError"),
        ("x = 1\n", "no function"),
        ("def rule(x, data:\n", "SyntaxError"),
    ],
)
def test_a_rule_that_fails_says_why(tmp_path, text, problem) -> None:
    with pytest.raises(InputError, match=problem):
        study.select(study.prepare(*study.open_world(str(scenario_with(tmp_path, text)))))


def test_a_missing_file_is_a_fault(tmp_path) -> None:
    path = scenario_with(tmp_path, BORDER)
    (tmp_path / "odd.py").unlink()
    with pytest.raises(InputError, match="not found"):
        study.open_world(str(path))


def test_a_rule_nothing_can_satisfy_is_in_the_irreducible_set(tmp_path) -> None:
    impossible = BORDER.replace(">= 9", ">= 900")
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(*study.open_world(str(scenario_with(tmp_path, impossible)))))
    assert "own:odd" in refused.value.diagnosis.infeasibility.rules


def test_sums_of_numbers_are_audited_too(tmp_path) -> None:
    """A rule written with Python's own sum gives a truth instead of a constraint when it is read with numbers."""
    text = BORDER.replace(
        "lpSum(x[v, t, k] for v, t, k in x if t == year and v in odd)",
        "sum(x[v, t, k] for v, t, k in x if t == year and v in odd)",
    )
    scenario, register = study.open_world(str(scenario_with(tmp_path, text)))
    plan = study.select(study.prepare(scenario, register)).plan.table
    assert study.check(plan, study.prepare(scenario, register)) == []
    assert np.isfinite(plan["score"]).all()


def test_the_audit_counts_listed_villages_that_have_no_column(tmp_path) -> None:
    text = "from pulp import lpSum\n\n\ndef rule(x, data):\n    yield lpSum(x[key] for key in x if key[1] == 2023) <= 3\n"
    path = scenario_with(tmp_path, text, "few")
    scenario, register = study.open_world(str(path), {"rules.cohort_band.low": 1})
    ineligible = study.prepare(scenario, register).eligible.query("not eligible")["village_id"].head(8)
    listed = pd.DataFrame({"village_id": ineligible, "cohort": 2023})
    found = [f for f in study.check(listed, study.prepare(scenario, register)) if f.rule == "own:few"]
    assert [f.excess for f in found] == [5.0]


def test_two_files_of_one_name_are_refused(tmp_path) -> None:
    (tmp_path / "other").mkdir()
    scenario_with(tmp_path / "other", BORDER)
    path = scenario_with(tmp_path, BORDER)
    path.write_text(path.read_text(encoding="utf-8").replace('["odd.py"]', '["odd.py", "other/odd.py"]'), encoding="utf-8")
    with pytest.raises(InputError, match="same file name"):
        study.open_world(str(path))
