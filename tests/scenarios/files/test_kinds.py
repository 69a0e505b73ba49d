"""What people send, read right or told: one test for each kind of peculiarity, on files made here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from worlds import raw_counties, raw_villages

from model.errors import InputError
from scenarios.files.workbooks import open_workbook
from scenarios.world.intake import Taken, take

COUNT = 8


def cells() -> pd.DataFrame:
    return raw_villages(COUNT).assign(sanitary_toilet_pct="42.8", model_town="0", collective_income_wan_yuan="12.5")


def text_file(folder: Path, change: Callable[[str], str] = str, encoding: str = "utf-8", name: str = "register.csv") -> Path:
    path = folder / name
    path.write_bytes(change(cells().to_csv(index=False, lineterminator="\n")).encode(encoding))
    return path


def workbook(folder: Path, change: Callable[[Any, Any], None], name: str = "register.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    table = cells()
    for row in [list(table.columns), *table.to_numpy().tolist()]:
        sheet.append(row)
    change(book, sheet)
    book.save(folder / name)
    return folder / name


def column_of(sheet: Any, heading: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == heading)


def taken(path: Path) -> Taken:
    counties = path.parent / "counties.csv"
    if not counties.is_file():
        raw_counties().to_csv(counties, index=False)
    return take(path, counties)


def refused(path: Path) -> list[Any]:
    with pytest.raises(InputError) as caught:
        taken(path)
    return list(caught.value.faults)


def test_errors_of_a_spreadsheet_are_faults_in_every_kind_of_cell(tmp_path: Path) -> None:
    errors = {"model_town": "#REF!", "name": "#N/A", "collective_income_wan_yuan": "#DIV/0!"}

    def broken(_: Any, sheet: Any) -> None:
        for heading, error in errors.items():
            sheet.cell(3, column_of(sheet, heading), error).data_type = "e"

    found = {(fault.column, fault.row, fault.value) for fault in refused(workbook(tmp_path, broken))}
    assert found == {(heading, 3, error) for heading, error in errors.items()}


def test_a_formula_without_a_stored_value_is_a_fault(tmp_path: Path) -> None:
    def formula(_: Any, sheet: Any) -> None:
        sheet.cell(4, column_of(sheet, "households"), "=1+1")

    (fault,) = refused(workbook(tmp_path, formula))
    assert (fault.row, fault.column) == (4, "households")


def test_a_percent_format_is_a_percent(tmp_path: Path) -> None:
    def percent(_: Any, sheet: Any) -> None:
        for row in range(2, COUNT + 2):
            cell = sheet.cell(row, column_of(sheet, "sanitary_toilet_pct"), 0.061)
            cell.number_format = "0.0%"

    found = taken(workbook(tmp_path, percent))
    assert (found.register.villages["sanitary_toilet_pct"] == 6.1).all()
    assert any(f"{COUNT} percent cells" in note for note in found.notes)


def test_a_merged_flag_marks_every_row_it_covers(tmp_path: Path) -> None:
    def merged(_: Any, sheet: Any) -> None:
        column = column_of(sheet, "model_town")
        sheet.cell(3, column, 1)
        sheet.merge_cells(start_row=3, end_row=6, start_column=column, end_column=column)

    found = taken(workbook(tmp_path, merged))
    assert found.register.villages["model_town"].sum() == 4
    assert any("3 cells of merged ranges" in note for note in found.notes)


def test_hidden_and_other_sheets_are_left_out_and_named(tmp_path: Path) -> None:
    def more(book: Any, sheet: Any) -> None:
        old = book.copy_worksheet(sheet)
        old.title, old.sheet_state = "old", "hidden"
        old.delete_rows(3, 3)
        book.move_sheet(old, -1)
        book.create_sheet("cover", 0)["A1"] = "附件1"

    found = taken(workbook(tmp_path, more))
    assert len(found.register.villages) == COUNT
    assert any("hidden sheet old was left out" in note for note in found.notes)
    assert any("sheet cover was left out" in note for note in found.notes)


def test_other_kinds_of_workbook_are_read_wherever_a_table_is_taken(tmp_path: Path) -> None:
    assert len(taken(workbook(tmp_path, lambda *_: None, "register.xlsm")).register.villages) == COUNT


@pytest.mark.parametrize(
    ("mark", "encoding", "name"),
    [
        ("\t", "utf-8", "register.tsv"),
        ("\t", "utf-16", "register.txt"),
        (";", "utf-8", "register.csv"),
        ("，", "utf-8", "register.csv"),
        (",", "gb18030", "register.csv"),
    ],
)
def test_text_files_are_read_however_they_are_parted_and_written(tmp_path: Path, mark: str, encoding: str, name: str) -> None:
    found = taken(text_file(tmp_path, lambda text: "\ufeff" + text.replace(",", mark), encoding, name))
    assert len(found.register.villages) == COUNT
    assert any("parted by" in note for note in found.notes) == (mark != ",")


def test_an_unclosed_quotation_mark_is_a_fault_at_its_row(tmp_path: Path) -> None:
    def unclosed(text: str) -> str:
        lines = text.splitlines()
        lines[4] = lines[4].replace("模拟", '"模拟', 1)
        return "\n".join(lines) + "\n"

    (fault,) = refused(text_file(tmp_path, unclosed))
    assert (fault.row, "not closed" in fault.problem) == (5, True)


def test_a_quotation_mark_inside_a_cell_is_no_fault(tmp_path: Path) -> None:
    assert len(taken(text_file(tmp_path, lambda text: text.replace("玉米", '玉米5"', 1))).register.villages) == COUNT


def test_empty_cells_beyond_the_headings_are_no_fault_and_others_are(tmp_path: Path) -> None:
    found = taken(text_file(tmp_path, lambda text: "\n".join(line + ",," for line in text.splitlines())))
    assert len(found.register.villages) == COUNT
    for end in (",12.5,8\n", "\n"):
        (fault,) = refused(text_file(tmp_path, lambda text, end=end: text.replace(",12.5\n", end, 1)))
        assert "cells" in fault.problem


def test_what_stands_below_a_table_is_passed_over_and_counted(tmp_path: Path) -> None:
    found = taken(text_file(tmp_path, lambda text: text + "共计,8\n填表人：某某,电话：1\n注：户数以年底为准。\n"))
    assert len(found.register.villages) == COUNT
    assert any("1 rows of totals" in note for note in found.notes)
    assert any("2 remarks" in note for note in found.notes)


def test_footnote_marks_are_no_digits(tmp_path: Path) -> None:
    found = taken(text_file(tmp_path, lambda text: text.replace(",12.5\n", ",12.5①\n").replace(",42.8,", ",42.8¹,")))
    assert (found.register.villages["collective_income_wan_yuan"] == 12.5).all()
    assert (found.register.villages["sanitary_toilet_pct"] == 42.8).all()
    assert any("footnote marks" in note for note in found.notes)


@pytest.mark.parametrize("dress", ["'{}", "\u200b{}", '"=""{}"""', "\ufeff{}", "{:.6} {:.6}"])
def test_codes_are_read_out_of_what_exporters_put_around_them(tmp_path: Path, dress: str) -> None:
    code = cells()["village_id"].iloc[2]
    dressed = f"{code[:6]} {code[6:]}" if dress.startswith("{:.6}") else dress.format(code)
    found = taken(text_file(tmp_path, lambda text: text.replace(code, dressed)))
    assert code in set(found.register.villages["village_id"])
    assert any("village_id" in note for note in found.notes)


