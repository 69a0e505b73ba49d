"""The reference engine: one replication of the programme in SimPy, reading like the policy document."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chapters.acceptance import acceptance
from model.simulation.chapters.construction import Yard, construction
from model.simulation.chapters.pool import waiting
from model.simulation.chapters.supervision import supervision
from model.simulation.chapters.upkeep import upkeep
from model.simulation.records import NEVER, Records, VillageRecord
from model.simulation.scene import Scene, Site
from model.simulation.world import World


def simulate(scene: Scene, replication: int, trace: bool = False) -> Records:
    """Play one replication to the end of the projection and return its records."""
    world = World(scene, replication, trace)
    records = [VillageRecord(site.village_id, site.county_code, site.cohort) for site in scene.sites]
    for village in scene.pool:
        world.env.process(waiting(world, village))
    for site, record in zip(scene.sites, records, strict=True):
        world.env.process(_upgrade(world, site, record))
    world.env.run(until=scene.calendar.end_of(scene.calendar.end.year))
    for record in records:
        record.waited_for_crew += sum(world.env.now - since for since in record.asked.values())
    return Records(replication, records, sorted(world.delisted.items()), world.payments, world.trace)


def _upgrade(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """A village's way: announced, built, examined, kept up."""
    yield world.until(world.announcement(site.cohort))
    if site.village_id in world.delisted:
        record.delisted_before = True
        return
    record.selected = world.env.now
    world.note(site.village_id, "selected")
    yard = Yard()
    works = world.env.process(construction(world, site, record, yard))
    world.env.process(supervision(world, site, record, yard))
    yield works
    yield from acceptance(world, site, record)
    if record.accepted < NEVER:
        yield from upkeep(world, site, record)
