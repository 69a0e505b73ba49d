"""What the programme adds, by village, county, prefecture and province (成效; clause P23-FIVE), beside the same without it.

The range over replications holds luck and the whole width of the priors: it says what may be, and is no finding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.outcomes.effects import FIGURES, LEVELS
from model.vocabulary import Estimates, Register

Array = np.ndarray[Any, Any]
ENDS = (0.025, 0.975)
UNITS = dict.fromkeys(FIGURES, "points") | {figure.name: figure.unit for figure in LEVELS}


def effects(estimates: Estimates, plan: pd.DataFrame, register: Register) -> pd.DataFrame:
    """Return ``effects.csv``: level, place, figure, unit, villages, without, effect, low, high, at the target day.

    ``without`` and ``effect`` are means over replications and over the villages of a place that the register knows a figure of.
    """
    listed = plan.sort_values("village_id")
    prefecture = register.counties.set_index("county_code")["prefecture"]
    keys = {
        "province": np.full(len(listed), ""),
        "prefecture": listed["county_code"].map(prefecture).to_numpy(),
        "county": listed["county_code"].to_numpy(),
        "village": listed["village_id"].to_numpy(),
    }
    return pd.concat([_level(level, key, estimates.gains) for level, key in keys.items()], ignore_index=True)


def _level(level: str, key: Array, gains: Array) -> pd.DataFrame:
    """Return the rows of one level; ``gains`` has shape (R, 2, F, V)."""
    places, place = np.unique(key.astype(str), return_inverse=True)
    member = (place[:, None] == np.arange(len(places))[None, :]).astype(float)
    parts = []
    for f, figure in enumerate(FIGURES):
        own = gains[:, :, f, :]
        known = np.isfinite(own[0, 0])
        count = known @ member
        with np.errstate(invalid="ignore"):
            means = np.where(known, own, 0.0) @ member / count
        parts.append(
            pd.DataFrame(
                {
                    "level": level,
                    "place": places,
                    "figure": figure,
                    "unit": UNITS[figure],
                    "villages": count.astype(int),
                    "without": means[:, 0].mean(axis=0),
                    "effect": means[:, 1].mean(axis=0),
                    "low": np.quantile(means[:, 1], ENDS[0], axis=0),
                    "high": np.quantile(means[:, 1], ENDS[1], axis=0),
                }
            )
        )
    return pd.concat(parts, ignore_index=True).sort_values(["place", "figure"], kind="stable", ignore_index=True)
