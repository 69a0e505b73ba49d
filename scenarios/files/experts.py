"""Experts' score sheets: a blank sheet of the villages to score, and what the returned ones say of the experts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.register.companions import EXPERTS
from model.scoring.review import standing
from model.words import CHINESE
from scenarios.colours import HEADING
from scenarios.files import placing
from scenarios.files.outtake import SAFE, new_workbook

FIRST_ROW = 3


def write_sheet(villages: pd.DataFrame, out: Path, force: bool = False) -> Path:
    """Write a blank score sheet (专家评分表) of the villages: ``village_id``, ``name`` and what the expert fills in."""
    import xlsxwriter

    new_workbook(out, "score sheet", force)
    columns = [("village_id", "村代码"), ("name", "村名"), *((c.name, c.zh) for c in EXPERTS if c.name != "village_id")]
    with placing.files(out) as (draft,), xlsxwriter.Workbook(str(draft), SAFE) as book:
        title = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bg_color": HEADING, "border": 1})
        sheet = book.add_worksheet("专家评分")
        sheet.write_string(0, 0, CHINESE("score_sheet_title"), title)
        sheet.write_string(1, 0, CHINESE("score_sheet_note"))
        for c, (name, zh) in enumerate(columns):
            sheet.set_column(c, c, 18 if c < 2 else 11, book.add_format({"num_format": "@"}) if c < 2 else None)
            sheet.write_string(FIRST_ROW - 1, c, zh, head)
            _rule(sheet, name, (FIRST_ROW, c, FIRST_ROW + len(villages) - 1, c))
        box = book.add_format({"border": 1, "num_format": "@"})
        for r, row in enumerate(villages[["village_id", "name"]].itertuples(index=False), FIRST_ROW):
            for c in range(len(columns)):
                sheet.write(r, c, str(row[c]) if c < 2 else None, box)
        sheet.freeze_panes(FIRST_ROW, 2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(FIRST_ROW - 1)
    return out


def _rule(sheet: Any, name: str, area: tuple[int, int, int, int]) -> None:
    column = next((c for c in EXPERTS if c.name == name), None)
    if column is None or column.kind in ("code", "text"):
        return
    if column.kind == "flag":
        sheet.data_validation(*area, {"validate": "list", "source": ["是", "否"]})
    else:
        sheet.data_validation(
            *area, {"validate": "decimal", "criteria": "between", "minimum": column.low, "maximum": column.high}
        )


def told(experts: pd.DataFrame) -> list[str]:
    """Return a line per expert: scores given, left blank, recusals, severity against the others; outlying ones say so."""
    lines = []
    for row in standing(experts).to_dict("records"):
        severity = "" if pd.isna(row["severity"]) else f", {row['severity']:+.1f} points against the others"
        agreement = "" if pd.isna(row["agreement"]) else f", agreement {row['agreement']:.2f}"
        mark = " ← 异常 / outlying" if row["outlying"] else ""
        counts = f"{row['scores']} scores, {row['missing']} blank, {row['recused']} recused"
        lines.append(f"{row['expert']}: {counts}{severity}{agreement}{mark}")
    return lines
