r"""Chapter 10, outcomes (成效; clauses P23-FIVE, P23-T05): what was built, and what may follow from it, village by village.

.. math:: I_{vd}(t) = \frac{100}{n_d} \Bigl(a_{vd} + \sum_{j \in d,\, \tau_{vj} \le t} \ell_{vj}\Bigr), \qquad
          y_v(t) = y_{v0} (1 + g)^{t} (1 + e\, m_v)^{E_v(t)}, \qquad
          E_v(t) = \sum_{j \in R} \frac{\ell_{vj}}{|R|} \min(\max(t - \tau_{vj}, 0), h)

:math:`a` is what a village had attained of the :math:`n_d` tasks of dimension *d*, :math:`\ell` what a finished work adds,
:math:`\tau` the day it was finished. Income, collective income and residents change by :math:`g` a year anyhow, and by :math:`e`
more for *h* years by the tasks :math:`R` that are for them: where none was built nothing is gained. :math:`m` is the level of
the base. The effects :math:`e` are priors, drawn anew in each replication: a range of what may be, not a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.simulation.chances import Luck
from model.simulation.priors import drawn
from model.simulation.records import NEVER, Records, VillageRecord
from model.simulation.rules import DAYS_A_YEAR
from model.simulation.scene import Scene, Site
from model.vocabulary import DIMENSIONS

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Figure:
    """A figure that works may raise: its name, the tasks' word for it, its unit, and the settings of growth and effect."""

    name: str
    raised_as: str
    unit: str
    growth: str
    effect: str
    by_base: bool


LEVELS = (
    Figure("income_yuan", "income", "yuan", "income_growth", "income_effect", True),
    Figure("collective_income_wan_yuan", "collective", "万元", "collective_growth", "collective_effect", True),
    Figure("residents", "people", "person", "people_growth", "people_effect", False),
)
INDICES = tuple(f"index_{name}" for name in DIMENSIONS)
FIGURES = (*INDICES, *(figure.name for figure in LEVELS))


@dataclass(frozen=True)
class Course:
    """One replication as arrays: V villages of the plan in the order of their codes, W finished works.

    ``selected``: days (V,); ``base``: levels at the start, one (V,) each; ``attained``: (V, 5), tasks that needed nothing or in
    part; ``village``, ``task``, ``day`` and ``lack`` of each finished work (W,); ``multiple``: (V,) effect by base.
    """

    selected: Array
    base: Mapping[str, Array]
    attained: Array
    village: Array
    task: Array
    day: Array
    lack: Array
    multiple: Array
    effects: Mapping[str, float]


def course(scene: Scene, records: Records) -> Course:
    """Return what of a replication its outcomes follow from."""
    sites = {site.village_id: site for site in scene.sites}
    known = [(sites[r.village_id], r) for r in records.villages]
    rows = [(v, w.task, r.built[w.task], w.lack) for v, (s, r) in enumerate(known) for w in s.works if w.task in r.built]
    village, task, day, lack = (np.array(part) for part in zip(*rows, strict=True)) if rows else (np.empty(0, dtype=int),) * 4
    outcome = scene.settings.outcomes
    by_base = {"weak": outcome.weak_base, "middle": 1.0, "strong": outcome.strong_base}
    return Course(
        selected=np.array([record.selected for _, record in known]),
        base={
            "income_yuan": _column(known, "income"),
            "collective_income_wan_yuan": _column(known, "collective"),
            "residents": _column(known, "people"),
        },
        attained=np.array([site.attained for site, _ in known]).reshape(len(known), len(DIMENSIONS)),
        village=village.astype(int),
        task=task.astype(int),
        day=day,
        lack=lack,
        multiple=np.array([by_base[site.base] for site, _ in known]),
        effects=drawn(scene.settings, scene.priors, Luck(scene.seed, records.replication)),
    )


def _column(known: list[tuple[Site, VillageRecord]], name: str) -> Array:
    return np.array([getattr(site, name) for site, _ in known])


def levels(scene: Scene, own: Course, end: float, built: bool = True) -> dict[str, Array]:
    """Return every figure of every village at a moment, shape (V,) each; without what was ``built`` where that is false."""
    finished = own.day < end if built else np.zeros(len(own.day), dtype=bool)
    figures = dict(zip(INDICES, _indices(scene, own, finished).T, strict=True))
    outcome, years = scene.settings.outcomes, end / DAYS_A_YEAR
    for figure in LEVELS:
        growth, effect = float(getattr(outcome, figure.growth)), own.effects[figure.effect]
        exposed = _exposure(scene, own, figure, finished, end)
        each = effect * scene.strength * (own.multiple if figure.by_base else 1.0)
        figures[figure.name] = own.base[figure.name] * (1.0 + growth) ** years * (1.0 + each) ** exposed
    return figures


def _exposure(scene: Scene, own: Course, figure: Figure, finished: Array, end: float) -> Array:
    """Return the years for which finished works have added to a figure, each by its share of all works for it, shape (V,)."""
    raising = np.array([figure.raised_as in task.raises for task in scene.catalogue])
    counts = finished & raising[own.task] if len(own.task) else finished
    lasted = np.clip((end - own.day[counts]) / DAYS_A_YEAR, 0.0, scene.settings.outcomes.effect_years)
    added = own.lack[counts] * lasted / max(int(raising.sum()), 1)
    return np.bincount(own.village[counts], added, len(own.selected))


def _indices(scene: Scene, own: Course, finished: Array) -> Array:
    """Return the five indices of each village, shape (V, 5)."""
    dimension = np.array([DIMENSIONS.index(task.dimension) for task in scene.catalogue])
    number = np.bincount(dimension, minlength=len(DIMENSIONS))
    where = own.village[finished] * len(DIMENSIONS) + dimension[own.task[finished]]
    added = np.bincount(where, own.lack[finished], own.attained.size).reshape(own.attained.shape)
    return np.asarray(100.0 * (own.attained + added) / np.maximum(number, 1))


def outcomes(scene: Scene, own: Course, years: list[int], ends: list[float]) -> dict[tuple[str, int], float]:
    """Return each figure at each year's end, means over the villages selected by then; no number before."""
    table: dict[tuple[str, int], float] = {}
    for year, end in zip(years, ends, strict=True):
        inside = own.selected < end
        for name, values in levels(scene, own, end).items():
            table[name, year] = _mean(values[inside & ~np.isnan(values)])
    return table


def gained(scene: Scene, own: Course) -> tuple[Array, Array]:
    """Return each figure at the target day without the programme, and what it adds, shapes (F, V), in the order of FIGURES."""
    with_it, without = (levels(scene, own, scene.target_day, built) for built in (True, False))
    inside = own.selected < NEVER
    base = np.array([without[name] for name in FIGURES])
    return base, np.where(inside, np.array([with_it[name] for name in FIGURES]) - base, 0.0)


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else float("nan")
