"""Figures of money: who pays, when, where and for what, and what the bonds cost afterwards."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.policy.card import toml
from model.policy.catalogue import tasks
from model.vocabulary import CLASSES, DIMENSIONS, SOURCES
from model.words import Words
from scenarios import colours
from scenarios.colours import INK, MUTED, PALE, SERIES
from scenarios.report.facts import Facts
from scenarios.report.figures import figure

COLOURS = dict(zip(SOURCES, colours.SOURCES, strict=True))
UNPAID = INK


def source_name(source: str, words: Words) -> str:
    """Return what a source is called; a blank one has nobody who may pay."""
    return str(toml("finance.toml")["source"][source][words.lang]) if source else words("no_source")


def class_name(work_class: str, words: Words) -> str:
    """Return what a class of work is called."""
    return str(toml("finance.toml")["class"][work_class][words.lang])


def projects(facts: Facts) -> pd.DataFrame:
    """Return the project list with county, cohort and dimension."""
    listed = facts.table("projects")
    if listed is None:
        return pd.DataFrame()
    dimension = {task.id: task.dimension for task in tasks()}
    named = listed.merge(facts.plan[["village_id", "county_code", "county", "cohort"]], on="village_id", how="left")
    return named.assign(source=named["source"].fillna(""), dimension=named["task_id"].map(dimension).fillna("other"))


def present(table: pd.DataFrame) -> list[str]:
    """Return the sources that pay anything, in their order, and a blank where something is unpaid."""
    return [source for source in (*SOURCES, "") if (table["source"] == source).any()]


def by_year(table: pd.DataFrame, words: Words) -> Any:
    """Money by source in each year, the cohorts of a year side by side so that their overlap shows."""
    drawn = figure(380, barmode="stack")
    for source in present(table):
        sums = table[table["source"] == source].groupby(["year", "cohort"])["cost_wan_yuan"].sum().reset_index()
        axis = [sums["year"].astype(str).tolist(), [words("of_cohort", cohort=c) for c in sums["cohort"]]]
        colour = {"color": COLOURS.get(source, UNPAID)}
        drawn.add_bar(x=axis, y=sums["cost_wan_yuan"], name=source_name(source, words), marker=colour)
    drawn.update_yaxes(title=words("money_axis"), tickformat=",")
    return drawn


def by_county(table: pd.DataFrame, words: Words) -> Any:
    """Money by source in each county, the largest at the top."""
    order = table.groupby("county")["cost_wan_yuan"].sum().sort_values().index.tolist()
    drawn = figure(120 + 17 * len(order), barmode="stack")
    for source in present(table):
        sums = table[table["source"] == source].groupby("county")["cost_wan_yuan"].sum().reindex(order).fillna(0.0)
        colour = {"color": COLOURS.get(source, UNPAID)}
        drawn.add_bar(x=sums, y=order, orientation="h", name=source_name(source, words), marker=colour)
    drawn.update_yaxes(categoryorder="array", categoryarray=order, tickfont={"size": 10}, dtick=1)
    drawn.update_xaxes(title=words("money_axis"), tickformat=",")
    drawn.update_layout(margin={"l": 110, "r": 20, "t": 30, "b": 45})
    return drawn


def by_class(table: pd.DataFrame, words: Words) -> Any:
    """Who pays for each class of work, in shares, with the amount beside each bar."""
    classes = [name for name in CLASSES if (table["work_class"] == name).any()][::-1]
    total = table.groupby("work_class")["cost_wan_yuan"].sum().reindex(classes)
    labels = [f"{class_name(name, words)}<br>{total[name]:,.0f}" for name in classes]
    drawn = figure(90 + 52 * len(classes), barmode="stack")
    for source in present(table):
        sums = table[table["source"] == source].groupby("work_class")["cost_wan_yuan"].sum().reindex(classes).fillna(0.0)
        share = (sums / total).to_numpy()
        colour = {"color": COLOURS.get(source, UNPAID)}
        drawn.add_bar(x=share, y=labels, orientation="h", name=source_name(source, words), marker=colour)
    drawn.update_xaxes(tickformat=".0%")
    drawn.update_layout(margin={"l": 170, "r": 20, "t": 40, "b": 35})
    return drawn


def flow(table: pd.DataFrame, words: Words) -> Any:
    """From source to class of work to dimension."""
    dimensions = [*DIMENSIONS, "other"]
    names = [source_name(s, words) for s in (*SOURCES, "")] + [class_name(c, words) for c in CLASSES]
    names += [words(f"dimension_{d}") for d in dimensions]
    place = {("source", s): i for i, s in enumerate((*SOURCES, ""))}
    place |= {("work_class", c): len(place) + i for i, c in enumerate(CLASSES)}
    place |= {("dimension", d): len(place) + i for i, d in enumerate(dimensions)}
    links: list[tuple[int, int, float, str]] = []
    for left, right in (("source", "work_class"), ("work_class", "dimension")):
        sums = table.groupby([left, right], as_index=False)["cost_wan_yuan"].sum()
        for start, end, amount in zip(sums[left], sums[right], sums["cost_wan_yuan"], strict=True):
            colour = COLOURS.get(start, UNPAID) if left == "source" else MUTED
            links.append((place[left, start], place[right, end], float(amount), colour))
    used = sorted({end for link in links for end in link[:2]})
    number = {node: i for i, node in enumerate(used)}
    colours = [list(COLOURS.values())[i] if i < len(COLOURS) else MUTED for i in used]
    drawn = figure(460)
    drawn.add_sankey(
        node={"label": [names[i] for i in used], "color": colours, "pad": 14, "thickness": 16, "line": {"width": 0}},
        link={
            "source": [number[link[0]] for link in links],
            "target": [number[link[1]] for link in links],
            "value": [link[2] for link in links],
            "color": [_pale(link[3]) for link in links],
        },
        valueformat=",.0f",
        valuesuffix=f" {words('money_axis')}",
    )
    return drawn


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"


def debt(table: pd.DataFrame, end: int, words: Words) -> Any:
    """What the programme's bonds leave owed at each year's end, and what they cost in each year, to an end."""
    sums = table[table["year"] <= end].groupby("year")[list(table.columns[3:])].sum()
    drawn = figure(380, barmode="stack")
    for name, colour in (("interest", SERIES[1]), ("fee", SERIES[3]), ("refinanced", PALE)):
        drawn.add_bar(x=sums.index, y=sums[f"{name}_wan_yuan"], name=words(f"debt_{name}"), marker={"color": colour})
    repaid = sums["principal_wan_yuan"] - sums["refinanced_wan_yuan"]
    drawn.add_bar(x=sums.index, y=repaid, name=words("debt_repaid"), marker={"color": SERIES[0]})
    line = {"color": INK, "width": 2}
    drawn.add_scatter(
        x=sums.index, y=sums["outstanding_wan_yuan"], name=words("debt_outstanding"), mode="lines", line=line, yaxis="y2"
    )
    drawn.update_layout(
        yaxis={"title": words("debt_a_year"), "tickformat": ","},
        yaxis2={
            "title": words("debt_outstanding"),
            "overlaying": "y",
            "side": "right",
            "rangemode": "tozero",
            "showgrid": False,
            "tickformat": ",.0f",
            "tickmode": "auto",
        },
        margin={"l": 60, "r": 80, "t": 20, "b": 45},
    )
    drawn.update_xaxes(title=words("year"), dtick=2)
    return drawn
