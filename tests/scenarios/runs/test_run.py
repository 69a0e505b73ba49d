"""The main job on a small world: the folder, its bytes, its documents, and what happens when things go wrong."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest
from worlds import SMALL

from model.errors import DifferenceFoundError, InputError
from model.outcomes.kpis import KPIS
from model.words import CHINESE
from scenarios import study
from scenarios.files import lists, tables
from scenarios.files.manifest import altered, read_manifest
from scenarios.report import books, compared, letter, notice, workbook
from scenarios.report.comparison import FIGURES, figures
from scenarios.report.facts import Facts
from scenarios.report.rounding import rounded
from scenarios.runs import compare as comparing
from scenarios.runs import rerun as again
from scenarios.runs import run as runs

CONTRACT = {
    "assumptions.csv": ["parameter", "value", "low", "high", "unit", "source", "confidence", "clause"],
    "eligibility.csv": ["village_id", "eligible", "failed_conditions"],
    "scores.csv": ["village_id", "score"],
    "plan.csv": [
        *("village_id", "county_code", "cohort", "package", "status"),
        *("score", "total_cost_wan_yuan", "general_bond_wan_yuan"),
    ],
    "rules.csv": ["rule", "label", "lower", "activity", "upper", "slack", "binding"],
    "objectives.csv": ["objective", "stage", "weight", "value", "contribution"],
    "verdicts.csv": ["village_id", "selected", "reason_code", "reason_zh", "reason_en"],
    "funding.csv": ["county_code", "year", "source", "amount_wan_yuan"],
    "kpis.csv": ["kpi", "unit", "year", "mean", "ci_low", "ci_high", "p05", "p50", "p95", "param_low", "param_high"],
    "county_kpis.csv": ["kpi", "unit", "county_code", "prefecture", "year", "mean", "ci_low", "ci_high"],
}


def options(out: Path, **more: object) -> runs.Options:
    return runs.Options(out, say=lambda _: None, **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return runs.run(*study.open_world(SMALL), options(tmp_path_factory.mktemp("runs") / "first"))


def test_every_file_has_the_columns_of_the_contract(folder: Path) -> None:
    for name, columns in CONTRACT.items():
        assert (folder / name).read_bytes().startswith(b"\xef\xbb\xbf")
        assert list(tables.read(folder / name))[: len(columns)] == columns
    there = {"scenario.toml", "manifest.json", "timings.json", "columns.csv", "datapackage.json", "report.html", workbook.NAME}
    assert there <= {path.name for path in folder.iterdir()}
    assert {p.name for p in (folder / "inputs").iterdir()} == {"register.csv", "counties.csv", "history.csv"}


def test_the_manifest_says_what_was_certified(folder: Path) -> None:
    manifest = read_manifest(folder)
    solver = manifest["solver"]
    assert manifest["synthetic"] is True
    assert solver["status"] == "within_gap"
    assert 1e-4 < solver["gap"] <= 0.001
    assert solver["gap"] == pytest.approx((solver["bound"] - solver["objective"]) / max(1, abs(solver["objective"])))
    assert tables.read(folder / "objectives.csv")["contribution"].sum() == pytest.approx(solver["objective"])
    assert altered(folder, manifest) == []


def test_money_adds_up(folder: Path) -> None:
    plan, funding, projects = (tables.read(folder / f"{name}.csv") for name in ("plan", "funding", "projects"))
    bond = funding.loc[funding["source"] == "general_bond", "amount_wan_yuan"]
    assert bond.sum() == pytest.approx(plan["general_bond_wan_yuan"].sum(), abs=0.001)
    assert funding["amount_wan_yuan"].sum() == pytest.approx(plan["total_cost_wan_yuan"].sum(), abs=0.001)
    by_village = projects.groupby("village_id")["cost_wan_yuan"].sum()
    assert by_village.to_numpy() == pytest.approx(
        plan.set_index("village_id")["total_cost_wan_yuan"].sort_index().to_numpy(), abs=1e-4
    )


def test_the_same_seed_gives_the_same_bytes_with_one_worker_or_two(folder: Path, tmp_path: Path) -> None:
    other = runs.run(*study.open_world(SMALL), options(tmp_path / "second", workers=2))
    files = read_manifest(folder)["files"]
    assert read_manifest(other)["files"] == files
    for name in (*files, "manifest.json"):
        assert (folder / name).read_bytes() == (other / name).read_bytes(), name


def test_rerun_finds_no_difference(folder: Path) -> None:
    assert again.rerun(folder, options(folder)) == []
    assert not list(folder.parent.glob(".*rerun*"))


def test_rerun_notices_a_changed_folder(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    text = (copy / "plan.csv").read_text(encoding="utf-8-sig")
    (copy / "plan.csv").write_text(text.replace("standard", "enhanced", 1), encoding="utf-8-sig")
    with pytest.raises(DifferenceFoundError, match=r"plan\.csv"):
        again.rerun(copy, options(copy))


def test_an_identical_run_is_reused_and_another_refused(folder: Path) -> None:
    before = (folder / "timings.json").read_bytes()
    runs.run(*study.open_world(SMALL), options(folder))
    assert (folder / "timings.json").read_bytes() == before
    with pytest.raises(InputError, match="something else"):
        runs.run(*study.open_world(SMALL, {"run.seed": 1}), options(folder))


def test_simulate_names_its_parent_and_takes_another_list(folder: Path, tmp_path: Path) -> None:
    projected = runs.simulate_again(folder, options(tmp_path / "again"), None, {"run.replications": 3})
    manifest = read_manifest(projected)
    assert manifest["parent"] == read_manifest(folder)["identity"]
    assert manifest["replications"] == 3
    listed = tmp_path / "list.csv"
    tables.read(folder / "plan.csv").head(10)[["village_id", "cohort"]].to_csv(listed, index=False)
    given = runs.simulate_again(folder, options(tmp_path / "given"), listed, {})
    assert len(tables.read(given / "plan.csv")) == 10
    assert read_manifest(given)["solver"]["objective"] is None
    assert again.rerun(given, options(given)) == []


def test_nothing_is_left_when_a_run_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "write", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(InputError, match="disk full"):
        runs.run(*study.open_world(SMALL), options(tmp_path / "out"))
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(".kept-")] == []  # what was played is kept


def test_the_page_asks_the_network_for_nothing_and_is_labelled(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", page[:2000] + own)
    assert "模拟数据" in own
    assert "任何方案的总效益都不会比本方案高出" in own
    assert "均未含参数不确定性" in own
    for chart in ("map", "cohorts", "money", "projection", "target"):
        assert f"chart-{chart}" in own


def test_the_page_comes_in_english_too(folder: Path, tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    again.report(copy, "en")
    page = (copy / "report.html").read_text(encoding="utf-8")
    assert "Synthetic data" in page
    assert altered(copy, read_manifest(copy)) == []


def test_the_workbook_is_one_officials_can_sign(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / workbook.NAME)
    assert book.sheetnames[:4] == ["说明", "候选名单", "推演名单", "分县汇总"]
    sheet = book["候选名单"]
    assert [sheet.cell(row, 1).value for row in (1, 2, 3)] == ["附件1", "2023年百村提升创建村候选名单", CHINESE("synthetic")]
    headings = [cell.value for cell in sheet[5]]
    plan = tables.read(folder / "plan.csv").query("status == 'recommended'")
    rows = [dict(zip(headings, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=6)]
    villages = [row for row in rows if row["村代码"]]
    assert {row["村代码"] for row in villages} == set(plan["village_id"])
    assert [row["序号"] for row in villages] == list(range(1, len(plan) + 1))
    sums = {row["县（市、区）"]: row["一般债券"] for row in rows if str(row["县（市、区）"]).endswith(("小计", "合计"))}
    assert sums.pop("合计") == pytest.approx(plan["general_bond_wan_yuan"].sum())
    assert sum(sums.values()) == pytest.approx(plan["general_bond_wan_yuan"].sum())
    assert any("审核人" in str(cell.value) for cell in sheet["A"])
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A6", "$5:$5")


def test_the_list_handed_over_is_read_back_as_it_is(folder: Path) -> None:
    """With titles, sums, signatures and two annexes; and with a village struck out."""
    listed = lists.read_list(folder / workbook.NAME)
    plan = tables.read(folder / "plan.csv")
    keys = ["village_id", "cohort", "package"]
    assert sorted(map(tuple, listed[keys].to_numpy())) == sorted(map(tuple, plan[keys].to_numpy()))


def test_the_notice_has_names_alone(folder: Path) -> None:
    sheet = openpyxl.load_workbook(folder / notice.NAME)["公示名单"]
    assert [cell.value for cell in sheet[5]] == ["序号", "市（州）", "县（市、区）", "乡镇", "村名"]
    plan = tables.read(folder / "plan.csv").query("status == 'recommended'")
    assert sum(isinstance(cell.value, (int, float)) for cell in sheet["A"]) == len(plan)


def test_the_letter_lists_the_cohort_and_its_sums(folder: Path) -> None:
    document = docx.Document(str(folder / letter.NAME))
    plan = tables.read(folder / "plan.csv").query("status == 'recommended'")
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert sum(bool(row[0]) for row in rows[1:]) == len(plan)
    assert rows[-1][-2] == f"{plan['general_bond_wan_yuan'].sum():,.2f}"
    assert any("模拟数据" in paragraph.text for paragraph in document.paragraphs)
    before = (folder / letter.NAME).read_bytes()
    letter.write(folder, read_manifest(folder))
    assert (folder / letter.NAME).read_bytes() == before


def test_books_add_up_to_the_plan_to_the_cent(folder: Path, tmp_path: Path) -> None:
    files = [path for path in books.write(Facts.of(folder), tmp_path) if path.suffix == ".xlsx"]
    projects = tables.read(folder / "projects.csv")
    plan = tables.read(folder / "plan.csv")
    by_kind: dict[str, float] = {}
    for path in files:
        sheet = openpyxl.load_workbook(path)["项目清单"]
        at = next(i for i, cell in enumerate(sheet[5]) if cell.value == "投资")  # books of several counties name them too
        own = [row[at].value for row in sheet.iter_rows(min_row=6) if isinstance(row[0].value, (int, float))]
        by_kind[path.parent.name] = by_kind.get(path.parent.name, 0.0) + sum(own)
        total = next(row[at].value for row in sheet.iter_rows(min_row=6) if row[at - 3].value == "合计")
        assert sum(own) == pytest.approx(total, abs=0.005)
        if path.parent.name != "分县":
            shared = list(openpyxl.load_workbook(path)["分县任务分解"].iter_rows(min_row=6, values_only=True))
            sums = next(row for row in shared if row[0] == "合计")
            each = [row for row in shared if row[0] and isinstance(row[3], (int, float)) and row is not sums]
            assert sums[3] == pytest.approx(total, abs=0.005)
            assert sum(row[3] for row in each) == pytest.approx(total, abs=0.01 * len(each))
            assert sum(sums[4:]) == pytest.approx(total, abs=0.05)
    assert len([path for path in files if path.parent.name == "分县"]) == plan["county_code"].nunique()
    whole = projects["cost_wan_yuan"].sum()
    assert by_kind["分县"] == pytest.approx(whole, abs=0.005)
    assert by_kind["分市州"] == pytest.approx(whole, abs=0.005)
    led = projects[projects["department"].fillna("") != ""]["cost_wan_yuan"].sum()
    assert by_kind["分部门"] == pytest.approx(led, abs=0.005)


def test_every_village_of_a_county_has_its_page(folder: Path, tmp_path: Path) -> None:
    """With every project whole, and money that adds up to the village's."""
    plan, projects = tables.read(folder / "plan.csv"), tables.read(folder / "projects.csv")
    code = plan["county_code"].iloc[0]
    pages = next(path for path in books.write(Facts.of(folder), tmp_path, [code]) if path.suffix == ".docx")
    document = docx.Document(str(pages))
    own = plan[plan["county_code"] == code]
    assert sum(line.text.endswith("“一村一策”") for line in document.paragraphs) == len(own)
    told = document.tables[1::3]
    assert len(told) == len(own)
    paid = sum(float(row.cells[2].text.replace(",", "")) for table in told for row in table.rows[1:])
    assert paid == pytest.approx(
        projects[projects["village_id"].isin(own["village_id"])]["cost_wan_yuan"].sum(), abs=0.01 * len(projects)
    )
    again = next(path for path in books.write(Facts.of(folder), tmp_path / "again", [code]) if path.suffix == ".docx")
    assert again.read_bytes() == pages.read_bytes()


