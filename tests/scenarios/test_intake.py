"""Files in and out: what is written is read back the same, and odd files are explained."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.errors import InputError
from model.register.synthetic import generate
from scenarios.intake import read_register, read_table
from scenarios.outtake import write_register


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_register_survives_the_way_out_and_in(tmp_path: Path, suffix: str) -> None:
    register = generate(120, 4)
    file, _ = write_register(register, tmp_path / f"册{suffix}")
    again = read_register(file, None)
    pd.testing.assert_frame_equal(again.villages, register.villages, check_dtype=False)
    pd.testing.assert_frame_equal(again.counties[list(register.counties)], register.counties, check_dtype=False)
    assert again.synthetic


def test_gb18030_is_read(tmp_path: Path) -> None:
    file, counties = write_register(generate(120, 4), tmp_path / "r.csv")
    for path in (file, counties):
        path.write_bytes(path.read_bytes().decode("utf-8-sig").encode("gb18030"))
    assert len(read_register(file, None).villages) == 120


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    write_register(generate(100, 1), tmp_path / "r.csv")
    with pytest.raises(InputError, match="exists"):
        write_register(generate(100, 2), tmp_path / "r.csv")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", b"", "no headings"),
        ("a.csv", b"\xff\xfe\x00\x81\xff", "neither UTF-8 nor GB18030"),
        ("a.csv", b"a,b\n1,2,3\n", "3 cells"),
        ("a.csv", b"a,a\n1,2\n", "twice"),
        ("a.txt", b"a", "unknown kind"),
        ("a.xlsx", b"not a workbook", "cannot be read"),
        ("a.parquet", b"nor this", "cannot be read"),
    ],
)
def test_odd_files_are_explained(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read_table(path)


def test_rows_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n,\n5,6\n", encoding="utf-8")
    assert list(read_table(path).index) == [2, 4]


def test_a_missing_county_table_is_named(tmp_path: Path) -> None:
    file, counties = write_register(generate(100, 1), tmp_path / "r.csv")
    counties.unlink()
    with pytest.raises(InputError, match=r"r\.counties\.csv"):
        read_register(file, None)
