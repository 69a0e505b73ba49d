"""The schedule (作战图; clause P22-CHART): a county's villages, or a village's works, on real dates.

It draws the course of the plan, with the band in which replications finish beside it, or what happened in one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from model.errors import usage
from model.policy.catalogue import tasks
from model.simulation.records import NEVER, VillageRecord
from model.words import Words
from scenarios.colours import BRICK, FROST, MUTED, STAGES
from scenarios.report.figures import FONT, figure
from scenarios.runs.replay import Replay

Bar = tuple[str, str, float, float, str]  # row, stage, from, to, what it says


def page(played: Replay, place: str, lang: str) -> str:
    """Return an offline page with the schedule of a county (6 digits) or of a village of the plan (12 digits)."""
    from plotly.offline import get_plotlyjs

    words = Words(lang)
    if place in played.counties and any(r.county_code == place for r in played.records.villages):
        drawn = county(played, place, words)
    elif any(r.village_id == place for r in played.records.villages):
        drawn = village(played, place, words)
    else:
        remedy = "Give the code of a county or village of the plan."
        raise usage("no village of the plan is there", remedy, value=place)
    body = drawn.to_html(full_html=False, include_plotlyjs=False, div_id="schedule", config={"displayModeBar": False})
    head = f'<meta charset="utf-8"><script>{get_plotlyjs()}</script>'
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def county(played: Replay, code: str, words: Words) -> Any:
    """Return a county's schedule: a row per village, from declaration to acceptance."""
    records = [record for record in played.records.villages if record.county_code == code]
    ordered = sorted(records, key=lambda r: (r.cohort, r.village_id))
    end = played.scene.calendar.end_of(played.scene.calendar.end.year)
    begun: dict[str, float] = {}
    for event in played.records.trace:
        if event.kind == "started":
            begun.setdefault(event.entity, event.day)
    rows = _rows(played, ordered)
    named = zip(ordered, rows, strict=True)
    bars = [bar for record, row in named for bar in _village(record, row, begun.get(record.village_id, NEVER), end)]
    drawn = _gantt(played, code, rows, bars, words, _title(played, played.counties[code], words))
    if played.planned and played.band is not None:
        _band(drawn, played, dict(zip((record.village_id for record in ordered), rows, strict=True)), words)
    return drawn


def _rows(played: Replay, records: Sequence[VillageRecord]) -> list[str]:
    """Return what each row is called: the village's name and cohort, its code beside a name that another one has too."""
    names = [played.villages[record.village_id] for record in records]
    often = Counter(names)
    codes = [f"（{record.village_id}）" if often[name] > 1 else "" for name, record in zip(names, records, strict=True)]
    return [f"{name}{code} · {record.cohort}" for name, code, record in zip(names, codes, records, strict=True)]


def _title(played: Replay, place: str, words: Words) -> str:
    """Return the title: of the plan, or of one replication."""
    if played.planned:
        return words("schedule_plan", county=place)
    return words("schedule_title", county=place, replication=played.records.replication)


def _band(drawn: Any, played: Replay, rows: dict[str, str], words: Words) -> None:
    """Draw when the replications finish each village: their median, and from the tenth to the ninetieth per cent."""
    assert played.band is not None
    own = played.band[played.band["village_id"].isin(rows)].dropna(subset=["finish_p50"])
    low, middle, high = (own[f"finish_{name}"].fillna(str(played.scene.calendar.end)).tolist() for name in ("p10", "p50", "p90"))
    places = [rows[village] for village in own["village_id"]]
    drawn.add_scatter(
        x=[end for pair in zip(low, high, strict=True) for end in (*pair, None)],
        y=[place for place in places for _ in range(3)],
        mode="lines",
        line={"color": BRICK, "width": 2},
        name=words("schedule_band"),
    )
    drawn.add_scatter(x=middle, y=places, mode="markers", marker={"color": BRICK, "size": 6}, showlegend=False)


def village(played: Replay, village_id: str, words: Words) -> Any:
    """Return a village's schedule: a row per work, with its pauses."""
    record = next(r for r in played.records.villages if r.village_id == village_id)
    titles = {task.id: f"{task.id} {task.zh if words.lang == 'zh' else task.en}" for task in tasks()}
    rows: list[str] = []
    bars: list[Bar] = []
    since: dict[str, tuple[str, float]] = {}
    ends = {"paused": "stage_pause", "resumed": "stage_build"}
    for event in played.records.trace:
        if event.entity != village_id or event.task not in titles:
            continue
        row = titles[event.task]
        if event.kind == "started":
            rows.append(row)
            since[event.task] = ("stage_build", event.day)
        elif event.task in since:
            name, start = since.pop(event.task)
            bars.append((row, name, start, event.day, row))
            if event.kind in ends:
                since[event.task] = (ends[event.kind], event.day)
    return _gantt(played, record.county_code, rows, bars, words, _title(played, played.villages[village_id], words))


def _village(record: VillageRecord, row: str, begun: float, end: float) -> Iterator[Bar]:
    """Yield the stages of one village, each to the beginning of the next or the end of the projection."""
    marks = (
        ("stage_review", record.handed_in, record.selected),
        ("stage_ready", record.selected, begun),
        ("stage_build", begun, record.completed),
        ("stage_accept", record.completed, min(record.accepted, record.failed)),
        ("stage_accepted", record.accepted, end),
    )
    for name, start, stop in marks:
        if start < NEVER:
            yield row, name, start, min(stop, end), row


def _gantt(played: Replay, code: str, rows: list[str], bars: list[Bar], words: Words, title: str) -> Any:
    start = played.scene.calendar.start
    drawn = figure(140 + 20 * len(rows), barmode="overlay")
    for name, colour in STAGES.items():
        own = [bar for bar in bars if bar[1] == name]
        if own:
            drawn.add_bar(
                base=[_date(start, bar[2]) for bar in own],
                x=[(bar[3] - bar[2]) * 86_400_000.0 for bar in own],
                y=[bar[0] for bar in own],
                orientation="h",
                name=words(name),
                marker={"color": colour},
                hovertext=[f"{bar[4]}<br>{words(name)}<br>{_date(start, bar[2])} – {_date(start, bar[3])}" for bar in own],
                hoverinfo="text",
            )
    for close, opens in zip(played.closed(code).closes, played.closed(code).opens, strict=True):
        if opens > 0 and close < played.scene.calendar.end_of(played.scene.calendar.end.year):
            drawn.add_vrect(
                x0=_date(start, close), x1=_date(start, opens), fillcolor=FROST, opacity=0.3, line_width=0, layer="below"
            )
    drawn.update_yaxes(categoryorder="array", categoryarray=rows[::-1], tickfont={"size": 10}, dtick=1)
    drawn.update_xaxes(type="date", tickformat="%Y-%m", range=[_date(start, 0.0), _date(start, _last(bars))])
    drawn.update_layout(
        margin={"l": 190, "r": 20, "t": 70, "b": 60},
        title={
            "text": title,
            "x": 0,
            "font": {"size": 14, "family": FONT},
        },
        legend={"y": 1.0, "yanchor": "bottom", "x": 0, "orientation": "h"},
    )
    label = words("schedule_note") + (f"　{words('synthetic')}" if played.synthetic else "")
    drawn.add_annotation(
        text=label, xref="paper", yref="paper", x=0, y=0, yshift=-44, showarrow=False, font={"size": 11, "color": MUTED}
    )
    return drawn


def _last(bars: list[Bar]) -> float:
    return max((bar[3] for bar in bars), default=365.0)


def _date(start: date, day: float) -> str:
    return str(start + timedelta(days=int(day)))