def test_a_unit_in_a_heading_is_converted_or_a_fault(tmp_path: Path) -> None:
    heading = "collective_income_wan_yuan"
    found = taken(text_file(tmp_path, lambda text: text.replace(heading, "村集体收入（元）").replace(",12.5\n", ",125000\n")))
    assert (found.register.villages[heading] == 12.5).all()
    assert any("values in 元" in note for note in found.notes)
    same = taken(text_file(tmp_path, lambda text: text.replace(heading, "村集体收入（万元）")))
    assert (same.register.villages[heading] == 12.5).all()
    (fault,) = refused(text_file(tmp_path, lambda text: text.replace(heading, "村集体收入（亩）")))
    assert (fault.value, "unit" in fault.problem) == ("亩", True)


def test_quotas_in_hundred_millions_are_converted(tmp_path: Path) -> None:
    counties = raw_counties()
    plain = counties.astype({"bond_quota_wan_yuan_2023": float})["bond_quota_wan_yuan_2023"]
    counties["bond_quota_wan_yuan_2023"] = (plain / 1e4).map("{:.6f}".format)
    named = counties.rename(columns={"bond_quota_wan_yuan_2023": "2023年一般债券限额（亿元）"})
    named.to_csv(tmp_path / "counties.csv", index=False)
    found = take(text_file(tmp_path), tmp_path / "counties.csv")
    assert found.register.counties["bond_quota_wan_yuan_2023"].tolist() == pytest.approx(plain.tolist())


