"""Kinds of workbook: what values alone do not say is read of each, however the file is written, and hostile ones are refused."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from model.errors import InputError
from model.register.schema import village_columns
from scenarios.files.books import xlsb
from scenarios.files.reading import read_table
from scenarios.files.workbooks import open_workbook

OLD_KIND = Path(__file__).parents[2] / "situations" / "old-kind.xls"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OF = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STYLES = """<styleSheet xmlns="{main}"><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>
<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs></styleSheet>"""
CELLS = {
    "as usual": '<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c><c r="B1" s="1"><v>0.35</v></c><c r="C1"><f>1+1</f></c></row>',
    "places not said": '<row><c t="e"><v>#DIV/0!</v></c><c s="1"><v>0.35</v></c><c><f>1+1</f></c></row>',
    "spaces": '<row r="1" ><c r="A1" t="e" ><v>#DIV/0!</v></c ><c r="B1" s="1"><v>0.35</v></c><c r="C1"><f>1+1</f></c></row>',
    "single quotes": "<row r='1'><c r='A1' t='e'><v>#DIV/0!</v></c><c r='B1' s='1'><v>0.35</v></c><c r='C1'><f>1+1</f></c></row>",
    "an empty value": '<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c><c r="B1" s="1"><v>0.35</v></c>'
    '<c r="C1"><f>1+1</f><v></v></c></row>',
}


def written(path: Path, rows: str, main: str = MAIN, prefix: str = "", more: str = "") -> Path:
    """Write an .xlsx by hand, as some other program would."""
    head = f'<{prefix}worksheet xmlns{":" + prefix[:-1] if prefix else ""}="{main}">'
    body = rows.replace("</", "</\0").replace("<", f"<{prefix}").replace(f"<{prefix}/\0", f"</{prefix}") if prefix else rows
    parts = {
        "[Content_Types].xml": f"""<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>""",
        "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Target="xl/workbook.xml"
Type="{OF}/officeDocument"/></Relationships>""",
        "xl/workbook.xml": f"""<workbook xmlns="{main}" xmlns:r="{OF}"><sheets><sheet name="S" sheetId="1" r:id="b"/></sheets>
</workbook>""",
        "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="b"
Target="worksheets/sheet1.xml" Type="{OF}/worksheet"/></Relationships>""",
        "xl/styles.xml": STYLES.format(main=main),
        "xl/worksheets/sheet1.xml": f"{head}<{prefix}sheetData>{body}</{prefix}sheetData>{more}</{prefix}worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize("way", CELLS)
def test_errors_percentages_and_formulas_are_seen_however_a_file_is_written(way: str, tmp_path: Path) -> None:
    sheet = open_workbook(written(tmp_path / "a.xlsx", CELLS[way])).sheets["S"]
    assert next(iter(sheet.rows)) == ["#DIV/0!", "35%", "#N/A"]


def test_a_prefix_and_the_strict_kind_are_no_hiding_place(tmp_path: Path) -> None:
    for name, given in {"prefix": {"prefix": "x:"}, "strict": {"main": STRICT}}.items():
        path = written(tmp_path / f"{name}.xlsx", CELLS["as usual"], **given)
        assert next(iter(open_workbook(path).sheets["S"].rows)) == ["#DIV/0!", "35%", "#N/A"], name


def test_an_empty_text_is_a_value_and_an_empty_percentage_is_blank(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="str"><f>IF(1,"")</f><v></v></c><c r="B1" s="1"><v></v></c><c r="C1"><v>3</v></c></row>'
    assert next(iter(open_workbook(written(tmp_path / "a.xlsx", rows)).sheets["S"].rows)) == ["", "", "3"]


def test_merged_cells_beside_the_table_are_no_fault(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["甲", "乙"], [1, 2], [3, 4]):
        sheet.append(row)
    sheet.merge_cells("D2:D4")
    book.save(tmp_path / "a.xlsx")
    assert [row[:2] for row in open_workbook(tmp_path / "a.xlsx").sheets["Sheet"].rows][:3] == [
        ["甲", "乙"],
        ["1", "2"],
        ["3", "4"],
    ]


@pytest.mark.parametrize("place", ["A1048576", "XFD1048576", "XFD3"])
def test_a_stray_cell_far_off_costs_nothing(place: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["甲", "乙"], [1, 2]):
        sheet.append(row)
    sheet[place] = "x"
    book.save(tmp_path / "a.xlsx")
    rows = list(open_workbook(tmp_path / "a.xlsx").sheets["Sheet"].rows)
    assert [row[:2] for row in rows[:2]] == [["甲", "乙"], ["1", "2"]]
    assert sum(map(len, rows)) < 3_000_000


def test_the_old_kind_keeps_errors_percentages_dates_and_merges() -> None:
    book = open_workbook(OLD_KIND)
    sheet = book.sheets["村表"]
    assert book.hidden == ("隐藏",)
    assert sheet.rows[1] == ["35%", "#N/A", "2024-10-31 00:00:00", "1", "并"]
    assert [row[4] for row in sheet.rows[1:]] == ["并"] * 3
    assert sheet.rows[2][:2] == ["97", "#REF!"]
    assert sheet.understood == {"percent cells": 1, "cells that show a unit": 1, "cells of merged ranges": 2}


@pytest.mark.parametrize("repeated", [1, 3])
def test_open_documents_keep_errors_and_percentages(tmp_path: Path, repeated: int) -> None:
    office, table, text, calc = (f"urn:oasis:names:tc:opendocument:xmlns:{x}:1.0" for x in ("office", "table", "text", "calcext"))
    cells = "".join(
        (
            '<table:table-cell office:value-type="float" office:value="0"><text:p>#DIV/0!</text:p></table:table-cell>',
            '<table:table-cell office:value-type="percentage" office:value="0.35"><text:p>35%</text:p></table:table-cell>',
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">'
            "<text:p>#N/A</text:p></table:table-cell>",
            '<table:table-cell office:value-type="string"><text:p>#1号</text:p></table:table-cell>',
        )
    )
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}" xmlns:text="{text}" xmlns:calcext="{calc}">'
        f'<office:body><office:spreadsheet><table:table table:name="S">'
        f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}"/>')
        archive.writestr("content.xml", content)
    assert open_workbook(tmp_path / "a.ods").sheets["S"].rows == [["#DIV/0!", "35%", "#N/A", "#1号"]] * repeated


def test_a_cell_repeated_without_end_is_told_and_not_read(tmp_path: Path) -> None:
    table, office = (f"urn:oasis:names:tc:opendocument:xmlns:{x}:1.0" for x in ("table", "office"))
    many = 'repeated="999999999"'
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:table="{table}"><office:body><office:spreadsheet>'
        f'<table:table table:name="S"><table:table-row table:number-rows-{many}><table:table-cell table:number-columns-{many} '
        'office:value="1"/></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>'
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", content)
    with pytest.raises(InputError, match="too large"):
        open_workbook(tmp_path / "a.ods")


def record(kind: int, content: bytes) -> bytes:
    """Return a record of a binary workbook."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return (
        head
        + bytes([len(content) & 0x7F | (0x80 if len(content) > 0x7F else 0)])
        + (bytes([len(content) >> 7]) if len(content) > 0x7F else b"")
        + content
    )


