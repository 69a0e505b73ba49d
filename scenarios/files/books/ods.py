"""What a sheet of an .ods file says beside its values: percentages, errors, formulas without a value, merges."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.parsers import expat

from scenarios.files.books.look import NO_VALUE, Look, local

CELLS = ("table-cell", "covered-table-cell")
WRONG = ("#", "Err:")  # how a shown error begins


def looks(path: Path) -> dict[str, Look]:
    """Return what each sheet says."""
    with zipfile.ZipFile(path) as archive:
        data = archive.read("content.xml")
    return _Reader().read(data)


class _Reader:
    """Reads the content from beginning to end; repeated rows and cells are counted, not written out."""

    def __init__(self) -> None:
        self.found: dict[str, Look] = {}
        self.look = Look()
        self.row = self.column = self.rows = 0
        self.given: dict[str, str] = {}
        self.text: list[str] | None = None

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
            self.rows, self.column = int(own.get("number-rows-repeated", 1)), 0
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
                for column in range(self.column, self.column + times):
                    self._cell(column, shown, given)
            self.column, self.text = self.column + times, None
        elif tag == "table-row":
            self.row += self.rows

    def _cell(self, column: int, shown: str, given: dict[str, str]) -> None:
        place = (self.row, column)
        self.look.seen(*place)
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
            self.look.merged.append((place, (self.row + down - 1, column + across - 1)))
