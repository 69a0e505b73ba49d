r"""The score (综合评分; clauses P23-REVIEW, P23-FIVE): the four aspects of the review, weighed.

.. math:: s_v = \sum_a w_a r_{va}, \qquad s_v \in [0, 100]

The weights say whom a list favours: foundation those who have much already, outcome those whom the works bring much. Experts'
scores replace an aspect that is derived, and review columns do; a dimension is the index column, else the mean attainment of the
catalogue's indicators in it. The dimensions' weights hold inside foundation and outcome; a larger package's outcome is larger.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.register.gaps import Projects, column
from model.register.packages import Packages
from model.scoring import review
from model.scoring.aspects import aspects, attained, gains, readiness
from model.scoring.settings import Scoring
from model.scoring.weigh import ahp, critic, entropy, shares, weighted
from model.vocabulary import ASPECTS, DIMENSIONS, PACKAGES, Register, Scores

Array = np.ndarray[Any, Any]


def score(register: Register, scoring: Scoring, works: Projects, packages: Packages) -> Scores:
    """Return scores, aspects and dimensions (0-100) and readiness (0-1), one row per village."""
    villages = register.villages
    reached = attained(villages, works)
    dimensions = _dimensions(villages, works, reached)
    weights = {"dimensions": weights_of(dimensions, "dimensions", scoring)}
    added = {name: gains(reached, works, has) for name, has in zip(PACKAGES, packages.holds(works.tasks), strict=True)}
    judged, error = _judged(register, aspects(villages, dimensions, added["standard"], weights["dimensions"], scoring), scoring)
    weights = {"aspects": weights_of(judged, "aspects", scoring), **weights}
    given = column(villages, "score")
    total = given.fillna(weighted(judged, weights["aspects"]))
    spread = np.sqrt(sum((weights["aspects"][a] * error[a]) ** 2 for a in ASPECTS)) * given.isna()
    table = pd.DataFrame({"village_id": villages["village_id"], "score": total.round(6)}).join(judged.round(6))
    for name in PACKAGES:
        more = weighted(added[name] - added["standard"], weights["dimensions"])
        table[f"score_{name}"] = (total + weights["aspects"]["outcome"] * (1.0 - scoring.reach_share) * more).round(6)
        table[f"gain_{name}"] = added[name].sum(axis=1).round(6)
    table = table.join(dimensions.round(6)).assign(readiness=readiness(villages).round(6), score_se=spread.round(6))
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


def _dimensions(villages: pd.DataFrame, works: Projects, reached: Array) -> pd.DataFrame:
    of = np.array([task.dimension for task in works.tasks])
    derived = {name: pd.Series(reached[:, of == name].mean(axis=1), index=villages.index) for name in DIMENSIONS}
    return pd.DataFrame({name: _given(villages, f"index_{name}", points) for name, points in derived.items()})


def _judged(register: Register, derived: pd.DataFrame, scoring: Scoring) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the aspects that count and their standard errors: experts' where there are any, review columns, else the derived.

    What several experts scored is drawn toward its county's mean, the more the less they agree.
    """
    villages, experts = register.villages, register.experts
    columns = pd.DataFrame({a: column(villages, f"review_{a}") for a in ASPECTS})
    noise = review.error(experts, villages["village_id"], scoring.expert_noise, scoring.experts_a_village)
    if len(experts):
        sheets = review.means(experts).reindex(villages["village_id"]).set_axis(villages.index)
        if experts["village_id"].duplicated().any():  # else nobody knows how far experts agree
            sheets, noise = review.shrunk(sheets, noise, villages["county_code"])
        columns = sheets.fillna(columns)
    return columns.fillna(derived), noise.where(columns.notna(), 0.0)


def _given(villages: pd.DataFrame, column: str, derived: pd.Series) -> pd.Series:
    return villages[column].fillna(derived) if column in villages else derived
