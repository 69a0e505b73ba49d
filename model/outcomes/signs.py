"""Signs (方向): every lever that the documents name moves the figure it is for, in the documents' direction.

``model/policy/levers.toml`` has the table. Both ends of a lever are played in the same luck; the figure has moved where the
interval of the paired difference lies on the documents' side of zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.outcomes.chain import changed
from model.outcomes.intervals import mean_interval
from model.outcomes.kpis import summarise
from model.policy.card import toml
from model.simulation.replicate import takes
from model.simulation.scene import Scene

COLUMNS = ["lever", "figure", "year", "direction", "clause", "difference", "ci_low", "ci_high", "moved"]


@dataclass(frozen=True)
class Lever:
    """A lever: settings at both its ends, the figure it is for (``year`` 0 where it has none) and the direction."""

    name: str
    zh: str
    en: str
    clause: str
    low: Mapping[str, Any]
    high: Mapping[str, Any]
    figure: str
    year: int
    direction: str


def levers() -> tuple[Lever, ...]:
    """Return the table."""
    names = {"from": "low", "to": "high"}
    return tuple(Lever(**{names.get(key, key): value for key, value in row.items()}) for row in toml("levers.toml")["lever"])


def signs(
    stage: Scene, villages: pd.DataFrame, replications: int, workers: int = 1, table: Sequence[Lever] | None = None
) -> pd.DataFrame:
    """Return what each lever does to its figure in one world: paired difference, its interval, whether it moved as it should."""
    table = levers() if table is None else table
    ends = {repr(sorted(end.items())): end for lever in table for end in (lever.low, lever.high)}
    scenes = {name: stage.with_settings(changed(stage.settings, end), villages) for name, end in ends.items()}
    plays = [(scene, r) for scene in scenes.values() for r in range(replications)]
    found = takes(plays, summarise, workers)
    by_end = {name: found[i * replications : (i + 1) * replications] for i, name in enumerate(scenes)}
    rows = []
    for lever in table:
        one, two = (
            np.array([s.kpis[lever.figure, lever.year] for s in by_end[repr(sorted(end.items()))]])
            for end in (lever.low, lever.high)
        )
        mean, low, high = mean_interval(two - one)
        moved = bool(low > 0) if lever.direction == "up" else bool(high < 0)
        rows.append((lever.name, lever.figure, lever.year, lever.direction, lever.clause, mean, low, high, moved))
    return pd.DataFrame(rows, columns=COLUMNS)
