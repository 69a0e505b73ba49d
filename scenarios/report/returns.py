"""Return sheets (退回修改单): what a county is to mend in its declaration, or that it has not answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from model.errors import Fault
from model.register.schema import village_columns
from model.telling import in_chinese
from model.words import CHINESE
from scenarios.files import placing
from scenarios.files.outtake import free
from scenarios.report.sheets import Book, Column, Row

COLUMNS = (
    Column("工作表", 20),
    Column("行", 10),
    Column("列", 18),
    Column("现填", 20),
    Column("问题", 30),
    Column("怎样改", 34),
)


def write(faults: Sequence[Fault], counties: pd.DataFrame, silent: Sequence[str], out: Path, force: bool = False) -> list[Path]:
    """Write a return sheet (退回修改单) for each county with faults or without an answer; return the files."""
    names = dict(zip(counties["county_code"].astype(str), counties["name"].astype(str), strict=True))
    zh = {column.name: column.zh for column in village_columns()}
    files = []
    for code in sorted({*(fault.sheet[:6] for fault in faults if fault.sheet[:6] in names), *silent}):
        own = [fault for fault in faults if fault.sheet[:6] == code]
        rows = [_row(fault, zh) for fault in own]
        path = out / f"{code} {names[code]}退回修改单.xlsx"
        out.mkdir(parents=True, exist_ok=True)
        free(path, force)
        title = f"{names[code]}退回修改单"
        with placing.files(path) as (draft,), Book(draft, title, synthetic=False) as book:
            book.paper("退回修改单", title, COLUMNS, rows or [Row(["", "", "", "", CHINESE("no_answer"), ""])])
        files.append(path)
    return files


def _row(fault: Fault, zh: Mapping[str, str]) -> Row:
    heading = zh.get(fault.column, fault.column.rstrip("*"))
    return Row([fault.sheet, _rows(fault), heading, fault.value, *map(in_chinese, (fault.problem, fault.remedy))])


def _rows(fault: Fault) -> str:
    return "、".join(map(str, fault.rows[:5])) + ("…" if len(fault.rows) > 5 else "") if fault.rows else str(fault.row or "")
