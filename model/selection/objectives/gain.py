r"""Gain (建设增益; clause P23-REVIEW, 目标成效): what the works bring, in points of the five indices together.

.. math:: \max \sum_{v,t,k} g_{vk} \, x_{vtk}

:math:`g_{vk}` is what the works of package *k* add to the mean attainment of each dimension of village *v*, summed over the five.
The review counts it as one part of one aspect; as an objective it says what a list could bring if nothing else counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.selection.problem import Problem

Array = np.ndarray[Any, Any]


def gain(problem: Problem) -> Array:
    """Return the gain of each column, in points of the five indices together."""
    return np.asarray(problem.villages.gain[problem.choices.village, problem.choices.package])
