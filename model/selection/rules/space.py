"""Rules of space: villages are selected beside neighbours, or in clusters of a township."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field
from scipy import sparse

from model.selection.auxiliary import Auxiliary
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule

Array = np.ndarray[Any, Any]


class Neighbours(Rule):
    r"""Neighbours (连片; clause P22-LAYOUT): a selected village has so many neighbours selected over the programme.

    .. math:: \min(k, |N_v|) \sum_{t,k'} x_{vtk'} \le \sum_{w \in N_v} \sum_{t,k'} x_{wtk'} \qquad \forall v : N_v \ne \emptyset

    A rule of the pool (2022), used for the upgraded villages by analogy.
    """

    name: ClassVar[str] = "neighbours"
    term: ClassVar[str] = "连片"
    clause: ClassVar[str] = "P22-LAYOUT"

    least: int = Field(ge=0)

    def rows(self, problem: Problem) -> RowBlock:
        """One row per village that may be selected and has neighbours that may."""
        open_to = problem.joining
        one, two = problem.villages.pairs[open_to[problem.villages.pairs].all(axis=1)].T.reshape(2, -1)
        near = sparse.csr_array(
            (np.ones(2 * len(one)), (np.concatenate([one, two]), np.concatenate([two, one]))), shape=(len(open_to), len(open_to))
        )
        degree = np.diff(near.indptr)
        past = np.isin(np.arange(len(degree)), problem.choices.village[problem.choices.fixed])
        asked = np.flatnonzero((degree > 0) & ~past)
        chosen = problem.chosen()
        weight = sparse.diags_array(np.minimum(self.least, degree[asked]).astype(float))
        matrix = sparse.csr_array(near[asked] @ chosen - weight @ chosen[asked])
        return self._block((problem.villages.ids[asked],), matrix, 0.0, np.inf)


class TownCluster(Rule):
    r"""Township cluster (乡镇成片; clause P22-LAYOUT): a township takes part with several villages or with none.

    .. math:: \sum_{t,k} x_{vtk} \le z_w, \qquad \sum_{v \in w} \sum_{t,k} x_{vtk} \ge m_w z_w \qquad \forall w,\ v \in w

    :math:`m_w` is the smallest cluster, or the number of villages of the township that may be selected where there are fewer.
    A rule of the pool (2022), used for the upgraded villages by analogy.
    """

    name: ClassVar[str] = "town_cluster"
    term: ClassVar[str] = "乡镇成片"
    clause: ClassVar[str] = "P22-LAYOUT"

    least: int = Field(ge=1)

    def auxiliary(self, problem: Problem) -> Auxiliary:
        """Whether a township takes part."""
        county = np.full(len(problem.villages.towns), -1)
        county[problem.villages.town] = problem.villages.county
        blank = np.full(len(problem.villages.towns), "", dtype=object)
        named = np.full(len(problem.villages.towns), "town", dtype=object)
        return Auxiliary("town", (named, problem.villages.towns, blank), county, np.zeros(len(county)), np.ones(len(county)))

    def rows(self, problem: Problem) -> RowBlock:
        """One row per village that may be selected, then one per township."""
        villages = np.unique(problem.choices.village)
        height, towns = len(villages), len(problem.villages.towns)
        inside = problem.place("town", np.arange(height), -np.ones(height), height, problem.villages.town[villages])
        village_rows = problem.chosen()[villages] + inside
        open_to = np.bincount(problem.villages.town[villages], minlength=towns)
        least = np.minimum(self.least, open_to).astype(float)
        least[problem.villages.town[problem.choices.village[problem.choices.fixed]]] = 0.0  # it takes part already: a fact
        town_rows = problem.sums(problem.villages.town[problem.choices.village], towns) + problem.place(
            "town", np.arange(towns), -least, towns
        )
        matrix = sparse.csr_array(sparse.vstack([village_rows, town_rows], format="csr"))
        label = np.concatenate([problem.villages.ids[villages], problem.villages.towns])
        lower = np.concatenate([np.full(height, -np.inf), np.zeros(towns)])
        upper = np.concatenate([np.zeros(height), np.full(towns, np.inf)])
        return self._block((label,), matrix, lower, upper)
