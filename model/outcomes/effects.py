r"""Chapter 10, outcomes (成效; clause P23-T05): five indices and incomes of the selected villages, from the records.

.. math:: I_{vd}(t) = \frac{100}{n_d} \Bigl(a_{vd} + \sum_{j \in d,\, \tau_{vj} \le t} \ell_{vj}\Bigr), \qquad
          y_v(t) = y_{v0} (1 + g)^{t} (1 + e)^{\min(\max(t - \tau_v, 0), h)}

:math:`a` is what a village had attained of the :math:`n_d` tasks of dimension *d*, :math:`\ell` what a finished work adds,
:math:`\tau` the day it was finished or the village accepted. Incomes grow at :math:`g` anyhow and :math:`e` faster for *h*
years after acceptance: both are assumptions, and nothing here says that the upgrade causes them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.simulation.records import NEVER, Records
from model.simulation.rules import DAYS_A_YEAR
from model.simulation.scene import Scene
from model.vocabulary import DIMENSIONS

Array = np.ndarray[Any, Any]


def outcomes(scene: Scene, records: Records, years: list[int], ends: list[float]) -> dict[tuple[str, int], float]:
    """Return indices (0-100) and incomes at each year's end, means over the villages selected by then; no number before."""
    sites = {site.village_id: site for site in scene.sites}
    known = [(sites[r.village_id], r) for r in records.villages if r.selected < NEVER]
    table: dict[tuple[str, int], float] = {}
    selected = np.array([record.selected for _, record in known])
    accepted = np.array([record.accepted for _, record in known])
    income = np.array([site.income for site, _ in known])
    collective = np.array([site.collective for site, _ in known])
    gains = _gains(scene, known)
    settings = scene.settings.outcomes
    for year, end in zip(years, ends, strict=True):
        inside = selected < end
        attained = _indices(scene, known, gains, end)
        for d, name in enumerate(DIMENSIONS):
            table[f"index_{name}", year] = _mean(attained[inside, d])
        faster = np.clip((end - accepted) / DAYS_A_YEAR, 0.0, settings.effect_years)
        for name, base, growth, effect in (
            ("income_yuan", income, settings.income_growth, settings.income_effect),
            ("collective_income_wan_yuan", collective, settings.collective_growth, settings.collective_effect),
        ):
            level = base * (1.0 + growth) ** (end / DAYS_A_YEAR) * (1.0 + effect) ** faster
            table[name, year] = _mean(level[inside & ~np.isnan(base)])
    return table


def _gains(scene: Scene, known: list[Any]) -> tuple[Array, Array, Array, Array]:
    """Return village, dimension, day and gain of every finished work, one entry each."""
    place = {name: d for d, name in enumerate(DIMENSIONS)}
    rows = [
        (v, place[scene.catalogue[work.task].dimension], record.built[work.task], work.lack)
        for v, (site, record) in enumerate(known)
        for work in site.works
        if work.task in record.built
    ]
    village, dimension, day, gain = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.empty(0),) * 4
    return village.astype(int), dimension.astype(int), day, gain


def _indices(scene: Scene, known: list[Any], gains: tuple[Array, Array, Array, Array], end: float) -> Array:
    """Return the five indices of each village at a moment, shape (villages, 5)."""
    village, dimension, day, gain = gains
    number = np.array([sum(task.dimension == name for task in scene.catalogue) for name in DIMENSIONS])
    start = np.array([site.attained for site, _ in known]).reshape(len(known), len(DIMENSIONS))
    done = day < end
    where = village[done] * len(DIMENSIONS) + dimension[done]
    added = np.bincount(where, gain[done], len(known) * len(DIMENSIONS)).reshape(len(known), len(DIMENSIONS))
    return np.asarray(100.0 * (start + added) / np.maximum(number, 1))


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
