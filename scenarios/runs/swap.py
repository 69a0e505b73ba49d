"""Swap: a question about one village answered by one exchange, where that is as good as a search is asked to be.

A demand can raise nothing, so the run's bound holds for it too: an exchange within the gap of that bound is an answer, and no
other village moves.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pandas as pd

from model.selection.plan import choice
from model.selection.rivals import Exchanges
from scenarios import study
from solvers.adaptors.highs import completed
from solvers.answer import Answer, Limits, certify


def one_swap(
    prepared: study.Prepared, asked: study.Prepared, listed: pd.DataFrame, bound: float, limits: Limits, villages: Sequence[str]
) -> Answer | None:
    """Return the answer of the cheapest exchange for one village, in or out; nothing where it does not reach the gap.

    ``prepared`` is the run's world and ``asked`` the one in which the village is locked; ``listed`` is the run's plan.
    """
    started, problem = time.perf_counter(), prepared.problem
    if len(villages) != 1 or len(prepared.program.columns) != len(asked.program.columns):
        return None
    x = completed(prepared.program, choice(problem, listed))
    at = np.flatnonzero(problem.villages.ids.astype(str) == villages[0])
    if x is None or not len(at):
        return None
    exchanges, inside = Exchanges(problem, prepared.program, x), villages[0] in set(listed["village_id"])
    found = (exchanges.successor_of if inside else exchanges.place_for)(int(at[0]))
    if found is None:
        return None
    moved = x.copy()
    moved[found.leaves], moved[found.enters] = 0.0, 1.0
    whole, seconds = completed(asked.program, moved), time.perf_counter() - started
    answer = certify(asked.program, whole, bound, limits, solver="exchange", stopped_by="gap", seconds=seconds)
    return answer if answer.x is not None and answer.gap <= limits.gap else None
