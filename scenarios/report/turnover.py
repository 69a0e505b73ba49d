"""The page of a turnover: which numbers decide who is signed, and which villages hang on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.policy.card import kind_of
from model.words import Words
from scenarios.colours import INK
from scenarios.report import figures as drawing
from scenarios.report.grid import table
from scenarios.report.page import chart
from scenarios.report.template import rendered, safe

SHOWN = 10  # villages in the table
KINDS = ("lever", "assumption")
AIM = "accepted_by_target"


def write(
    folder: Path,
    manifest: dict[str, Any],
    settings: pd.DataFrame,
    worst: pd.DataFrame,
    moves: pd.DataFrame,
    figures: pd.DataFrame,
    elasticities: pd.DataFrame,
    told: dict[str, Any],
) -> None:
    """Write ``report.html`` into a turnover's folder; ``manifest`` is the run's, ``told`` its name and numbers."""
    words = Words(manifest["lang"])
    asked = settings[settings["end"] != "own"]
    page = rendered(
        "turnover.html",
        w=words,
        m=manifest,
        heading="turnover_title",
        run=told["run"],
        worst_line=worst_line(worst, told["signed"], words),
        note=words("turnover_note", loyalty=told["loyalty"], chance=told["chance"]),
        kinds=[_kind(kind, asked, figures, words) for kind in KINDS if (asked["parameter"].map(kind_of) == kind).any()],
        settings_table=safe(_settings(asked, words)),
        answers_table=safe(_answers(asked, figures, elasticities, words)) if len(figures) else "",
        often_table=safe(_often(moves[moves["end"] != "own"], words)),
    )
    (folder / "report.html").write_bytes(page.encode("utf-8"))


def _kind(kind: str, asked: pd.DataFrame, figures: pd.DataFrame, words: Words) -> dict[str, Any]:
    """Return the pictures of the levers, or of the assumptions: they are never mixed."""
    own = asked[asked["parameter"].map(kind_of) == kind]
    effects = figures[(figures["kpi"] == AIM) & figures["parameter"].isin(own["parameter"])]
    told = {"title": words(f"turnover_{kind}"), "list": chart(drawing.moves(own, words), f"turnover-{kind}"), "aim": ""}
    return told | ({"aim": chart(effect_tornado(effects, words), f"aim-{kind}")} if len(effects) else {})


def worst_line(worst: pd.DataFrame, signed: int, words: Words) -> str:
    """Say which numbers move most villages, and how many each."""
    named = [
        words(
            "turnover_one",
            name=drawing.parameter(row["parameter"], words),
            value=f"{row['value']:g}",
            stated=f"{row['stated']:g}",
            leave=row["leave"],
        )
        for row in worst.to_dict("records")
    ]
    return words("turnover_line", signed=signed) + words("list_comma").join(named) + words("full_stop")


def effect_tornado(effects: pd.DataFrame, words: Words) -> Any:
    """Return what both ends of each range do to villages accepted by the target date, with intervals, the widest first."""
    widest = effects.assign(size=effects["difference"].abs()).groupby("parameter")["size"].max().sort_values(ascending=False)
    first = widest.head(drawing.SHOWN).index.tolist()[::-1]

    def dressed(part: pd.DataFrame) -> dict[str, Any]:
        half = ((part["ci_high"] - part["ci_low"]) / 2).fillna(0.0).tolist()
        return {"error_x": {"type": "data", "array": half, "color": INK}}

    drawn = drawing.both_ends(effects, first, "difference", dressed, words)
    drawn.update_xaxes(title=words("turnover_aim"), zeroline=True)
    return drawn


def _answers(asked: pd.DataFrame, figures: pd.DataFrame, elasticities: pd.DataFrame, words: Words) -> str:
    """Return what both ends do to villages accepted by the target date, beside what one per cent does."""
    effects = figures[figures["kpi"] == AIM].set_index(["parameter", "end"])
    near = elasticities[elasticities["kpi"] == AIM].set_index("parameter")
    rows = []
    for path in asked["parameter"].drop_duplicates():
        ends = [
            _interval(effects.loc[(path, end)], "difference", 1) if (path, end) in effects.index else ""
            for end in ("low", "high")
        ]
        answer = _interval(near.loc[path], "elasticity", 3) if path in near.index else ""
        rows.append((drawing.parameter(path, words), words(kind_of(path)), *ends, answer))
    return table([words(key) for key in ("parameter", "kind", "turnover_low", "turnover_high", "turnover_elasticity")], rows, 3)


def _interval(row: pd.Series, what: str, digits: int) -> str:
    known = row["ci_low"] == row["ci_low"]
    ends = f" [{row['ci_low']:+.{digits}f}, {row['ci_high']:+.{digits}f}]" if known else ""
    return f"{row[what]:+.{digits}f}{ends}"


def _settings(settings: pd.DataFrame, words: Words) -> str:
    rows = [
        (
            drawing.parameter(row["parameter"], words),
            row["parameter"],
            words(kind_of(row["parameter"])),
            f"{row['stated']:g}",
            f"{row['value']:g}",
            words("turnover_no_plan") if pd.isna(row["leave"]) else f"{row['leave']:.0f}",
            "" if pd.isna(row["enter"]) else f"{row['enter']:.0f}",
            "" if pd.isna(row["gap"]) else f"{row['gap']:.2%}",
        )
        for row in settings.to_dict("records")
    ]
    keys = (
        "parameter",
        "parameter",
        "kind",
        "turnover_stated",
        "turnover_value",
        "turnover_leave",
        "turnover_enter",
        "turnover_gap",
    )
    return table([words(key) for key in keys], rows, 4)


def _often(moves: pd.DataFrame, words: Words) -> str:
    """Return the villages that leave at most ends, with the county."""
    left = moves[moves["change"] == "leave"].groupby(["village_id", "name", "county"], as_index=False).size()
    most = left.sort_values(["size", "village_id"], ascending=[False, True], kind="stable").head(SHOWN)
    rows = [(row["county"], row["name"], row["village_id"], f"{row['size']}") for row in most.to_dict("records")]
    return table([words(key) for key in ("county", "village", "village_id", "turnover_ends")], rows, 1)
