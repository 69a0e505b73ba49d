"""Sensitivity, one at a time: each parameter at both ends of its card's range, everything else as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from model.policy.cards import cards
from model.vocabulary import Plan, Register
from scenarios import study
from scenarios.world.spec import Scenario


def one_at_a_time(scenario: Scenario, paths: Sequence[str], measure: Callable[[Scenario], np.ndarray]) -> pd.DataFrame:
    """Return, for each parameter, how far a measure moves from the baseline at the low and the high end of its range.

    ``measure`` gives one value per replication (same luck throughout). Columns: path, parameter, low_value, high_value, low,
    low_ci_low, low_ci_high, high, high_ci_low, high_ci_high; the widest first. Raises ``ValueError`` for a card without a range.
    """
    from model.outcomes.intervals import mean_interval

    base = measure(scenario)
    rows = []
    for path in paths:
        card = cards()[path]
        if card.low is None or card.high is None:
            raise ValueError(f"{path} has no range on its card; choose another parameter.")
        row: dict[str, object] = {"path": path, "parameter": card.zh, "low_value": card.low, "high_value": card.high}
        for end, value in (("low", card.low), ("high", card.high)):
            kind = type(card.value)
            mean, ci_low, ci_high = mean_interval(measure(scenario.with_changes({path: kind(value)})) - base)
            row |= {end: mean, f"{end}_ci_low": ci_low, f"{end}_ci_high": ci_high}
        rows.append(row)
    table = pd.DataFrame(rows)
    widest = table[["low", "high"]].abs().max(axis=1)
    return table.loc[widest.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def outcome_of(register: Register, plan: Plan, kpi: str, workers: int = 1) -> Callable[[Scenario], np.ndarray]:
    """Return a measure for :func:`one_at_a_time`: a key figure without a year of the projection of one fixed plan."""

    def measure(scenario: Scenario) -> np.ndarray:
        prepared = study.prepare(scenario, register)
        kpis = study.project(plan, prepared, workers=workers).kpis
        return kpis[(kpis["kpi"] == kpi) & (kpis["year"] == 0)].sort_values("replication")["value"].to_numpy()

    return measure
