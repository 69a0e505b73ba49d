"""Chapter 7, acceptance (验收; clause P23-ACCEPT): every finished village is examined, rectifies and is tested again.

Only binding indicators (约束) can fail a village: those that were built, short where a fault was neither seen nor mended in
time, and those it had met before, which may have slipped. An examination sees a short one with the detection probability;
what it misses is accepted with the village, and comes back as a relapse. A village that still has a seen fault after its last
retest fails. The variant ``three_level`` is the pool's acceptance by analogy (P22-CHECK): the county checks all, the
prefecture a share, the province a sample, and whoever sees a fault sends the village back.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.records import VillageRecord
from model.simulation.rules import levels
from model.simulation.scene import Site
from model.simulation.world import World
from model.simulation.yard import Yard


def acceptance(world: World, site: Site, record: VillageRecord, yard: Yard) -> Generator[Any, Any, None]:
    """Examine a finished village until it is accepted or fails."""
    settings, luck, now = world.settings.acceptance, world.luck, world.env
    yard.short |= {t for t in site.inherited if luck.happens(settings.slip_probability, site.number, Purpose.SLIP, t)}
    for test in range(settings.retests + 1):
        seen: list[int] = []
        for place, (level, chance) in enumerate(levels(settings, luck, site.number)):
            occurrence = test * 10 + place
            wait = luck.exponential(settings.wait_days_mean, site.number, Purpose.EXAMINATION, 0, occurrence)
            yield world.at(now.now + wait, site.number, Purpose.EXAMINATION)
            record.examinations += 1
            world.note(site.village_id, "examined", level)
            seen = [t for t in sorted(yard.short) if luck.happens(chance, site.number, Purpose.DETECTION, t, occurrence)]
            if seen:
                break
        if not seen:
            record.accepted = now.now
            record.passed_first = test == 0
            record.missed_defects = len(yard.short)
            world.note(site.village_id, "accepted")
            return
        world.note(site.village_id, "not passed", str(len(seen)))
        if test < settings.retests:
            days = luck.exponential(settings.rectification_days_mean, site.number, Purpose.MENDING, 1, test)
            yield world.at(now.now + days, site.number, Purpose.EXAMINATION, 1)
            yard.short -= {t for t in seen if luck.happens(settings.repair_probability, site.number, Purpose.REPAIR, t, test)}
    record.failed = now.now
    world.note(site.village_id, "failed")
