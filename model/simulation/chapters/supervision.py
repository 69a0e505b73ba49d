"""Chapter 5, supervision (督导; clause P23-SUPERV): the province inspects at random dates; what it finds is rectified.

While a village is rectifying, its works stand still, those that would begin as well as those under way.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Chapter
from model.simulation.chapters.construction import Yard
from model.simulation.records import VillageRecord
from model.simulation.scene import Site
from model.simulation.world import World

DAYS_A_YEAR = 365.25


def supervision(world: World, site: Site, record: VillageRecord, yard: Yard) -> Generator[Any, Any, None]:
    """Inspect a village under construction until it is completed."""
    settings, luck = world.settings.supervision, world.luck
    if settings.inspections_per_year == 0:
        return
    visit = 0
    while True:
        yield world.env.timeout(
            luck.exponential(DAYS_A_YEAR / settings.inspections_per_year, site.number, Chapter.INSPECTION, 0, visit)
        )
        if yard.done:
            return
        record.inspections += 1
        world.note(site.village_id, "inspected")
        if luck.happens(settings.finding_probability, site.number, Chapter.FINDING, 0, visit):
            days = luck.exponential(settings.rectification_days_mean, site.number, Chapter.RECTIFICATION, 0, visit)
            record.rectifications += 1
            world.note(site.village_id, "rectifying")
            yard.halted_until = max(yard.halted_until, world.env.now + days)
            for process in yard.working:
                process.interrupt()
        visit += 1