def test_what_is_done_in_homes_is_listed_by_village(folder: Path, tmp_path: Path) -> None:
    plan, projects = tables.read(folder / "plan.csv"), tables.read(folder / "projects.csv")
    code = plan["county_code"].iloc[0]
    book = next(path for path in books.write(Facts.of(folder), tmp_path, [code]) if path.suffix == ".xlsx")
    tasks = {str(row[1].value) for row in openpyxl.load_workbook(book)["到户创建推进表"].iter_rows(min_row=6) if row[1].value}
    assert tasks
    assert tasks <= set(projects["task_id"])


def test_books_of_nobody_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no book is of that name"):
        books.write(Facts.of(folder), tmp_path, ["某县"])


def test_verdicts_speak_of_every_village(folder: Path) -> None:
    verdicts, plan = tables.read(folder / "verdicts.csv"), tables.read(folder / "plan.csv")
    assert len(verdicts) == 150
    assert set(verdicts.loc[verdicts["selected"] == 1, "village_id"]) == set(plan["village_id"])
    eligible = tables.read(folder / "eligibility.csv").set_index("village_id")["eligible"]
    left_out = verdicts[verdicts["reason_code"] == "ineligible"]["village_id"]
    assert not eligible[left_out].any()
    assert verdicts["reason_zh"].str.len().min() > 4


