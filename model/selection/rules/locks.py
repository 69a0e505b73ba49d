"""Rules of people: locks, exclusions, dependencies, and stability against a list that was announced."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from pydantic import Field
from scipy import sparse

from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule

Array = np.ndarray[Any, Any]


def _place(problem: Problem, villages: list[str]) -> Array:
    return np.searchsorted(problem.villages.ids.astype(str), villages)


class Locked(Rule):
    r"""Locks (锁定与排除; clause P23-REVIEW): a village is in, or out, because somebody with a name says so and why.

    .. math:: \sum_{t \in T_l} \sum_{k} x_{v_l t k} = 1 \ \text{(in)}, \qquad = 0 \ \text{(out)} \qquad \forall l

    :math:`T_l` is the lock's cohort, or all of them. The province decides in the end; a lock puts a decision into the program.
    On villages of history it says nothing.
    """

    name: ClassVar[str] = "locked"
    term: ClassVar[str] = "锁定与排除"
    clause: ClassVar[str] = "P23-REVIEW"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per lock."""
        past = set(problem.villages.ids[problem.choices.village[problem.choices.fixed]])
        numbered = [(i, lock) for i, lock in enumerate(problem.asks.locks.villages, 1) if lock.village_id not in past]
        locks = [lock for _, lock in numbered]
        village = _place(problem, [lock.village_id for lock in locks])
        group = np.full(problem.size, -1)
        matrix = sparse.csr_array((len(locks), problem.width))
        for i, lock in enumerate(locks):
            own = problem.choices.village == village[i]
            if lock.cohort is not None:
                own &= problem.choice_year == lock.cohort
            matrix = matrix + problem.sums(np.where(own, i, group), len(locks))
        labels = (np.array([str(i) for i, _ in numbered], dtype=object), problem.villages.ids[village])
        inside = np.array([float(lock.action == "in") for lock in locks])
        return self._block(labels, sparse.csr_array(matrix), inside, inside)


class Exclusion(Rule):
    r"""Exclusion (互斥; clause P23-REVIEW): of some villages at most so many are selected.

    .. math:: \sum_{v \in G} \sum_{t} \sum_{k} x_{vtk} \le m_G \qquad \forall G
    """

    name: ClassVar[str] = "exclusion"
    term: ClassVar[str] = "互斥"
    clause: ClassVar[str] = "P23-REVIEW"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per group."""
        groups = problem.asks.locks.exclusive
        chosen = problem.chosen()
        rows = [chosen[np.unique(_place(problem, group.villages))].sum(axis=0) for group in groups]
        matrix = sparse.csr_array(np.array(rows).reshape(len(groups), problem.width))
        label = np.array([f"{i + 1}" for i in range(len(groups))], dtype=object)
        return self._block((label,), matrix, -np.inf, np.array([float(group.most) for group in groups]))


class Dependence(Rule):
    r"""Dependence (依存; clause P23-REVIEW): a village is selected only if another is, in the same cohort or an earlier one.

    .. math:: \sum_{\tau \le t} \sum_{k} x_{v \tau k} \le \sum_{\tau \le t} \sum_{k} x_{w \tau k} \qquad \forall (v, w),\ t
    """

    name: ClassVar[str] = "dependence"
    term: ClassVar[str] = "依存"
    clause: ClassVar[str] = "P23-REVIEW"

    def rows(self, problem: Problem) -> RowBlock:
        """One row per dependency and cohort."""
        links, cohorts = problem.asks.locks.depends, len(problem.horizon.cohorts)
        first = _place(problem, [link.village_id for link in links])
        second = _place(problem, [link.needs for link in links])
        height = len(links) * cohorts
        matrix = sparse.csr_array((height, problem.width))
        for i in range(len(links)):
            for t in range(cohorts):
                until = problem.choices.cohort <= t
                for village, sign in ((first[i], 1.0), (second[i], -1.0)):
                    own = np.where(until & (problem.choices.village == village), i * cohorts + t, -1)
                    matrix = matrix + problem.sums(own, height, np.full(problem.size, sign))
        labels = (
            np.repeat(problem.villages.ids[first], cohorts),
            np.repeat(problem.villages.ids[second], cohorts),
            np.tile(problem.horizon.cohorts, len(links)),
        )
        return self._block(labels, sparse.csr_array(matrix), -np.inf, 0.0)


class Stability(Rule):
    r"""Stability (名单稳定; clause P23-REVIEW): a share of a list that was announced stays in its cohorts.

    .. math:: \sum_{v \in A} \sum_{k} x_{v t_v k} \ge \lceil \sigma \, |A| \rceil

    The documents do not ask for it; the share is the analyst's. Past cohorts of the list are history's, not the rule's.
    """

    name: ClassVar[str] = "stability"
    term: ClassVar[str] = "名单稳定"
    clause: ClassVar[str] = "P23-REVIEW"

    share: float = Field(ge=0, le=1)

    def rows(self, problem: Problem) -> RowBlock:
        """One row, if a list was given."""
        listed = problem.villages.announced >= problem.horizon.as_of
        listed[problem.choices.village[problem.choices.fixed]] = False
        height = int(listed.any())
        stays = listed[problem.choices.village]
        stays &= problem.villages.announced[problem.choices.village] == problem.choice_year
        least = math.ceil(self.share * int(listed.sum()) - 1e-9)
        matrix = problem.sums(np.where(stays, 0, -1), 1)[:height]
        return self._block((np.array(["announced"], dtype=object)[:height],), matrix, least, np.inf)
