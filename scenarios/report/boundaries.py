"""The map of an office's own boundaries: a page of its own, with what is stated of the map, or that it was not reviewed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from model.words import Words
from scenarios.colours import INK, PAPER, SCALE
from scenarios.files import outtake
from scenarios.files.boundaries import Boundaries, read_boundaries
from scenarios.report import figures
from scenarios.report.facts import Facts
from scenarios.report.page import chart
from scenarios.report.template import rendered

Array = np.ndarray[Any, Any]
WIDE = 0.025  # of the map, that a county must be for its name to stand in it
FINE = 3  # decimals of a degree: a hundred metres


def write(folder: Path, boundaries: Path, out: Path, lang: str | None = None, force: bool = False) -> Path:
    """Write the page of a run's map. Raises :class:`InputError` with every fault of the boundaries."""
    facts = Facts.of(folder)
    words = Words(lang or facts.manifest["lang"])
    drawn = read_boundaries(boundaries, facts.counties["county_code"].astype(str).tolist())
    page = rendered(
        "map.html",
        w=words,
        m=facts.manifest,
        heading="map_page",
        run=folder.name,
        map=chart(county_boundaries(facts, drawn, words), "map"),
        reviewed="review_number" in drawn.stated,
        stated=[(words(f"map_{key}"), drawn.stated[key]) for key in ("source", "review_number", "datum") if key in drawn.stated],
    )
    outtake.new_file(out, ".html", page.encode("utf-8"), force)
    return out


def county_boundaries(facts: Facts, boundaries: Boundaries, words: Words) -> Any:
    """Every county within its boundary: its villages in the list, coloured by their share of the eligible."""
    table, rings = facts.counties, boundaries.rings
    share = (table["villages"] / table["eligible"].clip(lower=1)).clip(upper=1)
    everything = np.concatenate([ring for own in rings.values() for ring in own])
    (west, south), (east, north) = everything.min(axis=0), everything.max(axis=0)
    stretch = 1.0 / np.cos(np.radians((south + north) / 2))
    drawn = figures.figure(760, showlegend=False)
    hovers = figures.county_hover(table, words)
    for row, high, hover in zip(table.to_dict("records"), share, hovers, strict=True):
        own = rings[str(row["county_code"])]
        x, y = _path(own)
        drawn.add_scatter(
            x=x,
            y=y,
            mode="lines",
            fill="toself",
            fillcolor=_mixed(float(high)),
            line={"color": PAPER, "width": 1},
            hoveron="fills",
            text=hover,
            hoverinfo="text",
        )
        largest = max(own, key=_area)
        if np.ptp(largest[:, 0]) > WIDE * (east - west):
            at = _centroid(largest)
            told = f"{figures.short(row['name'])}<br>{int(row['villages'])}"
            colour = PAPER if high > figures.DARK else INK
            drawn.add_annotation(x=at[0], y=at[1], text=told, showarrow=False, font={"size": 10, "color": colour})
    drawn.add_scatter(x=[None], y=[None], mode="markers", marker=figures.squares(share, words), hoverinfo="skip")
    drawn.update_xaxes(visible=False, range=[west, east])
    drawn.update_yaxes(visible=False, range=[south, north], scaleanchor="x", scaleratio=stretch)
    drawn.update_layout(margin={"l": 5, "r": 5, "t": 5, "b": 5})
    return drawn


def _path(rings: list[Array]) -> tuple[list[float | None], list[float | None]]:
    """Return rings as one line with breaks, points that fall together once."""
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in rings:
        points = np.round(ring, FINE)
        kept = points[np.append(True, (np.diff(points, axis=0) != 0).any(axis=1))]
        x += [*kept[:, 0].tolist(), None]
        y += [*kept[:, 1].tolist(), None]
    return x, y


def _area(ring: Array) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _centroid(ring: Array) -> Array:
    """Return the middle of a ring's area, worked out beside its first point."""
    own = ring - ring[0]
    cross = own[:-1, 0] * own[1:, 1] - own[1:, 0] * own[:-1, 1]
    if not cross.sum():
        return np.asarray(ring.mean(axis=0))
    return np.asarray(ring[0] + ((own[:-1] + own[1:]) * cross[:, None]).sum(axis=0) / (3 * cross.sum()))


def _mixed(share: float) -> str:
    """Return the colour of a share on the house's scale."""
    ends = [[int(str(colour)[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in SCALE]
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in zip(*ends, strict=True))
