"""Rules of mix: poverty-lifted villages and village types in each cohort."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal

import numpy as np
from scipy import sparse

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule, Share, YearKey, YearlyShare
from model.vocabulary import COMBINED, PLAN_TYPES

Array = np.ndarray[Any, Any]
OfPool = Literal["pool"] | Share
YearlyOfPool = OfPool | dict[YearKey, Share]


def number(share: OfPool, having: Array, target: int) -> int:
    """Return how many of a target cohort a share is, rounded down; ``pool`` is the share of the register's villages."""
    return math.floor((float(having.mean()) if share == "pool" else share) * target + 1e-9)


class PovertyMinimum(Rule):
    r"""Poverty minimum (脱贫村最低数量; clause P23-POVERTY): each cohort has a certain number of poverty-lifted villages.

    .. math:: \sum_{v \in P} \sum_{k} x_{vtk} \ge \lfloor \sigma \, n \rfloor \qquad \forall t

    The plan asks for a certain number and gives none: :math:`\sigma` is the pool's share unless stated, *n* the target cohort.
    """

    name: ClassVar[str] = "poverty_minimum"
    term: ClassVar[str] = "脱贫村最低数量"
    clause: ClassVar[str] = "P23-POVERTY"

    share: YearlyOfPool

    def rows(self, problem: Problem) -> RowBlock:
        """One row per cohort."""
        cohorts = len(problem.horizon.cohorts)
        poor = np.where(problem.villages.poverty[problem.choices.village], problem.choices.cohort, -1)
        target = problem.horizon.cohort_target
        least = np.array([number(self.at("share", y), problem.villages.poverty, target) for y in problem.horizon.cohorts])
        return self._block((problem.horizon.cohorts,), problem.sums(poor, cohorts), least, np.inf)


class VillageTypes(Rule):
    r"""Village-type mix (村庄类型结构; clause P23-TYPE): each type has a share of every cohort, within bounds.

    .. math:: \sum_{v} \sum_{k} \bigl([g_v = g] - \underline{a}_g\bigr) x_{vtk} \ge 0, \quad
              \sum_{v} \sum_{k} \bigl([g_v = g] - \overline{a}_g\bigr) x_{vtk} \le 0 \qquad \forall g, t

    The plan names three types and gives no shares: the bounds are assumptions. What else the province writes (兴边富民, 稳定改善)
    has none.
    """

    name: ClassVar[str] = "village_types"
    term: ClassVar[str] = "村庄类型结构"
    clause: ClassVar[str] = "P23-TYPE"

    jiju_low: YearlyShare
    jiju_high: YearlyShare
    tese_low: YearlyShare
    tese_high: YearlyShare
    chengjiao_low: YearlyShare
    chengjiao_high: YearlyShare

    def rows(self, problem: Problem) -> RowBlock:
        """Two rows per type and cohort: not below its low share, not above its high one."""
        cohorts = len(problem.horizon.cohorts)
        kind = problem.villages.kind[problem.choices.village]
        matrices, labels, lower, upper = [], [], [], []
        for code in PLAN_TYPES:
            for side in ("low", "high"):
                share = self.yearly(f"{code}_{side}", problem.horizon.cohorts)[problem.choices.cohort]
                matrices.append(problem.sums(problem.choices.cohort, cohorts, (kind == code) - share))
                labels += [(code, cohort, side) for cohort in problem.horizon.cohorts]
                lower += [0.0 if side == "low" else -np.inf] * cohorts
                upper += [np.inf if side == "low" else 0.0] * cohorts
        parts = tuple(np.array(part, dtype=object) for part in zip(*labels, strict=True))
        stacked = sparse.csr_array(sparse.vstack(matrices, format="csr"))
        return self._block(parts, stacked, np.array(lower), np.array(upper))


class PovertyMaximum(Rule):
    r"""Poverty maximum (脱贫村最高数量; clause P23-POVERTY): a cohort has at most a share of poverty-lifted villages.

    .. math:: \sum_{v \in P} \sum_{k} x_{vtk} \le \lfloor \sigma \, n \rfloor \qquad \forall t

    The plan names no maximum: it is the analyst's.
    """

    name: ClassVar[str] = "poverty_maximum"
    term: ClassVar[str] = "脱贫村最高数量"
    clause: ClassVar[str] = "P23-POVERTY"

    share: YearlyShare

    def rows(self, problem: Problem) -> RowBlock:
        """One row per cohort."""
        poor = np.where(problem.villages.poverty[problem.choices.village], problem.choices.cohort, -1)
        most = np.floor(self.yearly("share", problem.horizon.cohorts) * problem.horizon.cohort_target + 1e-9)
        return self._block((problem.horizon.cohorts,), problem.sums(poor, len(problem.horizon.cohorts)), -np.inf, most)


