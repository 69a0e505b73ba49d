"""Rules of mix: poverty-lifted villages and village types in each cohort."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import sparse

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule
from model.vocabulary import VILLAGE_TYPES

Share = Annotated[float, Field(ge=0, le=1)]


class PovertyMinimum(Rule):
    r"""Poverty minimum (脱贫村最低数量; clause P23-POVERTY): each cohort has a certain number of poverty-lifted villages.

    .. math:: \sum_{v \in P} \sum_{k} x_{vtk} \ge \lfloor \sigma \, n \rfloor \qquad \forall t

    The plan asks for a certain number and gives none: :math:`\sigma` is the pool's share unless stated, *n* the target cohort.
    """

    name: ClassVar[str] = "poverty_minimum"
    term: ClassVar[str] = "脱贫村最低数量"
    clause: ClassVar[str] = "P23-POVERTY"

    share: Literal["pool"] | Share

    def rows(self, problem: Problem) -> RowBlock:
        """One row a cohort."""
        share = float(problem.poverty.mean()) if self.share == "pool" else self.share
        cohorts = len(problem.cohorts)
        poor = np.where(problem.poverty[problem.column_village], problem.column_cohort, -1)
        least = math.floor(share * problem.cohort_target + 1e-9)
        return self._block((problem.cohorts,), problem.sums(poor, cohorts), least, np.inf)


class VillageTypes(Rule):
    r"""Village-type mix (村庄类型结构; clause P23-TYPE): each type has a share of every cohort, within bounds.

    .. math:: \sum_{v} \sum_{k} \bigl([g_v = g] - \underline{a}_g\bigr) x_{vtk} \ge 0, \quad
              \sum_{v} \sum_{k} \bigl([g_v = g] - \overline{a}_g\bigr) x_{vtk} \le 0 \qquad \forall g, t

    The plan names the types and gives no shares: the bounds are assumptions.
    """

    name: ClassVar[str] = "village_types"
    term: ClassVar[str] = "村庄类型结构"
    clause: ClassVar[str] = "P23-TYPE"

    jiju_low: Share
    jiju_high: Share
    tese_low: Share
    tese_high: Share
    chengjiao_low: Share
    chengjiao_high: Share

    def rows(self, problem: Problem) -> RowBlock:
        """Two rows a type and cohort: not below its low share, not above its high one."""
        cohorts = len(problem.cohorts)
        kind = problem.village_type[problem.column_village]
        matrices, labels, lower, upper = [], [], [], []
        for code in VILLAGE_TYPES:
            for side in ("low", "high"):
                share = getattr(self, f"{code}_{side}")
                matrices.append(problem.sums(problem.column_cohort, cohorts, (kind == code) - share))
                labels += [(code, cohort, side) for cohort in problem.cohorts]
                lower += [0.0 if side == "low" else -np.inf] * cohorts
                upper += [np.inf if side == "low" else 0.0] * cohorts
        parts = tuple(np.array(part, dtype=object) for part in zip(*labels, strict=True))
        stacked = sparse.csr_array(sparse.vstack(matrices, format="csr"))
        return self._block(parts, stacked, np.array(lower), np.array(upper))
