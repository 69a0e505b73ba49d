r"""The problem as arrays: what every rule and objective is written in.

A choice :math:`x_{vtk} = 1` says that village *v* joins cohort *t* with package *k*. Choices exist for villages that may be
selected, so half a million villages cost no more than their candidates. Auxiliary columns, which follow from the choices, stand
after them.

Shapes: V villages, C counties, T cohorts, K packages, Y quota years, N choices, S sources, W classes of work, G townships.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from model.money.costs import CENTS
from model.money.draws import Draws
from model.selection.asks import Asks
from model.selection.labels import Labels
from model.showing import Shown

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, repr=False)
class Villages(Shown):
    """What rules and objectives may know of a village; one entry each."""

    term = "村"

    ids: Array  # [V] text
    county: Array  # [V] index of the county
    eligible: Array  # [V] bool
    score: Array  # [V] 0-100
    merit: Array  # [V, T, K]
    gain: Array  # [V, K] points of the five indices together
    kind: Array  # [V] text: the village type
    poverty: Array  # [V] bool
    combined: Array  # [V, 6] bool: border and the five further programmes
    industry: Array  # [V] index of the leading industry
    industries: Array  # [I] text
    declared: Array  # [V] year the county declared it for, 0 where it did not
    priority: Array  # [V] place in the county's own order, 0 where there is none
    town: Array  # [V] index of the township
    towns: Array  # [G] text: county and township
    town_seat_km: Array  # [V] not a number where it is not known
    pairs: Array  # [P, 2] neighbours, as village indices
    announced: Array  # [V] year of an announced list, 0 where it is not on it
    uses: Mapping[str, Array]  # register columns [V] that resources and objectives name


@dataclass(frozen=True, repr=False)
class Counties(Shown):
    """What rules may know of a county."""

    term = "县（市、区）"

    codes: Array  # [C] text
    revenue: Array  # [C] yearly revenue, 万元, not a number where it is not known
    owed: Array  # [C] debt service it has already, 万元


@dataclass(frozen=True, repr=False)
class Horizon(Shown):
    """The years the problem speaks of."""

    term = "时间范围"

    cohorts: Array  # [T] year
    years: Array  # [Y] year in which money is drawn
    as_of: int
    cohort_target: int
    programme_target: int

    @property
    def ahead(self) -> Array:
        """The cohorts that are still to be decided."""
        return self.cohorts[self.cohorts >= self.as_of]

    @property
    def whole(self) -> int:
        """How many villages the whole programme has: its target, and no more than its cohorts together are to have."""
        return min(self.programme_target, self.cohort_target * len(self.cohorts))


@dataclass(frozen=True, repr=False)
class Funds(Shown):
    """Money as it is in the accounts, whole cents; what a plan states of a village is in 万元, and so are the rows of rules."""

    term = "资金"

    bond: Array  # [V, K] 万元
    total_cost: Array  # [V, K] 万元
    draws: Draws  # [V, K, ..., O] cents
    purse: Array  # [C, Y, S] cents that sources have, infinite where only a plan limits one
    gap: Array  # [C, Y, W] cents of history's needs that no source can pay
    carry_over: bool  # unused bond quota stands over to the next year
    standard_bond: float  # 万元
    average_band: float  # share of the standard
    service: Array  # [Y, D] yuan of debt service in a later year for each yuan drawn in a year
    service_years: Array  # [D] year


@dataclass(frozen=True, repr=False)
class Choices(Shown):
    """One entry per choice: indices of village, cohort and package, and whether it is history, chosen in every plan."""

    term = "0/1变量"

    village: Array  # [N]
    cohort: Array  # [N]
    package: Array  # [N]
    fixed: Array  # [N] bool


@dataclass(frozen=True, repr=False)
class Problem(Shown):
    """What is to be decided, and everything rules and objectives may ask about it."""

    term = "遴选问题"

    villages: Villages
    counties: Counties
    horizon: Horizon
    packages: tuple[str, ...]  # [K]
    funds: Funds
    choices: Choices
    asks: Asks
    auxiliary: Mapping[str, slice] = field(default_factory=dict)  # auxiliary columns, after the N choices, by name
    width: int = 0  # choices and auxiliary columns

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        sizes = {"villages": len(self.villages.ids), "counties": len(self.counties.codes)}
        return sizes | {"cohorts": self.horizon.cohorts.tolist(), "choices": self.size, "columns": self.width}

    @property
    def size(self) -> int:
        """The number of choices N."""
        return len(self.choices.village)

    @property
    def quota(self) -> Array:
        """General-bond quota by county and year, 万元, shape (C, Y)."""
        return np.asarray(self.funds.purse[:, :, 0] / CENTS)

    @property
    def cycle(self) -> int:
        """The years over which a village is paid for."""
        return int(self.funds.draws.need.shape[-1])

    @property
    def joining(self) -> Array:
        """Which villages have a choice: those that may be selected, and history; shape (V,)."""
        there = np.zeros(len(self.villages.ids), dtype=bool)
        there[self.choices.village] = True
        return there

    @property
    def choice_county(self) -> Array:
        """The county index of each choice."""
        return self.villages.county[self.choices.village]

    @property
    def choice_year(self) -> Array:
        """The year of each choice's cohort."""
        return self.horizon.cohorts[self.choices.cohort]

    @property
    def choice_bond(self) -> Array:
        """General-bond money of each choice, 万元."""
        return self.funds.bond[self.choices.village, self.choices.package]

    @property
    def labels(self) -> Labels:
        """The choices' names: village, cohort, package."""
        packages = np.array(self.packages, dtype=object)[self.choices.package]
        return Labels((self.villages.ids[self.choices.village], self.choice_year, packages))

    @property
    def choice_ahead(self) -> Array:
        """The cohort of each choice among those still to be decided, as an index; -1 for a past one."""
        place = np.searchsorted(self.horizon.ahead, self.choice_year)
        return np.where(self.choice_year >= self.horizon.as_of, place, -1)

    def sums(self, group: Array, groups: int, weights: Array | None = None) -> sparse.csr_array:
        """Return the matrix that adds up choices by group, shape (groups, columns), each times its weight.

        ``group`` holds a group index for each choice; a negative one leaves the choice out.
        """
        data = np.ones(self.size) if weights is None else np.asarray(weights, dtype=float)
        kept = (group >= 0) & (data != 0)
        where = (group[kept], np.flatnonzero(kept))
        return sparse.csr_array((data[kept], where), shape=(groups, self.width))

    def chosen(self, weights: Array | None = None) -> sparse.csr_array:
        """Return the matrix that adds up each village's choices over cohorts and packages, shape (V, columns)."""
        return self.sums(self.choices.village, len(self.villages.ids), weights)

    def drawn(self, amounts: Array) -> sparse.csr_array:
        """Return the matrix that adds up yearly amounts by county and year, shape (C times Y, columns), in 万元.

        ``amounts`` holds whole cents for each choice and year of its cycle, shape (N, O).
        """
        counties, years = len(self.counties.codes), self.horizon.years
        matrix = sparse.csr_array((counties * len(years), self.width))
        for offset in range(self.cycle):
            paid_in = self.choice_year + offset
            year = np.searchsorted(years, paid_in)
            inside = (year < len(years)) & (years[np.minimum(year, len(years) - 1)] == paid_in)
            group = np.where(inside, self.choice_county * len(years) + year, -1)
            matrix = matrix + self.sums(group, counties * len(years), amounts[:, offset] / CENTS)
        return sparse.csr_array(matrix)

    def place(self, name: str, rows: Array, weights: Array, height: int, entries: Array | None = None) -> sparse.csr_array:
        """Return the matrix, ``height`` rows high, that weighs auxiliary columns of a name.

        ``weights[i]`` stands in row ``rows[i]`` on the column ``entries[i]`` (default i) of that name.
        """
        at = self.auxiliary[name].start + (np.arange(len(rows)) if entries is None else entries)
        return sparse.csr_array((np.asarray(weights, dtype=float), (rows, at)), shape=(height, self.width))
