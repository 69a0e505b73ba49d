r"""Unchanged (名单不变; clause P23-REVIEW): as few villages as can be leave, enter or change cohort against an announced list.

.. math:: \max \sum_{v \in A} \sum_k x_{v t_v k} - \sum_{v \notin A} \sum_{t \in T_A} \sum_k x_{vtk}

:math:`A` are the villages of the list and :math:`T_A` its cohorts from the as-of year on. The number of changes is :math:`|A|`
less the objective: one for a village that leaves or moves, one for a village that enters. The documents do not ask for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.selection.problem import Problem

Array = np.ndarray[Any, Any]


def unchanged(problem: Problem) -> Array:
    """Return 1 for a listed village in its cohort, -1 for one that is not listed in a cohort of the list, 0 elsewhere."""
    listed = problem.villages.announced[problem.choices.village]
    cohorts = np.unique(problem.villages.announced[problem.villages.announced >= problem.horizon.as_of])
    enters = (listed == 0) & np.isin(problem.choice_year, cohorts)
    return np.asarray((listed == problem.choice_year).astype(float) - enters.astype(float))
