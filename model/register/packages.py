"""Packages (建设包): nested sets of projects, by how strongly the plan asks for their tasks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BaseModel, Field, model_validator

from model.policy.catalogue import Task
from model.strict import STRICT
from model.vocabulary import PACKAGES

Forces = Annotated[list[Literal["约束", "力争", "鼓励"]], Field(min_length=1)]


def _in_order(names: list[str]) -> list[str]:
    """Return packages in their order, each once, in whatever order they were written."""
    return [name for name in PACKAGES if name in names]


class Contents(BaseModel):
    """The forces of the tasks each package takes in; each package holds the one before it."""

    model_config = STRICT
    basic: Forces
    standard: Forces
    enhanced: Forces

    @model_validator(mode="after")
    def _nested(self) -> Contents:
        if not set(self.basic) <= set(self.standard) <= set(self.enhanced):
            raise ValueError("packages are nested: standard must hold what basic holds, and enhanced what standard holds")
        if "约束" not in self.basic:
            raise ValueError("basic must hold 约束: a village can fail for every binding task")
        return self


class Packages(BaseModel):
    """Which packages are on offer, and what they hold."""

    model_config = STRICT

    offered: Annotated[list[Literal["basic", "standard", "enhanced"]], Field(min_length=1), AfterValidator(_in_order)]
    contents: Contents

    def holds(self, tasks: tuple[Task, ...]) -> np.ndarray[Any, Any]:
        """Return which task belongs to which package, shape (3, tasks): basic, standard, enhanced."""
        return np.array([[task.force in getattr(self.contents, package) for task in tasks] for package in PACKAGES])
