r"""The problem's nouns as arrays: what every rule and objective is written in.

A column :math:`x_{vtk} = 1` says that village *v* joins cohort *t* with package *k*. Columns exist for villages that
may be selected, so half a million villages cost no more than their candidates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from model.money.costs import CENTS
from model.money.draws import Draws
from model.selection.asks import Cohesion, Locks, Resource
from model.selection.labels import Labels

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Problem:
    """Villages, counties, cohorts, packages, and one entry a column.

    Shapes: V villages, C counties, T cohorts, K packages, Y quota years, N columns. Money in 万元.
    """

    village_ids: Array  # [V] text
    county_codes: Array  # [C] text
    cohorts: Array  # [T] year
    packages: tuple[str, ...]  # [K]
    years: Array  # [Y] year
    county: Array  # [V] index of the county
    eligible: Array  # [V] bool
    poverty: Array  # [V] bool
    village_type: Array  # [V] text
    score: Array  # [V] 0-100
    bond: Array  # [V, K]
    total_cost: Array  # [V, K]
    merit: Array  # [V, T, K]
    draws: Draws  # [V, K, ..., O] whole cents by year of the cycle
    purse: Array  # [C, Y, S] what sources have, infinite where only a plan limits one
    carry_over: bool  # unused bond quota stands over to the next year
    gap: Array  # [C, Y, W] needs of history that no source can pay
    service: Array  # [Y, D] yuan of debt service in a later year for each yuan drawn in a year
    service_years: Array  # [D] year
    revenue: Array  # [C] yearly revenue of the county, not a number where it is not known
    owed: Array  # [C] debt service it has already
    cohort_target: int
    standard_bond: float
    column_village: Array  # [N] index of the village
    column_cohort: Array  # [N] index of the cohort
    column_package: Array  # [N] index of the package
    column_fixed: Array  # [N] bool: history, chosen in every plan
    industry: Array  # [V] index of the leading industry
    industries: Array  # [I] text
    combined: Array  # [V, 6] bool: border and the five further programmes
    declared: Array  # [V] year the county declared it for, 0 where it did not
    priority: Array  # [V] place in the county's own order, 0 where there is none
    town: Array  # [V] index of the township
    towns: Array  # [W] text: county and township
    town_seat_km: Array  # [V] not a number where it is not known
    pairs: Array  # [P, 2] neighbours, as village indices
    announced: Array  # [V] year of an announced list, 0 where it is not on it
    as_of: int
    uses: Mapping[str, Array]  # register columns [V] that resources and objectives name
    locks: Locks
    resources: tuple[Resource, ...]
    cohesion: Cohesion
    extra: Mapping[str, slice] = field(default_factory=dict)  # columns after the N choices: amounts, by name
    width: int = 0  # N and the amounts

    @property
    def size(self) -> int:
        """The number of columns N."""
        return len(self.column_village)

    @property
    def quota(self) -> Array:
        """General-bond quota by county and year, shape (C, Y)."""
        return np.asarray(self.purse[:, :, 0])

    @property
    def cycle(self) -> int:
        """The years over which a village is paid for."""
        return int(self.draws.need.shape[-1])

    def drawn(self, amounts: Array) -> sparse.csr_array:
        """Return the matrix that adds up yearly amounts by county and year, shape (C times Y, columns), in 万元.

        ``amounts`` holds whole cents a column and year of its cycle, shape (N, O).
        """
        counties, years = len(self.county_codes), len(self.years)
        matrix = sparse.csr_array((counties * years, self.width))
        for offset in range(self.cycle):
            paid_in = self.cohorts[self.column_cohort] + offset
            year = np.searchsorted(self.years, paid_in)
            inside = (year < years) & (self.years[np.minimum(year, years - 1)] == paid_in)
            group = np.where(inside, self.column_county * years + year, -1)
            matrix = matrix + self.sums(group, counties * years, amounts[:, offset] / CENTS)
        return sparse.csr_array(matrix)

    @property
    def joining(self) -> Array:
        """Which villages have a column: those that may be selected, and history; shape (V,)."""
        found = np.zeros(len(self.village_ids), dtype=bool)
        found[self.column_village] = True
        return found

    @property
    def column_county(self) -> Array:
        """The county index of each column."""
        return self.county[self.column_village]

    @property
    def column_bond(self) -> Array:
        """General-bond money of each column, 万元."""
        return self.bond[self.column_village, self.column_package]

    @property
    def labels(self) -> Labels:
        """The columns' names: village, cohort, package."""
        packages = np.array(self.packages, dtype=object)[self.column_package]
        return Labels((self.village_ids[self.column_village], self.cohorts[self.column_cohort], packages))

    def sums(self, group: Array, groups: int, weights: Array | None = None) -> sparse.csr_array:
        """Return the matrix that adds up columns by group, shape (groups, N), each times its weight.

        ``group`` holds a group index a column; a negative one leaves the column out.
        """
        data = np.ones(self.size) if weights is None else np.asarray(weights, dtype=float)
        kept = (group >= 0) & (data != 0)
        where = (group[kept], np.flatnonzero(kept))
        return sparse.csr_array((data[kept], where), shape=(groups, self.width))

    def chosen(self, weights: Array | None = None) -> sparse.csr_array:
        """Return the matrix that adds up each village's columns over cohorts and packages, shape (V, N and amounts)."""
        return self.sums(self.column_village, len(self.village_ids), weights)

    def place(self, name: str, rows: Array, weights: Array, height: int, entries: Array | None = None) -> sparse.csr_array:
        """Return the matrix that puts ``weights[i]`` in row ``rows[i]`` on the amount ``entries[i]`` (default i) of a name."""
        at = self.extra[name].start + (np.arange(len(rows)) if entries is None else entries)
        return sparse.csr_array((np.asarray(weights, dtype=float), (rows, at)), shape=(height, self.width))
