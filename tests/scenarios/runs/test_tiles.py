"""Each county has a tile of its own, where it lies among the others."""

from __future__ import annotations

import numpy as np

from model.register.synthetic.counties import all_units
from scenarios.report.tiles import order_kept, tiles


def test_every_county_has_its_own_tile_and_order_is_kept() -> None:
    units = all_units()
    x, y = units["longitude"].to_numpy(float), units["latitude"].to_numpy(float)
    column, row = tiles(x, y)
    assert len(set(zip(column.tolist(), row.tolist(), strict=True))) == len(units) == 60
    assert order_kept(x, -y, column, row) > 0.99
    again = tiles(x, y)
    assert np.array_equal(column, again[0])
    assert np.array_equal(row, again[1])


def test_few_places_are_no_trouble() -> None:
    for n in (1, 2, 3):
        column, row = tiles(np.arange(n, dtype=float), np.zeros(n))
        assert len(set(zip(column.tolist(), row.tolist(), strict=True))) == n
