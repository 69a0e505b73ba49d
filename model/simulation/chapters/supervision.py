"""Chapter 5, supervision (督导; clause P23-SUPERV): the prefecture visits, the province inspects at random dates.

A visit that finds a fault halts the village's works until it is rectified.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.chapters.construction import Yard
from model.simulation.records import VillageRecord
from model.simulation.rules import DAYS_A_YEAR
from model.simulation.scene import Site
from model.simulation.world import World

BY_PROVINCE, BY_PREFECTURE = 0, 1  # who inspects


def supervision(
    world: World, site: Site, record: VillageRecord, yard: Yard, level: int, per_year: float
) -> Generator[Any, Any, None]:
    """Visit a village under construction again and again; ``level`` says who does."""
    settings, luck = world.settings.supervision, world.luck
    purpose = (Purpose.INSPECTION, Purpose.PREFECTURE_VISIT)[level]
    visit = 0
    while per_year > 0:
        days = luck.exponential(DAYS_A_YEAR / per_year, site.number, purpose, 0, visit)
        yield world.at(world.env.now + days, site.number, purpose)
        if yard.done:
            return
        record.inspections += 1
        world.note(site.village_id, ("inspected", "visited")[level])
        if luck.happens(settings.finding_probability, site.number, Purpose.FINDING, level, visit):
            halt = luck.exponential(settings.rectification_days_mean, site.number, Purpose.RECTIFICATION, level, visit)
            record.rectifications += 1
            world.note(site.village_id, "rectifying")
            yard.halted_until = max(yard.halted_until, world.env.now + halt)
            for process in [yard.working[task] for task in sorted(yard.working)]:
                process.interrupt()
        visit += 1
