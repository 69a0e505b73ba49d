"""The course of a cohort (流程): its steps, who acts, and the clause of each, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from model.policy.card import toml

BASES = ("document", "analogy", "reading")
DATED = ("", "paid", "start", "works", "finish", "deadline")


@dataclass(frozen=True)
class Step:
    """One step: its Chinese name, who acts, what is asked, its clause, on what basis, and the planned date that belongs to it."""

    zh: str
    who: str
    what: str
    clause: str
    basis: str
    when: str = ""


@cache
def procedure() -> tuple[Step, ...]:
    """Return the steps in their order."""
    return tuple(Step(**entry) for entry in toml("procedure.toml")["step"])
