"""What every rule is: a switch, its parameters, and a function from the problem to rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import BaseModel, Field

from model.selection.auxiliary import Auxiliary
from model.selection.labels import Labels
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.strict import STRICT

Array = np.ndarray[Any, Any]


OTHER = "other"  # every year that is not named
YearKey = Annotated[str, Field(pattern=r"^(20\d\d|other)$")]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
YearlyShare = Share | dict[YearKey, Share]
YearlyCount = Count | dict[YearKey, Count]


def in_year(value: Any, year: int) -> Any:
    """Return what a value is in a year: itself, or what it holds by year, ``other`` for years that are not named."""
    return value.get(str(year), value.get(OTHER)) if isinstance(value, dict) else value


class Rule(BaseModel, ABC):
    """A rule of selection. ``term`` is its Chinese name, ``clause`` the clause it comes from."""

    model_config = STRICT

    name: ClassVar[str]
    term: ClassVar[str]
    clause: ClassVar[str]
    unit: ClassVar[str] = "village"

    on: bool = False

    def auxiliary(self, problem: Problem) -> Auxiliary | None:  # noqa: ARG002 (most rules have none)
        """Return the auxiliary columns the rule speaks of beside the choices."""
        return None

    def at(self, key: str, year: int) -> Any:
        """Return what a value is in a year."""
        return in_year(getattr(self, key), year)

    def yearly(self, key: str, years: Array) -> Array:
        """Return a value in each of some years."""
        return np.array([self.at(key, int(year)) for year in years], dtype=float)

    def odd_years(self, cohorts: list[int]) -> list[str]:
        """Return what is wrong with values by year: years that are no cohort, and cohorts without a value."""
        faults = []
        for key, value in self:
            if isinstance(value, dict):
                faults += [
                    f"{self.name}.{key} names {year}, which is no cohort"
                    for year in value
                    if year != OTHER and int(year) not in cohorts
                ]
                missing = [str(year) for year in cohorts if str(year) not in value and OTHER not in value]
                faults += [f"{self.name}.{key} has no value for {', '.join(missing)}; state it, or other"] if missing else []
        return faults

    @abstractmethod
    def rows(self, problem: Problem) -> RowBlock:
        """Return the rule's rows; no rule asks whether another has run."""

    def _block(self, labels: tuple[Array, ...], matrix: Any, lower: Any, upper: Any) -> RowBlock:
        sides = [np.broadcast_to(np.asarray(side, dtype=float), matrix.shape[0]).copy() for side in (lower, upper)]
        return RowBlock(self.name, Labels(labels), matrix, sides[0], sides[1], self.unit)


def pairs(first: Array, second: Array) -> tuple[Array, Array]:
    """Return the labels of every pair, the second running fastest."""
    return np.repeat(first, len(second)), np.tile(second, len(first))
