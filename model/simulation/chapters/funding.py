"""Chapter 3, funding (资金; clauses P23-BOND, P23-SPECIAL, P23-LEVER): money lands, a year's share at a time.

General bonds are issued in windows, which a county may miss, and reach the village after a lag. Special bonds may fail in
every window that is tried; then binding works wait for the county's other money of the next year, and works that are not
binding are left out. Other money is there on a day of the year, or late. All villages of a county share windows, lags and
luck of a year.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from model.simulation.chances import Purpose
from model.simulation.records import VillageRecord
from model.simulation.rules import bond_landing, matching_landing, special_landing
from model.simulation.scene import GROUPS, Site
from model.simulation.world import World

LANDING = {"bond": bond_landing, "special": special_landing, "other": matching_landing}
Landings = dict[tuple[int, str], simpy.Event]  # by year of the cycle and group; its value says whether the money came as planned


def share(
    world: World, site: Site, record: VillageRecord, offset: int, group: str, amount: float, landed: simpy.Event
) -> Generator[Any, Any, None]:
    """Wait for one year's money of one group."""
    settings, county, year = world.settings.funding, world.county_number[site.county_code], site.cohort + offset
    earliest = max(world.env.now, world.calendar.yearly("01-01", year))
    place = offset * len(GROUPS) + GROUPS.index(group)
    day, comes = LANDING[group](settings, world.calendar, world.luck, county, year, earliest)
    yield world.at(day, site.number, Purpose.FUNDING, place)
    if comes:
        _lands(world, site, record, offset, group, amount)
        landed.succeed(True)
        return
    record.special_failed += amount
    world.note(site.village_id, "special bonds failed", str(offset + 1))
    landed.succeed(False)
    late, _ = matching_landing(settings, world.calendar, world.luck, county, year + 1, world.env.now)
    yield world.at(late, site.number, Purpose.FUNDING, place)
    _lands(world, site, record, offset, "other", amount)


def _lands(world: World, site: Site, record: VillageRecord, offset: int, group: str, amount: float) -> None:
    world.payments.append((site.county_code, world.env.now, group, amount))
    record.funded = min(record.funded, world.env.now)
    world.note(site.village_id, f"funded by {group}", str(offset + 1))
