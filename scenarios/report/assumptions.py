"""The assumptions sheet: every parameter in use with its range, source and confidence."""

from __future__ import annotations

import pandas as pd

from model.policy.card import kind_of
from model.policy.cards import cards
from scenarios.world.layers import flat
from scenarios.world.spec import Scenario

COLUMNS = ["parameter", "value", "low", "high", "unit", "source", "confidence", "clause", "kind"]


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """Return one row per parameter card, with the value in use; a value the scenario changed says so."""
    used = flat(scenario.tables())
    rows = []
    for path, card in cards().items():
        own = {name.removeprefix(f"{path}."): value for name, value in used.items() if name.startswith(f"{path}.")}
        value = own or used.get(path, card.value)  # a table of its own, such as quotas by county, or a single value
        changed = value != card.value
        source = f"set by scenario {scenario.name} (card: {card.value})" if changed else card.source
        rows.append(
            (
                path,
                _text(value),
                card.low,
                card.high,
                card.unit,
                source,
                "assumption" if changed else card.confidence,
                card.clause,
                kind_of(path),
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, dict):
        return ";".join(f"{name}={one}" for name, one in value.items())
    if isinstance(value, list):
        return ";".join(map(str, value))
    return str(value)
