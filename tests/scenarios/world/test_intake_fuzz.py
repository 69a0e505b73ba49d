"""No input makes the reading of a register end in anything but a register or a list of faults."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import raw_counties, raw_villages

from model.errors import InputError
from model.vocabulary import Register
from scenarios.world.intake import read_register

CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "1", "0", "是", "否", "85%", "1,234", "8,5", "1e400", "nan", "-inf", "=1+1", "合计", "２２０１", "\x00", "\n"]
    ),
    st.integers().map(str),
    st.floats().map(str),
)
SETTINGS = settings(
    max_examples=int(os.environ.get("BAICUN_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def outcome(folder: Path, villages: bytes, counties: bytes) -> Register | InputError:
    (folder / "r.csv").write_bytes(villages)
    (folder / "r.counties.csv").write_bytes(counties)
    try:
        return read_register(folder / "r.csv", None)
    except InputError as refused:
        return refused


def is_told(found: Register | InputError) -> bool:
    return isinstance(found, Register) or (bool(found.faults) and all(f.problem and f.remedy for f in found.faults))


def as_csv(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def table(raw) -> list[list[str]]:
    return [list(raw.columns), *raw.to_numpy().tolist()]


@SETTINGS
@given(st.binary(max_size=400), st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, villages: bytes, counties: bytes) -> None:
    assert is_told(outcome(tmp_path, villages, counties))


@SETTINGS
@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 20), CELLS), max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_any_cells_in_an_otherwise_good_register(tmp_path: Path, changes: list[tuple[int, int, str]], encoding: str) -> None:
    rows = table(raw_villages(6))
    for row, column, cell in changes:
        rows[row][column] = cell
    assert is_told(outcome(tmp_path, as_csv(rows, encoding), as_csv(table(raw_counties()))))


@SETTINGS
@given(st.permutations(range(21)), st.integers(0, 21), st.integers(0, 6))
def test_columns_in_any_order_and_some_missing(tmp_path: Path, order: list[int], kept: int, rows_kept: int) -> None:
    rows = [[row[i] for i in order[:kept]] for row in table(raw_villages(6))[: rows_kept + 1]]
    found = outcome(tmp_path, as_csv(rows), as_csv(table(raw_counties())))
    assert isinstance(found, InputError) or kept >= 19
