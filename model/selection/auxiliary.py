"""Auxiliary columns: they stand beside the choices and follow from them, such as whether two neighbours are both selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.selection.labels import Labels
from model.selection.problem import Problem

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Auxiliary:
    """Auxiliary columns of one name: three label parts each, the county each belongs to (-1: to all), and finite bounds."""

    name: str
    labels: tuple[Array, Array, Array]
    county: Array
    low: Array
    high: Array


def single(name: str, high: float, low: float = 0.0) -> Auxiliary:
    """Return a single auxiliary column that belongs to all counties."""
    blank = np.array([""], dtype=object)
    return Auxiliary(name, (np.array([name], dtype=object), blank, blank), np.array([-1]), np.array([low]), np.array([high]))


@dataclass(frozen=True)
class Columns:
    """All columns of a program: labels, groups, and the bounds of the auxiliary ones, shape (auxiliary columns, 2)."""

    labels: Labels
    group: Array
    bounds: Array


def placed(problem: Problem, asked: Sequence[Auxiliary | None]) -> tuple[Problem, Columns]:
    """Return the problem that knows where each auxiliary column stands, and all columns; one asked for twice is there once."""
    wanted = {auxiliary.name: auxiliary for auxiliary in asked if auxiliary is not None and len(auxiliary.low)}
    places, end = {}, problem.size
    for name, auxiliary in wanted.items():
        places[name] = slice(end, end + len(auxiliary.low))
        end += len(auxiliary.low)
    labels = Labels(
        tuple(
            np.concatenate([np.asarray(part, dtype=object), *(auxiliary.labels[i] for auxiliary in wanted.values())])
            for i, part in enumerate(problem.labels.parts)
        )
    )
    group = np.concatenate([problem.choice_county, *(auxiliary.county for auxiliary in wanted.values())])
    bounds = np.concatenate([np.empty((0, 2)), *(np.column_stack([a.low, a.high]) for a in wanted.values())])
    return replace(problem, auxiliary=places, width=end), Columns(labels, group, bounds)
