"""Kept: whether a list made in one world may stand as it is in another, and what it is worth there.

The audit, which shares no code with the rules, says what it would break; only a list that breaks nothing has a worth.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from model.selection.plan import choice
from model.selection.program import TOLERANCE
from scenarios.study.audit import check
from scenarios.study.prepare import Prepared
from solvers.adaptors.highs import completed

UNPAID = "lawful_financing"
BROKEN = ["rule", "county_code", "excess"]


@dataclass(frozen=True)
class Kept:
    """What keeping a list would break, one row per rule and place (``county_code`` is empty where it is no county).

    ``objective`` is its worth in the other world; nothing where it may not stand.
    """

    broken: pd.DataFrame
    objective: float | None = None


def kept(listed: pd.DataFrame, prepared: Prepared) -> Kept:
    """Return what becomes of a list (village_id, cohort, package) that is kept in a prepared world."""
    codes = set(prepared.register.counties["county_code"])
    rows = [(f.rule, place if (place := f.where[:6]) in codes else "", float(f.excess)) for f in check(listed, prepared)]
    x = None if rows else completed(prepared.program, choice(prepared.problem, listed))
    if x is not None and prepared.program.violation(x) <= TOLERANCE:
        return Kept(pd.DataFrame(columns=BROKEN), prepared.program.value(x))
    return Kept(pd.DataFrame(rows or [(UNPAID, "", 0.0)], columns=BROKEN))
