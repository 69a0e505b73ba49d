"""Sensitivity, one at a time: each parameter at both ends of its card's range, everything else as it is."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from model.errors import usage
from model.outcomes.kpis import WHOLE
from model.policy.cards import cards
from model.vocabulary import Plan, Register
from scenarios import study
from scenarios.world.spec import Scenario


def one_at_a_time(scenario: Scenario, paths: Sequence[str], measure: Callable[[Scenario], np.ndarray]) -> pd.DataFrame:
    """Return, for each parameter, how far a measure moves from the baseline at the low and the high end of its range.

    ``measure`` gives one value per replication (same luck throughout). Columns: path, parameter, low_value, high_value, low,
    low_ci_low, low_ci_high, high, high_ci_low, high_ci_high; the widest first. Raises :class:`InputError` for a parameter without
    a card, or a card without a range.
    """
    from model.outcomes.intervals import mean_interval

    ends = [ranged(path) for path in paths]  # every fault before the first projection
    base = measure(scenario)
    rows = []
    for path, (zh, kind, low, high) in zip(paths, ends, strict=True):
        row: dict[str, object] = {"path": path, "parameter": zh, "low_value": low, "high_value": high}
        for end, value in (("low", low), ("high", high)):
            mean, ci_low, ci_high = mean_interval(measure(scenario.with_changes({path: kind(value)})) - base)
            row |= {end: mean, f"{end}_ci_low": ci_low, f"{end}_ci_high": ci_high}
        rows.append(row)
    table = pd.DataFrame(rows)
    widest = table[["low", "high"]].abs().max(axis=1)
    return table.loc[widest.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def ranged(path: str) -> tuple[str, type[Any], float, float]:
    """Return a parameter's name, the kind of its value, and both ends of its range."""
    card = cards().get(path)
    if card is None:
        near = difflib.get_close_matches(path, cards(), 1)
        raise usage("there is no such parameter", f"Did you mean {near[0]}?" if near else "See `baicun schema`.", value=path)
    if card.low is None or card.high is None:
        raise usage("the parameter has no range on its card", "Choose another.", value=path)
    return card.zh, type(card.value), card.low, card.high


def outcome_of(register: Register, plan: Plan, kpi: str, workers: int = 1) -> Callable[[Scenario], np.ndarray]:
    """Return a measure for :func:`one_at_a_time`: a key figure without a year of the projection of one fixed plan."""
    if kpi not in {figure.name for figure in WHOLE}:
        raise usage("there is no such key figure without a year", f"One of {', '.join(f.name for f in WHOLE)}.", value=kpi)

    def measure(scenario: Scenario) -> np.ndarray:
        prepared = study.prepare(scenario, register)
        kpis = study.project(plan, prepared, workers=workers).kpis
        return kpis[(kpis["kpi"] == kpi) & (kpis["year"] == 0)].sort_values("replication")["value"].to_numpy()

    return measure
