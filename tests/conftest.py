"""Fixtures: prepared worlds of two sizes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from worlds import SMALL, tiny

from model.vocabulary import Register
from scenarios import study
from scenarios.world.spec import Scenario


@pytest.fixture
def tiny_world() -> Callable[..., study.Prepared]:
    """Return a maker of prepared tiny worlds."""
    return lambda seed, **changes: study.prepare(*tiny(seed, **changes))


@pytest.fixture(scope="session")
def small() -> tuple[Scenario, Register]:
    """Return the small world: 150 villages."""
    return study.open_world(SMALL)


@pytest.fixture(scope="session")
def small_selection(small: tuple[Scenario, Register]) -> study.Selection:
    """Return an audited plan of the small world."""
    return study.select(study.prepare(*small))
