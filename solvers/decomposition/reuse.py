"""Reuse: what is known of one program, carried over to one like it. Plans are read anew; a bound is kept where it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from model.selection.program import Program
from solvers.decomposition.bounds import point
from solvers.decomposition.solved import Ground, Solved

Array = np.ndarray[Any, Any]
MOST = 0.5  # of the blocks are as they were where a point is kept


def adopt(known: Solved, program: Program) -> Solved:
    """Return the state of a program in the light of what is known of another; of strangers nothing is carried over."""
    new = Solved.of(program)
    if not _akin(known, new):
        return new
    place = _linking(known, new)
    for mine, old in zip(new.grounds, known.grounds, strict=True):
        mine.learn(old.table.taken)
        for multipliers in old.multipliers:
            if mine.block.flows is not None and len(mine.block.flows.rows) == len(multipliers):
                mine.cut(multipliers)
    new.prices = _moved(known.prices, place, len(new.structure.linking))
    if len(known.program.columns) == len(program.columns) and len(known.program.lower) == len(program.lower):
        new.basis = known.basis
    new.relaxed = known.relaxed if _unchanged(known, new) else float("inf")
    for there in known.points:
        here = point(program, new.structure, _moved(there.prices, place, len(new.structure.linking)))
        holds = [_holds(mine, here.prices, its, there.prices) for mine, its in zip(new.grounds, known.grounds, strict=True)]
        if sum(holds) >= MOST * len(holds):  # else nothing says that these prices are good ones
            new.points.append(replace(here, bounds=np.where(holds, there.bounds, np.inf)))
    new.like, new.content = known.plan, known.content
    return new


def _akin(one: Solved, two: Solved) -> bool:
    """Whether two programs decide on the same choices, in the same blocks."""
    a, b = one.program, two.program
    if a.binaries != b.binaries or len(one.grounds) != len(two.grounds):
        return False
    names = zip(a.columns.parts, b.columns.parts, strict=False)
    if any(not np.array_equal(p[: a.binaries], q[: a.binaries]) for p, q in names):
        return False
    pairs = zip(one.grounds, two.grounds, strict=True)
    return all(np.array_equal(p.block.columns[: p.block.choices], q.block.columns[: q.block.choices]) for p, q in pairs)


def _names(solved: Solved) -> list[tuple[str, str]]:
    program = solved.program
    first = np.cumsum([0, *(len(block.labels) for block in program.blocks)])
    rule = program.row_rule[solved.structure.linking]
    return [
        (program.blocks[r].rule, program.blocks[r].labels[int(i - first[r])])
        for i, r in zip(solved.structure.linking, rule, strict=True)
    ]


def _linking(known: Solved, new: Solved) -> Array:
    """Return where each linking row of the known program stands in the new one, or -1."""
    where = {name: i for i, name in enumerate(_names(new))}
    return np.array([where.get(name, -1) for name in _names(known)], dtype=np.int64)


def _moved(prices: Array, place: Array, height: int) -> Array:
    moved = np.zeros(height)
    moved[place[place >= 0]] = prices[place >= 0]
    return moved


def _unchanged(known: Solved, new: Solved) -> bool:
    """Whether the new program has no choice that the known one has not, worth the same."""
    a, b = known.program, new.program
    return (
        len(a.columns) == len(b.columns)
        and np.array_equal(a.objective, b.objective)
        and bool((b.low >= a.low).all() and (b.high <= a.high).all())
        and _tighter(_rows(b.matrix, b.lower, b.upper), _rows(a.matrix, a.lower, a.upper))
    )


def _holds(mine: Ground, prices: Array, its: Ground, old_prices: Array) -> bool:
    """Whether a bound of a known block holds for the new one: the same worths, and no plan that the known one had not."""
    a, b = its.block, mine.block
    return (
        len(a.columns) == len(b.columns)
        and np.array_equal(its.reduced(old_prices), mine.reduced(prices))
        and bool((b.low >= a.low).all() and (b.high <= a.high).all())
        and _tighter(_rows(b.matrix, b.lower, b.upper), _rows(a.matrix, a.lower, a.upper))
    )


Rows = dict[bytes, tuple[float, float]]


def _rows(matrix: Any, lower: Array, upper: Array) -> Rows:
    """Return the sides of each row by its entries."""
    rows: Rows = {}
    for i in range(matrix.shape[0]):
        at = slice(matrix.indptr[i], matrix.indptr[i + 1])
        key = matrix.indices[at].astype(np.int64).tobytes() + b"|" + matrix.data[at].tobytes()
        low, high = rows.get(key, (-np.inf, np.inf))
        rows[key] = max(low, float(lower[i])), min(high, float(upper[i]))
    return rows


def _tighter(new: Rows, old: Rows) -> bool:
    return all(key in new and new[key][0] >= low and new[key][1] <= high for key, (low, high) in old.items())
