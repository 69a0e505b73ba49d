r"""What a village brings beside its merit: nearness to the town seat (P23-INDUSTRY) and further programmes (P23-COMBINE).

.. math:: n_v = 100 \max(0,\ 1 - d_v / D), \qquad m_v = \text{number of further programmes, and 1 at the border}
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.selection.problem import Problem

Array = np.ndarray[Any, Any]


def town_seat(problem: Problem) -> Array:
    """Return each column's nearness to the town seat, points: 100 at the seat, 0 beyond the reach or where it is not known."""
    near = 100.0 * np.clip(1.0 - problem.villages.town_seat_km / problem.asks.cohesion.town_km, 0.0, 1.0)
    return np.nan_to_num(near)[problem.choices.village]


def combined(problem: Problem) -> Array:
    """Return the number of programmes each column's village is part of."""
    return np.asarray(problem.villages.combined.sum(axis=1), dtype=float)[problem.choices.village]