class CombinedProgrammes(Rule):
    r"""Combined programmes (结合项目; clause P23-COMBINE): villages of other programmes within bounds.

    .. math:: \lfloor \underline{\sigma}_j n \rfloor \le \sum_{v \in J_j} \sum_{k} x_{vtk}
              \le \lfloor \overline{\sigma}_j n \rfloor \quad \forall j, t, \qquad
              \sum_{v \in J_j} \sum_{t,k} x_{vtk} \ge \lfloor \sigma^{pool}_j N \rfloor \quad \forall j

    The plan names border villages and five further programmes and gives no numbers. At least the pool's own share of the whole
    programme of *N*, its target or what its cohorts are to have together, is our reading; shares that are stated instead hold
    for each cohort of *n*.
    """

    name: ClassVar[str] = "combined_programmes"
    term: ClassVar[str] = "结合项目"
    clause: ClassVar[str] = "P23-COMBINE"

    border_low: YearlyOfPool
    border_high: YearlyShare
    model_town_low: YearlyOfPool
    model_town_high: YearlyShare
    tourism_village_low: YearlyOfPool
    tourism_village_high: YearlyShare
    cattle_village_low: YearlyOfPool
    cattle_village_high: YearlyShare
    department_pilot_low: YearlyOfPool
    department_pilot_high: YearlyShare
    model_village_low: YearlyOfPool
    model_village_high: YearlyShare

    def rows(self, problem: Problem) -> RowBlock:
        """One row per programme and cohort, and one where the pool's share is asked of the whole programme."""
        cohorts, target = problem.horizon.cohorts, problem.horizon.cohort_target
        matrices, names, where, lower, upper = [], [], [], [], []
        for j, name in enumerate(COMBINED):
            has, low = problem.villages.combined[:, j], getattr(self, f"{name}_low")
            own = problem.sums(np.where(has[problem.choices.village], problem.choices.cohort, -1), len(cohorts))
            matrices += [own, problem.sums(np.where(has[problem.choices.village], 0, -1), 1)]
            names += [name] * (len(cohorts) + 1)
            where += [*cohorts, "programme"]
            of_pool = low == "pool"
            least = [0 if of_pool else number(self.at(f"{name}_low", year), has, target) for year in cohorts]
            lower += [*least, self.of_pool(problem, j) if of_pool else 0]
            high = self.yearly(f"{name}_high", cohorts)
            upper += [*np.where(high < 1, np.floor(high * target + 1e-9), np.inf), np.inf]
        kept = np.flatnonzero((np.array(lower) > 0) | np.isfinite(np.array(upper)))  # others ask for nothing
        labels = (np.array(names, dtype=object)[kept], np.array(where, dtype=object)[kept])
        stacked = sparse.csr_array(sparse.vstack(matrices, format="csr"))[kept]
        return self._block(labels, stacked, np.array(lower, float)[kept], np.array(upper, float)[kept])

    def of_pool(self, problem: Problem, j: int) -> int:
        """Return how many villages of a programme are its share of the register, over the whole programme."""
        return number("pool", problem.villages.combined[:, j], problem.horizon.whole)


class IndustryDiversity(Rule):
    r"""Industry diversity (产业多样; clause P23-DIVERSE): no industry leads in more than a share of a county.

    .. math:: \sum_{v \in c, i} \sum_{t,k} x_{vtk} \le \alpha \sum_{v \in c} \sum_{t,k} x_{vtk} + (1 - \alpha) \quad \forall c, i

    A single village is always allowed. The plan warns against sameness and gives no number: the share is an assumption.
    """

    name: ClassVar[str] = "industry_diversity"
    term: ClassVar[str] = "产业多样"
    clause: ClassVar[str] = "P23-DIVERSE"

    share: Share

    def rows(self, problem: Problem) -> RowBlock:
        """One row per county and industry of which more than one village may be selected."""
        industries = len(problem.villages.industries)
        group = problem.choice_county * industries + problem.villages.industry[problem.choices.village]
        villages = np.unique(problem.choices.village)
        number = np.bincount(problem.villages.county[villages] * industries + problem.villages.industry[villages])
        asked = np.flatnonzero(number > 1)
        own = problem.sums(group, len(problem.counties.codes) * industries)[asked]
        county = problem.sums(problem.choice_county, len(problem.counties.codes))[asked // industries]
        matrix = sparse.csr_array(own - self.share * county)
        labels = (problem.counties.codes[asked // industries], problem.villages.industries[asked % industries])
        return self._block(labels, matrix, -np.inf, 1.0 - self.share)
