"""Chapter 8, upkeep (管护; clauses P23-UPKEEP, P22-MAINT, P22-VISIT): accepted villages may relapse, are visited, and mend.

The pool's four haves of upkeep (四有) and its secret visits are written for the pool; for upgraded villages they are
used by analogy: a relapse is marked and mended, never delisted. Upkeep costs a share of what was built every year: the
village's collective pays what its income bears, the county the rest; in a year in which the county does not, the haves lapse.
What acceptance missed relapses by itself until it is mended.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.records import VillageRecord
from model.simulation.rules import DAYS_A_YEAR, NEVER, relapse_rate
from model.simulation.scene import Site
from model.simulation.world import World


def upkeep(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """Relapse, wait to be seen, mend, and so on to the end."""
    settings, luck, env = world.settings.upkeep, world.luck, world.env
    number, missed = 0, record.missed_defects * settings.missed_per_year
    while True:
        full = settings.relapses_per_year + missed
        if full == 0:
            return
        days = luck.exponential(DAYS_A_YEAR / full, site.number, Purpose.RELAPSE, 0, number)
        yield world.at(env.now + days, site.number, Purpose.RELAPSE)
        number += 1
        if not luck.happens((_rate(world, site, record) + missed) / full, site.number, Purpose.RELAPSE, 1, number):
            continue
        yield from relapsed(world, site, record, number)
        if record.relapses[-1][1] == NEVER:
            return
        missed = 0.0


def relapsed(world: World, site: Site, record: VillageRecord, number: int) -> Generator[Any, Any, None]:
    """Be in relapse until a visit sees it and it is mended; without visits for ever."""
    settings, luck, env = world.settings.upkeep, world.luck, world.env
    since = env.now
    record.relapses.append((since, NEVER))
    world.note(site.village_id, "relapsed")
    if settings.visits_per_year == 0:
        return
    days = luck.exponential(DAYS_A_YEAR / settings.visits_per_year, site.number, Purpose.VISIT, 0, number)
    yield world.at(env.now + days, site.number, Purpose.VISIT)
    world.note(site.village_id, "seen in relapse")
    days = luck.exponential(settings.mending_days_mean, site.number, Purpose.MENDING, 0, number)
    yield world.at(env.now + days, site.number, Purpose.MENDING)
    record.relapses[-1] = (since, env.now)
    world.note(site.village_id, "mended")


def _rate(world: World, site: Site, record: VillageRecord) -> float:
    """Return relapses a year as upkeep is now: the four haves lapse in a year that is not paid for."""
    settings = world.settings.upkeep
    haves = 0.0 if record.upkeep and record.upkeep[-1][3] > 0 else site.haves
    return relapse_rate(
        settings.relapses_per_year, haves, settings.upkeep_effect, site.participation, settings.participation_effect
    )


def paid_upkeep(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """Pay for upkeep on the day of acceptance and every year after it: the collective, then the county, or nobody."""
    settings, luck = world.settings.upkeep, world.luck
    cost = settings.cost_share * sum(work.cost for work in site.works if work.task in record.built)
    bears = min(cost, settings.collective_share * max(site.collective, 0.0)) if site.collective == site.collective else 0.0
    start, year = world.env.now, 0
    while cost > 0:
        pays = luck.happens(settings.funded_probability, site.number, Purpose.UPKEEP, 0, year)
        rest = round(cost - bears, 2)
        record.upkeep.append((world.env.now, round(bears, 2), rest if pays else 0.0, 0.0 if pays else rest))
        if rest and not pays:
            world.note(site.village_id, "upkeep unpaid")
        year += 1
        yield world.at(start + year * DAYS_A_YEAR, site.number, Purpose.UPKEEP)
