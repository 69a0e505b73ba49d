"""Chapter 3, funding (资金; clauses P23-BOND, P23-SPECIAL, P23-LEVER): money lands, a year's share at a time.

General bonds are issued in windows, which a county may miss, and reach the village after a lag. Special bonds may fail in
every window that is tried; then binding works wait for what the county's pots have in later years, and works that are not
binding are left out; what no pot pays stands as a gap. Other money is there on a day of the year, or late. All villages of a
county share windows, lags and luck of a year.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from model.money.costs import CENTS
from model.simulation.chances import Purpose
from model.simulation.records import VillageRecord
from model.simulation.rules import bond_landing, matching_landing, special_landing
from model.simulation.scene import GROUPS, Site, Work, group_of
from model.simulation.world import World
from model.simulation.yard import Yard

LANDING = {"bond": bond_landing, "special": special_landing, "other": matching_landing}
Landings = dict[tuple[int, str], simpy.Event]  # by year of the cycle and group; its value says whether the money came as planned


def share(
    world: World, site: Site, record: VillageRecord, yard: Yard, offset: int, group: str, landed: simpy.Event
) -> Generator[Any, Any, None]:
    """Wait for one year's money of one group."""
    settings, county, year = world.settings.funding, world.county_number[site.county_code], site.cohort + offset
    earliest = max(world.env.now, world.calendar.yearly("01-01", year))
    place = offset * len(GROUPS) + GROUPS.index(group)
    day, comes = LANDING[group](settings, world.calendar, world.luck, county, year, earliest)
    yield world.at(day, site.number, Purpose.FUNDING, place)
    amounts = [(source, amount) for year, source, amount in site.payments if (year, group_of(source)) == (offset, group)]
    if comes:
        for source, amount in amounts:
            world.payments.append((site.county_code, world.env.now, source, amount))
        record.funded = min(record.funded, world.env.now)
        world.note(site.village_id, f"funded by {group}", str(offset + 1))
    else:
        record.special_failed += sum(amount for _, amount in amounts)
        world.note(site.village_id, "special bonds failed", str(offset + 1))
        for work in site.works:
            _without_special(world, site, record, yard, work, offset)
    landed.succeed(comes)


def _without_special(world: World, site: Site, record: VillageRecord, yard: Yard, work: Work, offset: int) -> None:
    """Let other money pay what special bonds were to pay for a work that is binding or begun."""
    missing = sum(amount for year, amount in work.special if year == offset)
    first = work.money == (offset, "special")
    if missing and (world.scene.catalogue[work.task].binding or not first):
        process = world.env.process(_replaced(world, site, record, work, missing, site.cohort + offset + 1))
        if first:
            yard.replaced[work.task] = process


def _replaced(
    world: World, site: Site, record: VillageRecord, work: Work, missing: float, year: int
) -> Generator[Any, Any, None]:
    county, task = world.county_number[site.county_code], world.scene.catalogue[work.task]
    day, _ = matching_landing(world.settings.funding, world.calendar, world.luck, county, year, world.env.now)
    yield world.at(day, site.number, Purpose.MATCHING, task.key)
    left = world.pay(site, record, round(missing * CENTS))
    while left:
        yield world.next_year(site, record, left, Purpose.MATCHING, task)
        left = world.pay(site, record, left)
