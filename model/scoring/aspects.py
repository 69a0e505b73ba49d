r"""The four aspects of the review (四方面; clause P23-REVIEW), each derived from what the plan names under it.

.. math:: r^{base}_v = \sum_d u_d q_{vd}, \qquad r^{match}_v = 100 \min(1, m_v / \bar m), \qquad
          r^{out}_v = (1 - \pi) \sum_d u_d g_{vd} + 100\, \pi \min(1, h_v / \bar h), \qquad r^{path}_v = 100\, \bar p_v

Foundation (基础条件) is what a village has attained, by dimension; matching (配套投入) the money other than bonds that is
committed; outcome (目标成效) what the works of the standard package add to each dimension, and the households reached; pathway
(实施路径) the share of what starting takes that is there: plans, consent, upkeep, papers. No fact stands in two aspects, and the
graded conditions of declaration in none. How the parts are put together is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.register.gaps import Projects, column, state
from model.register.schema import PAPERS
from model.scoring.normalise import attainment
from model.scoring.settings import Scoring
from model.scoring.weigh import weighted
from model.vocabulary import DIMENSIONS

Array = np.ndarray[Any, Any]
PLANS = ("operation_plan", "village_plan", "resident_consent")
HAVES = 4  # of upkeep (管护四有)
NEUTRAL = 50.0  # points where no register says what is committed


def aspects(
    villages: pd.DataFrame, points: pd.DataFrame, added: pd.DataFrame, weights: Mapping[str, float], scoring: Scoring
) -> pd.DataFrame:
    """Return the aspects as derived, points 0-100.

    ``points`` are the dimensions' attainment, ``added`` what the standard package adds to it, ``weights`` the dimensions'.
    """
    reach = 100.0 * np.minimum(1.0, villages["households"].to_numpy(float) / scoring.reach_households)
    gained = weighted(added, weights)
    return pd.DataFrame(
        {
            "foundation": weighted(points, weights),
            "matching": matching(villages, scoring.matching_wan_yuan),
            "outcome": (1.0 - scoring.reach_share) * gained + scoring.reach_share * reach,
            "pathway": 100.0 * pathway(villages),
        }
    )


def attained(villages: pd.DataFrame, works: Projects) -> Array:
    """Return how much of each task's target a village has, 0-100, shape (V, J)."""
    return np.column_stack([attainment(state(villages, task), task.target, task.direction) for task in works.tasks])


def gains(reached: Array, works: Projects, held: Array) -> pd.DataFrame:
    """Return the points that a package's works add to each dimension's mean attainment, one column per dimension.

    ``reached`` is what :func:`attained` returns, ``held`` which works the package has, shape (J,).
    """
    added = (100.0 - reached) * (works.work > 0) * held
    of = np.array([task.dimension for task in works.tasks])
    return pd.DataFrame({name: added[:, of == name].mean(axis=1) for name in DIMENSIONS})


def matching(villages: pd.DataFrame, full: float) -> pd.Series:
    """Return the money committed beside bonds, in points, 100 from ``full`` 万元; a blank is the median of the rest."""
    committed = column(villages, "committed_wan_yuan")
    points = (100.0 * committed / full).clip(upper=100.0)
    return points.fillna(points.median()).fillna(NEUTRAL)


def pathway(villages: pd.DataFrame) -> pd.Series:
    """Return the share of plans, consent, upkeep and papers that is there, 0-1; what a register does not ask is left out."""
    parts = [villages[name].astype(float) for name in PLANS]
    if "upkeep_haves" in villages:
        parts.append((villages["upkeep_haves"] / HAVES).astype(float))
    return pd.concat([*parts, *_papers(villages)], axis=1).mean(axis=1)


def readiness(villages: pd.DataFrame) -> pd.Series:
    """Return how ready a village is to start (0-1): the share of papers that are there, one where none are asked."""
    papers = _papers(villages)
    return pd.concat(papers, axis=1).mean(axis=1) if papers else pd.Series(1.0, index=villages.index)


def _papers(villages: pd.DataFrame) -> list[pd.Series]:
    """Return the papers a register has columns for; a blank counts as the others' mean."""
    known = [villages[name].astype(float) for name in PAPERS if name in villages and villages[name].notna().any()]
    return [paper.fillna(paper.mean()) for paper in known]
