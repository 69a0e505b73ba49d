"""The clauses of both documents: what each binds and how strongly, with a gist in our own words."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from model.policy.card import policy_file, toml


@dataclass(frozen=True)
class Clause:
    """One clause. ``applies_to`` is ``pool`` or ``upgrade``; ``force`` is 约束, 力争, 鼓励, 原则, 程序 or 背景."""

    clause_id: str
    document: str
    section: str
    applies_to: str
    force: str
    operator: str
    value: str
    unit: str
    gist_zh: str
    gist_en: str


@cache
def clauses() -> Mapping[str, Clause]:
    """Return every clause by its id, in the order of the documents."""
    text = policy_file("clauses.csv").read_text(encoding="utf-8")
    return {row["clause_id"]: Clause(**row) for row in csv.DictReader(text.splitlines())}


@dataclass(frozen=True)
class Trace:
    """How far a clause is met: ``whole``, ``part`` or ``none``, what is missing or why, and the document's word for its force.

    Without a word the label of force is our reading: neither document has such labels.
    """

    extent: str
    word: str = ""
    missing_zh: str = ""
    missing_en: str = ""


@cache
def trace() -> Mapping[str, Trace]:
    """Return how far each clause is met, by its id."""
    return {clause: _trace(entry) for clause, entry in toml("trace.toml").items()}


def _trace(entry: Mapping[str, Any]) -> Trace:
    missing = entry.get("missing", {"zh": "", "en": ""})
    return Trace(entry["extent"], entry.get("word", ""), missing["zh"], missing["en"])
