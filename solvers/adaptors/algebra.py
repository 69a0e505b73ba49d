"""An analyst's own rule in PuLP's algebra: constraints over the choices become rows, and are read again by the audit.

The rule is a function ``rule(x, data)`` that yields constraints, or pairs of a label and a constraint. ``x`` maps
``(village_id, cohort, package)`` to a PuLP variable; what it does not hold may not be selected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.labels import Labels
from model.selection.program import TOLERANCE, RowBlock
from model.telling import visible

Array = np.ndarray[Any, Any]
Key = tuple[str, int, str]
Function = Callable[[Mapping[Key, Any], Any], Iterable[Any]]


def rows(name: str, function: Function, keys: list[Key], width: int, data: Any) -> RowBlock:
    """Return the rows of a rule; ``keys`` name the choices in column order, ``width`` counts all columns.

    Raises ``TypeError`` where it yields anything but linear constraints over the choices.
    """
    import pulp

    problem = pulp.LpProblem("own", pulp.LpMaximize)
    variables = {key: problem.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i, key in enumerate(keys)}
    place = {variable.name: i for i, variable in enumerate(variables.values())}
    labels: list[str] = []
    entries: list[tuple[int, int, float]] = []
    bounds: list[tuple[float, float]] = []
    for label, given in _named(function(variables, data)):
        constraint = _constant(pulp, given) if isinstance(given, bool) else given
        if not isinstance(constraint, pulp.LpConstraint):
            raise TypeError(f"{label}: {constraint!r} is no constraint; yield something such as lpSum(...) <= 3")
        side = -float(constraint.constant)
        low, high = {-1: (-np.inf, side), 0: (side, side), 1: (side, np.inf)}[constraint.sense]
        entries += [(len(labels), place[variable.name], float(weight)) for variable, weight in constraint.items()]
        labels.append(label)
        bounds.append((low, high))
    height = len(labels)
    at = np.array(entries, dtype=float).reshape(-1, 3)
    if not np.isfinite(at).all() or np.isnan(np.array(bounds, dtype=float)).any():
        raise TypeError("a number in it is none (nan or infinity)")
    matrix = sparse.csr_array((at[:, 2], (at[:, 0].astype(int), at[:, 1].astype(int))), shape=(height, width))
    sides = np.array(bounds, dtype=float).reshape(-1, 2)
    names = Labels((np.array(labels, dtype=object),))
    return RowBlock(name, names, matrix, sides[:, 0], sides[:, 1], "unit of the rule").enlarged()


def broken(function: Function, chosen: Mapping[Key, int], data: Any) -> Iterator[tuple[str, float]]:
    """Yield what a list breaks: the label and by how much; ``chosen`` maps every choice to 0 or 1."""
    for label, constraint in _named(function(chosen, data)):
        if isinstance(constraint, (bool, np.bool_)):
            excess = 0.0 if constraint else 1.0
        else:
            value = float(constraint.constant)  # the choices are numbers here: nothing else is left
            excess = {-1: value, 0: abs(value), 1: -value}[constraint.sense]
        if excess > TOLERANCE:
            yield label, excess


def _named(yielded: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for number, item in enumerate(yielded, 1):
        yield (_label(item[0]), item[1]) if isinstance(item, tuple) else (str(number), item)


def _label(told: Any) -> str:
    """Return a label as it may stand in a table: no control characters, and nothing that a spreadsheet would run."""
    return visible(str(told)).lstrip("=+-@\t\r\n ") or "?"


def _constant(pulp: Any, holds: bool) -> Any:
    """Return a constraint without choices that always or never holds."""
    return pulp.LpConstraint(pulp.LpAffineExpression(), pulp.LpConstraintLE, None, 0 if holds else -1)
