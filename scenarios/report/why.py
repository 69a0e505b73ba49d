"""The page that says why a target is missed: the chain, and the ranges of what is not known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.outcomes.chain import ALL
from model.outcomes.kpis import KPIS
from model.words import Words
from scenarios.report import figures, outlook
from scenarios.report.grid import table
from scenarios.report.page import chart
from scenarios.report.template import rendered, safe

MISSED = "missed"


def write(
    folder: Path, manifest: dict[str, Any], chain: pd.DataFrame, kpis: pd.DataFrame, face: pd.DataFrame, told: dict[str, Any]
) -> None:
    """Write ``report.html`` into the folder; ``manifest`` is the run's, ``told`` its name and the numbers of plays."""
    words = Words(manifest["lang"])
    page = rendered(
        "why.html",
        w=words,
        m=manifest,
        heading="why_title",
        lines=lines(chain, kpis, words),
        chart=chart(figures.links(chain, words), "chain"),
        chain_table=safe(_chain(chain, words)),
        range_table=safe(_ranges(kpis, words)),
        face_table=safe(outlook.face(face, words)),
        **told,
    )
    (folder / "report.html").write_bytes(page.encode("utf-8"))


def lines(chain: pd.DataFrame, kpis: pd.DataFrame, words: Words) -> list[str]:
    """Return in sentences how many villages are accepted, with both intervals, and which links cost most."""
    row = kpis[kpis["kpi"] == "accepted_by_target"].iloc[0]
    first = words("why_line", **{name: row[name] for name in ("mean", "p05", "p95", "param_low", "param_high")})
    links = chain[~chain["link"].isin([MISSED, ALL]) & (chain["ci_low"] > 0)].head(3)
    if links.empty:
        return [first, words("why_none")]
    named = [words("why_link", name=words(f"link_{r['link']}"), n=r["villages"]) for r in links.to_dict("records")]
    return [first, words("why_dearest") + words("list_comma").join(named) + words("full_stop")]


def _chain(chain: pd.DataFrame, words: Words) -> str:
    rows = [
        (
            words(f"link_{r['link']}"),
            f"{r['villages']:,.1f}（{r['ci_low']:,.1f}–{r['ci_high']:,.1f}）",
            words(f"link_{r['link']}_eased"),
        )
        for r in chain.to_dict("records")
    ]
    return table([words("why_link_name"), words("why_cost"), words("why_eased")], rows, 0)


def _ranges(kpis: pd.DataFrame, words: Words) -> str:
    rows = []
    for row in kpis.dropna(subset=["param_low"]).to_dict("records"):
        kpi = KPIS[row["kpi"]]
        luck, both = (f"{row[a]:,.4g} – {row[b]:,.4g}" for a, b in (("p05", "p95"), ("param_low", "param_high")))
        year = "" if pd.isna(row["year"]) else int(row["year"])
        rows.append((getattr(kpi, words.lang), year, f"{row['mean']:,.4g}", luck, both))
    return table([words(key) for key in ("kpi", "year", "mean", "why_luck", "why_both")], rows, 3)