def test_binary_sheets_tell_their_errors_and_percentages() -> None:
    fonts = record(43, struct.pack("<HH", 220, 0)) + record(43, struct.pack("<HH", 220, 0x08))
    own = [record(47, struct.pack("<HHH", 0, code, font)) for code, font in ((0, 0), (9, 0), (0, 1))]
    percent, units, struck = xlsb._styles(fonts + record(617, b"") + b"".join(own) + record(618, b""))
    assert (percent, units, struck) == ({1}, set(), {2})
    sheet = record(0, struct.pack("<I", 4)) + record(3, struct.pack("<I", 2) + b"\0\0\0\0" + b"\x17")
    sheet += record(5, struct.pack("<I", 3) + b"\1\0\0\0" + struct.pack("<d", 0.35))
    sheet += record(5, struct.pack("<I", 4) + b"\2\0\0\0" + struct.pack("<d", 1.0))
    look = xlsb._look(sheet, percent, units, struck)
    assert look.errors == {(4, 2): "#REF!"}
    assert look.percent == {(4, 3)}
    assert look.struck == {(4, 4)}


def test_a_protected_workbook_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))
    with pytest.raises(InputError):
        read_table(tmp_path / "a.xlsx", village_columns())


def test_big5_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    names = "村名,县名\n" + "\n".join(f"東豐縣大陽鎮寶山村{i},梅河口市" for i in range(20))
    (tmp_path / "b.csv").write_bytes(names.replace("县", "縣").encode("big5"))
    with pytest.raises(InputError, match="Big5"):
        read_table(tmp_path / "b.csv", village_columns())
    (tmp_path / "u.csv").write_bytes("村名,县名\n甲,乙\n".encode("utf-32"))
    with pytest.raises(InputError):
        read_table(tmp_path / "u.csv", village_columns())
    (tmp_path / "g.csv").write_bytes(names.replace("東豐縣大陽鎮寶山村", "东丰县大阳镇宝山村").encode("gb18030"))
    assert len(read_table(tmp_path / "g.csv", village_columns()).table) == 20


def test_a_small_parquet_file_that_claims_millions_of_rows_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"village_id": pd.Series(["1"] * 3_000_000, dtype="category")}).to_parquet(tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    with pytest.raises(InputError, match="too large"):
        read_table(tmp_path / "a.parquet", village_columns())
