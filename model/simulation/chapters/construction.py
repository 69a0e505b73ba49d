"""Chapter 4, construction (实施; clauses P23-PLAN, P23-LISTS): designed and funded works are built by the county's crews.

A design team plans the village while it is announced. A task waits for its plan, its first money, its predecessors, and the
hands it needs: a crew, a trainer, or none; older cohorts go first, then binding tasks. Crews and trainers come where works are
let. Outdoor work pauses in frozen ground, all work around Spring Festival, and goes on after it; a crew stays with its task.
Some tasks are partly done again, and a binding one may fall short of its target without anybody knowing. A work may cost more
than its price: the county's reserve pays, then what its purse has left (:mod:`model.simulation.pots`); a binding work waits
for the rest, and one that is not binding is left out (P23-NODEBT).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from model.money.costs import CENTS
from model.policy.catalogue import Task
from model.simulation.chances import Purpose
from model.simulation.chapters.funding import Landings, share
from model.simulation.clock import key
from model.simulation.records import NEVER, VillageRecord
from model.simulation.rules import has_partner, overrun, work_days
from model.simulation.scene import NOBODY, Site, Work, group_of
from model.simulation.world import World
from model.simulation.yard import Yard

HELPED = ("industry", "talent")  # dimensions in which partners stand by a village
DONE = 1e-9  # days


def construction(world: World, site: Site, record: VillageRecord, yard: Yard) -> Generator[Any, Any, None]:
    """Build everything a village needs; ends at completion."""
    env = world.env
    yard.partner = has_partner(world.settings.construction, world.luck, site.number)
    if world.followed.get(site.number, NEVER) < env.now:
        yard.pace = 1.0 - world.settings.spread.learning
    world.under_way(site.county_code, 1)
    money: Landings = {}
    landing = []
    for offset, group in dict.fromkeys((offset, group_of(source)) for offset, source, _ in site.payments):
        money[offset, group] = simpy.Event(env)
        landing.append(env.process(share(world, site, record, yard, offset, group, money[offset, group])))
    plan = yard.plan or env.process(design(world, site, record))
    built: dict[str, simpy.Process] = {}
    record.built = {
        work.task: max(env.now, site.since) for work in site.works if world.scene.catalogue[work.task].key in site.done
    }
    for work in site.works:
        task = world.scene.catalogue[work.task]
        before = [built[name] for name in task.after if name in built]
        if task.key not in site.done:
            built[task.name] = env.process(_build(world, site, record, yard, work, task, [plan, *before], money))
    yield from (plan, *landing, *built.values())
    yard.done = True
    world.under_way(site.county_code, -1)
    record.completed = env.now
    world.note(site.village_id, "completed")


def design(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """Plan a village's works; may go on while it waits to be announced."""
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
        needs = [*needs, yard.replaced[work.task]]
    yield from needs
    yield world.at(_may_begin(world, site, work, task), site.number, Purpose.DURATION, task.key)
    if not (yield from _affordable(world, site, record, work, task)):
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


def _may_begin(world: World, site: Site, work: Work, task: Task) -> float:
    """Return the first day from now on which a work may begin.

    A county's list may say so; what history has not begun on its day begins later, and in some years only livelihood works may.
    """
    day: float = max(world.env.now, site.since, work.opens)
    years = world.settings.funding.livelihood_years
    while not task.livelihood and years and world.calendar.year_of(day) in years:
        day = world.calendar.yearly("01-01", world.calendar.year_of(day) + 1)
    return day


def _leave_out(world: World, site: Site, record: VillageRecord, task: Task) -> None:
    record.descoped.append(task.key)
    world.note(site.village_id, "left out", task.id)


def _affordable(world: World, site: Site, record: VillageRecord, work: Work, task: Task) -> Generator[Any, Any, bool]:
    """Pay what a work costs beyond its price from the county's pots, year after year; return whether it can be built."""
    settings = world.settings.construction
    left = round(work.cost * overrun(settings, world.luck, site.number, task.key, site.participation) * CENTS)
    if not task.binding:
        return world.pay(site, record, left, whole=True) == 0
    left = world.pay(site, record, left)
    if record.overrun_found and left == 0:
        days = world.luck.exponential(settings.overrun_wait_days_mean, site.number, Purpose.OVERRUN_WAIT, task.key)
        yield world.at(world.env.now + days, site.number, Purpose.OVERRUN, task.key)
    while left:
        world.note(site.village_id, "overrun", task.id)
        yield world.next_year(site, record, left, Purpose.OVERRUN, task)
        left = world.pay(site, record, left)
    return True


def _carry_out(world: World, site: Site, record: VillageRecord, yard: Yard, work: Work, task: Task) -> Generator[Any, Any, None]:
    settings = world.settings
    world.note(site.village_id, "started", task.id)
    record.begun[work.task] = world.env.now
    days, again = work_days(settings.construction, world.luck, site.number, task.key, work.days, task.days_spread)
    record.rework += again
    if yard.partner and task.dimension in HELPED:
        days *= 1.0 - settings.construction.partner_effect
    if world.effort.get(site.county_code, 0.0) > world.env.now:
        days *= 1.0 - settings.race.effort_effect
    yield from _work(world, site, record, yard, task, days)
    record.built[work.task] = world.env.now
    if task.binding and world.luck.happens(settings.acceptance.defect_probability, site.number, Purpose.DEFECT, task.key):
        yard.short.add(task.key)
    world.note(site.village_id, "finished", task.id)


def _work(world: World, site: Site, record: VillageRecord, yard: Yard, task: Task, days: float) -> Generator[Any, Any, None]:
    """Work so many days at the village's pace, pausing on closed days; whoever changes the pace interrupts."""
    env, closed, me = world.env, world.closed(site.county_code, task.outdoor), world.env.active_process
    place = (site.number, Purpose.DURATION, task.key)
    while days > DONE:
        close, open_ = closed.next_close(env.now)
        if close <= env.now:
            world.note(site.village_id, "paused", task.id)
            record.frozen_days += open_ - env.now
            yield world.at(open_, *place)
            world.note(site.village_id, "resumed", task.id)
            continue
        start, pace = env.now, yard.pace
        whole = start + days * pace <= close
        yard.working[task.key] = me
        try:
            yield world.at(start + days * pace if whole else close, *place)
            days = 0.0 if whole else days - (close - start) / pace
        except simpy.Interrupt:
            days -= (env.now - start) / pace
        del yard.working[task.key]
