"""The chain (为何达不到): what keeps villages from being accepted by the target day, link by link.

Each link is eased alone in the same luck, and the villages that are then accepted in addition are what it costs. Links overlap:
the sum of the parts is not the whole. All links together show what no link explains.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from model.outcomes.intervals import mean_interval
from model.policy.cards import cards
from model.simulation.priors import triangular
from model.simulation.settings import Simulation

Array = np.ndarray[Any, Any]
ALL = "all"
LINKS: Mapping[str, Mapping[str, Any]] = {
    "announcement": {
        "declaration.opens": "01-01",
        "declaration.preparation_days_mean": 0.0,
        "declaration.incomplete_probability": 0.0,
        "review.days_a_village": 0.0,
        "review.approval_days": 0.0,
        "review.deferral_days": 0.0,
        "review.refusal_line": 0.0,
        "review.announced_from": "01-15",
        "pool.delisting_probability": 0.0,
    },
    "money": {
        "funding.windows": ["01-01"],
        "funding.advance_share": 1.0,
        "funding.lag_days_mean": 0.0,
        "funding.lag_days_sd": 0.0,
        "funding.special_success": 1.0,
        "funding.matching_day": "01-01",
        "funding.matching_late_probability": 0.0,
        "construction.overrun_sd": 0.0,
    },
    "design": {"construction.design_days_mean": 0.0, "construction.pool_villages_per_designer": 0.05},
    "hands": {"construction.villages_per_crew": 0.02, "construction.villages_per_trainer": 0.02},
    "season": {
        "season.freeze_day": "12-31",
        "season.thaw_day": "01-01",
        "season.days_per_degree": 0.0,
        "season.sd_days": 0.0,
        "season.festival_days_before": 0.0,
        "season.festival_days_after": 0.0,
    },
    "acceptance": {
        "acceptance.wait_days_mean": 0.0,
        "acceptance.defect_probability": 0.0,
        "acceptance.slip_probability": 0.0,
        "acceptance.rectification_days_mean": 0.0,
    },
}
OF_THE_SCENE = ("construction.least_work", "construction.size_elasticity", "spread.within_km", "spread.nearest")


def eased(settings: Simulation, link: str) -> Simulation:
    """Return the settings with one link eased, or all of them."""
    changes = {k: v for own in LINKS.values() for k, v in own.items()} if link == ALL else LINKS[link]
    return changed(settings, changes)


def changed(settings: Simulation, changes: Mapping[str, Any]) -> Simulation:
    """Return settings with other values, by ``chapter.name``."""
    tree = settings.model_dump()
    for path, value in changes.items():
        chapter, name = path.split(".")
        tree[chapter][name] = value
    return Simulation.model_validate(tree)


def chain(base: Array, found: Mapping[str, Array], target: int) -> pd.DataFrame:
    """Return ``chain.csv``: link, villages it costs (mean and interval over paired replications); the dearest first.

    ``base`` and each of ``found`` have one number a replication. The first row is what is missed.
    """
    rows = [(link, *mean_interval(values - base)) for link, values in found.items() if link != ALL]
    rows.sort(key=lambda row: -row[1])
    together = [(ALL, *mean_interval(found[ALL] - base))] if ALL in found else []
    table = [("missed", *mean_interval(target - base)), *rows, *together]
    return pd.DataFrame(table, columns=["link", "villages", "ci_low", "ci_high"])


def ranged() -> dict[str, tuple[float, float]]:
    """Return the range of every setting of the projection that has one and can change without a new scene."""
    known = {}
    for path, card in cards().items():
        name = path.removeprefix("simulation.")
        if name != path and card.low is not None and card.high is not None and name not in OF_THE_SCENE:
            known[name] = (float(card.low), float(card.high))
    return known


def drawn(settings: Simulation, count: int, seed: int) -> list[Simulation]:
    """Return settings drawn from the ranges of all assumptions at once (Latin hypercube), their own values the likeliest.

    Whole numbers stay whole.
    """
    ranges = ranged()
    points = qmc.LatinHypercube(len(ranges), rng=np.random.default_rng(seed)).random(count)
    tree = settings.model_dump()
    modes = {name: _at(tree, name) for name in ranges}
    found = []
    for point in points:
        values = {n: triangular(*ranges[n], float(modes[n]), share) for n, share in zip(ranges, point.tolist(), strict=True)}
        whole = {name: round(value) for name, value in values.items() if isinstance(modes[name], int)}
        found.append(changed(settings, values | whole))
    return found


def _at(tree: Mapping[str, Any], path: str) -> Any:
    chapter, name = path.split(".")
    return tree[chapter][name]
