"""The race (赛马) in numbers: where each county stood in each year, and whether it was praised or notified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from model.simulation.rules import tail


def places(ranks: Mapping[int, Sequence[str]], share: float) -> dict[tuple[str, str, int], float]:
    """Return rank (1 is first), praised and notified (1 or 0) by name, county and year, of one replication."""
    figures: dict[tuple[str, str, int], float] = {}
    for year, order in ranks.items():
        most = tail(len(order), share)
        for place, county in enumerate(order):
            figures["rank", county, year] = place + 1.0
            figures["praised", county, year] = float(place < most)
            figures["notified", county, year] = float(place >= len(order) - most)
    return figures
