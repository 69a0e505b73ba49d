"""Datums of map services: the public shift at published points, and undone to a millimetre."""

from __future__ import annotations

import numpy as np
import pytest

from model.register.datum import UNDONE, shifted, turned

SHANGHAI = ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597))  # WGS84, GCJ-02
BEIJING = ((116.404, 39.915), (116.41036949371029, 39.92133699351022))  # GCJ-02, BD-09


def test_the_shift_is_the_published_one() -> None:
    before, after = (np.array(point)[:, None] for point in SHANGHAI)
    assert np.concatenate(shifted(*before)) == pytest.approx(after.ravel(), abs=1e-8)
    before, after = (np.array(point)[:, None] for point in BEIJING)
    assert np.concatenate(turned(*before)) == pytest.approx(after.ravel(), abs=1e-8)


@pytest.mark.parametrize("datum", ["GCJ-02", "BD-09"])
def test_undoing_is_exact_to_a_millimetre_all_over_jilin(datum: str) -> None:
    east, north = (grid.ravel() for grid in np.meshgrid(np.linspace(121.6, 131.4, 60), np.linspace(40.8, 46.4, 60)))
    there = shifted(east, north)
    there = turned(*there) if datum == "BD-09" else there
    back = UNDONE[datum](*there)
    assert np.hypot((back[0] - east) * 81_000, (back[1] - north) * 111_195).max() < 1e-3
    assert np.hypot((there[0] - east) * 81_000, (there[1] - north) * 111_195).min() > 400
