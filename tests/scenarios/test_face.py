"""``import baicun``: its names last, what it returns shows itself in a few lines, and what stands in its way is named."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import baicun
import numpy as np
import pandas as pd
import pytest
from worlds import SMALL

from scenarios.runs import replay

ROOT = Path(__file__).parents[2]
KEPT = {
    *("BaicunError", "InputError", "ask", "audit", "compare", "differences", "explain", "figures", "library", "load", "open_run"),
    *("open_world", "prepare", "project", "run", "select", "sensitivity", "sweep", "turnover", "why", "works", "worth"),
}


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the names of the face give on the small world."""
    world = baicun.open_world(SMALL, {"run.replications": 3})
    selection = baicun.select(world, quiet=True)
    folder = tmp_path_factory.mktemp("face")
    run = baicun.run(world, folder / "first", quiet=True)
    tight = baicun.run(
        baicun.open_world(SMALL, {"run.replications": 3, "money.factor.general_bond": 0.9}), folder / "b", quiet=True
    )
    return {
        "world": world,
        "prepared": selection.prepared,
        "problem": selection.prepared.problem,
        "program": selection.prepared.program,
        "selection": selection,
        "projection": baicun.project(selection),
        "run": run,
        "comparison": baicun.compare(run, tight),
        "replay": replay.replay(run.folder, 0),
    }


def test_the_installed_face_is_the_one_here() -> None:
    """The face is copied when Baicun is installed: install it again after a change (``python .ci/tasks.py setup``)."""
    assert Path(baicun.__file__).read_text(encoding="utf-8") == (ROOT / "scenarios" / "face.py").read_text(encoding="utf-8")


def test_its_names_last() -> None:
    assert set(baicun.__all__) == KEPT
    text = (ROOT / "docs" / "guides" / "python.md").read_text(encoding="utf-8")
    for name in KEPT:
        assert getattr(baicun, name).__doc__, name
        assert f"`{name}`" in text, f"{name} is not in docs/guides/python.md"


def parts(value: Any) -> list[Any]:
    """Return an object and everything of ours that can be reached from it."""
    found, queue = [], [value]
    while queue:
        one = queue.pop()
        if isinstance(one, (tuple, list)):
            queue += list(one)[:3]
        elif (is_dataclass(one) or hasattr(type(one), "model_fields")) and not isinstance(one, type):
            found.append(one)
            names = [f.name for f in fields(one)] if is_dataclass(one) else list(type(one).model_fields)
            queue += [getattr(one, name) for name in names if not isinstance(getattr(one, name), (pd.DataFrame, np.ndarray))]
    return found


def test_what_it_returns_shows_itself_in_a_few_lines(given: dict[str, Any]) -> None:
    seen = set()
    for value in given.values():
        for one in parts(value):
            seen.add(type(one).__name__)
            assert len(repr(one)) < 2000, type(one)
        assert "\n" not in repr(value)
        page = value._repr_html_()
        assert len(page.splitlines()) <= 30
        assert re.search(r"[\u4e00-\u9fff]", page)
    assert {"World", "Scenario", "Register", "Prepared", "Accounts", "Problem", "Program", "Selection", "Plan", "Scene"} <= seen


def test_a_selection_says_how_good_it_is(given: dict[str, Any]) -> None:
    page = given["selection"]._repr_html_()
    assert "最优间隙" in page
    assert "模拟数据" in page
    assert "推演名单村数（非建议）" in page


def test_the_audit_takes_a_selection_a_table_and_a_file(given: dict[str, Any], tmp_path: Path) -> None:
    selection, plan = given["selection"], given["selection"].plan.table
    assert baicun.audit(selection, selection).empty
    plan[["village_id", "cohort"]].to_csv(tmp_path / "list.csv", index=False)
    assert baicun.audit(tmp_path / "list.csv", given["world"]).empty
    assert "cohort_band" in set(baicun.audit(plan.head(3), given["prepared"])["rule"])


def test_tables_are_read_like_files(given: dict[str, Any]) -> None:
    plan = given["selection"].plan.table
    numbers = plan[["village_id", "cohort"]].assign(village_id=plan["village_id"].astype("int64"))  # as pandas reads a CSV file
    assert baicun.audit(numbers, given["prepared"]).empty
    assert baicun.audit(given["run"], given["prepared"]).empty
    assert baicun.audit(given["run"].folder, given["prepared"]).empty
    with pytest.raises(baicun.InputError, match="required column"):
        baicun.audit(plan[["village_id"]], given["prepared"])


def test_a_plan_of_another_world_is_refused(given: dict[str, Any]) -> None:
    elsewhere = baicun.open_world(SMALL, {"register.synthetic_seed": 5, "register.synthetic_villages": 100})
    with pytest.raises(baicun.InputError, match="not in the register"):
        baicun.project(given["selection"], elsewhere)


def test_a_run_begins_with_a_world(given: dict[str, Any]) -> None:
    for begin in (baicun.run, baicun.prepare):
        with pytest.raises(baicun.InputError, match="world"):
            begin(given["prepared"])


def test_a_comparison_needs_two_runs(given: dict[str, Any]) -> None:
    for runs in ((), (given["run"],)):
        with pytest.raises(baicun.InputError, match="at least two"):
            baicun.compare(*runs)


