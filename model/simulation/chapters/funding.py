"""Chapter 3, funding (资金; clauses P23-BOND, P23-CYCLE): bond money lands in windows, a share in each year of the cycle.

A county may miss a window and wait for the next; from the issue to the village account there is a lag. All villages
of a county share the window and the lag of the year.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Chapter
from model.simulation.records import VillageRecord
from model.simulation.scene import Site
from model.simulation.world import World


def landing(world: World, county: int, year: int, not_before: float) -> float:
    """Return the day on which a county's money of a year lands, if it may not be issued before a day."""
    funding = world.settings.funding
    while True:
        for number, window in enumerate(funding.windows):
            day = world.calendar.yearly(window, year)
            key = year * 100 + number
            if day >= not_before and not world.luck.happens(funding.slip_probability, county, Chapter.FUNDING, key, 0):
                return day + world.luck.lognormal(funding.lag_days_mean, funding.lag_days_sd, county, Chapter.FUNDING, key, 1)
        year += 1


def tranche(world: World, site: Site, record: VillageRecord, offset: int) -> Generator[Any, Any, None]:
    """Wait for one year's share of a village's bond money."""
    year = site.cohort + offset
    earliest = max(world.announcement(site.cohort), world.calendar.yearly("01-01", year))
    yield world.until(landing(world, world.county_number[site.county_code], year, earliest))
    world.payments.append((site.county_code, world.env.now, world.scene.payment_profile[offset] * site.bond_wan_yuan))
    record.funded = min(record.funded, world.env.now)
    world.note(site.village_id, "funded", str(offset + 1))
