"""Memory: a solved state as plain arrays, to be kept and taken up again. Plans are read anew when it is taken up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from model.selection.program import Program
from solvers.decomposition.bounds import point
from solvers.decomposition.solved import Solved

Array = np.ndarray[Any, Any]
MOST = 400  # plans of a block, best at the last prices first


def packed(solved: Solved) -> dict[str, Array]:
    """Return a solved state as arrays by name."""
    arrays: dict[str, Array] = {
        "relaxed": np.array([solved.relaxed]),
        "prices": solved.prices,
        "points": np.array([here.prices for here in solved.points]).reshape(len(solved.points), len(solved.prices)),
        "bounds": np.array([here.bounds for here in solved.points]).reshape(len(solved.points), len(solved.grounds)),
    }
    prices = solved.points[-1].prices if solved.points else solved.prices
    for g, ground in enumerate(solved.grounds):
        order = np.argsort(-ground.table.at(prices), kind="stable")[:MOST]
        taken = ground.table.taken[order]
        if solved.plan is not None:
            taken = np.concatenate([solved.plan[g][None, :], taken])
        arrays[f"plans_{g}"] = taken.astype(np.int32)
        if ground.multipliers:
            arrays[f"multipliers_{g}"] = np.array(ground.multipliers)
    if solved.basis is not None:
        arrays["basis_columns"], arrays["basis_rows"] = solved.basis
    arrays["planned"] = np.array([solved.plan is not None])
    return arrays


def unpacked(program: Program, arrays: Mapping[str, Array]) -> Solved:
    """Return the state of a program from arrays that :func:`packed` gave of the same program."""
    solved = Solved.of(program)
    solved.relaxed, solved.prices = float(arrays["relaxed"][0]), arrays["prices"]
    for g, ground in enumerate(solved.grounds):
        ground.learn(arrays[f"plans_{g}"])
        for multipliers in arrays.get(f"multipliers_{g}", np.empty((0, 0))):
            ground.cut(multipliers)
    if "basis_rows" in arrays:
        solved.basis = arrays["basis_columns"], arrays["basis_rows"]
    for prices, bounds in zip(arrays["points"], arrays["bounds"], strict=True):
        solved.points.append(replace(point(program, solved.structure, prices), bounds=bounds))
    if arrays["planned"][0]:
        solved.plan = [arrays[f"plans_{g}"][0] for g in range(len(solved.grounds))]
        x = solved.choice()
        if x is None:
            solved.plan = None
        else:
            solved.objective = program.value(x)
    return solved
