"""Chapter 4, construction (实施; clauses P23-PLAN, P23-LISTS): designed and funded works are built by the county's crews.

A task waits for its predecessors, for the money of its share of the works, and for the hands it needs: a crew, a
trainer, or none; older cohorts go first. Outdoor work pauses in frozen ground and goes on after it; a crew stays with
its task. Some tasks are partly done again. An inspection that finds a fault halts the village's works until it is rectified.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from model.simulation.chances import Chapter
from model.simulation.chapters.funding import tranche
from model.simulation.records import VillageRecord
from model.simulation.scene import Site, Work
from model.simulation.world import World


class Yard:
    """The works of one village under way: which processes are working, and until when they are halted."""

    def __init__(self) -> None:
        self.working: list[simpy.Process] = []
        self.halted_until = 0.0
        self.done = False


def construction(world: World, site: Site, record: VillageRecord, yard: Yard) -> Generator[Any, Any, None]:
    """Build everything a village needs; ends at completion."""
    env = world.env
    money = [env.process(tranche(world, site, record, offset)) for offset in range(len(world.scene.payment_profile))]
    settings = world.settings.construction
    design = env.timeout(world.luck.lognormal(settings.design_days_mean, settings.design_days_sd, site.number, Chapter.DESIGN))
    built: dict[str, simpy.Process] = {}
    for work, part in zip(site.works, _tranches(world, site), strict=True):
        task = world.scene.catalogue[work.task]
        before = [built[name] for name in task.after if name in built]
        built[task.name] = env.process(_build(world, site, record, yard, work, [design, money[part], *before]))
    yield env.all_of([design, *money, *built.values()])
    yard.done = True
    record.completed = env.now
    world.note(site.village_id, "completed")


def _tranches(world: World, site: Site) -> list[int]:
    """Return which year's money each work waits for: that of the share in which it begins.

    Works are in catalogue order and count with the days of crew they take; a work without a crew begins where it stands.
    """
    profile = world.scene.payment_profile
    days = [work.days if world.scene.catalogue[work.task].resource == "crew" else 0.0 for work in site.works]
    total = sum(days)
    parts, done, paid, part = [], 0.0, profile[0], 0
    for own in days:
        while total > 0 and done >= paid * total - 1e-9 and part < len(profile) - 1:
            part += 1
            paid += profile[part]
        parts.append(part)
        done += own
    return parts


def _build(
    world: World, site: Site, record: VillageRecord, yard: Yard, work: Work, needs: list[Any]
) -> Generator[Any, Any, None]:
    task = world.scene.catalogue[work.task]
    yield world.env.all_of(needs)
    hands = world.hands(site.county_code, task.resource)
    if hands is None:
        yield from _carry_out(world, site, record, yard, work)
        return
    record.asked[work.task] = world.env.now
    with hands.request(priority=site.cohort) as crew:
        yield crew
        record.waited_for_crew += world.env.now - record.asked.pop(work.task)
        yield from _carry_out(world, site, record, yard, work)


def _carry_out(world: World, site: Site, record: VillageRecord, yard: Yard, work: Work) -> Generator[Any, Any, None]:
    luck, settings, task = world.luck, world.settings.construction, world.scene.catalogue[work.task]
    world.note(site.village_id, "started", task.id)
    days = luck.lognormal(work.days, task.days_spread * work.days, site.number, Chapter.DURATION, task.key)
    if luck.happens(settings.rework_probability, site.number, Chapter.REWORK, task.key):
        days *= 1.0 + settings.rework_share
        record.rework += 1
    yield from _work(world, site, record, yard, task.outdoor, days)
    world.note(site.village_id, "finished", task.id)


def _work(world: World, site: Site, record: VillageRecord, yard: Yard, outdoor: bool, days: float) -> Generator[Any, Any, None]:
    """Work so many days, pausing in frozen ground and while the village is halted for rectification."""
    env, ground = world.env, world.ground_for(site.county_code, outdoor)
    me = env.active_process
    while days > 1e-9:
        while env.now < yard.halted_until:
            yield env.timeout(yard.halted_until - env.now)
        start = env.now
        yard.working.append(me)
        try:
            yield env.timeout(ground.finish(start, days) - start)
            worked = days
        except simpy.Interrupt:
            worked = ground.worked(start, env.now)
        yard.working.remove(me)
        record.frozen_days += max(0.0, (env.now - start) - worked)
        days -= worked
