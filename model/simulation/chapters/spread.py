"""Chapter 9, spread (推广; clause P23-SPREAD): pool villages near an accepted one may follow its example.

That they do, how near they must be, how long it takes and what it brings are assumptions. A village follows once; one that is
itself in the programme or has lost its plaque does not. A follower closes a part of its gaps that needs no bonds, and builds
faster when its own cohort comes.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.scene import Site
from model.simulation.world import World


def spread(world: World, site: Site) -> None:
    """Let the neighbours of an accepted village see it."""
    for neighbour in site.neighbours:
        if world.luck.happens(world.settings.spread.adoption_probability, neighbour, Purpose.SPREAD, site.number):
            world.env.process(_follow(world, site, neighbour))


def _follow(world: World, site: Site, neighbour: int) -> Generator[Any, Any, None]:
    days = world.luck.exponential(world.settings.spread.adoption_days_mean, neighbour, Purpose.SPREAD, site.number, 1)
    yield world.at(world.env.now + days, neighbour, Purpose.SPREAD)
    if neighbour in world.followed or neighbour in world.selected or neighbour in world.gone:
        return
    world.followed[neighbour] = world.env.now
    world.note(str(neighbour), "followed", site.village_id)
