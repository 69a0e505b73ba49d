"""Rows: where a row of a table stands, in a file of one sheet or of several that were joined."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from model.errors import Fault

SHEET = 1 << 21  # more rows than a sheet has: row r of the k-th joined sheet is r + k * SHEET


def placed(faults: Iterable[Fault], sheets: Sequence[str]) -> list[Fault]:
    """Return faults with sheet and row apart; ``sheets`` are the joined ones, none where there is one alone."""
    if not sheets:
        return list(faults)
    return [
        fault if fault.row is None else replace(fault, row=fault.row % SHEET, sheet=fault.sheet or sheets[fault.row // SHEET])
        for fault in faults
    ]


def row_name(row: int, sheets: Sequence[str]) -> str:
    """Return a row as it is told."""
    return f"{sheets[row // SHEET]}!{row % SHEET}" if sheets else str(row)
