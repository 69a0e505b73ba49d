"""A list that was handed over comes back as people edit it: read as it is meant, or refused with the place; never misread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
from openpyxl.styles import Font

from model.errors import InputError
from model.vocabulary import Register
from scenarios import study
from scenarios.files import lists, tables
from scenarios.report import letter, notice, workbook
from scenarios.runs import run as runs
from tests.worlds import SMALL

FIRST = 6  # row of the first village: titles and headings above it
CODE, NAME, COHORT, PACKAGE = 6, 5, 7, 11
SIGNED, OUTLOOK = "候选名单", "推演名单"
Pairs = set[tuple[str, int]]
Edit = Callable[[Any, Pairs, Register], Pairs | str]  # what is to be read, or what is to be said


@pytest.fixture(scope="module")
def world() -> Any:
    return study.open_world(SMALL)


@pytest.fixture(scope="module")
def folder(world: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = runs.Options(tmp_path_factory.mktemp("edited") / "run", say=lambda _: None)
    return runs.run(world.scenario, world.register, options, simulate=False)


def pairs(table: pd.DataFrame) -> Pairs:
    return {(str(code), int(cohort)) for code, cohort in table[["village_id", "cohort"]].to_numpy()}


def cells(sheet: Any, row: int) -> list[Any]:
    return [cell.value for cell in sheet[row]]


def put(sheet: Any, row: int, values: list[Any]) -> None:
    for merged in [m for m in sheet.merged_cells.ranges if m.min_row <= row <= m.max_row]:
        sheet.unmerge_cells(str(merged))
    for column, value in enumerate(values, 1):
        sheet.cell(row, column).value = value


def outside(whole: Pairs, register: Register) -> str:
    return next(code for code in register.villages["village_id"] if code not in {own for own, _ in whole})


def deleted(book: Any, whole: Pairs, _: Register) -> Pairs:
    code = book[SIGNED].cell(FIRST, CODE).value
    book[SIGNED].delete_rows(FIRST)
    return {pair for pair in whole if pair[0] != code}


def put_off(book: Any, whole: Pairs, _: Register) -> Pairs:
    values = cells(book[SIGNED], FIRST)
    book[SIGNED].delete_rows(FIRST)
    book[OUTLOOK].insert_rows(FIRST)
    put(book[OUTLOOK], FIRST, [*values[: COHORT - 1], "2024", *values[COHORT:]])
    return {pair for pair in whole if pair[0] != values[CODE - 1]} | {(values[CODE - 1], 2024)}


def sorted_by_score(book: Any, whole: Pairs, _: Register) -> Pairs:
    sheet = book[SIGNED]
    rows = [cells(sheet, row) for row in range(FIRST, sheet.max_row + 1)]
    rows.sort(key=lambda row: -row[12] if isinstance(row[12], (int, float)) and row[CODE - 1] else 0)
    for at, row in enumerate(rows, FIRST):
        put(sheet, at, row)
    return whole


def without_sums(book: Any, whole: Pairs, _: Register) -> Pairs:
    for name in (SIGNED, OUTLOOK):
        for row in range(book[name].max_row, FIRST - 1, -1):
            if not book[name].cell(row, CODE).value:
                book[name].delete_rows(row)
    return whole


def a_column_before(book: Any, whole: Pairs, _: Register) -> Pairs:
    book[SIGNED].insert_cols(1)
    put(book[SIGNED], FIRST - 1, ["核实情况", *cells(book[SIGNED], FIRST - 1)[1:]])
    return whole


def names_alone(book: Any, whole: Pairs, _: Register) -> Pairs:
    for name in (SIGNED, OUTLOOK):
        book[name].delete_cols(CODE)
    return whole


def codes_as_numbers(book: Any, whole: Pairs, _: Register) -> Pairs:
    for name in (SIGNED, OUTLOOK):
        for (cell,) in book[name].iter_rows(min_row=FIRST, min_col=CODE, max_col=CODE):
            if cell.value:
                cell.value = int(cell.value)
    return whole


def codes_in_groups(book: Any, whole: Pairs, _: Register) -> Pairs:
    cell = book[SIGNED].cell(FIRST, CODE)
    cell.value = f" {cell.value[:6]} {cell.value[6:9]} {cell.value[9:]}"
    return whole


def cohorts_in_words(book: Any, whole: Pairs, _: Register) -> Pairs:
    ways = ("2023年", "2023年批次", "２０２３", 2023)
    for i, (cell,) in enumerate(book[SIGNED].iter_rows(min_row=FIRST, min_col=COHORT, max_col=COHORT)):
        if cell.value:
            cell.value = ways[i % len(ways)]
    return whole


def added_below_the_sums(book: Any, whole: Pairs, register: Register) -> Pairs:
    code, sheet = outside(whole, register), book[SIGNED]
    put(sheet, sheet.max_row + 1, [None] * (CODE - 1) + [code, 2023])
    return whole | {(code, 2023)}


def added_without_a_cohort(book: Any, whole: Pairs, register: Register) -> str:
    book[SIGNED].insert_rows(FIRST + 1)
    put(book[SIGNED], FIRST + 1, [None] * (CODE - 1) + [outside(whole, register)])
    return f"{SIGNED}!{FIRST + 1}"


def headings_in_other_words(book: Any, whole: Pairs, _: Register) -> Pairs:
    sheet = book[SIGNED]
    sheet.cell(FIRST - 1, CODE).value, sheet.cell(FIRST - 1, COHORT).value = "行政区划代码", "批次（年）"
    return whole


def struck_through(book: Any, _: Pairs, __: Register) -> str:
    for cell in book[SIGNED][FIRST]:
        cell.font = Font(strike=True)
    return "the row is struck through"


def one_cell_struck_through(book: Any, _: Pairs, __: Register) -> str:
    book[SIGNED].cell(FIRST, NAME).font = Font(strike=True)
    return "a cell is struck through"


def pasted_twice(book: Any, whole: Pairs, _: Register) -> Pairs:
    values = cells(book[SIGNED], FIRST)
    book[SIGNED].insert_rows(FIRST)
    put(book[SIGNED], FIRST, values)
    return whole


def merged_counties(book: Any, whole: Pairs, _: Register) -> Pairs:
    sheet, at = next(
        (sheet, row)
        for sheet in (book[SIGNED], book[OUTLOOK])
        for row in range(FIRST, sheet.max_row)
        if sheet.cell(row, CODE).value and sheet.cell(row + 1, CODE).value
    )
    sheet.merge_cells(start_row=at, end_row=at + 1, start_column=2, end_column=2)
    return whole


def without_titles(book: Any, whole: Pairs, _: Register) -> Pairs:
    book[SIGNED].delete_rows(1, FIRST - 2)
    return whole


def the_signed_cohort_alone(book: Any, whole: Pairs, _: Register) -> Pairs:
    del book[OUTLOOK]
    return {pair for pair in whole if pair[1] == 2023}


def a_formula_without_a_value(book: Any, _: Pairs, __: Register) -> str:
    book[SIGNED].cell(FIRST, COHORT).value = "=2020+3"
    return "an error of a spreadsheet"


def an_unknown_package(book: Any, _: Pairs, __: Register) -> str:
    book[SIGNED].cell(FIRST, PACKAGE).value = "豪华包"
    return "豪华包"


def another_villages_name(book: Any, _: Pairs, register: Register) -> str:
    sheet, villages = book[SIGNED], register.villages.set_index("village_id")
    own = sheet.cell(FIRST, CODE).value
    others = villages[(villages["county_code"] == villages.loc[own, "county_code"]) & (villages.index != own)]
    for name, column in (("township", 4), ("name", NAME)):
        sheet.cell(FIRST, column).value = others.iloc[0][name]
    return "the code is one village's and the name another's"


def renamed_sheets(book: Any, whole: Pairs, _: Register) -> Pairs:
    book[SIGNED].title, book[OUTLOOK].title = "2023名单（定稿）", "以后"
    return whole


EDITS: tuple[Edit, ...] = (
    deleted,
    put_off,
    sorted_by_score,
    without_sums,
    a_column_before,
    names_alone,
    codes_as_numbers,
    codes_in_groups,
    cohorts_in_words,
    added_below_the_sums,
    added_without_a_cohort,
    headings_in_other_words,
    struck_through,
    one_cell_struck_through,
    pasted_twice,
    merged_counties,
    without_titles,
    the_signed_cohort_alone,
    a_formula_without_a_value,
    an_unknown_package,
    another_villages_name,
    renamed_sheets,
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edited_list_is_read_as_meant_or_refused(edit: Edit, folder: Path, world: Any, tmp_path: Path) -> None:
    book, whole = openpyxl.load_workbook(folder / workbook.NAME), pairs(tables.read(folder / "plan.csv"))
    expected, path = edit(book, whole, world.register), tmp_path / "名单.xlsx"
    book.save(path)
    if isinstance(expected, set):
        assert pairs(lists.read_list(path, world.register)) == expected
        return
    with pytest.raises(InputError) as refused:
        lists.read_list(path, world.register)
    told = " ".join(f"{fault} {fault.sheet}!{fault.row}" for fault in refused.value.faults)
    assert expected in told


def test_the_word_file_and_the_notice_are_read_back_by_their_names_and_titles(folder: Path, world: Any, tmp_path: Path) -> None:
    signed = {pair for pair in pairs(tables.read(folder / "plan.csv")) if pair[1] == 2023}
    for name in (letter.NAME, notice.NAME):
        said: list[str] = []
        assert pairs(lists.read_list(folder / name, world.register, said.append)) == signed
        assert any("which the title names" in line for line in said)
    document = docx.Document(str(folder / letter.NAME))
    cell = next(row for row in document.tables[0].rows if row.cells[0].text == "1").cells[4]
    cell.paragraphs[0].runs[0].font.strike = True
    document.save(str(tmp_path / "改.docx"))
    with pytest.raises(InputError, match="struck through"):
        lists.read_list(tmp_path / "改.docx", world.register)


def test_a_document_with_tracked_changes_is_refused(folder: Path, world: Any, tmp_path: Path) -> None:
    from docx.oxml import OxmlElement

    document = docx.Document(str(folder / letter.NAME))
    run = document.tables[0].rows[1].cells[4].paragraphs[0].runs[0]._r
    inserted = OxmlElement("w:ins")
    run.addprevious(inserted)
    inserted.append(run)
    document.save(str(tmp_path / "修订.docx"))
    with pytest.raises(InputError, match="tracked changes"):
        lists.read_list(tmp_path / "修订.docx", world.register)
    empty = docx.Document()
    empty.save(str(tmp_path / "空.docx"))
    with pytest.raises(InputError, match="holds no table"):
        lists.read_list(tmp_path / "空.docx", world.register)
