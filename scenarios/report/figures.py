"""Figures: each takes facts and words and returns a Plotly figure, for the page and for notebooks alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from model.outcomes.chain import ALL
from model.policy.cards import cards
from model.vocabulary import DIMENSIONS, VILLAGE_TYPES
from model.words import CHINESE, Words
from scenarios.colours import INK, MUTED, PAPER, SCALE, SERIES
from scenarios.report.facts import Facts
from scenarios.report.tiles import tiles

SHOWN = 10  # parameters in a picture
DARK = 0.55  # share from which a tile is dark
FONT = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif"


def figure(height: int, **layout: Any) -> Any:
    """Return an empty figure in the house's style, so many pixels high."""
    from scenarios.report.offline import Figure  # plotly is slow to import and not needed otherwise

    drawn = Figure()
    drawn.update_layout(
        template="simple_white",
        font={"family": FONT, "color": INK, "size": 13},
        margin={"l": 60, "r": 20, "t": 20, "b": 45},
        height=height,
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},  # it grows upwards, away from what is drawn
        separators=".,",
        **layout,
    )
    return drawn


def county_map(facts: Facts, words: Words = CHINESE) -> Any:
    """A tile for each county: its villages in the list, coloured by their share of the eligible."""
    table = facts.counties
    column, row = tiles(table["longitude"].to_numpy(float), table["latitude"].to_numpy(float))
    share = (table["villages"] / table["eligible"].clip(lower=1)).clip(upper=1)
    drawn = figure(56 * (int(row.max()) + 1) + 60, showlegend=False)
    drawn.add_scatter(
        x=column,
        y=-row,
        mode="markers+text",
        text=[f"{short(name)}<br>{int(n)}" for name, n in zip(table["name"], table["villages"], strict=True)],
        textfont={"size": 10, "color": [PAPER if high > DARK else INK for high in share]},
        hovertext=county_hover(table, words),
        hoverinfo="text",
        marker=squares(share, words),
    )
    drawn.update_xaxes(visible=False, range=[-0.7, int(column.max()) + 0.7])
    drawn.update_yaxes(visible=False, range=[-int(row.max()) - 0.7, 0.7])
    drawn.update_layout(margin={"l": 5, "r": 5, "t": 5, "b": 5})
    return drawn


def short(name: str) -> str:
    """Return a county's name as it fits into a tile."""
    bare = re.sub("(满族|朝鲜族|蒙古族)+自治县$|自治县$|[县市区]$", "", name)
    return bare[:4] if len(bare) > 1 else name


def county_hover(table: pd.DataFrame, words: Words) -> list[str]:
    """Return what is told of each county where a map is pointed at."""
    return [
        words(
            "map_hover",
            name=row["name"],
            prefecture=row["prefecture"],
            count=int(row["villages"]),
            bond=row["bond"],
            eligible=int(row["eligible"]),
        )
        for row in table.to_dict("records")
    ]


def squares(share: pd.Series, words: Words) -> dict[str, Any]:
    """Return the tiles' markers, coloured by a share, with their scale."""
    return {
        "symbol": "square",
        "size": 50,
        "color": share,
        "colorscale": SCALE,
        "cmin": 0,
        "cmax": 1,
        "line": {"color": PAPER, "width": 1},
        "colorbar": {"title": {"text": words("map_colour"), "side": "right"}, "tickformat": ".0%", "thickness": 12},
    }


def cohorts(facts: Facts, words: Words = CHINESE) -> Any:
    """Villages of each cohort by village type."""
    counts = facts.plan.pivot_table(index="cohort", columns="village_type", values="village_id", aggfunc="count", fill_value=0)
    drawn = figure(320, barmode="stack")
    for kind, colour in zip(VILLAGE_TYPES, SERIES, strict=True):
        if kind in counts:
            drawn.add_bar(x=counts.index, y=counts[kind], name=words(kind), marker={"color": colour})
    drawn.update_xaxes(title=words("cohort"), dtick=1)
    drawn.update_yaxes(title=words("villages"))
    return drawn


def quotas(facts: Facts, words: Words = CHINESE) -> Any:
    """General-bond money by year, stacked by cohort so that their overlap shows, against the sum of quotas."""
    drawn = figure(340, barmode="stack")
    paid = facts.table("projects")
    cohort = facts.plan.set_index("village_id")["cohort"]
    if paid is not None:
        bonds = paid[paid["source"] == "general_bond"]
        sums = bonds.assign(cohort=bonds["village_id"].map(cohort)).groupby(["cohort", "year"])["cost_wan_yuan"].sum()
        for number, colour in zip(sums.index.unique("cohort"), SERIES * 3, strict=False):
            part = sums.loc[number]
            drawn.add_bar(x=part.index, y=part.to_numpy(), name=words("of_cohort", cohort=number), marker={"color": colour})
    quota = facts.quota_by_year
    line = {"color": INK, "dash": "dot", "width": 1.5}
    drawn.add_scatter(x=quota.index, y=quota.to_numpy(), name=words("quota"), mode="lines+markers", line=line)
    drawn.update_xaxes(title=words("year"), dtick=1)
    drawn.update_yaxes(title=words("money_axis"), tickformat=",")
    return drawn


