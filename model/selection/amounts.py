"""Amounts: columns beside the choices that follow from them, such as whether two neighbours are both selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.selection.labels import Labels
from model.selection.problem import Problem

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Amounts:
    """Amounts of one name: three label parts each, the county each belongs to (-1: to all), and finite bounds."""

    name: str
    labels: tuple[Array, Array, Array]
    county: Array
    low: Array
    high: Array


def one(name: str, high: float, low: float = 0.0) -> Amounts:
    """Return a single amount that belongs to all counties."""
    blank = np.array([""], dtype=object)
    return Amounts(name, (np.array([name], dtype=object), blank, blank), np.array([-1]), np.array([low]), np.array([high]))


@dataclass(frozen=True)
class Columns:
    """All columns of a program: labels, groups, and the bounds of the amounts, shape (amounts, 2)."""

    labels: Labels
    group: Array
    bounds: Array


def settle(nouns: Problem, asked: Sequence[Amounts | None]) -> tuple[Problem, Columns]:
    """Return the problem that knows where each amount stands, and all columns; an amount asked for twice is there once."""
    wanted = {amounts.name: amounts for amounts in asked if amounts is not None and len(amounts.low)}
    places, end = {}, nouns.size
    for name, amounts in wanted.items():
        places[name] = slice(end, end + len(amounts.low))
        end += len(amounts.low)
    labels = Labels(
        tuple(
            np.concatenate([np.asarray(part, dtype=object), *(amounts.labels[i] for amounts in wanted.values())])
            for i, part in enumerate(nouns.labels.parts)
        )
    )
    group = np.concatenate([nouns.column_county, *(amounts.county for amounts in wanted.values())])
    bounds = np.concatenate([np.empty((0, 2)), *(np.column_stack([a.low, a.high]) for a in wanted.values())])
    return replace(nouns, extra=places, width=end), Columns(labels, group, bounds)
