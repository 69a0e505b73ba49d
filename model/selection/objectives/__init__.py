"""Objectives: what a plan is worth. Each gives a coefficient per column; they are blended, or ranked one after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from pydantic import BaseModel, Field, model_validator

from model.selection.auxiliary import Auxiliary
from model.selection.objectives import cohesion, equity, on_average, on_target, risk
from model.selection.objectives.border_first import border_first
from model.selection.objectives.gain import gain
from model.selection.objectives.merit import merit
from model.selection.objectives.place import combined, town_seat
from model.selection.objectives.risk import Risk
from model.selection.objectives.total_cost import total_cost
from model.selection.objectives.unchanged import unchanged
from model.selection.problem import Problem
from model.selection.program import RowBlock, Term
from model.strict import STRICT

__all__ = ["Objective", "Risk"]

Array = np.ndarray[Any, Any]
COLUMN = "column:"
NO_WEIGHTS = ("border_cohorts", "columns", "order", "tolerance")


@dataclass(frozen=True)
class Measure:
    """An objective's coefficients, and the auxiliary columns and rows that define it where the choices alone do not."""

    coefficients: Callable[[Problem], Array]
    auxiliary: Callable[[Problem], Auxiliary] | None = None
    rows: Callable[[Problem], RowBlock] | None = None


def _used(name: str, problem: Problem) -> Array:
    return problem.villages.uses[name][problem.choices.village]


class Objective(BaseModel):
    """The section ``[objective]`` of a scenario: weights, and the order of a lexicographic search.

    A register column is an objective of its own as ``"column:NAME"``. Those named in ``order`` are maximised one after another,
    each giving up at most ``tolerance`` of its best for the next; the blend of the weights comes last.
    """

    model_config = STRICT

    merit: float = Field(ge=0)
    gain: float = Field(ge=0)
    on_target: float = Field(ge=0)
    on_average: float = Field(ge=0)
    total_cost: float = Field(ge=0)
    town_seat: float = Field(ge=0)
    combined: float = Field(ge=0)
    unchanged: float = Field(ge=0)
    border_first: float = Field(ge=0)
    border_cohorts: int = Field(ge=1)
    cohesion: float = Field(ge=0)
    equity: float = Field(ge=0)
    risk: float = Field(ge=0)
    columns: dict[str, float] = Field(default_factory=dict)
    order: list[str]
    tolerance: float = Field(ge=0, lt=1)

    @model_validator(mode="before")
    @classmethod
    def _columns_by_name(cls, stated: Any) -> Any:
        if not isinstance(stated, Mapping):
            return stated
        named = {key.removeprefix(COLUMN): value for key, value in stated.items() if key.startswith(COLUMN)}
        rest = {key: value for key, value in stated.items() if not key.startswith(COLUMN)}
        columns = rest.get("columns", {})
        return rest | {"columns": {**columns, **named} if isinstance(columns, Mapping) else columns}

    @model_validator(mode="after")
    def _known_order(self) -> Objective:
        known = [*self.weights(), *(COLUMN + name for name in self.columns)]
        if unknown := [name for name in self.order if name not in known]:
            raise ValueError(f"order names the unknown objectives {unknown}; the objectives are {known}")
        return self

    def weights(self) -> dict[str, float]:
        """Return the weight of each objective but the columns."""
        return {name: getattr(self, name) for name in type(self).model_fields if name not in NO_WEIGHTS}

    def all_weights(self) -> dict[str, float]:
        """Return the weight of every objective; a column's goes by ``column:NAME``."""
        return self.weights() | {COLUMN + name: weight for name, weight in self.columns.items()}

    def asked(self, settings: Risk) -> dict[str, Measure]:
        """Return the objectives that carry weight or stand in the order."""
        measures = {
            "merit": Measure(merit),
            "gain": Measure(gain),
            "on_target": Measure(on_target.coefficients, on_target.auxiliary, on_target.rows),
            "on_average": Measure(on_average.coefficients, on_average.auxiliary, on_average.rows),
            "total_cost": Measure(total_cost),
            "town_seat": Measure(town_seat),
            "combined": Measure(combined),
            "unchanged": Measure(unchanged),
            "border_first": Measure(partial(border_first, cohorts=self.border_cohorts)),
            "cohesion": Measure(cohesion.coefficients, cohesion.auxiliary, cohesion.rows),
            "equity": Measure(equity.coefficients, equity.auxiliary, equity.rows),
            "risk": Measure(
                partial(risk.coefficients, risk=settings),
                partial(risk.auxiliary, risk=settings),
                partial(risk.rows, risk=settings),
            ),
        }
        measures |= {COLUMN + name: Measure(partial(_used, name)) for name in self.columns}
        return {name: measures[name] for name, weight in self.all_weights().items() if weight or name in self.order}

    def terms(self, problem: Problem, settings: Risk) -> tuple[Term, ...]:
        """Return a term for each objective that is asked for; history, which nothing can change, counts for nothing."""
        weights = self.all_weights()
        return tuple(
            Term(name, weights[name], _wide(m.coefficients(problem), problem)) for name, m in self.asked(settings).items()
        )


def _wide(coefficients: Array, problem: Problem) -> Array:
    """Return coefficients of every column, those of history 0."""
    wide = np.zeros(problem.width)
    wide[: len(coefficients)] = coefficients
    wide[: problem.size][problem.choices.fixed] = 0.0
    return wide
