"""Sheets as offices circulate them (附件): number top left, title centred, unit and signatures, one table that prints on A4."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from model.words import CHINESE
from scenarios.colours import EDGE, HEADING, WARNING
from scenarios.files.outtake import SAFE

CREATED = datetime(2023, 2, 24)  # fixed, so that the same run gives the same bytes
A4, LANDSCAPE_FROM = 9, 76  # code of the paper, and the width in characters from which a sheet lies on its side
TEXT, LINE = 74, 15  # characters of a line of text, and its height
BOX, BESIDE, ARROW, LINE_PIXELS, BESIDE_SIGNS = 210, 410, 26, 20, 52  # pixels of a flow chart, and signs of a line in it
HEAD = 4  # rows above the headings: number, title, label or unit, signatures


@dataclass(frozen=True)
class Column:
    """A column of a paper: heading, width in characters, and what stands in it (text, whole, money or score)."""

    heading: str
    width: float
    kind: str = "text"


@dataclass(frozen=True)
class Row:
    """A row: cells in the order of the columns; a sum is set apart from what it sums."""

    cells: Sequence[Any]
    total: bool = False


def blank(value: Any) -> str:
    """Return what stands in a cell of text: nothing for what is not known."""
    return "" if value is None or value != value else str(value)


class Book:
    """A workbook of papers."""

    def __init__(self, path: Path, title: str, synthetic: bool) -> None:
        import xlsxwriter

        self.book = xlsxwriter.Workbook(str(path), SAFE)
        self.book.set_properties({"title": title, "author": "Baicun", "created": CREATED})
        self.label = CHINESE("synthetic") if synthetic else ""
        self.styles = _styles(self.book)

    def __enter__(self) -> Book:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write the file."""
        self.book.close()

    def paper(
        self, name: str, title: str, columns: Sequence[Column], rows: Iterable[Row], number: str = "", unit: str = ""
    ) -> None:
        """Add a sheet with one table; ``number`` such as 附件1, ``unit`` such as 单位：万元."""
        sheet, last = self.book.add_worksheet(name), len(columns) - 1
        sheet.write_string(0, 0, number, self.styles["number"])
        _across(sheet, 1, 0, last, title, self.styles["title"])
        sheet.set_row(1, 30)
        _across(sheet, 2, 0, last, self.label, self.styles["warning"] if self.label else self.styles["plain"])
        half = max(1, last // 2)
        _across(sheet, 3, 0, half - 1, CHINESE("filled_by"), self.styles["plain"])
        _across(sheet, 3, half, last, unit, self.styles["right"])
        for c, column in enumerate(columns):
            sheet.write_string(HEAD, c, column.heading, self.styles["head"])
            sheet.set_column(c, c, column.width)
        end = HEAD + 1
        for end, row in enumerate(rows, HEAD + 1):
            self._row(sheet, end, columns, row)
        _across(sheet, end + 2, 0, last, CHINESE("signed_by"), self.styles["plain"])
        sheet.freeze_panes(HEAD + 1, 0)
        sheet.repeat_rows(HEAD)
        _printed(sheet, sum(column.width for column in columns))

    def flow(self, name: str, title: str, boxes: Iterable[tuple[str, str]], number: str = "") -> None:
        """Add a sheet with a flow chart: boxes one under another, arrows between, and beside each what is told of it."""
        sheet, top = self.book.add_worksheet(name), 0
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, TEXT + 12)
        sheet.write_string(0, 0, number, self.styles["number"])
        sheet.write_string(1, 0, title, self.styles["title"])
        sheet.set_row(1, 30)
        sheet.write_string(2, 0, self.label, self.styles["warning"])
        for box, beside in boxes:
            if top:
                self._box(sheet, "↓", (BOX // 2 - 14, top, 40, ARROW), drawn=False)
                top += ARROW
            height = 16 + LINE_PIXELS * max(2, _lines(beside, BESIDE_SIGNS))
            self._box(sheet, box, (0, top, BOX, height), drawn=True)
            self._box(sheet, beside, (BOX + 16, top, BESIDE, height), drawn=False)
            top += height
        sheet.print_area(0, 0, HEAD + math.ceil(top / 20) + 1, 0)
        _printed(sheet, 0)
        sheet.fit_to_pages(1, 1)

    def _box(self, sheet: Any, text: str, place: tuple[int, int, int, int], drawn: bool) -> None:
        """Put a text at a place (left, top, width, height in pixels) below the title, in a box or bare."""
        left, top, width, height = place
        font = {"name": "黑体" if drawn else "仿宋", "size": 11}
        look = {"line": {"color": EDGE, "width": 1.25}, "fill": {"color": HEADING}} if drawn else {"line": {"none": True}}
        middle = {"horizontal": "center"} if drawn or text == "↓" else {}
        shape = {"x_offset": left + 8, "y_offset": top, "width": width, "height": height, "object_position": 2}
        sheet.insert_textbox(HEAD - 1, 0, text, shape | look | {"font": font, "align": {"vertical": "middle"} | middle})

    def text(self, name: str, lines: Sequence[tuple[str, str]]) -> None:
        """Add a sheet of paragraphs: the text and its style (title, warning, note)."""
        sheet = self.book.add_worksheet(name)
        sheet.set_column(0, 0, TEXT)
        sheet.hide_gridlines(2)
        for row, (text, style) in enumerate(line for line in lines if line[0]):
            sheet.set_row(row, 32 if style == "title" else 17 * math.ceil(_wide(text) / (TEXT - 4)) + 3)
            sheet.write_string(row, 0, text, self.styles[style])
        _printed(sheet, 0)

    def _row(self, sheet: Any, at: int, columns: Sequence[Column], row: Row) -> None:
        pairs = zip(columns, row.cells, strict=True)
        lines = max((_lines(cell, column.width) for column, cell in pairs if isinstance(cell, str)), default=1)
        if lines > 1:
            sheet.set_row(at, LINE * lines + 1)
        for c, (column, cell) in enumerate(zip(columns, row.cells, strict=True)):
            style = self.styles[("total_" if row.total else "") + column.kind]
            if cell is None or cell != cell or cell == "":
                sheet.write_blank(at, c, None, style)
            elif isinstance(cell, str):
                sheet.write_string(at, c, cell, self.styles["total_text"] if row.total else style)
            else:
                sheet.write_number(at, c, float(cell), style)


def _lines(text: str, width: float) -> int:
    return sum(math.ceil(_wide(line) / width) for line in text.split("\n"))


def _wide(text: str) -> int:
    """Return how many places a text takes in its line: a Chinese sign takes two."""
    return sum(2 if sign >= "\u2e80" else 1 for sign in text)


def _across(sheet: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, text, style)
    else:
        sheet.write_string(row, first, text, style)


def _printed(sheet: Any, width: float) -> None:
    sheet.set_paper(A4)
    if width > LANDSCAPE_FROM:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "仿宋", "font_size": 11, "valign": "vcenter"}
    cell = {**base, "border": 1, "border_color": EDGE, "text_wrap": True}
    kinds = {
        "text": {"num_format": "@"},
        "whole": {"num_format": "#,##0"},
        "money": {"num_format": "#,##0.00"},
        "score": {"num_format": "0.0"},
        "percent": {"num_format": "0%"},
    }
    styles = {
        "number": {**base, "font_name": "黑体", "font_size": 14},
        "title": {"font_name": "宋体", "bold": True, "font_size": 20, "align": "center", "valign": "vcenter", "text_wrap": True},
        "warning": {**base, "bold": True, "font_color": WARNING, "text_wrap": True},
        "note": {**base, "text_wrap": True, "valign": "top"},
        "plain": base,
        "right": {**base, "align": "right"},
        "head": {**cell, "font_name": "黑体", "bold": False, "bg_color": HEADING, "align": "center"},
        **{kind: {**cell, **own} for kind, own in kinds.items()},
        **{f"total_{kind}": {**cell, **own, "bold": True, "bg_color": HEADING} for kind, own in kinds.items()},
    }
    return {name: book.add_format(style) for name, style in styles.items()}
