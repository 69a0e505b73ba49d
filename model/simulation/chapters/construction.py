"""Chapter 4, construction (实施; clauses P23-PLAN, P23-LISTS): designed and funded works are built by the county's crews.

A design team plans the village. A task waits for its plan, its first money, its predecessors, and the hands it needs: a crew,
a trainer, or none; older cohorts go first, then binding tasks. Outdoor work pauses in frozen ground, all work around Spring
Festival, and goes on after it; a crew stays with its task. Some tasks are partly done again. A work may cost more than its
price: the village's reserve pays, or a binding work waits until lawful money is found, and one that is not binding is left
out (P23-NODEBT).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from model.policy.catalogue import Task
from model.simulation.chances import Purpose
from model.simulation.chapters.funding import Landings, share
from model.simulation.clock import key
from model.simulation.records import VillageRecord
from model.simulation.rules import has_partner, matching_landing, overrun, work_days
from model.simulation.scene import NOBODY, Site, Work
from model.simulation.world import World

HELPED = ("industry", "talent")  # dimensions in which partners stand by a village
DONE = 1e-9  # days


class Yard:
    """The works of one village under way: who is working, until when they are halted, and what is left of the reserve."""

    def __init__(self, site: Site) -> None:
        self.working: dict[int, simpy.Process] = {}
        self.halted_until = 0.0
        self.reserve = site.reserve
        self.partner = False
        self.done = False


def construction(world: World, site: Site, record: VillageRecord, yard: Yard) -> Generator[Any, Any, None]:
    """Build everything a village needs; ends at completion."""
    env = world.env
    yard.partner = has_partner(world.settings.construction, world.luck, site.number)
    money: Landings = {}
    landing = []
    for offset, group, amount in site.payments:
        money[offset, group] = simpy.Event(env)
        landing.append(env.process(share(world, site, record, offset, group, amount, money[offset, group])))
    plan = env.process(_design(world, site, record))
    built: dict[str, simpy.Process] = {}
    for work in site.works:
        task = world.scene.catalogue[work.task]
        before = [built[name] for name in task.after if name in built]
        built[task.name] = env.process(_build(world, site, record, yard, work, task, [plan, *before], money))
    yield from (plan, *landing, *built.values())
    yard.done = True
    record.completed = env.now
    world.note(site.village_id, "completed")


def _design(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    settings, teams = world.settings.construction, world.hands(site.county_code, "designer")
    if teams is not None:
        yield teams.ask(site.cohort, key(site.number, Purpose.DESIGN))
    days = world.luck.lognormal(settings.design_days_mean, settings.design_days_sd, site.number, Purpose.DESIGN)
    yield world.at(world.env.now + days, site.number, Purpose.DESIGN)
    if teams is not None:
        teams.free()
    record.designed = world.env.now
    world.note(site.village_id, "designed")


def _build(
    world: World, site: Site, record: VillageRecord, yard: Yard, work: Work, task: Task, needs: list[Any], money: Landings
) -> Generator[Any, Any, None]:
    """Wait for everything a work needs, then carry it out; or leave it out where it may not be paid."""
    if work.money is not None and work.money[1] == NOBODY:
        if task.binding:
            world.note(site.village_id, "without money", task.id)
            yield simpy.Event(world.env)  # for ever: nothing is financed silently
        _leave_out(world, site, record, task)
        return
    first = money.get(work.money) if work.money is not None else None
    if first is not None and not (yield first):
        if not task.binding:
            _leave_out(world, site, record, task)
            return
        needs = [*needs, _substitute(world, site, work)]
    yield from needs
    yield world.at(world.env.now, site.number, Purpose.DURATION, task.key)
    if not (yield from _affordable(world, site, record, yard, work, task)):
        _leave_out(world, site, record, task)
        return
    hands = world.hands(site.county_code, task.resource)
    if hands is not None:
        record.asked[work.task] = world.env.now
        yield hands.ask(2 * site.cohort + (not task.binding), key(site.number, Purpose.DURATION, task.key))
        record.waited_for_crew += world.env.now - record.asked.pop(work.task)
    yield from _carry_out(world, site, record, yard, work, task)
    if hands is not None:
        hands.free()


def _substitute(world: World, site: Site, work: Work) -> Any:
    """Return the wait for next year's other money, which pays a binding work whose special bonds failed."""
    assert work.money is not None
    county, year = world.county_number[site.county_code], site.cohort + work.money[0] + 1
    day, _ = matching_landing(world.settings.funding, world.calendar, world.luck, county, year, world.env.now)
    return world.at(day, site.number, Purpose.MATCHING, work.task)


def _leave_out(world: World, site: Site, record: VillageRecord, task: Task) -> None:
    record.descoped.append(task.key)
    world.note(site.village_id, "left out", task.id)


def _affordable(world: World, site: Site, record: VillageRecord, yard: Yard, work: Work, task: Task) -> Generator[Any, Any, bool]:
    """Pay what a work costs beyond its price from the reserve, or find lawful money; return whether it can be built."""
    settings = world.settings.construction
    extra = work.cost * overrun(settings, world.luck, site.number, task.key)
    if extra <= yard.reserve:
        yard.reserve -= extra
        record.reserve_drawn += extra
        return True
    if not task.binding:
        return False
    record.reserve_drawn += yard.reserve
    record.overrun_found += extra - yard.reserve
    yard.reserve = 0.0
    world.note(site.village_id, "overrun", task.id)
    days = world.luck.exponential(settings.overrun_wait_days_mean, site.number, Purpose.OVERRUN_WAIT, task.key)
    yield world.at(world.env.now + days, site.number, Purpose.OVERRUN, task.key)
    return True


def _carry_out(world: World, site: Site, record: VillageRecord, yard: Yard, work: Work, task: Task) -> Generator[Any, Any, None]:
    settings = world.settings.construction
    world.note(site.village_id, "started", task.id)
    days, again = work_days(settings, world.luck, site.number, task.key, work.days, task.days_spread)
    record.rework += again
    if yard.partner and task.dimension in HELPED:
        days *= 1.0 - settings.partner_effect
    if world.effort.get(site.county_code, 0.0) > world.env.now:
        days *= 1.0 - world.settings.race.effort_effect
    yield from _work(world, site, record, yard, task, days)
    record.built[work.task] = world.env.now
    world.note(site.village_id, "finished", task.id)


def _work(world: World, site: Site, record: VillageRecord, yard: Yard, task: Task, days: float) -> Generator[Any, Any, None]:
    """Work so many days, pausing on closed days and while the village is halted for rectification."""
    env, closed, me = world.env, world.closed(site.county_code, task.outdoor), world.env.active_process
    place = (site.number, Purpose.DURATION, task.key)
    while days > DONE:
        if env.now < yard.halted_until:
            world.note(site.village_id, "halted", task.id)
            while env.now < yard.halted_until:
                yield world.at(yard.halted_until, *place)
            world.note(site.village_id, "continued", task.id)
        close, open_ = closed.next_close(env.now)
        if close <= env.now:
            world.note(site.village_id, "paused", task.id)
            record.frozen_days += open_ - env.now
            yield world.at(open_, *place)
            world.note(site.village_id, "resumed", task.id)
            continue
        start, whole = env.now, env.now + days <= close
        yard.working[task.key] = me
        try:
            yield world.at(start + days if whole else close, *place)
            days = 0.0 if whole else days - (close - start)
        except simpy.Interrupt:
            days -= env.now - start
        del yard.working[task.key]
