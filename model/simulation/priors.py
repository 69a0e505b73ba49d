"""Priors (先验): effects that nobody has measured for this programme, drawn anew in each replication.

A result that depends on them shows their whole width. A scenario that states another number than the card's means that number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from model.policy.cards import cards
from model.simulation.chances import Luck, Purpose
from model.simulation.settings import Simulation

NAMES = ("income_effect", "collective_effect", "people_effect")
PROVINCE = 22


def priors(settings: Simulation) -> dict[str, tuple[float, float]]:
    """Return the range of each effect; a scenario's own number has none."""
    ranges = {}
    for name in NAMES:
        card, value = cards()[f"simulation.outcomes.{name}"], float(getattr(settings.outcomes, name))
        low, high = (value, value) if value != card.value or card.low is None else (card.low, card.high)
        ranges[name] = float(low), float(high or low)
    return ranges


def drawn(settings: Simulation, ranges: Mapping[str, tuple[float, float]], luck: Luck) -> dict[str, float]:
    """Return the effects of one replication: triangular over the range, the card's value the likeliest."""
    return {
        name: triangular(*ranges.get(name, (mode, mode)), mode, luck.uniform(PROVINCE, Purpose.PRIOR, place))
        for place, name in enumerate(NAMES)
        for mode in [float(getattr(settings.outcomes, name))]
    }


def triangular(low: float, high: float, mode: float, chance: float) -> float:
    """Return the point of a triangular distribution below which lies a share ``chance``; a mode outside widens the range."""
    low, high = min(low, mode), max(high, mode)
    if high <= low:
        return mode
    edge = (mode - low) / (high - low)
    if chance < edge:
        return low + math.sqrt(chance * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - chance) * (high - low) * (high - mode))
