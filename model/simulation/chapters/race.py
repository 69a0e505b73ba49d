"""Chapter 6, the horse race (赛马; clause P23-RACE): each year counties are ranked by their progress.

Progress is measured against each village's own schedule: works done less works due, over all works of the villages a county
has under way. The first are praised, the last notified;
what follows from that is an assumption, off by default: a notified county works faster until the next ranking.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.rules import NEVER, progress, ranking, tail
from model.simulation.world import PROVINCE, World


def race(world: World) -> Generator[Any, Any, None]:
    """Rank the counties once a year, to the end."""
    settings = world.settings.race
    for year in world.calendar.years:
        day = world.calendar.yearly(settings.day, year)
        if day < world.env.now:
            continue
        yield world.at(day, PROVINCE, Purpose.FINDING, year)
        world.ranks[year] = ranking(_progress(world))
        world.note(str(year), "ranked", str(len(world.ranks[year])))
        last = world.ranks[year][len(world.ranks[year]) - tail(len(world.ranks[year]), settings.tail) :]
        if settings.consequences:
            until = world.calendar.yearly(settings.day, year + 1)
            for county in last:
                world.effort[county] = until
                world.note(county, "notified")


def _progress(world: World) -> list[tuple[str, float]]:
    """Return how far each county that has a village under way or done is ahead of its schedule, or behind it."""
    done: dict[str, int] = {}
    due: dict[str, int] = {}
    asked: dict[str, int] = {}
    for village, record in world.records.items():
        if record.selected < NEVER:
            site = world.sites[village]
            done[site.county_code] = done.get(site.county_code, 0) + len(record.built)
            due[site.county_code] = due.get(site.county_code, 0) + sum(work.due <= world.env.now for work in site.works)
            asked[site.county_code] = asked.get(site.county_code, 0) + len(site.works)
    return [(county, progress(done[county], due[county], asked[county])) for county in sorted(asked)]
