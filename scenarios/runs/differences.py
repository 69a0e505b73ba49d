r"""Differences: key figures of a plan under other settings, in the same luck, and how they answer to ten per cent.

.. math:: E = \frac{\bar y(1.1\, x) - \bar y(0.9\, x)}{0.2\, \bar y(x)}

Every figure is a paired difference: replication *r* of each setting has the luck of replication *r* of the run's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.outcomes import kpis
from model.outcomes.intervals import mean_interval, paired
from model.simulation.replicate import takes
from model.simulation.scene import Scene
from model.vocabulary import Estimates

Array = np.ndarray[Any, Any]
NEAR = {"less": 0.9, "more": 1.1}  # of the stated value
FIGURES = ["parameter", "end", "value", "kpi", "unit", "first", "second", "difference", "ci_low", "ci_high", "certain"]
ELASTICITIES = ["parameter", "kpi", "elasticity", "ci_low", "ci_high"]


def played(scenes: Sequence[Scene], pairs: int, workers: int) -> list[Estimates]:
    """Return what each scene gives in the same ``pairs`` replications; one that is given twice is played once."""
    distinct = {id(scene): scene for scene in scenes}
    found = takes([(scene, r) for scene in distinct.values() for r in range(pairs)], kpis.summarise, workers)
    by_scene = {key: kpis.estimates(found[i * pairs : (i + 1) * pairs]) for i, key in enumerate(distinct)}
    return [by_scene[id(scene)] for scene in scenes]


def differences(own: Estimates, others: Sequence[tuple[str, str, float, Estimates]]) -> pd.DataFrame:
    """Return paired differences of the figures without a year; ``others``: parameter, end, value, what it gave."""
    parts = []
    for parameter, end, value, found in others:
        table = paired(own, found)
        whole = table[table["year"].isna()].drop(columns=["year", "luck_shared"])
        parts.append(whole.assign(parameter=parameter, end=end, value=value))
    return pd.concat(parts, ignore_index=True)[FIGURES] if parts else pd.DataFrame(columns=FIGURES)


def elasticities(own: Estimates, near: dict[str, dict[str, tuple[float, Estimates]]], stated: dict[str, float]) -> pd.DataFrame:
    """Return by how many per cent each figure moves when a parameter moves by one; ``near``: by parameter and end."""
    base = _by_figure(own)
    rows = []
    for parameter, ends in near.items():
        (low, less), (high, more) = ends["less"], ends["more"]
        share = (high - low) / stated[parameter]
        one, two = _by_figure(less), _by_figure(more)
        for kpi in base.columns:
            mean = base[kpi].mean()
            if mean and np.isfinite(mean):
                rows.append((parameter, kpi, *mean_interval((two[kpi] - one[kpi]).to_numpy() / mean / share)))
    return pd.DataFrame(rows, columns=ELASTICITIES)


def _by_figure(found: Estimates) -> pd.DataFrame:
    """Return the figures without a year, a row a replication."""
    whole = found.kpis[found.kpis["year"] == 0]
    return whole.pivot_table(index="replication", columns="kpi", values="value", dropna=False)
