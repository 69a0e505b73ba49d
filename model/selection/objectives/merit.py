r"""Merit (效益): the score, discounted by year and by how ready the village is.

.. math:: \mu_{vtk} = s_{vk} \, \delta^{\,t - t_0} \, \bigl(1 - (1 - r_v)(1 - f)(1 - g)^{t - t_0}\bigr)

:math:`s_{vk}` is the score with package *k*, :math:`r_v` the readiness in the as-of year :math:`t_0`, *f* the floor of
readiness, *g* the share of the readiness gap closed each year. Ready villages gain by starting early
and others by waiting, so years are not interchangeable.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.selection.problem import Problem

Array = np.ndarray[Any, Any]


def merit_by_cohort(
    score: Array, readiness: Array, years_ahead: Array, discount: float, floor: float, gap_closed: float
) -> Array:
    """Return merit of one package, shape (villages, cohorts), in points; ``score`` is the score with it."""
    unready = np.outer(1.0 - readiness, (1.0 - floor) * (1.0 - gap_closed) ** years_ahead)
    return score[:, None] * discount ** years_ahead[None, :] * (1.0 - unready)


def merit(problem: Problem) -> Array:
    """Return the merit of each column, in points."""
    return np.asarray(problem.villages.merit[problem.choices.village, problem.choices.cohort, problem.choices.package])
