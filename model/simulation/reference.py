"""The reference engine: the programme in SimPy, chapter by chapter, reading like the policy document.

A replication can be played in one go (:func:`simulate`) or step by step: it stands still before any day, hands back what has
happened, takes in the villages of a new plan, and goes on (:class:`Play`). Both ways give the same events.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from typing import Any

from model.register.companions import ENDED
from model.simulation.chances import Purpose
from model.simulation.chapters.acceptance import acceptance
from model.simulation.chapters.construction import construction, design
from model.simulation.chapters.declaration import closing, declaration, window
from model.simulation.chapters.pool import waiting
from model.simulation.chapters.race import race
from model.simulation.chapters.review import review
from model.simulation.chapters.spread import spread
from model.simulation.chapters.supervision import BY_PREFECTURE, BY_PROVINCE, supervision
from model.simulation.chapters.upkeep import paid_upkeep, relapsed, upkeep
from model.simulation.clock import advance
from model.simulation.records import NEVER, Records, VillageRecord
from model.simulation.scene import Scene, Site
from model.simulation.world import PLANNED, World
from model.simulation.yard import Yard

MIDDLE = "07-01"  # the day in its year on which money of ended history counts as paid
OF_EVERY_WORK = (Purpose.OVERRUN, Purpose.DURATION, Purpose.REWORK, Purpose.DEFECT)


@dataclass(frozen=True)
class State:
    """What is known at a moment: nothing in it looks ahead.

    ``stage`` of each adopted village: ``planned``, ``declared``, ``reviewed``, ``building``, ``completed``, ``accepted``,
    ``failed`` or ``lost``; ``delisted`` pool villages; ``followed`` numbers of villages that follow an
    example; ``paid``: 万元 by county and source; ``ranks``: the rankings so far.
    """

    day: float
    stage: dict[str, str]
    delisted: frozenset[str]
    followed: frozenset[int]
    paid: dict[tuple[str, str], float]
    ranks: dict[int, list[str]]


class Play:
    """One replication, step by step."""

    def __init__(self, scene: Scene, replication: int, trace: bool = False) -> None:
        self.world = World(scene, replication, trace)
        self.replication = replication
        for village in scene.pool:
            self.world.env.process(waiting(self.world, village))
        self.world.env.process(race(self.world))

    def adopt(self, sites: Iterable[Site]) -> None:
        """Take in villages of a plan, before the declaration window of their cohort opens.

        Raises :class:`ValueError` for a village that is in already, or whose window has opened.
        """
        known = sorted(sites, key=lambda site: site.number)
        _foresee(self.world, known)
        for site in known:
            if site.village_id in self.world.sites:
                raise ValueError(f"village {site.village_id} is in the programme already; leave it out of the new plan")
            if window(self.world, site.cohort)[0] < self.world.env.now:
                raise ValueError(f"the declaration window of {site.cohort} has opened; plan {site.village_id} for a later cohort")
            if site.cohort not in self.world.cohorts:
                self.world.cohort(site.cohort)
                self.world.env.process(closing(self.world, site.cohort))
            record = VillageRecord(site.village_id, site.county_code, site.cohort)
            self.world.sites[site.village_id], self.world.records[site.village_id] = site, record
            if site.past:
                self.world.past.add(site.number)
            self.world.env.process(_upgrade(self.world, site, record))

    def until(self, day: float) -> State:
        """Play up to the beginning of a day, and return what is known then."""
        advance(self.world.env, day)
        return self.state()

    def selection_day(self, cohort: int) -> float:
        """Return the day before which the villages of a cohort must be adopted: its declaration window opens."""
        return window(self.world, cohort)[0]

    def state(self) -> State:
        """Return what is known now."""
        world = self.world
        paid: dict[tuple[str, str], float] = {}
        for county, _, source, amount in world.payments:
            paid[county, source] = paid.get((county, source), 0.0) + amount
        stage = {village: _stage(record) for village, record in world.records.items()}
        delisted, followed = frozenset(world.delisted), frozenset(world.followed)
        return State(world.env.now, stage, delisted, followed, paid, {year: list(r) for year, r in world.ranks.items()})

    def finish(self) -> Records:
        """Play to the end of the projection and return the records."""
        world = self.world
        advance(world.env, world.calendar.end_of(world.calendar.end.year))
        records = [world.records[village] for village in sorted(world.records)]
        for record in records:
            record.waited_for_crew += sum(world.env.now - since for since in record.asked.values())
        return Records(
            self.replication,
            records,
            sorted(world.delisted.items()),
            sorted(world.followed.items()),
            world.payments,
            world.ranks,
            world.events,
            world.trace,
        )


def simulate(scene: Scene, replication: int, trace: bool = False) -> Records:
    """Play one replication of the scene's plan to the end of the projection."""
    play = Play(scene, replication, trace)
    play.adopt(scene.sites)
    return play.finish()


