"""Chapter 7, acceptance (验收; clause P23-ACCEPT): every finished village is examined, rectifies and is tested again.

Only binding indicators (约束) can fail a village; each that was built may be short of its target. An examination sees a short
one with the detection probability; what it misses is accepted with the village, and counted. A village that still has a seen
fault after its last retest fails. The variant ``three_level`` is the pool's acceptance by analogy (P22-CHECK): the county
checks all, the prefecture a share, the province a sample, and whoever sees a fault sends the village back.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.records import VillageRecord
from model.simulation.rules import levels
from model.simulation.scene import Site
from model.simulation.world import World


def acceptance(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """Examine a finished village until it is accepted or fails."""
    settings, luck, now = world.settings.acceptance, world.luck, world.env
    short = [t for t in _examined(world, record) if luck.happens(settings.defect_probability, site.number, Purpose.DEFECT, t)]
    for test in range(settings.retests + 1):
        seen: list[int] = []
        for place, (level, chance) in enumerate(levels(settings, luck, site.number)):
            occurrence = test * 10 + place
            wait = luck.exponential(settings.wait_days_mean, site.number, Purpose.EXAMINATION, 0, occurrence)
            yield world.at(now.now + wait, site.number, Purpose.EXAMINATION)
            record.examinations += 1
            world.note(site.village_id, "examined", level)
            seen = [t for t in short if luck.happens(chance, site.number, Purpose.DETECTION, t, occurrence)]
            if seen:
                break
        if not seen:
            record.accepted = now.now
            record.passed_first = test == 0
            record.missed_defects = len(short)
            world.note(site.village_id, "accepted")
            return
        world.note(site.village_id, "not passed", str(len(seen)))
        if test < settings.retests:
            days = luck.exponential(settings.rectification_days_mean, site.number, Purpose.MENDING, 1, test)
            yield world.at(now.now + days, site.number, Purpose.EXAMINATION, 1)
            mended = {t for t in seen if luck.happens(settings.repair_probability, site.number, Purpose.REPAIR, t, test)}
            short = [t for t in short if t not in mended]
    record.failed = now.now
    world.note(site.village_id, "failed")


def _examined(world: World, record: VillageRecord) -> list[int]:
    """Return the binding tasks that were built, by their keys."""
    catalogue = world.scene.catalogue
    return sorted(catalogue[task].key for task in record.built if catalogue[task].binding)
