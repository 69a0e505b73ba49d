"""Explain: the verdict on one village of a run, with its scores and its place in the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import usage
from scenarios.files import tables
from scenarios.runs import store


def explanation(folder: Path, village_id: str) -> dict[str, dict[str, Any]]:
    """Return what a run folder says of a village: its verdict, its scores, its eligibility and, if it is in, its plan row.

    Raises :class:`InputError` for a folder without verdicts and for a village that is not in the register.
    """
    store.open_run(folder)
    if not (folder / "verdicts.csv").is_file():
        raise usage("the run has no verdicts", "Give a run of `baicun run` or `baicun select`.", file=str(folder))
    whole = {name: tables.read(folder / f"{name}.csv") for name in ("verdicts", "scores", "eligibility", "plan")}
    own = {name: table[table["village_id"] == village_id] for name, table in whole.items()}
    if own["verdicts"].empty:
        raise usage("the village is not in the register", "Check the code: 12 digits.", value=village_id)
    return {name: _plain(table) for name, table in own.items() if len(table)}


def _plain(table: pd.DataFrame) -> dict[str, Any]:
    """Return the one row of a table, with nothing for a blank cell."""
    row = table.astype(object).where(table.notna(), None).to_dict("records")[0]
    return {str(key): value for key, value in row.items()}


def told(facts: dict[str, dict[str, Any]], lang: str) -> list[str]:
    """Return an explanation in lines: the reason, the scores, and the plan where the village is in it."""
    scores = ", ".join(f"{name} {value:.1f}" for name, value in facts["scores"].items() if name != "village_id")
    lines = [str(facts["verdicts"][f"reason_{lang}"]), f"score {scores}"]
    if "plan" in facts:
        row = facts["plan"]
        money = f"general bond {row['general_bond_wan_yuan']:,.0f} 万元"
        lines.append(f"cohort {row['cohort']}, package {row['package']}, {row['status']}, {money}")
    return lines
