"""One event trace a chapter, as a picture a reader can check against the policy: ``BAICUN_REDRAW=1`` draws them again."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stages import stage

from model.simulation.reference import planned, simulate
from model.simulation.scene import Scene

PICTURES = Path(__file__).parent.parent.parent / "golden" / "traces"
TWO = [[("T14", 40.0), ("T17.3", 10.0)], [("T14", 30.0), ("T19.9", 15.0)]]


def neighbours(scene: Scene) -> Scene:
    own = {"neighbours": (220102905001, 220102905002), "inherited": (1601, 2000)}
    return scene.with_sites(tuple(replace(site, **own) for site in scene.sites))


SCENES: dict[str, Scene] = {
    "1-declaration": stage(TWO, declaration__preparation_days_sd=8.0, declaration__incomplete_probability=0.6),
    "2-review": stage(TWO, review__panels=1, review__days_a_village=5.0, review__score_sd=12.0, review__pass_line=70.0),
    "3-funding": stage(
        [[("T14", 10.0), ("T01", 10.0, (0, "special")), ("T05", 10.0, (1, "special")), ("T19.9", 5.0, (0, "other"))]],
        crews=5,
        funding__slip_probability=0.5,
        funding__special_success=0.2,
        funding__special_windows=2,
        funding__matching_late_probability=1.0,
    ),
    "4-construction": stage(
        [[("T15.1", 60.0), ("T19.2", 50.0), ("T19.10", 20.0), ("T20", 20.0)], [("T15.1", 60.0), ("T14", 100.0)]],
        season__festival_days_before=10.0,
        season__festival_days_after=15.0,
        construction__overrun_sd=0.5,
        construction__rework_probability=0.5,
        pot=4.0,
    ),
    "5-supervision": planned(
        stage(
            [[("T14", 40.0), ("T17.3", 10.0), ("T19.2", 200.0)], TWO[1]],
            supervision__inspections_per_year=3.0,
            supervision__prefecture_visits_per_year=3.0,
            supervision__late_days=0.0,
            acceptance__defect_probability=0.8,
            spread=0.9,
        )
    ),
    "6-race": stage(TWO, race__consequences=True, race__tail=0.5),
    "7-acceptance": stage(TWO, acceptance__defect_probability=0.7, acceptance__wait_days_mean=30.0),
    "7-three-levels": stage(TWO, acceptance__defect_probability=0.7, acceptance__variant="three_level"),
    "8-upkeep": stage(TWO, upkeep__relapses_per_year=0.8, upkeep__visits_per_year=2.0, upkeep__funded_probability=0.5),
    "8-pool": stage(TWO, cohorts=[2026, 2027], pool__relapses_per_year=3.0, pool__delisting_probability=0.6),
    "9-spread": neighbours(stage(TWO, crews=5, spread__adoption_probability=0.8)),
}


def picture(scene: Scene) -> str:
    lines = []
    for event in simulate(scene, 0, trace=True).trace:
        who = f"village {event.entity[-3:]}" if len(event.entity) == 12 else event.entity
        lines.append(f"{scene.calendar.date(event.day)}  {who:<12} {event.kind} {event.task}".rstrip())
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", SCENES)
def test_trace(name: str) -> None:
    drawn, path = picture(SCENES[name]), PICTURES / f"{name}.txt"
    if os.environ.get("BAICUN_REDRAW"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_a_chapter_has_a_picture() -> None:
    drawn = {path.stem for path in PICTURES.glob("*.txt")}
    assert drawn == set(SCENES)
    assert {name[0] for name in SCENES} >= set("123456789")


def mean(scene: Scene, figure: Any, replications: int = 30) -> float:
    found = [figure(simulate(scene, r)) for r in range(replications)]
    return sum(found) / len(found)


LUCKY: dict[str, Any] = {
    "spread": 0.3,
    "pot": 1e4,
    "crews": 1,
    "review__days_a_village": 0.4,
    "declaration__preparation_days_sd": 8.0,
    "acceptance__defect_probability": 0.1,
    "construction__villages_per_crew": 0.2,
}
COUNT = {
    "selected": lambda r: sum(v.selected for v in r.villages) / len(r.villages),
    "completed": lambda r: sum(min(v.completed, 3000.0) for v in r.villages) / len(r.villages),
    "accepted": lambda r: sum(v.accepted < 3000.0 for v in r.villages),
    "examinations": lambda r: sum(v.examinations for v in r.villages),
    "relapses": lambda r: sum(len(v.relapses) for v in r.villages),
    "refused": lambda r: sum(v.refused for v in r.villages),
    "lost": lambda r: sum(v.delisted_before for v in r.villages),
    "followed": lambda r: len(r.followed),
    "rectifications": lambda r: sum(v.rectifications for v in r.villages),
    "special_failed": lambda r: sum(v.special_failed for v in r.villages),
    "overrun": lambda r: sum(v.overrun_found + v.reserve_drawn for v in r.villages),
}
MOVES = [  # chapter, what is doubled or switched on, the figure it raises, and figures it must leave as they are, to the bit
    ("declaration", {"declaration__preparation_days_mean": 60.0}, "selected", ("special_failed", "overrun")),
    ("review", {"review__approval_days": 100.0}, "selected", ("special_failed", "overrun")),
    ("funding", {"funding__lag_days_mean": 150.0}, "completed", ("selected", "overrun", "lost")),
    ("special bonds", {"funding__special_success": 0.0}, "special_failed", ("selected", "lost")),
    ("frost", {"season__freeze_day": "09-20"}, "completed", ("selected", "overrun", "lost")),
    ("festival", {"season__festival_days_after": 60.0}, "completed", ("selected", "overrun", "lost")),
    ("rework", {"construction__rework_probability": 1.0}, "completed", ("selected", "overrun")),
    ("overruns", {"construction__overrun_sd": 0.5}, "overrun", ("selected", "lost", "special_failed")),
    ("supervision", {"supervision__inspections_per_year": 6.0}, "rectifications", ("selected", "overrun", "lost")),
    ("slips", {"acceptance__slip_probability": 0.5}, "examinations", ("selected", "completed", "overrun", "lost")),
    ("misses", {"acceptance__detection_probability": 0.0, "upkeep__missed_per_year": 5.0}, "relapses", ("selected", "completed")),
    ("refusals", {"review__refusal_line": 75.0}, "refused", ("special_failed",)),
    ("hands", {"construction__villages_per_crew": 1000.0}, "completed", ("selected", "lost", "special_failed")),
    ("acceptance", {"acceptance__defect_probability": 0.9}, "examinations", ("selected", "completed", "overrun", "lost")),
    ("upkeep", {"upkeep__relapses_per_year": 3.0}, "relapses", ("selected", "completed", "accepted", "lost")),
    ("pool", {"pool__relapses_per_year": 3.0, "pool__delisting_probability": 1.0}, "lost", ("special_failed",)),
    ("spread", {"spread__adoption_probability": 1.0}, "followed", ("selected", "completed", "accepted", "relapses", "lost")),
]  # fmt: skip


@pytest.mark.parametrize(("chapter", "change", "raised", "kept"), MOVES, ids=[move[0] for move in MOVES])
def test_a_chapter_moves_what_it_should_and_nothing_else(chapter: str, change: dict, raised: str, kept: tuple) -> None:
    works = [[("T14", 60.0), ("T19.2", 80.0), ("T01", 20.0, (0, "special")), ("T19.9", 200.0)]] * 6
    cohorts = [2023, 2023, 2024, 2024, 2025, 2025]
    before, after = (neighbours(stage(works, cohorts=cohorts, **(LUCKY | more))) for more in ({}, change))
    assert mean(after, COUNT[raised]) > mean(before, COUNT[raised]), chapter
    for name in kept:
        assert mean(after, COUNT[name], 8) == mean(before, COUNT[name], 8), name


def test_the_race_changes_something_only_where_its_consequences_are_on() -> None:
    slow, fast = [[("T14", 300.0), ("T19.2", 200.0)]] * 3, {"race__tail": 0.5, "race__effort_effect": 0.5}
    from model.simulation.scene import County

    def two(**changes: Any) -> Scene:
        scene = stage(slow, crews=1, **changes)
        sites = tuple(
            replace(s, county_code="220103", number=s.number + 10**6, village_id=str(s.number + 10**6)) if i == 2 else s
            for i, s in enumerate(scene.sites)
        )
        return replace(scene, sites=sites, counties=(*scene.counties, County("220103", 220103, 43.9, 1, 1, 9)))

    off, on = simulate(two(**fast), 0), simulate(two(**fast, race__consequences=True), 0)
    assert off.ranks.keys() == on.ranks.keys()
    assert simulate(two(race__tail=0.0), 0).villages == off.villages
    assert sum(r.completed for r in on.villages) < sum(r.completed for r in off.villages)