def test_a_folder_that_was_altered_is_not_opened(given: dict[str, Any], tmp_path: Path) -> None:
    shutil.copytree(given["run"].folder, tmp_path / "copy")
    assert baicun.open_run(tmp_path / "copy").plan.equals(given["run"].plan)
    (tmp_path / "copy" / "plan.csv").write_bytes(b"village_id,cohort\n")
    with pytest.raises(baicun.BaicunError, match=r"plan\.csv"):
        baicun.open_run(tmp_path / "copy")


def test_sensitivity_says_what_it_does_not_know(given: dict[str, Any]) -> None:
    known = "simulation.pool.relapses_per_year"
    for parameters, kpi in (([known.replace("relapses", "relapse")], "accepted_by_target"), ([known], "joy")):
        with pytest.raises(baicun.InputError):
            baicun.sensitivity(given["selection"], given["world"], parameters, kpi)


def test_completion_shows_the_names_that_last() -> None:
    assert set(dir(baicun)) == KEPT


def test_any_list_is_projected_in_a_world(given: dict[str, Any]) -> None:
    few = baicun.project(given["selection"].plan.table.head(5), given["world"])
    assert few.kpis.set_index("kpi").loc["accepted_by_target", "mean"] <= 5
    with pytest.raises(baicun.InputError, match="world"):
        baicun.project(given["selection"].plan.table.head(5))
    same = baicun.project(given["selection"], given["world"])
    pd.testing.assert_frame_equal(same.kpis, given["projection"].kpis)


def test_a_village_hears_its_verdict_and_what_it_needs(given: dict[str, Any]) -> None:
    village = given["selection"].plan.table["village_id"].iloc[0]
    assert "列入" in baicun.explain(given["run"], village)
    assert "cohort" in baicun.explain(given["run"].folder, village, "en")
    needed = baicun.works(given["world"], village)
    assert (needed["gap"] > 0).all()
    assert needed["cost_wan_yuan"].sum() > 0
    with pytest.raises(baicun.InputError):
        baicun.works(given["world"], "1")


def test_scenarios_are_listed_and_told_apart() -> None:
    assert {"baseline", "tight-budget"} <= set(baicun.library()["scenario"])
    changed = baicun.differences("baseline", baicun.load("tight-budget"))
    assert list(changed["parameter"]) == ["money.factor.general_bond"]


@pytest.mark.parametrize("room", ["model", "solvers", "scenarios"])
def test_a_file_in_the_way_is_named(room: str, tmp_path: Path) -> None:
    (tmp_path / f"{room}.py").write_text("x = 1\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", "import baicun"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    assert str(tmp_path / f"{room}.py") in last
    assert "rename it" in last


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "__init__.py").write_text("", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", "import baicun"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert str(tmp_path / "model" / "__init__.py") in done.stderr


def test_a_sweep_is_a_tidy_table_and_a_variant_without_a_plan_is_a_row(given: dict[str, Any]) -> None:
    values = {"money.factor.general_bond": [1.0, 0.02], "rules.cohort_band.high": [22]}
    table = baicun.sweep(given["world"], values, seeds=[1, 2], kpis=["accepted_by_target"], quiet=True)
    assert list(table.columns[:5]) == [*values, "seed", "status", "reason"]
    assert len(table) == 4
    good, bad = table.iloc[:2], table.iloc[2:]
    assert (good["gap"] < 0.05).all()
    assert good["accepted_by_target"].between(good["accepted_by_target_low"], good["accepted_by_target_high"]).all()
    assert (good["objective"] == good["objective"].iloc[0]).all()  # the luck of a projection is no part of a list
    assert set(bad["status"]) <= {"no plan", "none found"}
    assert (bad["reason"] != "").all()
    assert bad["villages"].isna().all()


def test_a_sweep_is_the_same_in_whatever_order_it_is_asked(given: dict[str, Any]) -> None:
    one, two = (
        baicun.sweep(given["world"], {"scoring.reach_share": order}, kpis=(), quiet=True) for order in ([0.1, 0.3], [0.3, 0.1])
    )
    pd.testing.assert_frame_equal(one, two.iloc[::-1].reset_index(drop=True))


def test_what_cannot_be_swept_is_said(given: dict[str, Any]) -> None:
    for values, kpis in (
        ({"scoring.reach_share": 0.1}, ()),
        ({"run.seed": [1]}, ()),
        ({"scoring.reach_share": [0.1]}, ["acepted"]),
    ):
        with pytest.raises(baicun.InputError) as refused:
            baicun.sweep(given["world"], values, kpis=kpis, quiet=True)
        assert len(refused.value.reasons) == 1


def test_a_sweep_of_registers_keeps_what_else_the_world_has() -> None:
    """A world of a file, with changes of its own: other registers are read for it, and for no scenario of the library."""
    world = baicun.open_world(SMALL, {"run.gap": 0.05})
    table = baicun.sweep(world, {"register.synthetic_seed": [3, 4]}, kpis=(), quiet=True)
    assert list(table["reason"]) == ["", ""]
    assert (table["villages"] < 60).all()
    assert table["objective"].iloc[0] != table["objective"].iloc[1]