def test_a_verdicts_blockers_are_true(small_selection: study.Selection) -> None:
    """Adding a village in the cohort its verdict names breaks just the rules it names, as the audit sees them."""
    plan, verdicts = small_selection.plan.table, small_selection.verdicts
    prepared = small_selection.prepared
    out = verdicts[~verdicts["selected"] & ~verdicts["reason_code"].isin(["ineligible"])]
    assert len(out) > 5
    for row in out.itertuples():
        year = int(re.search(r"(\d{4})年批次", row.reason_zh)[1])
        more = pd.concat([plan[["village_id", "cohort"]], pd.DataFrame([{"village_id": row.village_id, "cohort": year}])])
        broken = {f.rule for f in study.check(more, prepared)}
        assert broken == (set() if row.reason_code in ("within_gap", "on_target") else set(row.reason_code.split("+")))


def test_compare_gives_paired_differences(folder: Path, tmp_path: Path) -> None:
    tight = runs.run(*study.open_world(SMALL, {"money.factor.general_bond": 0.8}), options(tmp_path / "tight"))
    found = comparing.compare([folder, tight])
    row = found.optima.iloc[0]
    assert row["low"] <= row["difference"] <= row["high"]
    assert (found.outcomes["ci_low"].fillna(0) <= found.outcomes["ci_high"].fillna(0)).all()
    kept = found.outcomes.query("kpi == 'accepted_by_target'").iloc[0]
    assert kept["difference"] == pytest.approx(kept["second"] - kept["first"])
    signed = found.signed.iloc[0]
    first, second = (set(tables.read(f / "plan.csv").query("status == 'recommended'")["village_id"]) for f in (folder, tight))
    assert (signed["enter"], signed["leave"]) == (len(second - first), len(first - second))
    assert found.changes["parameter"].tolist() == ["money.factor.general_bond"]
    lines = compared.told(found, "zh", "small")
    assert "一般债券" in lines[0]
    assert "待签批的2023年批次" in lines[1]
    told = rounded(kept)
    assert any(f"年底验收合格村数由{told['first']}个变为{told['second']}个（{told['difference']}个" in line for line in lines)
    assert found.kept["rule"].tolist() or found.signed["kept"].notna().all()  # either it breaks a rule, or it has a worth
    stands = ("也可以照旧", "不能照旧签批（可以证明）")
    assert any(said in found.said() for said in stands) == (found.signed["held_status"].iloc[0] != "not_found")
    assert "总效益的最优值" in lines[-1]
    shown = figures(found, "small")["kpi"].tolist()
    assert shown == [name for name in FIGURES if name in shown]
    assert set(FIGURES) <= set(KPIS)
    out = comparing.write(found, [folder, tight], tmp_path / "compared")
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["kind"] == "compare"


