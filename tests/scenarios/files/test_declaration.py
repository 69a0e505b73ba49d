"""Sixty counties get a workbook, fill it in, and their answers become one register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.errors import InputError
from model.register.synthetic import generate, units
from model.register.synthetic.counties import all_units
from model.vocabulary import Register
from scenarios.files import declaration, merging
from scenarios.files.outtake import write_register
from scenarios.report import returns
from scenarios.world.intake import read_register

FIRST_ROW = declaration.HEADING_ROW + 3


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    counties = units()[["county_code", "name"]].head(3)
    return declaration.write_template(counties, tmp_path_factory.mktemp("template") / "申报表.xlsx")


def filled(template: Path, out: Path, county: str, villages: pd.DataFrame) -> Path:
    """Fill one county's sheet as a person would, and save the workbook under another name."""
    book = openpyxl.load_workbook(template)
    sheet = next(sheet for sheet in book.worksheets if sheet.title.startswith(county))
    zh = {column.zh: column.name for column in declaration.declared_columns()}
    headings = [str(cell.value).rstrip("*") for cell in sheet[declaration.HEADING_ROW + 1]]
    for r, row in enumerate(villages.to_dict("records"), FIRST_ROW):
        for c, heading in enumerate(headings, 1):
            value = row.get(zh[heading])
            if value is not None and value == value:
                sheet.cell(r, c).value = {True: "是", False: "否"}.get(value, value) if isinstance(value, bool) else value
    book.save(out)
    return out


