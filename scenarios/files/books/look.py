"""A look into a sheet: what its values alone do not say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

Place = tuple[int, int]
PERCENT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # what a number format shows as it stands
NO_VALUE = "#N/A"  # what a formula without a stored value is read as: a fault, like any other error of a spreadsheet
BUILT_IN_PERCENT = {9, 10}
WIDEST, MOST = 2_000, 5_000_000  # columns of a table, and cells a sheet may span: beyond it a stray cell is looked for


@dataclass
class Look:
    """Rows and columns count from 0.

    ``errors`` holds the text of cells that are none, ``last`` the last row and column, ``struck`` cells that are struck through.
    """

    errors: dict[Place, str] = field(default_factory=dict)
    percent: set[Place] = field(default_factory=set)
    units: set[Place] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    merged: list[tuple[Place, Place]] = field(default_factory=list)
    hidden_rows: int = 0
    cells: int = 0
    last: Place = (0, 0)

    def seen(self, row: int, column: int) -> None:
        """Note that there is a cell."""
        self.cells += 1
        self.last = max(self.last[0], row), max(self.last[1], column)

    @property
    def sparse(self) -> bool:
        """Whether a few cells far off span a sheet that no table fills."""
        rows, columns = self.last[0] + 1, self.last[1] + 1
        return columns > WIDEST or (rows * columns > MOST and self.cells * 5 < rows * columns)


def local(name: str) -> str:
    """Return a name of XML without its space."""
    return name.rpartition("}")[2]


def style_of(number: int, code: str) -> str:
    """Return what a style with a number format shows: percent, unit, or nothing."""
    return "percent" if number in BUILT_IN_PERCENT or shows_percent(code) else "unit" if shows_unit(code) else ""


def shows_percent(code: str) -> bool:
    """Whether a number format shows a percentage."""
    return "%" in PERCENT.sub("", code)


def shows_unit(code: str) -> bool:
    """Whether a number format shows yuan or tens of thousands of something."""
    return bool(re.search("[元亿万]", re.sub(r"\\.|\[[^\]]*\]", "", code)))
