"""Files in and out: what is written is read back the same, and odd files are explained."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.errors import InputError
from model.register.schema import village_columns
from model.register.synthetic import generate
from scenarios.files.outtake import write_register
from scenarios.files.reading import read_table
from scenarios.world.intake import read_register, take


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
        ("a.csv", b"\xff\xfe\x00\x81\xff", "neither UTF-8, UTF-16 nor GB18030"),
        ("a.csv", b"a,a\n1,2\n", "twice"),
        ("a.pdf", b"a", "unknown kind"),
        ("a.xlsx", b"not a workbook", "cannot be read"),
        ("a.parquet", b"nor this", "cannot be read"),
    ],
)
def test_odd_files_are_explained(tmp_path: Path, name: str, content: bytes, problem: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=problem):
        read_table(path, village_columns())


def test_rows_are_those_of_the_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n,\n5,6\n", encoding="utf-8")
    assert list(read_table(path, village_columns()).table.index) == [2, 4]


def test_a_missing_county_table_is_named(tmp_path: Path) -> None:
    file, counties = write_register(generate(100, 1), tmp_path / "r.csv")
    counties.unlink()
    with pytest.raises(InputError, match=r"r\.counties\.csv"):
        read_register(file, None)


def test_titles_merged_headings_blank_rows_and_totals_are_passed_over(tmp_path: Path) -> None:
    register = generate(100, 1)
    file, counties = write_register(register, tmp_path / "r.csv")
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    width = lines[0].count(",")
    cells = lines[0].split(",")
    group = [cells[0], *[""] * (len(cells) - 1)]
    cells[0] = ""
    messy = [
        "某县备选村名册" + "," * width,
        ",".join(group),
        ",".join(cells),
        *lines[1:40],
        "," * width,
        *lines[40:],
        "合 计" + "," * width,
    ]
    file.write_text("\n".join(messy), encoding="gb18030")
    taken = take(file, counties)
    pd.testing.assert_frame_equal(taken.register.villages, register.villages, check_dtype=False)
    assert any("headings are in row 3" in note for note in taken.notes)
    assert any("1 rows of totals" in note for note in taken.notes)


def test_a_messy_workbook_reads_like_the_clean_file(tmp_path: Path) -> None:
    """Chinese headings with units, words for flags, full-width digits, separators, percent signs, codes that are numbers."""
    register = generate(100, 1)
    _, counties = write_register(register, tmp_path / "clean.csv")
    zh = {column.name: column.zh for column in village_columns()}
    table = register.villages.copy()
    for name in table:
        if table[name].dtype == bool:
            table[name] = table[name].map({True: "是", False: "否"})
    table["households"] = table["households"].map(lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    table["income_yuan"] = table["income_yuan"].map(lambda n: f" {n:,.0f} ")
    table["lamp_pct"] = table["lamp_pct"].map(lambda n: f"{n}%")
    table["village_id"] = table["village_id"].astype(float)
    table["village_type"] = table["village_type"].map({"jiju": "集聚提升类", "tese": "特色发展", "chengjiao": "城郊融合类"})
    table = table.rename(columns=zh | {"income_yuan": "农村居民人均可支配收入（元）"})
    table.to_excel(tmp_path / "messy.xlsx", index=False)
    taken = take(tmp_path / "messy.xlsx", counties)
    pd.testing.assert_frame_equal(taken.register.villages, register.villages, check_dtype=False)
    told = " ".join(taken.notes)
    for what in ("full-width", "thousands separators", "percent signs", "yes and no in words", "Chinese words"):
        assert what in told