@pytest.mark.parametrize(("datum", "metres"), [("GCJ-02", (450, 700)), ("火星坐标", (450, 700)), ("BD-09", (1200, 1600))])
def test_coordinates_of_a_known_datum_are_turned_into_wgs84(tmp_path: Path, datum: str, metres: tuple[float, float]) -> None:
    found = taken(text_file(tmp_path, lambda text: text.replace("longitude", f"经度（{datum}）")))
    before = cells().sort_values("village_id")[["longitude", "latitude"]].astype(float)
    after = found.register.villages[["longitude", "latitude"]]
    moved = np.hypot(*((after - before.to_numpy()).to_numpy() * [81000.0, 111195.0]).T)
    assert metres[0] < moved.min() <= moved.max() < metres[1]
    assert any("turned into WGS84" in note for note in found.notes)


@pytest.mark.parametrize("heading", ["经度（北京54）", "经度（西安80坐标系）"])
def test_coordinates_of_another_datum_are_a_fault(tmp_path: Path, heading: str) -> None:
    (fault,) = refused(text_file(tmp_path, lambda text: text.replace("longitude", heading)))
    assert "WGS84" in fault.problem


def test_a_title_says_the_datum_and_the_unit(tmp_path: Path) -> None:
    named = {f"bond_quota_wan_yuan_{year}": f"{year}年一般债券限额" for year in range(2023, 2029)}
    counties = raw_counties().rename(columns=named)
    plain = counties[list(named.values())].astype(float)
    counties[plain.columns] = (plain / 1e4).map("{:.6f}".format)
    title = "各县限额" + "," * (counties.shape[1] - 1) + "单位：亿元\n"
    (tmp_path / "counties.csv").write_text(title + counties.to_csv(index=False), encoding="utf-8")
    found = taken(text_file(tmp_path, "经纬度坐标系：GCJ-02\n{}".format))
    assert found.register.counties["bond_quota_wan_yuan_2023"].tolist() == pytest.approx(plain["2023年一般债券限额"].tolist())
    assert any("turned into WGS84" in note for note in found.notes)


def test_spaced_and_starred_headings_are_known(tmp_path: Path) -> None:
    def spaced(text: str) -> str:
        return text.replace("households", "户 数").replace("accepted", "是否通过验收*").replace("leading_industry", "主导产业：")

    assert len(taken(text_file(tmp_path, spaced)).register.villages) == COUNT


def test_a_village_code_of_another_county_is_counted(tmp_path: Path) -> None:
    code = cells()["village_id"].iloc[0]
    found = taken(text_file(tmp_path, lambda text: text.replace(code, "220103" + code[6:])))
    assert any("1 villages have a code of another county" in note and "rows 2" in note for note in found.notes)


def test_plain_sheets_are_not_looked_into_twice(tmp_path: Path) -> None:
    book = open_workbook(workbook(tmp_path, lambda *_: None))
    (sheet,) = book.sheets.values()
    assert (sheet.understood, book.hidden) == ({}, ())


