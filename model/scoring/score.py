r"""The score (综合评分; clauses P23-REVIEW, P23-FIVE): review aspects and dimensions, weighed.

.. math:: s_v = \rho \sum_a w_a r_{va} + (1 - \rho) \sum_d u_d q_{vd}, \qquad s_v \in [0, 100]

A review or index column the register lacks is derived. A dimension is the mean attainment of the catalogue's indicators in
it; industry and organisation take in the graded declaration conditions as well. An aspect is the mean of the
experts where there are score sheets, else the review column, else the mean of the dimensions.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.policy.catalogue import Task
from model.register.gaps import state
from model.scoring import review
from model.scoring.normalise import attainment, grade
from model.scoring.settings import Scoring
from model.scoring.weigh import ahp, critic, entropy, shares, weighted
from model.vocabulary import ASPECTS, DIMENSIONS, Register, Scores

GROUPS = {"aspects": ASPECTS, "dimensions": DIMENSIONS}


def score(register: Register, scoring: Scoring, tasks: tuple[Task, ...]) -> Scores:
    """Return scores, aspects and dimensions (0-100) and readiness (0-1), one row per village."""
    villages = register.villages
    dimensions = _dimensions(villages, tasks)
    points = pd.concat([dimensions, _aspects(register, dimensions.mean(axis=1))], axis=1)
    weights = {group: weights_of(points[list(names)], group, scoring) for group, names in GROUPS.items()}
    aspects, revitalisation = weighted(points, weights["aspects"]), weighted(points, weights["dimensions"])
    derived = scoring.review_share * aspects + (1 - scoring.review_share) * revitalisation
    given = villages.get("score", pd.Series(np.nan, index=villages.index))
    table = pd.DataFrame({"village_id": villages["village_id"], "score": given.fillna(derived).round(6)})
    noise = review.error(register.experts, villages["village_id"], scoring.expert_noise, scoring.experts_a_village)
    variance = sum((weights["aspects"][a] * noise[a]) ** 2 for a in ASPECTS)
    error = np.where(given.isna(), scoring.review_share * np.sqrt(variance), 0.0)
    table = table.join(points[[*ASPECTS, *DIMENSIONS]].round(6)).assign(readiness=_readiness(villages), score_se=error.round(6))
    used = [(group, name, weight, scoring.method) for group, each in weights.items() for name, weight in each.items()]
    return Scores(table, pd.DataFrame(used, columns=["group", "name", "weight", "method"]))


def weights_of(points: pd.DataFrame, group: str, scoring: Scoring) -> dict[str, float]:
    """Return the weights of the aspects or the dimensions, by the method asked for; they add up to one."""
    if scoring.method == "given":
        return shares(getattr(scoring, group).model_dump())
    if scoring.method == "ahp":
        derived = ahp(getattr(scoring.ahp, group))[0]
    else:
        derived = {"entropy": entropy, "critic": critic}[scoring.method](points.to_numpy(float))
    return dict(zip(points.columns, derived.tolist(), strict=True))


def _dimensions(villages: pd.DataFrame, tasks: tuple[Task, ...]) -> pd.DataFrame:
    graded = {"industry": "industry_base", "organisation": "party_leadership"}
    points = {}
    for dimension in DIMENSIONS:
        parts = [attainment(state(villages, task), task.target, task.direction) for task in tasks if task.dimension == dimension]
        if dimension in graded:
            parts.append(grade(villages[graded[dimension]].to_numpy(), 1, 5))
        derived = pd.Series(np.mean(parts, axis=0), index=villages.index)
        points[dimension] = _given(villages, f"index_{dimension}", derived)
    return pd.DataFrame(points)


def _aspects(register: Register, mean: pd.Series) -> pd.DataFrame:
    villages = register.villages
    points = pd.DataFrame({a: _given(villages, f"review_{a}", mean) for a in ASPECTS})
    if register.experts.empty:
        return points
    return review.means(register.experts).reindex(villages["village_id"]).set_axis(villages.index).fillna(points)


def _given(villages: pd.DataFrame, column: str, derived: pd.Series) -> pd.Series:
    return villages[column].fillna(derived) if column in villages else derived


def _readiness(villages: pd.DataFrame) -> pd.Series:
    """Return how ready a village is to start (0-1): industry base, party leadership and the four haves of upkeep."""
    haves = villages["upkeep_haves"].fillna(2) if "upkeep_haves" in villages else pd.Series(2.0, index=villages.index)
    grades = (villages["industry_base"] - 1) / 4 + (villages["party_leadership"] - 1) / 4 + haves / 4
    return (grades / 3).round(6)
