"""The list as a Word file, as offices circulate it."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from model.words import CHINESE
from scenarios.report.facts import Facts
from scenarios.report.listing import MONEY, ordered
from scenarios.report.sentences import how_good, recommended
from scenarios.report.sheets import blank

NAME = "候选名单.docx"
HEADINGS = ("序号", "市（州）", "县（市、区）", "乡镇", "村名", "一般债券", "总投资")
SUMMED = HEADINGS[-2:]
WIDTHS = (1.1, 1.8, 2.4, 2.3, 2.6, 2.8, 2.8)  # cm
STAMP = (2023, 2, 24, 0, 0, 0)  # of every part, so that the same run gives the same bytes
TITLE, HEAVY, BODY = "方正小标宋简体", "黑体", "仿宋_GB2312"


def new() -> Any:
    """Return an empty document on A4 with the margins and page numbers of an official paper (GB/T 9704)."""
    from docx import Document
    from docx.shared import Cm

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    _numbered(document, section)
    return document


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the Word file into a run folder."""
    facts, document = Facts(folder, manifest), new()
    _told(document, facts)
    listed = facts.plan[facts.plan["status"] == "recommended"]
    list_table(document, ordered(listed))
    paragraph(document, CHINESE("signed_by"), BODY, 12)
    (folder / NAME).write_bytes(stamped(document))


def _numbered(document: Any, section: Any) -> None:
    """Put the page's number at its outer foot (GB/T 9704): on the right of odd pages, on the left of even ones."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        line = footer.paragraphs[0]
        line.alignment = side
        _in_font(line.add_run("— "), BODY, 14)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        line._p.append(field)
        _in_font(line.add_run(" —"), BODY, 14)


def _told(document: Any, facts: Facts) -> None:
    """Write what stands above the list: number, title, what it is of, and how good it is."""
    paragraph(document, "附件1", HEAVY, 16)
    paragraph(document, CHINESE("list_title", year=facts.manifest["as_of"]), TITLE, 22, centred=True)
    if facts.manifest["synthetic"]:
        paragraph(document, CHINESE("synthetic"), HEAVY, 12, centred=True)
    for text in (recommended(facts, CHINESE), how_good(facts, CHINESE)):
        paragraph(document, text, BODY, 16, indented=True)
    paragraph(document, CHINESE("in_wan_yuan"), BODY, 12, right=True)


def paragraph(
    document: Any, text: str, font: str, points: float, centred: bool = False, right: bool = False, indented: bool = False
) -> Any:
    """Write a paragraph, and return it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    own = document.add_paragraph()
    if centred or right:
        own.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
    if indented:
        own.paragraph_format.first_line_indent = Pt(2 * points)
    own.paragraph_format.space_after = Pt(4)
    _in_font(own.add_run(text), font, points)
    return own


def _in_font(run: Any, font: str, points: float, bold: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.name, run.font.size, run.font.bold = font, Pt(points), bold
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def list_table(document: Any, listed: pd.DataFrame) -> Any:
    """Write the list, a sum after each county, headings again on every page; return the table."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    filled = [list(HEADINGS), *_rows(listed)]
    table = document.add_table(rows=len(filled), cols=len(HEADINGS))
    _ruled(table)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Cm(width)
    for at, (cells, texts) in enumerate(zip(table.rows, filled, strict=True)):
        cells._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, text, width, heading in zip(cells.cells, texts, WIDTHS, HEADINGS, strict=True):
            cell.width = Cm(width)
            line = cell.paragraphs[0]
            line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
            line.paragraph_format.line_spacing = 1.0
            line.alignment = None if at == 0 or heading not in SUMMED else WD_ALIGN_PARAGRAPH.RIGHT
            run = line.add_run(text)
            _in_font(run, HEAVY if at == 0 else BODY, 10.5, bold=not texts[0])
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    return table


def _ruled(table: Any) -> None:
    """Rule every cell of a table, whatever styles a document knows."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _rows(listed: pd.DataFrame) -> Iterator[list[str]]:
    """Yield the villages, numbered, a sum after each county, and one of all."""
    numbers = itertools.count(1)
    for _, county in listed.groupby("county_code", sort=False):
        for row in county.to_dict("records"):
            place = row["prefecture"], row["county"], blank(row.get("township")), row["name"]
            yield [str(next(numbers)), *place, *(f"{row[name]:,.2f}" for name in MONEY)]
        yield ["", "", f"{county['county'].iloc[0]}小计", "", *_sums(county)]
    yield ["", "合计", "", "", *_sums(listed)]


def _sums(part: pd.DataFrame) -> list[str]:
    return [f"{len(part)}个村", *(f"{part[name].sum():,.2f}" for name in MONEY)]


def stamped(document: Any) -> bytes:
    """Return the file with one date on every part."""
    made, kept = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        for part in parts.infolist():
            told = zipfile.ZipInfo(part.filename, STAMP)
            told.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(told, parts.read(part.filename))
    return kept.getvalue()
