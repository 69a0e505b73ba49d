r"""Experts (评审专家; clause P23-REVIEW): what several score sheets say of a village, and which experts stand apart.

A village's score in an aspect is the mean of the experts who scored it; who recused himself or left a blank is not counted.
An expert is compared with the mean of the others on the villages and aspects both have scored:

.. math:: d_e = \operatorname{mean}_{v,a} \bigl(s_{eva} - \bar s_{-e,va}\bigr), \qquad
          r_e = \operatorname{corr}_{v,a} \bigl(s_{eva}, \bar s_{-e,va}\bigr)

One whose severity is further from the median of all than 3.5 scaled median deviations (Iglewicz and Hoaglin 1993), and at
least five points, or who agrees with the others less than 0.2 over ten scores and more, is pointed out, never removed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.vocabulary import ASPECTS

FAR = 3.5
LEAST_POINTS = 5.0
LEAST_AGREEMENT = 0.2
ENOUGH_SCORES = 10


def means(experts: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each aspect, by ``village_id``; villages no expert scored are not there."""
    counted = experts[~experts["recused"]]
    return counted.groupby("village_id")[list(ASPECTS)].mean().dropna(how="all")


def error(experts: pd.DataFrame, villages: pd.Series, noise: float, number: int) -> pd.DataFrame:
    """Return the standard error of each aspect's mean in points, one row per village, columns the aspects.

    The spread of one expert's scores is pooled over villages that several have scored; without them it is ``noise``. A village no
    expert scored counts as scored by ``number`` of them.
    """
    counted = experts[~experts["recused"]] if len(experts) else experts.reindex(columns=["village_id", *ASPECTS])
    errors = {}
    for aspect in ASPECTS:
        group = counted.dropna(subset=aspect).groupby("village_id")[aspect]
        size = group.size()
        several = size[size > 1]
        squares = (group.var(ddof=1) * (size - 1))[several.index].sum()
        spread = np.sqrt(squares / (several - 1).sum()) if len(several) else noise
        errors[aspect] = spread / np.sqrt(villages.map(size).fillna(number).to_numpy(dtype=float))
    return pd.DataFrame(errors, index=villages.index)


def shrunk(points: pd.DataFrame, error: pd.DataFrame, county: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Return experts' means drawn toward their county's, and the standard errors that remain (Efron and Morris 1975).

    .. math:: \hat r_{va} = m_{ca} + k_{va} (r_{va} - m_{ca}), \qquad k_{va} = \frac{\tau_a^2}{\tau_a^2 + \epsilon_{va}^2}

    :math:`\tau^2` is what villages of a county differ by beyond the experts' own error :math:`\epsilon`.
    """
    middle = points.groupby(county).transform("mean")
    own = ((points - middle) ** 2).mean() - (error.where(points.notna()) ** 2).mean()
    between = own.clip(lower=0.0)
    trust = (between / (between + error**2)).fillna(1.0)
    return middle + trust * (points - middle), error * np.sqrt(trust)


def standing(experts: pd.DataFrame) -> pd.DataFrame:
    """Return one row per expert: ``expert``, ``scores``, ``missing``, ``recused``, ``severity``, ``agreement``, ``outlying``.

    ``severity`` is the mean difference from the other experts, points (below 0: stricter); ``agreement`` the correlation with
    them; both are missing where nobody else scored the same.
    """
    names = sorted(experts["expert"].unique())
    long = experts[~experts["recused"]].melt(["village_id", "expert"], list(ASPECTS), "aspect", "points").dropna(subset="points")
    both = long.merge(_others(long), on=["village_id", "expert", "aspect"])
    rows = [_one(name, experts[experts["expert"] == name], both[both["expert"] == name]) for name in names]
    table = pd.DataFrame(rows, columns=["expert", "scores", "missing", "recused", "severity", "agreement"])
    return table.assign(outlying=_outlying(table))


def _others(long: pd.DataFrame) -> pd.DataFrame:
    """Return, for each score, the mean of the other experts' scores of the same village and aspect."""
    group = long.groupby(["village_id", "aspect"])["points"]
    count = group.transform("size")
    rest = (group.transform("sum") - long["points"]) / (count - 1)
    return long[["village_id", "expert", "aspect"]].assign(others=rest)[count > 1]


def _one(name: str, own: pd.DataFrame, both: pd.DataFrame) -> tuple[str, int, int, int, float, float]:
    given = own.loc[~own["recused"], list(ASPECTS)]
    severity = float((both["points"] - both["others"]).mean()) if len(both) else np.nan
    varies = len(both) >= ENOUGH_SCORES and both["points"].std() > 0 and both["others"].std() > 0
    agreement = float(both["points"].corr(both["others"])) if varies else np.nan
    return name, int(given.notna().sum().sum()), int(given.isna().sum().sum()), int(own["recused"].sum()), severity, agreement


def _outlying(table: pd.DataFrame) -> pd.Series:
    off = (table["severity"] - table["severity"].median()).abs()
    scale = 1.4826 * off.median()
    far = (off > FAR * scale) & (off >= LEAST_POINTS)
    return far | (table["agreement"] < LEAST_AGREEMENT)
