"""Objectives: what a plan is worth. Each gives a coefficient a column; the blend is their weighted sum."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from model.selection.objectives.merit import merit
from model.selection.objectives.total_cost import total_cost
from model.selection.problem import Problem
from model.selection.program import Term

__all__ = ["Objective"]

_FUNCTIONS = {"merit": merit, "total_cost": total_cost}


class Objective(BaseModel):
    """The weights of the blended objective: the section ``[objective]`` of a scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    merit: float = Field(ge=0)
    total_cost: float = Field(ge=0)

    def terms(self, problem: Problem) -> tuple[Term, ...]:
        """Return the terms that carry weight; history, which nothing can change, counts for nothing."""
        weights = {name: getattr(self, name) for name in type(self).model_fields}
        undecided = ~problem.column_fixed
        return tuple(Term(name, w, _FUNCTIONS[name](problem) * undecided) for name, w in weights.items() if w)
