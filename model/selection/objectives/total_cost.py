r"""Total cost (总投资): money of every source counts against a plan.

.. math:: -\sum_{v,t,k} C_{vk} \, x_{vtk}
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.selection.problem import Problem

Array = np.ndarray[Any, Any]


def total_cost(problem: Problem) -> Array:
    """Return minus the total cost of each column, 万元."""
    return -np.asarray(problem.funds.total_cost[problem.choices.village, problem.choices.package])
