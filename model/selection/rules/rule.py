"""What every rule is: a switch, its parameters, and a function from the problem to rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from model.selection.auxiliary import Auxiliary
from model.selection.labels import Labels
from model.selection.problem import Problem
from model.selection.program import RowBlock

Array = np.ndarray[Any, Any]


class Rule(BaseModel, ABC):
    """A rule of selection. ``term`` is its Chinese name, ``clause`` the clause it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: ClassVar[str]
    term: ClassVar[str]
    clause: ClassVar[str]
    unit: ClassVar[str] = "village"

    on: bool = False

    def auxiliary(self, problem: Problem) -> Auxiliary | None:  # noqa: ARG002 (most rules have none)
        """Return the auxiliary columns the rule speaks of beside the choices."""
        return None

    @abstractmethod
    def rows(self, problem: Problem) -> RowBlock:
        """Return the rule's rows; no rule asks whether another has run."""

    def _block(self, labels: tuple[Array, ...], matrix: Any, lower: Any, upper: Any) -> RowBlock:
        sides = [np.broadcast_to(np.asarray(side, dtype=float), matrix.shape[0]).copy() for side in (lower, upper)]
        return RowBlock(self.name, Labels(labels), matrix, sides[0], sides[1], self.unit)


def pairs(first: Array, second: Array) -> tuple[Array, Array]:
    """Return the labels of every pair, the second running fastest."""
    return np.repeat(first, len(second)), np.tile(second, len(first))
