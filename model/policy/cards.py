"""Parameter cards: each number of policy or calibration with its unit, range, clause, source and confidence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

CONFIDENCE = ("document", "reading", "verified", "derived", "memory", "assumption")


@dataclass(frozen=True)
class Card:
    """One parameter: its value in the baseline and everything a reader needs to judge it."""

    path: str
    value: Any
    unit: str
    zh: str
    en: str
    source: str
    confidence: str
    clause: str = ""
    low: float | None = None
    high: float | None = None


def _card(path: str, entry: Mapping[str, Any]) -> Card:
    low, high = entry.get("range", (None, None))
    known = {"value", "unit", "zh", "en", "source", "confidence", "clause", "range"}
    if unknown := set(entry) - known:
        raise ValueError(f"Card {path} has unknown entries {sorted(unknown)}; a card may have {sorted(known)}.")
    fields = {name: entry[name] for name in ("value", "unit", "zh", "en", "source", "confidence")}
    return Card(path=path, clause=entry.get("clause", ""), low=low, high=high, **fields)


def _walk(prefix: str, tree: Mapping[str, Any]) -> Iterator[Card]:
    for name, entry in tree.items():
        path = f"{prefix}.{name}" if prefix else name
        if "value" in entry:
            yield _card(path, entry)
        else:
            yield from _walk(path, entry)


@cache
def cards() -> Mapping[str, Card]:
    """Return every card by its dotted path, in the order of the files."""
    found: dict[str, Card] = {}
    folder = resources.files("model.policy") / "parameters"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            found.update((card.path, card) for card in _walk("", tomllib.loads(file.read_text(encoding="utf-8"))))
    return found


@cache
def calibration() -> Mapping[str, Card]:
    """Return the cards the synthetic register is calibrated to."""
    text = (resources.files("model.policy") / "calibration.toml").read_text(encoding="utf-8")
    return {card.path: card for card in _walk("", tomllib.loads(text))}


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
