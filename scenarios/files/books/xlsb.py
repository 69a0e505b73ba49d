"""What a sheet of an .xlsb file says beside its values: records of cells with their style, and of errors ([MS-XLSB] 2.5)."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from scenarios.files.books.look import Look, style_of

ROW, ERROR, FORMULA_ERROR, FONT, FORMAT, STYLES, STYLES_END, STYLE, SHEET = 0, 3, 11, 43, 44, 617, 618, 47, 156
STRUCK = 0x08  # of a font's flags
CELLS = range(1, 12)
NUMBERS = {2, 5, 9}
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def looks(path: Path) -> dict[str, Look]:
    """Return what each sheet says."""
    with zipfile.ZipFile(path) as archive:
        styles = _styles(archive.read("xl/styles.bin")) if "xl/styles.bin" in archive.namelist() else (set(), set(), set())
        return {name: _look(archive.read(file), *styles) for name, file in _places(archive) if file in archive.namelist()}


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and content of each record: both kind and size are written seven bits a byte."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


def _text(data: bytes) -> tuple[str, int]:
    """Return a text and where it ends."""
    (length,) = struct.unpack_from("<I", data)
    return data[4 : 4 + 2 * length].decode("utf-16-le", "replace"), 4 + 2 * length


def _places(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.bin.rels"))
    targets = {e.get("Id"): f"xl/{e.get('Target', '')}" for e in relations}
    for kind, data in _records(archive.read("xl/workbook.bin")):
        if kind == SHEET:
            key, end = _text(data[8:])
            yield _text(data[8 + end :])[0], targets.get(key, "")


def _styles(data: bytes) -> tuple[set[int], set[int], set[int]]:
    """Return the numbers of styles that show a percentage, that show a unit, and that strike through."""
    codes, percent, units, inside, number = dict[int, str](), set[int](), set[int](), False, 0
    fonts, struck = list[bool](), set[int]()
    for kind, own in _records(data):
        if kind == FORMAT:
            codes[struct.unpack_from("<H", own)[0]] = _text(own[2:])[0]
        elif kind == FONT:
            fonts.append(bool(struct.unpack_from("<H", own, 2)[0] & STRUCK))
        elif kind in (STYLES, STYLES_END):
            inside = kind == STYLES
        elif kind == STYLE and inside:
            (code,) = struct.unpack_from("<H", own, 2)
            font = int.from_bytes(own[4:6], "little")
            struck |= {number} if font < len(fonts) and fonts[font] else set()
            shown = style_of(code, codes.get(code, ""))
            if shown:
                (percent if shown == "percent" else units).add(number)
            number += 1
    return percent, units, struck


def _look(data: bytes, percent: set[int], units: set[int], struck: set[int]) -> Look:
    look, row = Look(), 0
    for kind, own in _records(data):
        if kind == ROW:
            (row,) = struct.unpack_from("<I", own)
        elif kind in CELLS and len(own) >= 8:
            (column,) = struct.unpack_from("<I", own)
            style = int.from_bytes(own[4:7], "little")
            look.seen(row, column)
            if style in struck and kind > 1:
                look.struck.add((row, column))
            if kind in (ERROR, FORMULA_ERROR):
                look.errors[row, column] = ERRORS.get(own[8], "#N/A")
            elif kind in NUMBERS and style in percent:
                look.percent.add((row, column))
            elif kind in NUMBERS and style in units:
                look.units.add((row, column))
    return look
