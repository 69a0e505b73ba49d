r"""Border first (边境村优先; clause P23-COMBINE): border villages that join one of the first cohorts.

.. math:: \sum_{v \in J_{border}} \sum_{t < t_0 + k} \sum_{p} x_{vtp}

The plan names border villages among those to go together with, and no order: that they go first is the analyst's. As an
objective it takes as many as the quotas of their counties pay for; a price far above a village's merit makes it first in rank.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.selection.problem import Problem
from model.vocabulary import COMBINED

Array = np.ndarray[Any, Any]
BORDER = COMBINED.index("border")


def border_first(problem: Problem, cohorts: int) -> Array:
    """Return one for each border village in one of the first cohorts that are still to be decided, shape (N,)."""
    horizon = problem.horizon
    first = horizon.cohorts[horizon.cohorts >= horizon.as_of][:cohorts]
    early = np.isin(problem.choice_year, first)
    return np.asarray(early & problem.villages.combined[problem.choices.village, BORDER], dtype=float)