def projection(facts: Facts, words: Words = CHINESE) -> Any:
    """Selected, completed and accepted villages by year: means, and the range of single programmes."""
    drawn, kpis = figure(380), facts.need("kpis")
    for name, colour in zip(("selected", "completed", "accepted"), (MUTED, SERIES[1], SERIES[0]), strict=True):
        part = kpis[(kpis["kpi"] == name) & kpis["year"].notna()]
        years = part["year"].astype(int)
        band = {"x": [*years, *years[::-1]], "y": [*part["p95"], *part["p05"][::-1]]}
        drawn.add_scatter(
            **band, fill="toself", fillcolor=colour, opacity=0.18, line={"width": 0}, hoverinfo="skip", showlegend=False
        )
        drawn.add_scatter(x=years, y=part["mean"], name=words(name), mode="lines+markers", line={"color": colour, "width": 2.2})
    drawn.update_xaxes(title=words("year"), dtick=1)
    drawn.update_yaxes(title=words("villages"), rangemode="tozero")
    return drawn


def indices(facts: Facts, words: Words = CHINESE) -> Any:
    """The five indices of the selected villages by year: means over replications."""
    drawn, kpis = figure(320), facts.need("kpis")
    for name, colour in zip(DIMENSIONS, SERIES, strict=False):
        part = kpis[kpis["kpi"] == f"index_{name}"].dropna(subset=["mean"])
        line = {"color": colour, "width": 2.2}
        years = part["year"].astype(int)
        drawn.add_scatter(x=years, y=part["mean"], name=words(f"dimension_{name}"), mode="lines+markers", line=line)
    drawn.update_xaxes(title=words("year"), dtick=1)
    drawn.update_yaxes(title=words("unit_points"))
    return drawn


def accepted_by_target(facts: Facts, words: Words = CHINESE) -> Any:
    """The distribution of villages accepted by the target date over the replications."""
    values = facts.need("replications").query("kpi == 'accepted_by_target'")["value"]
    counts = values.round().astype(int).value_counts().sort_index()
    drawn = figure(280)
    drawn.add_bar(x=counts.index, y=counts.to_numpy(), marker={"color": SERIES[0]}, showlegend=False)
    drawn.update_xaxes(title=words("villages"))
    drawn.update_yaxes(title=words("times"), dtick=max(1, int(counts.max()) // 5))
    return drawn


def links(chain: pd.DataFrame, words: Words = CHINESE) -> Any:
    """How many villages each link of the chain costs, with intervals: the ``chain`` of what :func:`baicun.why` returned."""
    part = chain[~chain["link"].isin(["missed", ALL])].iloc[::-1]
    drawn = figure(90 + 34 * len(part))
    ends = {"array": (part["ci_high"] - part["villages"]).tolist(), "type": "data"}
    names = [words(f"link_{link}") for link in part["link"]]
    drawn.add_bar(y=names, x=part["villages"].tolist(), orientation="h", error_x=ends, marker={"color": SERIES[0]})
    drawn.update_layout(margin={"l": 160})
    drawn.update_xaxes(title=words("why_cost"))
    return drawn


def moves(settings: pd.DataFrame, words: Words = CHINESE) -> Any:
    """How many villages leave the list at both ends of each range: the ``settings`` of what :func:`baicun.turnover` returned."""
    first = settings.loc[settings["end"] != "own", "parameter"].drop_duplicates().head(SHOWN).tolist()[::-1]

    def dressed(part: pd.DataFrame) -> dict[str, Any]:
        return {"text": [f"{value:g}" for value in part["value"]], "textposition": "outside", "textangle": 0}

    drawn = both_ends(settings, first, "leave", dressed, words)
    drawn.update_xaxes(title=words("turnover_leave"), rangemode="tozero")
    return drawn


def both_ends(
    table: pd.DataFrame, first: list[str], what: str, dressed: Callable[[pd.DataFrame], dict[str, Any]], words: Words
) -> Any:
    """Bars of both ends of each parameter's range; ``dressed`` gives what else a bar shows."""
    drawn = figure(120 + 34 * max(len(first), 1), barmode="group")
    for end, colour in zip(("low", "high"), SERIES, strict=False):
        part = table[table["end"] == end].set_index("parameter").reindex(first)
        drawn.add_bar(
            y=[parameter(path, words) for path in first],
            x=part[what].tolist(),
            name=words(f"turnover_{end}"),
            orientation="h",
            marker={"color": colour},
            **dressed(part),
        )
    drawn.update_layout(margin={"l": 220})
    return drawn


def parameter(path: str, words: Words) -> str:
    """Return what a parameter is called."""
    return str(getattr(cards()[path], words.lang))


def tornado(effects: pd.DataFrame, title: str, words: Words = CHINESE) -> Any:
    """One bar a parameter: how far an outcome moves between the ends of the parameter's range.

    ``effects``: ``parameter``, ``low``, ``high`` (differences from the baseline at either end), longest first.
    """
    drawn = figure(90 + 34 * len(effects), barmode="overlay")
    ordered = effects.iloc[::-1]
    for side, colour in (("low", SERIES[1]), ("high", SERIES[0])):
        name = words("plausible") + (" ↓" if side == "low" else " ↑")
        drawn.add_bar(x=ordered[side], y=ordered["parameter"], orientation="h", name=name, marker={"color": colour}, width=0.6)
    drawn.update_xaxes(title=title, zeroline=True, zerolinecolor=INK)
    drawn.update_layout(margin={"l": 220, "r": 20, "t": 30, "b": 45})
    return drawn
