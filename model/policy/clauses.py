"""The clauses of both documents: what each binds and how strongly, with a gist in our own words."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

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


@cache
def unmet() -> Mapping[str, str]:
    """Return the clauses that no element meets, and why: still open, or out of the model."""
    return {clause: reason for group in toml("unmet.toml").values() for clause, reason in group.items()}
