"""Chapter 1, declaration (申报; clauses P23-DECL-1, P23-LISTS): counties hand in a village's documents in a window.

Documents take their days; some come back as incomplete and are handed in again. What arrives after the window has closed is
reviewed later, and does not hold up the others.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from model.simulation.chances import Purpose
from model.simulation.records import VillageRecord
from model.simulation.rules import handed_in
from model.simulation.scene import Site
from model.simulation.world import LAST, World


def window(world: World, year: int) -> tuple[float, float]:
    """Return when the window of a cohort opens and closes."""
    settings = world.settings.declaration
    opens = max(0.0, world.calendar.yearly(settings.opens, year))
    return opens, opens + settings.window_days


def declaration(world: World, site: Site, record: VillageRecord) -> Generator[Any, Any, bool]:
    """Hand in a village's documents; return whether that was in time."""
    opens, closes = window(world, site.cohort)
    yield world.at(opens, site.number, Purpose.PREPARATION)
    days, again = handed_in(world.settings.declaration, world.luck, site.number, site.cohort)
    yield world.at(opens + days, site.number, Purpose.PREPARATION, 1)
    record.handed_in = world.env.now
    world.note(site.village_id, "declared", "again" if again else "")
    return record.handed_in <= closes


def closing(world: World, year: int) -> Generator[Any, Any, None]:
    """Close a cohort's window, after whoever hands in at that very moment: nobody new holds up its announcement."""
    yield world.at(window(world, year)[1], LAST, Purpose.PREPARATION, year)
    cohort = world.cohort(year)
    cohort.closed = True
    world.note(str(year), "window closed")
    if cohort.pending == 0:
        announce(world, year)


def announce(world: World, year: int) -> None:
    """Set the day on which a cohort is announced: after provincial approval, and not before the usual day."""
    cohort, settings = world.cohort(year), world.settings.review
    usual = world.calendar.yearly(settings.announced_from, year)
    cohort.day = max(usual, world.env.now + settings.approval_days)
    cohort.announced.succeed()