def test_compare_refuses_unlike_runs(folder: Path, tmp_path: Path) -> None:
    other = runs.run(*study.open_world(SMALL, {"run.seed": 5}), options(tmp_path / "other"))
    with pytest.raises(InputError, match="differ in seed"):
        comparing.compare([folder, other])


def test_changes_stand_beside_the_list_that_was_announced(folder: Path, tmp_path: Path) -> None:
    """One village of the announced list has gone, one has come, one is of another cohort."""
    twin = tmp_path / "twin"
    shutil.copytree(folder, twin)
    plan = tables.read(twin / "plan.csv")[["village_id", "cohort"]]
    other = sorted(set(plan["cohort"]) - {plan["cohort"].iloc[1]})[0]
    last = plan.iloc[1:].assign(cohort=[other, *plan["cohort"].iloc[2:]])
    gone = tables.read(twin / "inputs" / "register.csv").query("village_id not in @plan.village_id").head(1)
    last = pd.concat([last, gone.assign(cohort=other)[["village_id", "cohort"]]])
    tables.write(last, twin / "inputs" / "announced.csv")
    workbook.write(twin, json.loads((twin / "manifest.json").read_text(encoding="utf-8")))
    sheet = openpyxl.load_workbook(twin / workbook.NAME)["变动情况"]
    told = [str(row[0]) for row in sheet.iter_rows(values_only=True)]
    assert [told.count(kind) for kind in ("新增", "退出", "改批次")] == [1, 1, 1]
    assert "变动情况" not in openpyxl.load_workbook(folder / workbook.NAME).sheetnames


def test_papers_speak_chinese(folder: Path, tmp_path: Path) -> None:
    """Nothing of a paper is English but codes of clauses and tasks, and in the annex of parameters their paths and values."""
    papers = [
        folder / workbook.NAME,
        folder / notice.NAME,
        *(path for path in books.write(Facts.of(folder), tmp_path) if path.suffix == ".xlsx"),
    ]
    known = re.compile(r"P2[23]-[A-Z0-9.-]+|T\d+(\.\d+)?|5G|PM2\.5|MiB|情景small")
    english = []
    for path in papers:
        for sheet in openpyxl.load_workbook(path, read_only=True):
            told = {"参数与假设": (0, *range(5, 9)), "数据字典": range(2, 5)}.get(sheet.title, range(99))  # not paths and values
            rows = [[cell for i, cell in enumerate(row) if i in told] for row in sheet.iter_rows(values_only=True)]
            cells = (cell for row in rows for cell in row if isinstance(cell, str))
            english += [(path.name, sheet.title, cell) for cell in cells if re.search("[A-Za-z]{3,}", known.sub("", cell))]
    assert not [found for found in english if found[1] != CHINESE("cover")], english[:5]  # the number of the run
