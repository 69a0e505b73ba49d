"""Sixty counties get a workbook, fill it in, and their answers become one register."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.errors import InputError
from model.register.synthetic import generate, units
from model.register.synthetic.counties import all_units
from scenarios.files import declaration
from scenarios.files.outtake import write_register
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
    merged = declaration.merge(files, units().head(3))
    assert merged.answered == {code: len(part) for code, part in parts.items()}
    assert merged.silent == ["220104"]
    out = declaration.write_merged(merged, tmp_path / "register.csv")
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
        declaration.merge([good, bad, tmp_path / "broken.xlsx"], units().head(3))
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
    merged = declaration.merge(files, counties)
    assert len(files) == 60
    assert len(merged.villages) == 603
    assert merged.silent == []


def test_a_workbook_nobody_filled_in_is_refused(template: Path) -> None:
    with pytest.raises(InputError, match="no village is declared"):
        declaration.merge([template], units().head(3))
