"""Chapter 2, review (评审; clause P23-REVIEW): expert panels score each proposal, and the province approves the cohort.

Panels are few and work one proposal at a time; their scores have noise. A proposal below the line is revised and joins its
cohort later; one below the line of refusal is refused, and its place is lost. When every proposal that came in time is
reviewed, the cohort is approved and announced.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.chapters.declaration import announce
from model.simulation.clock import key
from model.simulation.records import VillageRecord
from model.simulation.rules import reviewed_score
from model.simulation.scene import Site
from model.simulation.world import World


def review(world: World, site: Site, record: VillageRecord, in_time: bool) -> Generator[Any, Any, None]:
    """Wait for a panel, be scored, and wait for the announcement."""
    settings, luck, cohort = world.settings.review, world.luck, world.cohort(site.cohort)
    cohort.pending += in_time
    yield world.panels.ask(site.cohort, key(site.number, Purpose.REVIEW))
    days = luck.exponential(settings.days_a_village, site.number, Purpose.REVIEW_DAYS, site.cohort)
    yield world.at(world.env.now + days, site.number, Purpose.REVIEW)
    world.panels.free()
    record.reviewed = world.env.now
    record.panel_score = reviewed_score(settings, luck, site.number, site.cohort, site.score)
    record.deferred = record.panel_score < settings.pass_line
    record.refused = record.panel_score < settings.refusal_line and not site.past
    world.note(site.village_id, "reviewed", f"{record.panel_score:.1f}")
    if in_time:
        cohort.pending -= 1
        if cohort.closed and cohort.pending == 0:
            announce(world, site.cohort)
    yield cohort.announced
    own = record.reviewed + settings.approval_days + record.deferred * settings.deferral_days
    yield world.at(max(cohort.day, own), site.number, Purpose.REVIEW, 1)
