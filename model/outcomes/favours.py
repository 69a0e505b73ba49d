"""Whom a list favours (名单偏向): what groups of villages have, what the works bring them, how ready they are, how many people.

The gain is in points of the five indices together. A list is set beside as many eligible villages drawn by lot: a thousand draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.register.gaps import Projects
from model.register.packages import Packages
from model.vocabulary import DIMENSIONS, PACKAGES, Scores

Array = np.ndarray[Any, Any]
DRAWS = 1000
MEANS = ("attainment", "gain", "readiness", "households", "general_bond_wan_yuan", "conditions")
COUNTS = ("modern_life", "modern_life_after")
MODERN = range(14, 21)  # tasks 14-20: the conditions of modern life


def each(villages: pd.DataFrame, scores: Scores, works: Projects, packages: Packages, bond: Array) -> pd.DataFrame:
    """Return what is compared, one row per village: the columns of ``MEANS`` and ``COUNTS``.

    ``conditions`` counts the binding conditions of tasks 14-20 that hold today; ``modern_life`` says that all do, and
    ``modern_life_after`` that all will once the works of the standard package are done.

    ``bond`` is the general-bond money of the standard package, 万元.
    """
    asked = _asked(works)
    lacking = (works.work > 0) & asked
    left = lacking & ~packages.holds(works.tasks)[PACKAGES.index("standard")]
    return pd.DataFrame(
        {
            "attainment": scores.table[list(DIMENSIONS)].mean(axis=1),
            "gain": scores.table["gain_standard"],
            "readiness": scores.table["readiness"],
            "households": villages["households"].astype(float),
            "general_bond_wan_yuan": bond,
            "conditions": (asked & ~lacking).sum(axis=1).astype(float),
            "modern_life": ~lacking.any(axis=1),
            "modern_life_after": ~left.any(axis=1),
        }
    )


def _asked(works: Projects) -> Array:
    """Return which works answer a binding condition of tasks 14-20: 基本具备现代生活条件, as those tasks state it; shape (J,)."""
    return np.array([task.binding and int(task.id[1:].split(".")[0]) in MODERN and not task.asked for task in works.tasks])


def beside(table: pd.DataFrame, groups: Mapping[str, Array], eligible: Array, seed: int) -> pd.DataFrame:
    """Return one row per group and one by lot: villages, means, the total gain, and the share of draws that bring less."""
    means, counts = table[list(MEANS)], table[list(COUNTS)]
    rows = [(name, len(at), *means.loc[at].mean(), *counts.loc[at].sum()) for name, at in groups.items()]
    number, pool = len(groups["list"]), np.flatnonzero(eligible)
    rng, gain = np.random.default_rng(seed), table["gain"].to_numpy()
    drawn = np.array([rng.choice(pool, min(number, len(pool)), replace=False) for _ in range(DRAWS)])
    of_lots = [means[name].to_numpy(float)[drawn].mean() for name in MEANS]
    of_lots += [round(float(counts[name].to_numpy()[drawn].sum(axis=1).mean())) for name in COUNTS]
    found = pd.DataFrame([*rows, ("lot", drawn.shape[1], *of_lots)], columns=["group", "villages", *MEANS, *COUNTS])
    totals = gain[drawn].sum(axis=1)
    found["gain_total"] = [*(table.loc[at, "gain"].sum() for at in groups.values()), totals.mean()]
    found["lots_below"] = [float((totals < total).mean()) for total in found["gain_total"]]
    return found
