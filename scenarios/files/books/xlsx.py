"""What a sheet of an .xlsx file says beside its values, read with a parser of XML whatever way the file is written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from scenarios.files.books.look import NO_VALUE, Look, local, style_of

REMARKABLE = re.compile(rb"""\bt\s*=\s*["']e["']|<(?:\w+:)?f[\s>/]|\bhidden\s*=|<(?:\w+:)?mergeCell""")
ON = ("1", "true")
REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)")
FAR = re.compile(rb"""\br\s*=\s*["'](?:[A-Z]{3}\d+|[A-Z]+\d{7})["']""")  # a column beyond ZZ, or a row beyond 999,999


class Parts:
    """The sheets of an .xlsx file by name, and the styles that show a percentage or a unit, or strike through."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with zipfile.ZipFile(path) as archive:
            names = {name.lower(): name for name in archive.namelist()}
            self.files = {sheet: names[file.lower()] for sheet, file in _places(archive) if file.lower() in names}
            self.styles = _styles(archive, names)

    def look(self, sheet: str) -> Look:
        """Return what a sheet says; a plain one is not read again."""
        with zipfile.ZipFile(self.path) as archive:
            data = archive.read(self.files[sheet]) if sheet in self.files else b""
        if not (self._marks(data) or REMARKABLE.search(data) or FAR.search(data)):
            return Look(cells=1)
        return _Reader(self.styles).read(data)

    def _marks(self, data: bytes) -> bool:
        """Whether a sheet uses a style that says something."""
        marked = "|".join(sorted(self.styles.percent | self.styles.units | self.styles.struck))
        return bool(marked and re.search(rf"""\bs\s*=\s*["'](?:{marked})["']""".encode(), data))


def _places(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name and where its XML is."""
    book = next((name for name in archive.namelist() if name.lower() == "xl/workbook.xml"), None)
    relations = next((name for name in archive.namelist() if name.lower() == "xl/_rels/workbook.xml.rels"), None)
    if book is None or relations is None:
        return
    targets = {e.get("Id"): e.get("Target", "") for e in ElementTree.fromstring(archive.read(relations))}
    for sheet in ElementTree.fromstring(archive.read(book)).iter():
        if local(sheet.tag) == "sheet":
            key = next((value for name, value in sheet.attrib.items() if local(name) == "id"), "")
            target = str(targets.get(key, ""))
            yield str(sheet.get("name")), target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


@dataclass
class _Styles:
    """The numbers of cell styles with a percent format, of those whose format shows a unit, and of those struck through."""

    percent: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    struck: set[str] = field(default_factory=set)


def _styles(archive: zipfile.ZipFile, names: dict[str, str]) -> _Styles:
    """Return what the styles of cells say."""
    found = _Styles()
    if "xl/styles.xml" not in names:
        return found
    root = ElementTree.fromstring(archive.read(names["xl/styles.xml"]))
    formats = {int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in root.iter() if local(e.tag) == "numFmt"}
    fonts = next((e for e in root if local(e.tag) == "fonts"), ())
    lines = {i for i, font in enumerate(fonts) if any(local(e.tag) == "strike" and e.get("val", "1") in ON for e in font)}
    cells = next((e for e in root if local(e.tag) == "cellXfs"), None)
    for number, style in enumerate(cells if cells is not None else ()):
        code = int(style.get("numFmtId", "0"))
        if shown := style_of(code, formats.get(code, "")):
            (found.percent if shown == "percent" else found.units).add(str(number))
        if int(style.get("fontId", "0")) in lines:
            found.struck.add(str(number))
    return found


class _Reader:
    """Reads a sheet's XML from beginning to end, cell after cell, counting those that do not say where they are."""

    def __init__(self, styles: _Styles) -> None:
        self.styles, self.look = styles, Look()
        self.row, self.column, self.kind, self.style = -1, -1, "n", ""
        self.text: list[str] | None = None
        self.value, self.formula = "", False

    def read(self, data: bytes) -> Look:
        """Return what the sheet says."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._read_text
        parser.Parse(data, True)
        return self.look

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag = local(name)
        if tag == "c":
            place = REFERENCE.fullmatch(given.get("r", ""))
            self.column = _column(place[1]) if place else self.column + 1
            self.row = int(place[2]) - 1 if place else self.row
            self.kind, self.style, self.value, self.formula = given.get("t", "n"), given.get("s", ""), "", False
        elif tag == "row":
            self.row, self.column = int(given["r"]) - 1 if "r" in given else self.row + 1, -1
            self.look.hidden_rows += given.get("hidden") in ON
        elif tag in ("v", "t"):
            self.text = []
        elif tag == "f":
            self.formula = True
        elif tag == "mergeCell":
            self._merge(given.get("ref", ""))

    def _read_text(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag in ("v", "t") and self.text is not None:
            self.value += "".join(self.text)
            self.text = None
        elif tag == "c":
            self._cell((self.row, self.column))

    def _cell(self, place: tuple[int, int]) -> None:
        if self.value or self.formula:
            self.look.seen(*place)
            if self.style in self.styles.struck:
                self.look.struck.add(place)
        if self.kind == "e" and self.value:
            self.look.errors[place] = self.value
        elif self.formula and not self.value and self.kind != "str":  # an empty text is a value
            self.look.errors[place] = NO_VALUE
        elif self.style in self.styles.percent and self.value and self.kind == "n":
            self.look.percent.add(place)
        elif self.style in self.styles.units and self.value:
            self.look.units.add(place)

    def _merge(self, reference: str) -> None:
        ends = [REFERENCE.fullmatch(part) for part in reference.split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            first, last = ((int(end[2]) - 1, _column(end[1])) for end in ends if end)
            self.look.merged.append((first, last))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def far_rows(path: Path, sheet: str) -> Iterator[list[Any]]:
    """Yield the rows of a sheet that a stray cell far off has spread, without the room between."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        own = book[sheet]
        own.reset_dimensions()
        for row in own.iter_rows(values_only=True):
            end = next((i for i in range(len(row), 0, -1) if row[i - 1] is not None), 0)
            yield list(row[:end])
    finally:
        book.close()
