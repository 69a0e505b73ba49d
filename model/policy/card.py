"""The card of a number: value, unit, range, clause, date, source and confidence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
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
    date: str = ""


CHOSEN = (
    "programme.cohort",
    "programme.programme_target",
    "programme.cycle_months",
    "eligibility.",
    "packages.",
    "rules.",
    "objective.",
    "cohesion.",
    "scoring.method",
    "scoring.aspects.",
    "scoring.dimensions.",
    "money.standard_bond",
    "money.average_band",
    "money.payment_profile",
    "money.factor.",
    "money.county_quota",
    "money.quota_path",
    "money.carry_over",
    "money.order",
    "money.intensity",
)
OF_THE_RUN = ("run.", "register.", "risk.seed", "programme.as_of", "programme.start_date", "programme.end_date")


def kind_of(path: str) -> str:
    """Return what a parameter is: a ``lever`` that an office chooses, an ``assumption`` that nobody knows, or of the ``run``."""
    if path.startswith(OF_THE_RUN):
        return "run"
    return "lever" if path.startswith(CHOSEN) else "assumption"


def card(path: str, entry: Mapping[str, Any]) -> Card:
    """Return the card of a table of a data file."""
    low, high = entry.get("range", (None, None))
    known = {"value", "unit", "zh", "en", "source", "confidence", "clause", "range", "date"}
    if unknown := set(entry) - known:
        raise ValueError(f"Card {path} has unknown entries {sorted(unknown)}; a card may have {sorted(known)}.")
    fields = {name: entry[name] for name in ("value", "unit", "zh", "en", "source", "confidence")}
    return Card(path=path, clause=entry.get("clause", ""), date=entry.get("date", ""), low=low, high=high, **fields)


def walk(prefix: str, tree: Mapping[str, Any]) -> Iterator[Card]:
    """Yield the cards of nested tables, with their dotted paths."""
    for name, entry in tree.items():
        path = f"{prefix}.{name}" if prefix else name
        if "value" in entry:
            yield card(path, entry)
        else:
            yield from walk(path, entry)


def policy_file(*names: str) -> Traversable:
    """Return a file or folder of the policy's data."""
    return resources.files("model.policy").joinpath(*names)


@cache
def toml(*names: str) -> Mapping[str, Any]:
    """Return a data file of the policy as nested tables."""
    return tomllib.loads(policy_file(*names).read_text(encoding="utf-8"))