def test_hidden_rows_are_read_and_named(tmp_path: Path) -> None:
    def hide(_: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True

    found = taken(workbook(tmp_path, hide))
    assert len(found.register.villages) == COUNT
    assert any("1 rows that are hidden" in note for note in found.notes)


def register_csv(folder: Path, **changed: Any) -> Path:
    table = cells().assign(**changed)
    table.to_csv(folder / "register.csv", index=False)
    return folder / "register.csv"


@pytest.mark.parametrize(
    ("column", "written", "read"),
    [
        ("households", "998户", 998),
        ("households", "1,200 户", 1200),
        ("collective_income_wan_yuan", "97.01万元", 97.01),
        ("collective_income_wan_yuan", "0.5亿元", 5000.0),
        ("created_year", "2021年", 2021),
        ("industry_base", "3级", 3),
    ],
)
def test_a_unit_behind_a_number_is_read_and_counted(tmp_path: Path, column: str, written: str, read: float) -> None:
    found = taken(register_csv(tmp_path, **{column: written}))
    assert found.register.villages[column].tolist() == [read] * COUNT
    assert any("a unit behind the number" in note for note in found.notes)


def test_a_unit_of_another_kind_behind_a_number_is_a_fault(tmp_path: Path) -> None:
    (fault,) = refused(register_csv(tmp_path, households="998亩"))
    assert len(fault.rows) == COUNT


@pytest.mark.parametrize(("mark", "meant"), [("✔", True), ("☑", True), ("○", True), ("☐", False), ("✘", False)])
def test_marks_are_read_and_counted(tmp_path: Path, mark: str, meant: bool) -> None:
    found = taken(register_csv(tmp_path, model_town=[mark] + ["0"] * (COUNT - 1)))
    assert bool(found.register.villages.sort_values("name")["model_town"].iloc[0]) == meant or meant in set(
        found.register.villages["model_town"]
    )
    assert any("yes and no in words" in note for note in found.notes)


def test_a_circle_beside_other_marks_is_asked_about(tmp_path: Path) -> None:
    faults = refused(register_csv(tmp_path, model_town=["√", "○"] + ["0"] * (COUNT - 2)))
    assert [fault.problem for fault in faults] == ["a circle beside other marks: yes or no?"]


def test_signs_for_nothing_are_blanks_where_the_column_may_be_blank(tmp_path: Path) -> None:
    signs = ["—", "无", "/", "-", "暂无", "N/A", "12.5", ""]
    found = taken(register_csv(tmp_path, collective_income_wan_yuan=signs))
    assert found.register.villages["collective_income_wan_yuan"].notna().sum() == 1
    assert any("6 cells with signs for nothing" in note for note in found.notes)
    assert refused(register_csv(tmp_path, households="—"))


def test_blank_flags_are_counted(tmp_path: Path) -> None:
    found = taken(register_csv(tmp_path, model_town=["1"] + [""] * (COUNT - 1)))
    assert any(f"{COUNT - 1} cells with blanks read as no" in note for note in found.notes)


def test_a_county_code_of_twelve_digits_is_read_and_other_digits_are_not(tmp_path: Path) -> None:
    table = cells()
    found = taken(register_csv(tmp_path, county_code=table["county_code"] + "000000"))
    assert set(found.register.villages["county_code"]) == set(table["county_code"])
    other = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    assert refused(register_csv(tmp_path, county_code=table["county_code"].str.translate(other)))


def test_headings_may_ask(tmp_path: Path) -> None:
    path = text_file(tmp_path, lambda text: text.replace("poverty_lifted", "是否脱贫村").replace("border", "是否为边境村"))
    assert {"poverty_lifted", "border"} <= set(taken(path).register.villages)


def test_sheets_of_one_table_are_joined_and_last_years_is_not(tmp_path: Path) -> None:
    def split(book: Any, sheet: Any) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        sheet.delete_rows(2 + COUNT // 2, COUNT)
        other = book.create_sheet("第二县")
        for row in [["第二县汇总表"], [*rows[0][::-1]], *(row[::-1] for row in rows[1 + COUNT // 2 :])]:
            other.append(row)
        old = book.create_sheet("去年")
        for row in rows:
            old.append(row)

    found = taken(workbook(tmp_path, split))
    assert len(found.register.villages) == COUNT
    assert found.register.villages["village_id"].is_unique
    assert any("第二县" in note and "joined" in note for note in found.notes)
    assert any("去年" in note and "left out" in note for note in found.notes)


def test_a_fault_in_a_joined_sheet_names_its_sheet_and_row(tmp_path: Path) -> None:
    def split(book: Any, sheet: Any) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        sheet.delete_rows(2 + COUNT // 2, COUNT)
        other = book.create_sheet("第二县")
        for row in [rows[0], *rows[1 + COUNT // 2 :]]:
            other.append(row)
        other.cell(3, column_of(other, "households")).value = "many"

    (fault,) = refused(workbook(tmp_path, split))
    assert (fault.sheet, fault.row) == ("第二县", 3)


def test_many_rows_of_one_mistake_are_one_fault_with_the_rows(tmp_path: Path) -> None:
    (fault,) = refused(register_csv(tmp_path, households=[str(-i) for i in range(COUNT)]))
    assert fault.rows == tuple(range(2, 2 + COUNT))
    assert "rows 2, 3, 4, 5, 6 and 3 more" in str(fault)


def test_a_row_that_is_no_village_is_one_fault(tmp_path: Path) -> None:
    path = text_file(tmp_path, lambda text: text + "以上数据由各乡镇上报" + "," * (len(cells().columns) - 1) + "\n")
    (fault,) = refused(path)
    assert fault.problem == "the row is none of this table's"
    assert "各乡镇" in fault.value


def test_a_list_of_names_is_told_where_it_belongs(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("序号,名单\n1,某县某镇某村\n", encoding="utf-8")
    (fault,) = refused(path)
    assert "register mark" in fault.remedy


def test_without_a_county_table_every_fault_of_the_register_is_told(tmp_path: Path) -> None:
    path = register_csv(tmp_path, households="many")
    with pytest.raises(InputError) as caught:
        take(path, None)
    problems = {fault.problem for fault in caught.value.faults}
    assert {"no county table", "cell cannot be read"} <= problems


def test_what_makes_no_sense_is_pointed_at(tmp_path: Path) -> None:
    table = cells()
    far = table["latitude"].astype(float).to_numpy().copy()
    far[0] += 3.0
    raw_counties().assign(longitude=table["longitude"].iloc[1], latitude=table["latitude"].iloc[1]).to_csv(
        tmp_path / "counties.csv", index=False
    )
    shares = ["0.4"] + ["42.8"] * (COUNT - 1)
    point = {"longitude": ["125.1"] * COUNT}
    found = taken(register_csv(tmp_path, latitude=far.astype(str), sanitary_toilet_pct=shares))
    assert any("km from their county's seat (rows 2)" in note for note in found.notes)
    assert any("sanitary_toilet_pct lie between 0 and 1" in note for note in found.notes)
    same = taken(register_csv(tmp_path, latitude=["43.9"] * COUNT, **point))
    assert any("share one point" in note for note in same.notes)
    town = taken(register_csv(tmp_path, township="甲镇", name=["乙村"] * 3 + [f"丙{i}村" for i in range(COUNT - 3)]))
    assert any("township and name of another" in note for note in town.notes)


def test_longitude_and_latitude_the_wrong_way_round_are_one_fault(tmp_path: Path) -> None:
    table = cells()
    (fault,) = refused(register_csv(tmp_path, longitude=table["latitude"], latitude=table["longitude"]))
    assert fault.problem == "longitude and latitude are the wrong way round"


def test_a_counting_word_in_a_heading_is_no_other_unit(tmp_path: Path) -> None:
    path = text_file(tmp_path, lambda text: text.replace("households", "户数（个）"))
    assert len(taken(path).register.villages) == COUNT
