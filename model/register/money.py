"""What a village's package costs, and how much of it is general-bond money (P23-BOND, P23-LEVER)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.policy.catalogue import Task, sources_of
from model.register.gaps import Projects, projects
from model.register.packages import Packages
from model.vocabulary import PACKAGES

Array = np.ndarray[Any, Any]
Share = Annotated[float, Field(ge=0, le=1)]
STANDARD = PACKAGES.index("standard")


class Money(BaseModel):
    """The standard, the payment profile, the factor on quotas, and how network works grow with a village."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    standard_bond_wan_yuan: float = Field(gt=0)
    payment_profile: list[Share] = Field(min_length=1, max_length=4)
    quota_factor: float = Field(ge=0, le=10)
    network_households: float = Field(gt=0, le=20000)
    network_elasticity: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _profile_adds_up(self) -> Money:
        if abs(sum(self.payment_profile) - 1) > 1e-9:
            raise ValueError("payment_profile must add up to 1")
        return self


@dataclass(frozen=True)
class Costs:
    """Money of the three packages in every village, 万元: arrays of shape (villages, 3), basic, standard, enhanced."""

    general_bond: Array
    total: Array


def works_of(villages: pd.DataFrame, tasks: tuple[Task, ...], money: Money) -> Projects:
    """Return the works every village needs."""
    return projects(villages, tasks, money.network_households, money.network_elasticity)


def costs(villages: pd.DataFrame, works: Projects, packages: Packages) -> Costs:
    """Return what each package costs in each village.

    It is the sum of its projects; the general-bond part is that of the works a general bond may pay. Amounts the register
    gives are those of the standard package and are taken as they are; the other packages then keep the ratio the catalogue
    gives them in that village.
    """
    bond_works = np.array(["general_bond" in sources_of(task.work_class) for task in works.tasks])
    holds = packages.holds(works.tasks).astype(float)
    bond = _as_given(villages, "general_bond_wan_yuan", works.cost @ (holds * bond_works).T)
    other = works.cost @ (holds * ~bond_works).T
    total = _as_given(villages, "total_cost_wan_yuan", bond + other)
    return Costs(bond.round(2), np.maximum(total, bond).round(2))


def _as_given(villages: pd.DataFrame, column: str, derived: Array) -> Array:
    if column not in villages:
        return derived
    given = villages[column].to_numpy(float)[:, None]
    standard = derived[:, [STANDARD]]
    ratio = np.divide(derived, standard, out=np.ones_like(derived), where=standard > 0)
    return np.where(np.isnan(given), derived, given * ratio)
