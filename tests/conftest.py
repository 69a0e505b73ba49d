"""Fixtures: prepared worlds of two sizes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from worlds import SMALL, tiny

from scenarios import study
from scenarios.world.open import World


@pytest.fixture
def tiny_world() -> Callable[..., study.Prepared]:
    """Return a maker of prepared tiny worlds."""
    return lambda seed, **changes: study.prepare(*tiny(seed, **changes))


@pytest.fixture(scope="session")
def small() -> World:
    """Return the small world: 150 villages."""
    return study.open_world(SMALL)


@pytest.fixture(scope="session")
def small_selection(small: World) -> study.Selection:
    """Return an audited plan of the small world."""
    return study.select(study.prepare(*small))
