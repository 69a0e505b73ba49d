"""Chapter 5, supervision (督导; clause P23-SUPERV): the prefecture visits, the province inspects, by the village's own lists.

A visit sees a finished work that falls short with some chance, and has it mended while the others go on. A village that is
behind its own schedule is taken up: from then on its works go faster. How often, how well and how much are assumptions.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.records import VillageRecord
from model.simulation.rules import DAYS_A_YEAR
from model.simulation.scene import Site
from model.simulation.world import World
from model.simulation.yard import Yard

BY_PROVINCE, BY_PREFECTURE = 0, 1  # who inspects


def supervision(
    world: World, site: Site, record: VillageRecord, yard: Yard, level: int, per_year: float
) -> Generator[Any, Any, None]:
    """Visit a village under construction again and again; ``level`` says who does."""
    settings, luck = world.settings.supervision, world.luck
    purpose = (Purpose.INSPECTION, Purpose.PREFECTURE_VISIT)[level]
    visit = level
    while per_year > 0:
        days = luck.exponential(DAYS_A_YEAR / per_year, site.number, purpose, 0, visit // 2)
        yield world.at(world.env.now + days, site.number, purpose)
        if yard.done:
            return
        record.inspections += 1
        world.note(site.village_id, ("inspected", "visited")[level])
        for task in sorted(yard.short):
            if luck.happens(settings.finding_probability, site.number, Purpose.FINDING, task, visit):
                world.env.process(_mend(world, site, record, yard, task, visit))
        late = world.env.now - settings.late_days
        if not record.urged and any(work.due < late and work.task not in record.built for work in site.works):
            _take_up(world, site, record, yard)
        visit += 2


def _mend(world: World, site: Site, record: VillageRecord, yard: Yard, task: int, visit: int) -> Generator[Any, Any, None]:
    """Put a found fault right."""
    settings, luck = world.settings.supervision, world.luck
    record.rectifications += 1
    world.note(site.village_id, "rectifying", next(own.id for own in world.scene.catalogue if own.key == task))
    days = luck.exponential(settings.rectification_days_mean, site.number, Purpose.RECTIFICATION, task, visit)
    yield world.at(world.env.now + days, site.number, Purpose.RECTIFICATION, task)
    if luck.happens(settings.mended_probability, site.number, Purpose.REPAIR, task, 100 + visit):
        yard.short.discard(task)
        record.mended += 1


def _take_up(world: World, site: Site, record: VillageRecord, yard: Yard) -> None:
    record.urged = True
    world.note(site.village_id, "taken up")
    yard.pace *= 1.0 - world.settings.supervision.catch_up
    for process in [yard.working[task] for task in sorted(yard.working)]:
        process.interrupt()
