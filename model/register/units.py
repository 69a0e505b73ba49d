"""Units in headings: what stands in brackets says in what the cells are; what differs is converted, or a fault."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from model.errors import Fault
from model.register.schema import Column

BRACKETS = re.compile(r"[(\[（【](.*?)[)\]）】]")
FACTORS: dict[str, dict[str, float]] = {  # of the unit in a heading, for a column's own unit
    "万元": {"亿元": 1e4, "千万元": 1e3, "百万元": 100.0, "万元": 1.0, "千元": 0.1, "元": 1e-4},
    "yuan": {"万元": 1e4, "千元": 1e3, "元": 1.0},
    "km": {"公里": 1.0, "千米": 1.0, "km": 1.0, "里": 0.5, "华里": 0.5, "米": 1e-3, "m": 1e-3},
    "household": {"户": 1.0, "百户": 100.0},
    "person": {"人": 1.0, "万人": 1e4},
    "%": {"%": 1.0, "百分比": 1.0, "‰": 0.1},
}
COUNTED: dict[str, dict[str, float]] = {  # further words behind a number, which in a heading say nothing
    "year": {"年": 1.0, "年度": 1.0, "年批次": 1.0, "年度批次": 1.0, "批次": 1.0, "批": 1.0},
    "grade": {"级": 1.0, "分": 1.0},
    "points": {"分": 1.0},
    "have": {"项": 1.0},
    "degree WGS84": {"°": 1.0, "度": 1.0, "°e": 1.0, "°n": 1.0},
    "unit": {"个": 1.0, "家": 1.0},
    "site": {"个": 1.0, "处": 1.0},
    "home": {"户": 1.0, "个": 1.0},
    "bridge": {"座": 1.0},
}
QUANTITIES: dict[str, dict[str, float]] = {  # words for the units in which works are counted
    "km": {"公里": 1.0, "千米": 1.0, "km": 1.0, "里": 0.5, "米": 1e-3, "m": 1e-3, "延长米": 1e-3},
    "m2": {"平方米": 1.0, "平米": 1.0, "㎡": 1.0, "m²": 1.0, "亩": 2000.0 / 3.0, "公顷": 1e4},
    "household": {"户": 1.0},
    "home": {"户": 1.0, "座": 1.0, "栋": 1.0},
    "person": {"人": 1.0, "人次": 1.0},
    "site": {"处": 1.0, "个": 1.0},
    "bridge": {"座": 1.0},
    "collection point": {"处": 1.0, "个": 1.0},
    "cooperative": {"个": 1.0, "家": 1.0},
    "council": {"个": 1.0},
    "installation": {"处": 1.0, "套": 1.0, "座": 1.0},
    "lamp": {"盏": 1.0},
    "procedure": {"项": 1.0, "套": 1.0},
    "project": {"个": 1.0, "项": 1.0},
    "scheme": {"个": 1.0, "项": 1.0, "处": 1.0},
    "session": {"次": 1.0, "场": 1.0, "场次": 1.0},
    "station": {"座": 1.0, "个": 1.0, "处": 1.0},
    "store": {"个": 1.0, "家": 1.0},
    "trademark": {"个": 1.0, "件": 1.0},
    "transformer area": {"个": 1.0, "台": 1.0},
    "unit": {"个": 1.0, "家": 1.0},
    "water body": {"处": 1.0, "个": 1.0, "条": 1.0},
}
UNITS = {unit for factors in FACTORS.values() for unit in factors} | {"亩", "公顷", "平方米", "吨", "斤"}


def in_units(cells: pd.Series, column: Column, heading: str, file: str) -> tuple[pd.Series, str, list[Fault]]:
    """Return cells in the column's own unit, what was converted (or nothing), and a fault for a unit that is another thing."""
    stated = "".join(BRACKETS.findall(unicodedata.normalize("NFKC", heading).replace("_", "").replace(" ", ""))).lower()
    if column.kind not in ("number", "integer") or not stated:
        return cells, "", []
    unit = next((known for known in sorted(UNITS, key=len, reverse=True) if stated == known.lower()), "")
    factor = FACTORS.get(column.unit, {}).get(unit)
    if not unit or factor == 1.0:
        return cells, "", []
    if factor is None:
        remedy = f"Give the values in {column.unit or 'the unit of the column'}, and say so in the heading."
        return cells, "", [Fault(file, "the heading says another unit", remedy, heading, row=1, value=unit, expected=column.unit)]
    return cells.map(lambda cell: _times(cell, factor)), f"values in {unit}, times {factor:g}", []


def _times(cell: str, factor: float) -> str:
    """Return a number in text times a factor; what is no plain number stays for the conversion to tell."""
    try:
        return f"{float(str(cell).replace(',', '')) * factor:.12g}"
    except ValueError:
        return cell
