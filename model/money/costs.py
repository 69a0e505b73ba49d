r"""What a village's package costs, work by work and class by class (P23-BOND, P23-LEVER), in whole cents.

One cent here is 0.01 万元 (100 yuan): money is counted in whole numbers, so that every split adds up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from model.money.settings import Money
from model.policy.catalogue import Task
from model.register import waste_water
from model.register.gaps import Projects, column, projects
from model.register.packages import Packages
from model.showing import Shown
from model.vocabulary import CLASSES, PACKAGES, PUBLIC

Array = np.ndarray[Any, Any]
STANDARD = PACKAGES.index("standard")
CENTS = 100.0  # in one 万元
SLIVER = 1e-6  # of a cent, so that a product of shares is not rounded down for a rounding error


@dataclass(frozen=True)
class Item:
    """A work as it is paid for: its id in the catalogue, its class (index), who owns what it builds."""

    id: str
    work_class: int
    owner: str
    unit: str


UNLISTED = (  # what a register prices although the catalogue finds nothing to do there
    Item("T00.1", PUBLIC, "township", "works"),
    Item("T00.2", CLASSES.index("service"), "none", "works"),
)


@dataclass(frozen=True, repr=False)
class Costs(Shown):
    """Money of works in every village: V villages, K = 3 packages (basic, standard, enhanced), J works, W classes.

    ``cents`` has shape (V, J), whole cents; ``holds`` says which work belongs to which package, shape (K, J);
    ``quantity`` is in the work's own unit, shape (V, J).
    """

    term = "工程费用"

    items: tuple[Item, ...]
    cents: Array
    holds: Array
    quantity: Array

    @cached_property
    def classes(self) -> Array:
        """Cents by package and class, shape (V, K, W)."""
        sums = np.zeros((len(self.cents), len(PACKAGES), len(CLASSES)), dtype=np.int64)
        for w in range(len(CLASSES)):
            own = self.of_class(w)
            sums[:, :, w] = self.cents[:, own] @ self.holds[:, own].astype(np.int64).T
        return sums

    def of_class(self, work_class: int) -> Array:
        """Return the works of a class, as indices."""
        return np.flatnonzero([item.work_class == work_class for item in self.items])

    @property
    def general_bond(self) -> Array:
        """What the works a general bond pays for cost, 万元, shape (V, K)."""
        return np.asarray(self.classes[:, :, PUBLIC] / CENTS)

    @property
    def total(self) -> Array:
        """What all works of the package cost, 万元, shape (V, K)."""
        return np.asarray(self.classes.sum(axis=2) / CENTS)


def works_of(villages: pd.DataFrame, tasks: tuple[Task, ...], money: Money) -> Projects:
    """Return the works every village needs."""
    reference, elasticity = money.network_households, money.network_elasticity
    served = waste_water.core(villages, money.waste_water, reference, elasticity)
    sewered = next(task.unit_cost_wan_yuan for task in tasks if task.name == waste_water.TASK)
    prices = {waste_water.TASK: waste_water.unit_cost(served, money.waste_water, sewered)}
    return projects(villages, tasks, reference, elasticity, prices, money.least_work_wan_yuan)


def costs(
    villages: pd.DataFrame,
    works: Projects,
    packages: Packages,
    history: pd.DataFrame | None = None,
    intensity: float = 1.0,
    listed: pd.DataFrame | None = None,
) -> Costs:
    """Return what each package costs in each village, work by work.

    Amounts a register gives are those of the standard package and are taken as they are: each work then costs more or less in
    proportion, rounded so that they add up to what is given. What ``history`` says was paid stands for its own package.
    Where an amount is given and the catalogue finds nothing to do, it pays for works without a name (``UNLISTED``). All of it
    is multiplied by the intensity, but for what history paid. In villages with projects of their own (``listed``) these are
    taken as they are, and the register's amounts are not.
    """
    holds = np.hstack([packages.holds(works.tasks), np.ones((len(PACKAGES), len(UNLISTED)), dtype=bool)])
    items = (*(_item(task) for task in works.tasks), *UNLISTED)
    blank = np.zeros((len(villages), len(UNLISTED)))
    cents = np.rint(np.hstack([works.cost, blank]) * CENTS).astype(np.int64)
    public = np.array([item.work_class == PUBLIC for item in items])
    told = _told(villages, history)
    standard = np.full(len(villages), STANDARD)
    paid = told["package"].where(told["bond"].notna(), STANDARD).to_numpy(np.int64)
    derived = ~villages["village_id"].isin([] if listed is None or listed.empty else listed["village_id"])
    bond = told["bond"].fillna(column(villages, "general_bond_wan_yuan").where(derived))
    _scale(cents, public, holds, bond.to_numpy(float), paid)
    given = column(villages, "total_cost_wan_yuan").where(derived) - _held(cents, public, holds, standard)
    spent = told["total"] - _held(cents, public, holds, told["package"].fillna(STANDARD).to_numpy(np.int64))
    at = told["package"].where(told["total"].notna(), STANDARD).to_numpy(np.int64)
    _scale(cents, ~public, holds, spent.fillna(given).clip(lower=0).to_numpy(float), at)
    if intensity != 1.0:
        ahead = told["package"].isna().to_numpy()
        cents[ahead] = np.rint(cents[ahead] * intensity).astype(np.int64)
    names = np.ones((len(villages), len(UNLISTED)))
    return Costs(items, cents, holds, np.hstack([works.quantity, names]))


def _item(task: Task) -> Item:
    return Item(task.id, CLASSES.index(task.work_class), task.owner, task.quantity_unit)


def _told(villages: pd.DataFrame, history: pd.DataFrame | None) -> pd.DataFrame:
    """Return what history says was paid by village: ``package`` (index), ``bond`` and ``total`` in 万元, blank where unknown."""
    if history is None or history.empty:
        return pd.DataFrame(np.nan, index=villages.index, columns=["package", "bond", "total"])
    known = history.set_index("village_id").reindex(villages["village_id"]).set_axis(villages.index)
    package = known["package"].map({name: float(i) for i, name in enumerate(PACKAGES)})
    table = {"package": package, "bond": known["general_bond_wan_yuan"], "total": known["total_cost_wan_yuan"]}
    return pd.DataFrame(table).astype(float)


def _held(cents: Array, group: Array, holds: Array, package: Array) -> Array:
    """Return what a group of works costs within each village's package, 万元."""
    return np.asarray((cents * (group & holds[package])).sum(axis=1) / CENTS)


def _scale(cents: Array, group: Array, holds: Array, given: Array, package: Array) -> None:
    """Scale a group of works, in place, until those of the package cost what is given."""
    rows = np.flatnonzero(~np.isnan(given))
    if not len(rows):
        return
    within = group & holds[package[rows]]
    asked = np.rint(given[rows] * CENTS).astype(np.int64)
    inside = np.cumsum(cents[rows] * within, axis=1)
    derived = inside[:, -1]
    ratio = np.divide(asked, derived, out=np.ones(len(rows)), where=derived > 0)[:, None]
    upto = np.where(inside == derived[:, None], asked[:, None], np.floor(inside * ratio + 0.5)).astype(np.int64)
    exact = np.diff(upto, axis=1, prepend=0) * within  # rounded on the way, so that the sum is what is given
    scaled = np.where(within, exact, np.where(group, np.rint(cents[rows] * ratio).astype(np.int64), cents[rows]))
    scaled = np.where((derived > 0)[:, None], scaled, cents[rows])
    unlisted = np.flatnonzero(group)[-1]  # the group's works without a name stand last
    scaled[:, unlisted] += np.where(derived > 0, 0, asked)
    cents[rows] = scaled