def _foresee(world: World, sites: Iterable[Site]) -> None:
    """Draw the luck of all works at once."""
    catalogue = world.scene.catalogue
    pairs = [(site.number, catalogue[work.task].key) for site in sites for work in site.works]
    world.luck.foresee([n for n, _ in pairs], [task for _, task in pairs], OF_EVERY_WORK)


def _stage(record: VillageRecord) -> str:
    if record.delisted_before or record.refused:
        return "lost"
    reached = (
        ("failed", record.failed),
        ("accepted", record.accepted),
        ("completed", record.completed),
        ("building", record.selected),
        ("reviewed", record.reviewed),
        ("declared", record.handed_in),
    )
    return next((name for name, day in reached if day < NEVER), "planned")


def planned(scene: Scene) -> Scene:
    """Return the scene with the planned days of every work: the course of the plan with means in place of luck (P22-CHART)."""
    courses = {record.village_id: record for record in simulate(scene, PLANNED).villages}
    return scene.with_sites(tuple(_dated(site, courses[site.village_id]) for site in scene.sites))


def _dated(site: Site, course: VillageRecord) -> Site:
    begun, built = course.begun, course.built
    works = (replace(w, start=begun.get(w.task, NEVER), due=built.get(w.task, NEVER)) for w in site.works)
    return replace(site, works=tuple(works))


def _upgrade(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """A village's way: declared, reviewed, announced, built, examined, kept up, followed; history goes on where it stands."""
    yard = Yard()
    if site.state in ENDED:
        yield from _from_history(world, site, record)
    else:
        yield from _announced(world, site, record, yard)
        if record.selected == NEVER:
            return
        yield from construction(world, site, record, yard)
    if record.accepted == NEVER and record.failed == NEVER:
        yield from acceptance(world, site, record, yard)
    if record.accepted < NEVER:
        spread(world, site)
        world.env.process(paid_upkeep(world, site, record))
        if site.state == "relapsed":
            yield from relapsed(world, site, record, 0)
        yield from upkeep(world, site, record)


def _announced(world: World, site: Site, record: VillageRecord, yard: Yard) -> Generator[Any, Any, None]:
    """From the window of a cohort to its announcement; a place may be lost on the way."""
    in_time = yield from declaration(world, site, record)
    yard.plan = world.env.process(design(world, site, record))
    yield from review(world, site, record, in_time)
    if record.refused:
        world.note(site.village_id, "refused")
        return
    if site.village_id in world.delisted and not site.past:
        record.delisted_before = True
        world.note(site.village_id, "place lost")
        return
    _select(world, site, record)
    settings = world.settings.supervision
    world.env.process(supervision(world, site, record, yard, BY_PROVINCE, settings.inspections_per_year))
    world.env.process(supervision(world, site, record, yard, BY_PREFECTURE, settings.prefecture_visits_per_year))


def _select(world: World, site: Site, record: VillageRecord) -> None:
    record.selected = world.env.now
    world.selected.add(site.number)
    world.note(site.village_id, "selected")


def _from_history(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """Bring a village of history to the state and day at which it stands: what was built and paid is a fact."""
    yield world.at(window(world, site.cohort)[1], site.number, Purpose.PREPARATION)
    _select(world, site, record)
    record.handed_in = record.reviewed = record.designed = world.env.now
    for offset, source, amount in site.payments:
        day = world.calendar.yearly(MIDDLE, site.cohort + offset)
        world.payments.append((site.county_code, min(max(world.env.now, day), max(site.since, world.env.now)), source, amount))
    yield world.at(site.since, site.number, Purpose.EXAMINATION)
    now = world.env.now
    record.built = {work.task: now for work in site.works}
    record.completed = record.funded = now
    world.note(site.village_id, "completed")
    if site.state == "failed":
        record.failed, record.examinations = now, 1
        world.note(site.village_id, "failed")
    elif site.state != "completed":
        record.accepted, record.examinations, record.passed_first = now, 1, True
        world.note(site.village_id, "accepted")
