"""Chapter 7, acceptance (验收; clause P23-ACCEPT): every finished village is examined, rectifies and is tested again.

Only binding indicators (约束) can fail a village; each that was built
may be short of its target. An examination sees a short one with the detection
probability; what it misses is accepted with the village, and counted. A village that still has a seen fault after its
last retest fails.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Chapter
from model.simulation.records import VillageRecord
from model.simulation.scene import Site
from model.simulation.world import World


def acceptance(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """Examine a finished village until it is accepted or fails."""
    settings, luck = world.settings.acceptance, world.luck
    built = [world.scene.catalogue[work.task] for work in site.works]
    short = [
        task.key
        for task in built
        if task.binding and luck.happens(settings.defect_probability, site.number, Chapter.DEFECT, task.key)
    ]
    for test in range(settings.retests + 1):
        yield world.env.timeout(luck.exponential(settings.wait_days_mean, site.number, Chapter.EXAMINATION, 0, test))
        record.examinations += 1
        seen = [t for t in short if luck.happens(settings.detection_probability, site.number, Chapter.DETECTION, t, test)]
        if not seen:
            record.accepted = world.env.now
            record.passed_first = test == 0
            record.missed_defects = len(short)
            world.note(site.village_id, "accepted")
            return
        world.note(site.village_id, "not passed", str(len(seen)))
        if test < settings.retests:
            yield world.env.timeout(luck.exponential(settings.rectification_days_mean, site.number, Chapter.MENDING, 1, test))
            mended = {t for t in seen if luck.happens(settings.repair_probability, site.number, Chapter.REPAIR, t, test)}
            short = [t for t in short if t not in mended]
    record.failed = world.env.now
    world.note(site.village_id, "failed")
