"""Titles (表头以上): what stands above the headings and says of the table: 单位：亿元, 坐标系：GCJ-02, 2023年…名单."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import pandas as pd

from model.register.datum import stated
from model.register.parse import heading_key, ways
from model.register.schema import Column
from model.register.units import BRACKETS, FACTORS, UNITS

UNIT = re.compile(r"单位[:：]\s*(\S+)")
YEAR = re.compile(r"(20\d\d)\s*年")
PARTED = re.compile(r"[、，,/；;和及]")
PER_HEAD = "yuan"  # incomes of people, in yuan whatever unit the table's sums are in
PLACES = ("longitude", "latitude")


def said(titles: Iterable[Sequence[str]], headings: Sequence[str], columns: Sequence[Column]) -> list[str]:
    """Return headings with the unit or datum in brackets that titles give them; one that has its own keeps it."""
    lines = [unicodedata.normalize("NFKC", " ".join(cell for cell in row if cell.strip())) for row in titles]
    units = [word for line in lines for found in UNIT.findall(line) for word in PARTED.split(found)]
    datum = next((name for line in lines if "坐标" in line or "经纬" in line if (name := stated(line))), "")
    known = ways(columns)
    return [_with(heading, known.get(heading_key(heading)), units, datum) for heading in headings]


def _with(heading: str, column: Column | None, units: Sequence[str], datum: str) -> str:
    if column is None:
        return heading
    if column.name in PLACES:
        return f"{heading}（{datum}）" if datum and not stated(heading) else heading
    if column.kind not in ("number", "integer") or column.unit == PER_HEAD or _has_unit(heading):
        return heading
    unit = next((word for word in units if FACTORS.get(column.unit, {}).get(word, 1.0) != 1.0), "")
    return f"{heading}（{unit}）" if unit else heading


def _has_unit(heading: str) -> bool:
    """Whether a heading says itself in what its cells are."""
    plain = heading.lower()
    return any(unit in plain for unit in UNITS if len(unit) > 1) or any(word in plain for word in ("_yuan", "_km", "_pct"))


def unlike(first: Iterable[str], second: Iterable[str]) -> list[str]:
    """Return the headings of a second table that say another unit or datum than the first's of the same column."""
    of_first = {heading_key(heading): _brackets(heading) for heading in first}
    return [h for h in second if (said := of_first.get(heading_key(h))) is not None and said != _brackets(h)]


def _brackets(heading: str) -> list[str]:
    """Return the brackets of a heading that say a unit or a datum; others, as in 批次（年）, only tell more of it."""
    return [text for text in BRACKETS.findall(heading) if stated(text) or any(unit in text.lower() for unit in UNITS)]


def dated(titles: Iterable[Sequence[str]], table: pd.DataFrame, columns: Sequence[Column]) -> tuple[pd.DataFrame, list[str]]:
    """Return a table without a column of cohorts with the one year that its titles name, and what is said of that."""
    cohort = next((column for column in columns if column.name == "cohort" and column.required), None)
    known = ways(columns)
    if cohort is None or any(known.get(heading_key(str(heading))) == cohort for heading in table):
        return table, []
    lines = [unicodedata.normalize("NFKC", " ".join(row)) for row in titles]
    years = {year for line in lines if "名单" in line for year in YEAR.findall(line)}
    if len(years) != 1:
        return table, []
    year = years.pop()
    return table.assign(**{cohort.zh: year}), [f"no column of cohorts: all are of {year}, which the title names"]
