"""Parameter cards: each number of policy or calibration with its unit, range, clause, source and confidence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from model.policy import catalogue
from model.policy.card import CONFIDENCE, Card, policy_file, toml, walk

__all__ = ["CONFIDENCE", "Card", "calibration", "cards", "defaults", "label"]


@cache
def cards() -> Mapping[str, Card]:
    """Return every card by its dotted path: the parameter files in their order, then the task catalogue."""
    files = sorted(file.name for file in policy_file("parameters").iterdir() if file.name.endswith(".toml"))
    stated = [card for name in files for card in walk("", toml("parameters", name))]
    return {card.path: card for card in (*stated, *catalogue.cards())}


def label(path: str, lang: str) -> str:
    """Return what a parameter is called; one of an earlier version that has no card today goes by its path."""
    card = cards().get(path)
    return path if card is None else str(getattr(card, lang))


@cache
def calibration() -> Mapping[str, Card]:
    """Return the cards the synthetic register is calibrated to."""
    return {card.path: card for card in walk("", toml("calibration.toml"))}


def defaults() -> dict[str, Any]:
    """Return the cards' values as nested tables, as a scenario file would state them."""
    tree: dict[str, Any] = {}
    for card in cards().values():
        *parents, leaf = card.path.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[leaf] = list(card.value) if isinstance(card.value, list) else card.value
    return tree
