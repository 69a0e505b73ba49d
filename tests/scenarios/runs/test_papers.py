"""Papers beside the list: the flow chart, the handbook, an office's own form of the list, findings in officials' words."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import docx
import pytest
from worlds import SMALL

from model.errors import InputError
from model.policy.catalogue import tasks
from model.policy.clauses import clauses
from model.policy.procedure import BASES, DATED, procedure
from model.words import CHINESE, ENGLISH
from scenarios import study
from scenarios.files import lists, tables
from scenarios.report import books, course, findings, form, handbook
from scenarios.report.facts import Facts
from scenarios.runs import rerun
from scenarios.runs import run as runs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = runs.Options(tmp_path_factory.mktemp("papers") / "run", say=lambda _: None)
    return runs.run(*study.open_world(SMALL), options)


def test_every_step_names_a_clause_and_an_analogy_is_the_pools() -> None:
    for step in procedure():
        assert step.basis in BASES
        assert step.when in DATED
        assert (clauses()[step.clause].applies_to == "pool") == (step.basis == "analogy"), step.zh


def test_the_flow_chart_has_every_step_with_the_dates_of_the_plan(folder: Path, tmp_path: Path) -> None:
    facts = Facts.of(folder)
    plan, works = facts.plan, tables.read(folder / "projects.csv")
    boxes = list(course.boxes(plan, works))
    assert [box.split(". ")[1].split("\n")[0] for box, _ in boxes] == [step.zh for step in procedure()]
    finish = works.merge(plan[["village_id", "cohort"]].rename(columns={"cohort": "own"}), on="village_id")
    for cohort, own in finish.groupby("own"):
        last = own["planned_finish"].dropna().max()
        assert any(f"{cohort}年批次" in beside and str(last) in beside for _, beside in boxes)
    code = plan["county_code"].iloc[0]
    book = next(path for path in books.write(facts, tmp_path, [code]) if path.suffix == ".xlsx")
    with zipfile.ZipFile(book) as parts:
        drawn = "".join(parts.read(name).decode() for name in parts.namelist() if "drawings/drawing" in name)
    assert all(step.zh in drawn for step in procedure())


def test_the_handbook_has_every_task_with_its_target(tmp_path: Path) -> None:
    document = docx.Document(str(handbook.write(tmp_path)))
    lines = [line.text for line in document.paragraphs]
    for task in tasks():
        assert f"{task.id} {task.zh}（{task.force}）" in lines
    assert len(document.tables) == len(tasks())
    told = [{row.cells[0].text: row.cells[1].text for row in table.rows} for table in document.tables]
    assert all(own["达标"] and own["牵头部门"] for own in told)
    assert not [own["参考单价"] for own in told if re.search("[a-z]{3}", own.get("参考单价", ""))]
    before = (tmp_path / handbook.NAME).read_bytes()
    assert handbook.write(tmp_path).read_bytes() == before


def test_a_book_of_nobody_is_refused_beside_good_names_too(folder: Path, tmp_path: Path) -> None:
    facts = Facts.of(folder)
    name = str(facts.plan["county"].iloc[0])
    with pytest.raises(InputError, match="no book is of that name"):
        books.write(facts, tmp_path, [name, f"{name}县"])


def test_the_list_in_an_offices_own_form_is_the_list(folder: Path, tmp_path: Path) -> None:
    own = form.starter(tmp_path / "form.docx")
    document = docx.Document(str(own))
    split = document.add_paragraph()
    for part in ("共{{村", "数}}个", "村"):  # a mark that an editor has spread over runs
        split.add_run(part)
    document.sections[0].header.paragraphs[0].text = "{{年度}}年度"
    document.save(str(own))
    made = rerun.formed(folder, own, tmp_path / "list.docx")
    plan = tables.read(folder / "plan.csv").query("status == 'recommended'")
    filled = docx.Document(str(made))
    texts = [line.text for line in filled.paragraphs]
    assert f"共{len(plan)}个村" in texts
    assert filled.sections[0].header.paragraphs[0].text == "2023年度"
    assert not any("{{" in text for text in texts)
    assert any("模拟数据" in text for text in texts)  # which no form can leave out
    listed = lists.read_list(made, study.open_world(SMALL).register)
    assert set(listed["village_id"]) == set(plan["village_id"])
    assert rerun.formed(folder, own, tmp_path / "again.docx").read_bytes() == made.read_bytes()
    with pytest.raises(InputError, match="the file exists"):
        rerun.formed(folder, own, made)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("没有标记", "does not say where the list goes"),
        ("见{{名单}}", "does not say where the list goes"),
        ("{{名单}}\n{{得分}}", "a mark that nobody knows"),
    ],
)
def test_a_form_that_cannot_be_filled_in_is_refused_and_nothing_is_written(
    folder: Path, tmp_path: Path, text: str, said: str
) -> None:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(str(tmp_path / "form.docx"))
    with pytest.raises(InputError, match=said):
        rerun.formed(folder, tmp_path / "form.docx", tmp_path / "out.docx")
    assert not (tmp_path / "out.docx").exists()
    with pytest.raises(InputError, match="the form cannot be read"):
        rerun.formed(folder, folder / "plan.csv", tmp_path / "out.docx")


def test_findings_are_told_without_english(folder: Path) -> None:
    world = study.open_world(SMALL, {"money.factor.general_bond": 0.3, "rules.cohort_band.high": 3})
    prepared = study.prepare(*world)
    found = study.check(tables.read(folder / "plan.csv"), prepared)
    counties = dict(zip(world.register.counties["county_code"], world.register.counties["name"], strict=True))
    assert len({finding.rule for finding in found}) > 1
    for finding in found:
        line = findings.told(finding, counties, CHINESE)
        assert not re.search("[A-Za-z]{2,}", line.replace("P23", "")), line
        assert finding.rule in findings.told(finding, counties, ENGLISH)
