"""What a sheet of an .ods file says beside its values: percentages, errors, formulas without a value, merges."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers import expat

from model.errors import usage
from scenarios.files.books.look import MOST, NO_VALUE, WIDEST, Look, local

CELLS = ("table-cell", "covered-table-cell")
MOST_CELLS = 100_000_000
WRONG = ("#", "Err:")  # how a shown error begins


def looks(path: Path) -> dict[str, Look]:
    """Return what each sheet says."""
    with zipfile.ZipFile(path) as archive:
        data = archive.read("content.xml")
    found = _Reader().read(data)
    if any(look.cells > MOST_CELLS for look in found.values()):  # a kilobyte can say so: one cell, repeated
        raise usage("the file is too large for a table", f"Give one of at most {MOST_CELLS:,} cells.", file=str(path))
    return found


class _Reader:
    """Reads the content from beginning to end; a repeated row says of each of its places what it says of the first."""

    def __init__(self) -> None:
        self.found: dict[str, Look] = {}
        self.look = Look()
        self.row = self.column = self.rows = 0
        self.given: dict[str, str] = {}
        self.text: list[str] | None = None
        self.before = 0  # cells of the rows above
        self.held: list[int] = []  # columns of the row that hold something
        self.style, self.lines = "", set[str]()  # the style being told, and those that strike through

    def read(self, data: bytes) -> dict[str, Look]:
        """Return the looks by sheet."""
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._read_text
        parser.Parse(data, True)
        return self.found

    def _start(self, name: str, given: dict[str, str]) -> None:
        tag, own = local(name), {local(key): value for key, value in given.items()}
        if tag == "table":
            self.look, self.row = self.found.setdefault(own.get("name", ""), Look()), 0
        elif tag == "table-row":
            self.rows, self.column, self.held = int(own.get("number-rows-repeated", 1)), 0, []
            self.before = self.look.cells
        elif tag == "style":
            self.style = own.get("name", "")
        elif tag == "text-properties" and own.get("text-line-through-style", "none") != "none":
            self.lines.add(self.style)
        elif tag in CELLS:
            kinds = {value for key, value in given.items() if local(key) == "value-type"}
            self.given, self.text = own | {"kinds": " ".join(sorted(kinds))}, []

    def _read_text(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def _end(self, name: str) -> None:
        tag = local(name)
        if tag in CELLS:
            shown, given = "".join(self.text or []).strip(), self.given
            times = int(given.get("number-columns-repeated", 1))
            if shown or "value" in given or "formula" in given:
                for column in range(self.column, self.column + min(times, WIDEST)):
                    self._cell((self.row, column), shown, given)
                if times > WIDEST:
                    self.look.cells += times - WIDEST
                    self.look.seen(self.row, self.column + times - 1)
            self.column, self.text = self.column + times, None
        elif tag == "table-row":
            self._repeat()
            self.row += self.rows

    def _repeat(self) -> None:
        """Say of a repeated row's further places what was said of its first."""
        if not self.held or self.rows == 1:
            return
        look, further = self.look, range(self.row + 1, self.row + self.rows)
        look.cells += (look.cells - self.before) * len(further)
        look.last = max(look.last[0], further[-1]), look.last[1]
        if len(self.held) * len(further) > MOST:
            return
        for column in self.held:
            if (self.row, column) in look.percent:
                look.percent.update((row, column) for row in further)
            if (self.row, column) in look.struck:
                look.struck.update((row, column) for row in further)
            if text := look.errors.get((self.row, column)):
                look.errors.update({(row, column): text for row in further})

    def _cell(self, place: tuple[int, int], shown: str, given: dict[str, str]) -> None:
        self.look.seen(*place)
        self.held.append(place[1])
        if given.get("style-name") in self.lines:
            self.look.struck.add(place)
        wrong = "error" in given["kinds"].split() or (shown.startswith(WRONG) and "string" not in given["kinds"].split())
        valued = shown or any(key.endswith("value") for key in given)
        if wrong:
            self.look.errors[place] = shown or NO_VALUE
        elif "formula" in given and not valued:
            self.look.errors[place] = NO_VALUE
        elif "percentage" in given["kinds"].split():
            self.look.percent.add(place)
        down = int(given.get("number-rows-spanned", 1))
        if down > 1:
            across = int(given.get("number-columns-spanned", 1))
            self.look.merged.append((place, (place[0] + down - 1, place[1] + across - 1)))
