"""Chapter 8, upkeep (管护; clauses P23-UPKEEP, P22-MAINT, P22-VISIT): accepted villages may relapse, are visited, and mend.

The pool's four haves of upkeep (四有) and its secret visits are written for the pool; for upgraded villages they are
used by analogy: a relapse is marked and mended, never delisted.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Chapter
from model.simulation.chapters.supervision import DAYS_A_YEAR
from model.simulation.records import NEVER, VillageRecord
from model.simulation.scene import Site
from model.simulation.world import World


def relapse_rate(per_year: float, haves: float, effect: float) -> float:
    """Return relapses a year: the full rate with no have in place, lower by ``effect`` with all four."""
    return per_year * (1.0 - effect * min(max(haves, 0.0), 4.0) / 4.0)


def upkeep(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, None]:
    """Relapse, wait to be seen, mend, and so on to the end."""
    settings, luck = world.settings.upkeep, world.luck
    rate = relapse_rate(settings.relapses_per_year, site.haves, settings.upkeep_effect)
    number = 0
    while rate > 0:
        yield world.env.timeout(luck.exponential(DAYS_A_YEAR / rate, site.number, Chapter.RELAPSE, 0, number))
        relapsed = world.env.now
        record.relapses.append((relapsed, NEVER))
        world.note(site.village_id, "relapsed")
        if settings.visits_per_year == 0:
            return
        yield world.env.timeout(luck.exponential(DAYS_A_YEAR / settings.visits_per_year, site.number, Chapter.VISIT, 0, number))
        yield world.env.timeout(luck.exponential(settings.mending_days_mean, site.number, Chapter.MENDING, 0, number))
        record.relapses[-1] = (relapsed, world.env.now)
        world.note(site.village_id, "mended")
        number += 1
