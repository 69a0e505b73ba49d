"""What goes wrong at an analyst's desk: each ends in words and the right exit code, and nothing is lost."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from worlds import SMALL, raw_counties, raw_villages

from model.errors import AlteredError, DifferenceFoundError, InputError
from model.register import check
from model.register.schema import village_columns
from model.register.synthetic import generate
from scenarios import study
from scenarios.files import lists, tables
from scenarios.files.outtake import write_register
from scenarios.files.reading import read_table
from scenarios.runs import compare, rerun, store
from scenarios.runs import run as runs
from scenarios.world.intake import read_register
from scenarios.world.load import load


def options(out: Path | None, **more: Any) -> runs.Options:
    return runs.Options(out, say=lambda _: None, **more)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runs.run(*study.open_world(SMALL), options(tmp_path_factory.mktemp("desk") / "run"))


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    shutil.copytree(original, tmp_path / "run")
    return tmp_path / "run"


def test_an_altered_folder_is_refused_by_everything_that_reads_it(folder: Path, original: Path, tmp_path: Path) -> None:
    lines = (folder / "plan.csv").read_bytes().splitlines(keepends=True)
    (folder / "plan.csv").write_bytes(b"".join(lines[:-3]))
    for use in (
        lambda: rerun.report(folder),
        lambda: rerun.rerun(folder, options(None)),
        lambda: compare.compare([original, folder]),
        lambda: runs.simulate_again(folder, options(tmp_path / "again"), None, {}),
    ):
        with pytest.raises(DifferenceFoundError, match=r"plan\.csv"):
            use()


def test_rerun_notices_a_falsified_certificate(folder: Path) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["solver"]["objective"] = 99999.0
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(AlteredError, match="objective"):
        rerun.rerun(folder, options(None))


def test_a_page_in_another_language_is_no_difference(folder: Path) -> None:
    rerun.report(folder, "en")
    assert rerun.rerun(folder, options(None)) == []


@pytest.mark.parametrize("content", ["{", "[]", '{"kind": "run"}'])
def test_a_damaged_manifest_is_bad_input(folder: Path, content: str) -> None:
    (folder / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"manifest\.json"):
        rerun.rerun(folder, options(None))


def test_a_comparison_is_not_a_run(original: Path, tmp_path: Path) -> None:
    other = runs.run(*study.open_world(SMALL, {"money.factor.general_bond": 0.9}), options(tmp_path / "other"))
    compared = compare.write(compare.compare([original, other]), [original, other], tmp_path / "compared")
    with pytest.raises(InputError, match="not a run"):
        rerun.report(compared)


def test_only_runs_are_ever_replaced(tmp_path: Path) -> None:
    thesis = tmp_path / "mine" / "thesis.txt"
    thesis.parent.mkdir()
    thesis.write_text("years of work", encoding="utf-8")
    for place in (thesis.parent, thesis, thesis / "inside"):
        with pytest.raises(InputError):
            runs.run(*study.open_world(SMALL), options(place, force=True))
    assert thesis.read_text(encoding="utf-8") == "years of work"


def test_a_run_never_replaces_a_folder_with_an_analysts_files(folder: Path) -> None:
    (folder / "memo.docx").write_bytes(b"hours of work")
    (folder / ".DS_Store").write_bytes(b"nobody misses it")
    assert runs.run(*study.open_world(SMALL), options(folder)) == folder  # the same run is there already
    for changes in ({}, {"run.seed": 1}):
        with pytest.raises(InputError, match=r"memo\.docx"):
            runs.run(*study.open_world(SMALL, changes), options(folder, force=True))
    assert (folder / "memo.docx").read_bytes() == b"hours of work"
    assert store.strangers(folder) == ["memo.docx"]


def test_a_new_report_leaves_an_analysts_files_the_analysts(folder: Path) -> None:
    (folder / "memo.docx").write_bytes(b"hours of work")
    rerun.report(folder, "en")
    assert store.strangers(folder) == ["memo.docx"]
    (folder / "memo.docx").write_bytes(b"more hours of work")
    rerun.report(folder, "zh")  # not taken for a part of the run that was altered
    assert (folder / "memo.docx").read_bytes() == b"more hours of work"


def test_a_file_put_there_while_a_run_went_on_is_not_lost(folder: Path) -> None:
    with contextlib.ExitStack() as stack:
        draft = stack.enter_context(store.written_whole(folder, force=True))
        (draft / "manifest.json").write_text("{}", encoding="utf-8")
        (folder / "memo.docx").write_bytes(b"hours of work")
        with pytest.raises(InputError, match=r"memo\.docx"):
            stack.close()
    assert (folder / "memo.docx").read_bytes() == b"hours of work"


def test_a_projection_never_replaces_its_parent(folder: Path) -> None:
    with pytest.raises(InputError, match="starts from"):
        runs.simulate_again(folder, options(folder, force=True), None, {"run.replications": 3})


def test_a_list_without_a_solver_has_no_optimum_to_compare(folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    tables.read(folder / "plan.csv")[["village_id", "cohort"]].to_csv(listed, index=False)
    given = runs.simulate_again(folder, options(tmp_path / "given"), listed, {})
    found = compare.compare([folder, given])
    assert found.optima["difference"].isna().all()
    assert not found.optima["certain"].any()
    assert (found.outcomes["difference"].fillna(0) == 0).all()


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("village_id,cohort\n", {"the list has no villages"}),
        ("village_id,cohort\n229999901001,2023\n", {"the village is not in the register"}),
        ("village_id,cohort\n{v},2023\n{v},2024\n", {"the village is listed twice"}),
        ("village_id,cohort\n{v},2031\n", {"the scenario has no such cohort"}),
        ("village_id,cohort,package\n{v},2023,enhanced\n", {"the scenario does not offer the package"}),
        (
            "village_id,cohort,package\n{v},2031,basic\n",
            {"the scenario has no such cohort", "the scenario does not offer the package"},
        ),
    ],
)
def test_a_list_that_cannot_be_played_is_refused(small: tuple, tmp_path: Path, text: str, problems: set[str]) -> None:
    scenario, register = small
    path = tmp_path / "list.csv"
    path.write_text(text.replace("{v}", register.villages["village_id"].iloc[0]), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        lists.as_plan(lists.read_list(path), study.prepare(scenario, register).problem, path.name)
    assert {fault.problem for fault in refused.value.faults} == problems


def test_a_list_reports_every_fault_and_understands_headings(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("村代码,批次\n 220421901002 ,２０２３\n,2023\n220421901003,²x\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        lists.read_list(path)
    assert {(f.row, f.column) for f in refused.value.faults} == {(3, "村代码"), (4, "批次")}


def test_optima_in_other_terms_are_not_compared(folder: Path, tmp_path: Path) -> None:
    other = runs.run(*study.open_world(SMALL, {"scoring.discount": 0.9}), options(tmp_path / "other"))
    assert compare.compare([folder, other]).optima["difference"].isna().all()


def test_an_invented_county_table_labels_everything() -> None:
    register = check.build(raw_villages(4), raw_counties().assign(synthetic="1"))
    assert register.synthetic


def test_a_village_that_would_not_pay_is_not_called_a_matter_of_the_gap() -> None:
    scenario, register = study.open_world(SMALL, {"objective.merit": 0.001, "objective.total_cost": 1.0})
    verdicts = study.select(study.prepare(scenario, register)).verdicts
    assert "no_gain" in set(verdicts["reason_code"])
    assert "within_gap" not in set(verdicts["reason_code"])


def test_the_payment_profile_has_a_share_for_each_year_of_the_cycle() -> None:
    with pytest.raises(InputError, match="cycle_months"):
        load("baseline", {"money.payment_profile": [0.5, 0.3, 0.2]})
    assert load("baseline", {"money.payment_profile": [0.5, 0.3, 0.2], "programme.cycle_months": 36}).programme.cycle_years == 3


def test_a_decimal_comma_is_never_guessed() -> None:
    raw = raw_villages(4).assign(income_yuan=["12,345", "8,5", "1,234,567.5", "12345"])
    with pytest.raises(InputError) as refused:
        check.build(raw, raw_counties())
    found = {(f.value, f.problem) for f in refused.value.faults}
    assert ("8,5", "cell cannot be read") in found
    assert "12,345" not in {value for value, _ in found}


def test_ragged_rows_hide_no_other_fault(tmp_path: Path) -> None:
    file, counties = write_register(generate(100, 1), tmp_path / "r.csv")
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    lines[3] += ",more"
    lines[5] = "12" + lines[5][12:]
    file.write_text("\n".join(lines), encoding="utf-8")
    counties.write_text(counties.read_text(encoding="utf-8-sig").replace("220103,", "22010x,", 1), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_register(file, None)
    found = {(f.file, f.row) for f in refused.value.faults}
    assert {("r.csv", 4), ("r.csv", 6), ("r.counties.csv", 2)} <= found


def test_blank_whole_numbers_of_parquet_are_blank(tmp_path: Path) -> None:
    pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": ["x", "y"]}).to_parquet(tmp_path / "a.parquet")
    assert list(read_table(tmp_path / "a.parquet", village_columns()).table["a"]) == ["1", ""]


def test_capital_suffixes_are_read(tmp_path: Path) -> None:
    (tmp_path / "A.CSV").write_text("a,b\n1,2\n", encoding="utf-8")
    assert len(read_table(tmp_path / "A.CSV", village_columns()).table) == 1


def test_files_start_at_the_scenario_that_states_them(tmp_path: Path) -> None:
    write_register(generate(150, 2023), tmp_path / "data" / "r.csv")
    (tmp_path / "kid").mkdir()
    (tmp_path / "data" / "p.toml").write_text(
        f'extends = "{Path(SMALL).as_posix()}"\n[register]\nfile = "r.csv"\n', encoding="utf-8"
    )
    (tmp_path / "kid" / "k.toml").write_text('extends = "../data/p.toml"\n', encoding="utf-8")
    scenario, register = study.open_world(str(tmp_path / "kid" / "k.toml"))
    assert len(register.villages) == 150
    assert scenario.register_.file == "r.csv"


def test_scenarios_of_one_name_in_two_folders_are_no_circle(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "m.toml").write_text('extends = "sub/m.toml"\n', encoding="utf-8")
    (tmp_path / "sub" / "m.toml").write_text('extends = "baseline"\n', encoding="utf-8")
    assert load(str(tmp_path / "m.toml")).rules.once_only.on


def test_a_missing_register_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file not found"):
        read_register(tmp_path / "nowhere.csv", None)


def test_store_refuses_a_place_inside_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="inside a file"):
        store.claim(tmp_path / "file" / "run", force=True)
