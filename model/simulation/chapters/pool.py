"""Chapter 8 in the pool (摘牌; clause P22-VISIT): a village waiting in the pool may relapse, be seen, and lose its plaque.

A delisted village is no candidate: if a later cohort had planned for it, its place is lost.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.rules import DAYS_A_YEAR, relapse_rate
from model.simulation.scene import Waiting
from model.simulation.world import World


def waiting(world: World, village: Waiting) -> Generator[Any, Any, None]:
    """Watch over a pool village until it is announced in a cohort, or to the end."""
    settings, luck, env = world.settings.pool, world.luck, world.env
    rate = relapse_rate(settings.relapses_per_year, village.haves, world.settings.upkeep.upkeep_effect)
    if rate == 0 or settings.visits_per_year == 0:
        return
    number = 0
    while not _left(world, village):
        days = luck.exponential(DAYS_A_YEAR / rate, village.number, Purpose.POOL_RELAPSE, 0, number)
        yield world.at(env.now + days, village.number, Purpose.POOL_RELAPSE)
        if _left(world, village):
            return
        days = luck.exponential(DAYS_A_YEAR / settings.visits_per_year, village.number, Purpose.POOL_VISIT, 0, number)
        yield world.at(env.now + days, village.number, Purpose.POOL_VISIT)
        if _left(world, village):
            return
        world.note(village.village_id, "seen in relapse")
        if luck.happens(settings.delisting_probability, village.number, Purpose.DELISTING, 0, number):
            world.delisted[village.village_id] = env.now
            world.gone.add(village.number)
            world.note(village.village_id, "delisted")
            return
        number += 1


def _left(world: World, village: Waiting) -> bool:
    return village.number in world.selected or village.number in world.past
