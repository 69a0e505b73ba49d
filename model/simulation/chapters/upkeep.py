"""Chapter 8, upkeep (管护; clauses P23-UPKEEP, P22-MAINT, P22-VISIT): accepted villages may relapse, are visited, and mend.

The pool's four haves of upkeep (四有) and its secret visits are written for the pool; for upgraded villages they are
used by analogy: a relapse is marked and mended, never delisted.
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
    rate = relapse_rate(settings.relapses_per_year, site.haves, settings.upkeep_effect)
    number = 0
    while rate > 0:
        days = luck.exponential(DAYS_A_YEAR / rate, site.number, Purpose.RELAPSE, 0, number)
        yield world.at(env.now + days, site.number, Purpose.RELAPSE)
        relapsed = env.now
        record.relapses.append((relapsed, NEVER))
        world.note(site.village_id, "relapsed")
        if settings.visits_per_year == 0:
            return
        days = luck.exponential(DAYS_A_YEAR / settings.visits_per_year, site.number, Purpose.VISIT, 0, number)
        yield world.at(env.now + days, site.number, Purpose.VISIT)
        world.note(site.village_id, "seen in relapse")
        days = luck.exponential(settings.mending_days_mean, site.number, Purpose.MENDING, 0, number)
        yield world.at(env.now + days, site.number, Purpose.MENDING)
        record.relapses[-1] = (relapsed, env.now)
        world.note(site.village_id, "mended")
        number += 1
