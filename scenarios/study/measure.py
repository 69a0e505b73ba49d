"""Measure: whether two worlds measure plans alike, read off what their objectives are made of and not off their settings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from model.selection.program import Program, RowBlock
from scenarios.study.prepare import Prepared, prepare

Array = np.ndarray[Any, Any]


def unlike(one: Prepared, two: Prepared) -> list[str]:
    """Return the objectives that are not the same for choices both worlds have; ``order`` where they are ranked otherwise."""
    first, second = (_objectives(prepared) for prepared in (one, two))
    ranks = [
        (p.scenario.objective.order, p.scenario.objective.tolerance if p.scenario.objective.order else 0) for p in (one, two)
    ]
    a, b = ({term.objective: term for term in program.terms} for program in (first, second))
    names = sorted(name for name in a.keys() | b.keys() if (name in a) != (name in b))
    at = _common(first, second)
    for name in a.keys() & b.keys():
        pair = (a[name].weight, a[name].coefficients[at[0]]), (b[name].weight, b[name].coefficients[at[1]])
        same = pair[0][0] == pair[1][0] and np.allclose(pair[0][1], pair[1][1], rtol=1e-9, atol=1e-9)
        if not same or not _same_rows(_block(first, name), _block(second, name), at):
            names.append(name)
    return sorted(names) + ["order"] * (ranks[0] != ranks[1])


def _objectives(prepared: Prepared) -> Program:
    """Return the program without rules of an analyst's own: they are no part of the measure, and are not run for it."""
    scenario = prepared.scenario.model_copy(update={"own_rules": {}})
    return prepare(scenario, prepared.register).program if prepared.scenario.own_rules else prepared.program


def _common(one: Program, two: Program) -> tuple[Array, Array]:
    """Return where the columns that both have stand in each."""
    names = [pd.MultiIndex.from_arrays([part.astype(str) for part in program.columns.parts]) for program in (one, two)]
    at = names[1].get_indexer(names[0])
    return np.flatnonzero(at >= 0), at[at >= 0]


def _block(program: Program, name: str) -> RowBlock | None:
    return next((block for block in program.blocks if block.rule == name), None)


def _same_rows(one: RowBlock | None, two: RowBlock | None, at: tuple[Array, Array]) -> bool:
    """Whether the rows that an objective is defined by are the same for common columns."""
    if one is None or two is None:
        return one is two
    if list(one.labels) != list(two.labels):
        return False
    sides = np.array_equal(one.lower, two.lower) and np.array_equal(one.upper, two.upper)
    apart = sparse.csr_array(one.matrix[:, at[0]] - two.matrix[:, at[1]])
    return bool(sides and np.abs(apart.data).max(initial=0.0) <= 1e-9)
