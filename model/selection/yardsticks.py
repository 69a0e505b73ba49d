"""Yardsticks (对照方法): what people would do without a program, with the same money and places.

``ranking`` takes the best scores within county quotas; ``value_for_money`` the best score per yuan. Both fill cohort after cohort
up to its places, each village once, eligible villages alone, within each county's quota of both years. They know no other rule;
the audit says which they break.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.money.costs import CENTS
from model.selection.problem import Problem
from model.vocabulary import PACKAGES, PUBLIC

Array = np.ndarray[Any, Any]


def ranking(problem: Problem, cohort_size: int) -> Array:
    """Return the choice of columns that takes the highest scores first (按分排序)."""
    return _fill(problem, -problem.villages.score, cohort_size)


def value_for_money(problem: Problem, cohort_size: int) -> Array:
    """Return the choice of columns that takes the highest score per yuan of general-bond money first (性价比排序)."""
    standard = problem.funds.bond[:, _package(problem)]
    return _fill(problem, -problem.villages.score / np.maximum(standard, 1e-9), cohort_size)


YARDSTICKS = {"ranking": ranking, "value_for_money": value_for_money}


def _package(problem: Problem) -> int:
    """Return the package that is given to all: the standard one, else the smallest on offer."""
    offered = sorted(
        {int(k) for k in problem.choices.package[~problem.choices.fixed]}, key=lambda k: PACKAGES.index(problem.packages[k])
    )
    standard = problem.packages.index("standard") if "standard" in problem.packages else -1
    return standard if standard in offered or not offered else offered[0]


def _fill(problem: Problem, order: Array, cohort_size: int) -> Array:
    """Take villages in the order given, each in the first cohort that has a place and whose quotas pay for it."""
    package = _package(problem)
    x = problem.choices.fixed.astype(float)
    left = problem.quota.astype(float).copy()
    year_at = {int(year): i for i, year in enumerate(problem.horizon.years)}
    for past in np.flatnonzero(problem.choices.fixed):
        village, drawn = problem.choices.village[past], (problem.choices.cohort[past], problem.choices.package[past])
        for year, amount in _drawn(problem, year_at, village, *drawn):
            left[problem.villages.county[village], year] -= amount  # paid, whatever the quota says
    column = {
        (int(v), int(t)): j
        for j, (v, t, k) in enumerate(zip(problem.choices.village, problem.choices.cohort, problem.choices.package, strict=True))
        if k == package and not problem.choices.fixed[j]
    }
    candidates = np.unique(problem.choices.village[(problem.choices.package == package) & ~problem.choices.fixed])
    queue = candidates[np.lexsort((candidates, order[candidates]))]
    for t in np.flatnonzero(problem.horizon.cohorts >= problem.horizon.as_of):
        taken = 0
        for village in queue:
            if taken == cohort_size:
                break
            j = column.get((int(village), int(t)))
            if j is not None and _pay(problem, left, year_at, village, t, package):
                x[j] = 1.0
                taken += 1
        queue = queue[~np.isin(queue, problem.choices.village[x > 0])]
    return x


def _drawn(problem: Problem, year_at: dict[int, int], village: Any, cohort: Any, package: Any) -> list[tuple[int, float]]:
    """Return the money a village draws: index of the year, 万元."""
    drawn, first = problem.funds.draws.need[village, package, PUBLIC] / CENTS, int(problem.horizon.cohorts[cohort])
    return [(year_at[first + offset], float(amount)) for offset, amount in enumerate(drawn)]


def _pay(problem: Problem, left: Array, year_at: dict[int, int], village: Any, cohort: Any, package: Any) -> bool:
    """Draw a village's money from its county's quotas of its years, if they hold."""
    county = problem.villages.county[village]
    drawn = _drawn(problem, year_at, village, cohort, package)
    if any(amount > left[county, year] + 1e-6 for year, amount in drawn):
        return False
    for year, amount in drawn:
        left[county, year] -= amount
    return True