def test_the_workbook_has_a_sheet_a_county_with_drop_downs_and_an_example(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    assert book.sheetnames[0] == declaration.NOTES_SHEET
    assert [name[:6] for name in book.sheetnames[1:]] == ["220103", "220104", "220105"]
    sheet = book.worksheets[1]
    assert sheet.cell(declaration.HEADING_ROW + 1, 1).value == "村代码*"
    assert "示例村" in [cell.value for cell in sheet[declaration.HEADING_ROW + 2]]
    sources = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert '"是,否"' in sources
    assert '"集聚提升,特色发展,城郊融合,兴边富民,稳定改善,搬迁撤并"' in sources


def test_returned_files_become_a_register(template: Path, tmp_path: Path) -> None:
    register = generate(2051, 2023)
    parts = {code: register.villages[register.villages["county_code"] == code].head(4) for code in ("220103", "220105")}
    files = [filled(template, tmp_path / f"{code}.xlsx", code, part) for code, part in parts.items()]
    merged = merging.merge(files, units().head(3))
    assert merged.answered == {code: len(part) for code, part in parts.items()}
    assert merged.silent == ["220104"]
    out = merging.write_merged(merged, tmp_path / "register.csv")
    _, counties = write_register(register, tmp_path / "all.csv")
    again = read_register(out, counties)
    expected = pd.concat(parts.values()).sort_values("village_id", ignore_index=True)
    kept = [name for name in again.villages if name in expected]
    pd.testing.assert_frame_equal(again.villages[kept], expected[kept], check_dtype=False)


def test_faults_come_by_file_and_sheet_all_at_once(template: Path, tmp_path: Path) -> None:
    villages = generate(2051, 2023).villages
    part = villages[villages["county_code"] == "220103"].head(2)
    good = filled(template, tmp_path / "good.xlsx", "220103", part)
    bad = filled(template, tmp_path / "bad.xlsx", "220103", part.assign(households=[-1, 30]))
    (tmp_path / "broken.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(InputError) as refused:
        merging.merge([good, bad, tmp_path / "broken.xlsx"], units().head(3))
    found = {(f.file, f.sheet, f.row, f.problem.split(" (")[0]) for f in refused.value.faults}
    sheet = "220103 宽城区"
    assert found == {
        ("bad.xlsx", sheet, FIRST_ROW, "value is out of range"),
        ("bad.xlsx", sheet, FIRST_ROW, "the village is declared again"),
        ("bad.xlsx", sheet, FIRST_ROW + 1, "the village is declared again"),
        ("broken.xlsx", "", None, "the file cannot be read as a workbook"),
    }


def test_sixty_county_files_are_merged(tmp_path: Path) -> None:
    """Every county's file, written as the template is, with the register's own villages; the 60th county has three."""
    register = generate(600, 4)
    last = all_units().set_index("county_code").loc[["220102"], ["name", "prefecture"]].reset_index()
    counties = pd.concat([register.counties, last], ignore_index=True)
    own = register.villages.head(3).assign(county_code="220102", village_id=["220102901001", "220102901002", "220102901003"])
    villages = pd.concat([register.villages, own], ignore_index=True)
    columns = declaration.declared_columns()
    files = []
    for code, part in villages.groupby("county_code"):
        name = str(counties.set_index("county_code").loc[code, "name"])
        table = part[[c.name for c in columns if c.name in part]].rename(columns={c.name: c.zh for c in columns})
        path = tmp_path / f"{code}.xlsx"
        with pd.ExcelWriter(path, engine="xlsxwriter") as book:
            table.to_excel(book, sheet_name=f"{code} {name}"[:31], index=False, startrow=declaration.HEADING_ROW)
        files.append(path)
    merged = merging.merge(files, counties)
    assert len(files) == 60
    assert len(merged.villages) == 603
    assert merged.silent == []


def test_a_workbook_nobody_filled_in_is_refused(template: Path) -> None:
    with pytest.raises(InputError, match="no village is declared"):
        merging.merge([template], units().head(3))


def few() -> Register:
    """Return a register of a dozen counties."""
    register = generate(150, 3)
    counties = register.counties.head(12)
    inside = register.villages["county_code"].isin(counties["county_code"])
    return replace(register, counties=counties, villages=register.villages[inside].reset_index(drop=True))


def test_each_county_gets_a_book_of_at_most_thirty_questions_filled_with_what_is_known(tmp_path: Path) -> None:
    register = few()
    books = declaration.write_books(register.counties, tmp_path / "books", register.villages)
    assert len(books) == len(register.counties)
    assert len(declaration.declared_columns()) <= 30
    assert not {"score", *(f"review_{a}" for a in ("foundation", "matching"))} & {c.name for c in declaration.declared_columns()}
    merged = merging.merge(books, register.counties)
    without = set(register.counties["county_code"]) - set(register.villages["county_code"])
    assert (len(merged.villages), set(merged.silent)) == (len(register.villages), without)
    known = register.villages.set_index("village_id").loc[merged.villages["village_id"]]
    assert merged.villages["households"].tolist() == known["households"].tolist()
    assert merged.villages["lamp_pct"].tolist() == pytest.approx(known["lamp_pct"].tolist())
    merging.write_merged(merged, tmp_path / "merged.csv")
    write_register(register, tmp_path / "r.csv")
    read_register(tmp_path / "merged.csv", tmp_path / "r.counties.csv")


def test_a_book_with_slips_goes_back_to_its_county_in_its_own_words(tmp_path: Path) -> None:
    register = generate(150, 3)
    counties = register.counties.head(3)
    one, two, _ = declaration.write_books(counties, tmp_path / "books", register.villages)
    book = openpyxl.load_workbook(one)
    sheet = book.worksheets[1]
    heading = [str(cell.value).rstrip("*") for cell in sheet[declaration.HEADING_ROW + 1]].index("户数") + 1
    sheet.cell(FIRST_ROW, heading).value = "很多"
    book.save(one)
    with pytest.raises(InputError) as refused:
        merging.merge([one, two], counties)
    sent = returns.write(refused.value.faults, counties, (), tmp_path / "back")
    assert [path.name[:6] for path in sent] == [counties["county_code"].iloc[0]]
    cells = [str(cell.value) for row in openpyxl.load_workbook(sent[0]).active.iter_rows(min_row=6) for cell in row]
    assert {"户数", "很多", "单元格内容无法读取"} <= set(cells)
    silent = returns.write((), counties, [counties["county_code"].iloc[2]], tmp_path / "back")
    assert "未报送" in [cell.value for cell in openpyxl.load_workbook(silent[0]).active[6]]


def test_a_second_round_says_who_changed_what(tmp_path: Path) -> None:
    register = few()
    books = declaration.write_books(register.counties, tmp_path / "books", register.villages)
    first = merging.merge(books, register.counties)
    merging.write_merged(first, tmp_path / "first.csv")
    assert merging.changes(first, tmp_path / "first.csv").empty
    second = replace(first, villages=first.villages.iloc[1:].reset_index(drop=True))
    second.villages.loc[0, "households"] = 7
    told = merging.changes(second, tmp_path / "first.csv")
    gone, changed = first.villages["village_id"].iloc[0], second.villages["village_id"].iloc[0]
    assert told.set_index("village_id")["column"].to_dict() == {gone: "", changed: "households"}
    assert told.set_index("village_id")["after"].to_dict()[changed] == "7"
