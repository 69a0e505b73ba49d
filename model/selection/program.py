"""The integer program: labelled columns, an objective in named terms, and labelled blocks of rows.

.. math:: \\max \\sum_o w_o\\, c_o^T x \\quad \\text{s.t.} \\quad l \\le A x \\le u,\\ x \\in \\{0, 1\\}^n \\times [a, b]

Most columns are choices (0 or 1); some are auxiliary, between two bounds, which follow from the choices. It knows nothing of
villages: solvers, strategies and tests see numbers and labels.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from model.selection.labels import Labels
from model.showing import Shown

Array = np.ndarray[Any, Any]
TOLERANCE = 1e-6


@dataclass(frozen=True, repr=False)
class RowBlock(Shown):
    """The rows of one rule: ``lower <= matrix @ x <= upper``, with one label per row.

    ``matrix`` has shape (rows, columns); infinite bounds are open; ``unit`` is that of the rows' activity, which stands in the
    rows times their ``scale``.
    """

    term = "一条规则的约束"

    rule: str
    labels: Labels
    matrix: sparse.csr_array
    lower: Array
    upper: Array
    unit: str
    ties: Array | None = None  # rows that tie auxiliary columns to choices: they hold, but never bind
    scale: Array | None = None  # [rows]

    def enlarged(self) -> RowBlock:
        """Return the block with rows of tiny numbers enlarged, so that a solver's tolerance is small beside them."""
        largest = np.asarray(abs(self.matrix).max(axis=1).todense()).ravel() if self.matrix.nnz else np.ones(len(self.lower))
        scale = np.where((largest > 0) & (largest < 1), 1.0 / np.where(largest > 0, largest, 1.0), 1.0)
        matrix = sparse.csr_array(sparse.diags_array(scale) @ self.matrix)
        return replace(self, matrix=matrix, lower=self.lower * scale, upper=self.upper * scale, scale=scale)


@dataclass(frozen=True, repr=False)
class Term(Shown):
    """One objective: a coefficient per column, and its weight in the blend (both to be maximised)."""

    term = "目标项"

    objective: str
    weight: float
    coefficients: Array


@dataclass(frozen=True, repr=False)
class Program(Shown):
    """A maximisation over choices and the auxiliary columns that follow from them.

    ``group`` tells solvers where the program nearly falls apart (here: counties; -1 for what belongs to all). The last columns
    are auxiliary; ``auxiliary`` holds their finite bounds, shape (auxiliary columns, 2).
    """

    term = "整数规划"

    columns: Labels
    terms: tuple[Term, ...]
    blocks: tuple[RowBlock, ...]
    group: Array  # [columns] whole number: columns of different groups share few rows
    auxiliary: Array = field(default_factory=lambda: np.empty((0, 2)))
    part: Array | None = None  # [columns] whole number: chosen columns of one part are counted together (here: cohorts)

    @property
    def binaries(self) -> int:
        """The number of columns that are 0 or 1."""
        return len(self.columns) - len(self.auxiliary)

    @cached_property
    def low(self) -> Array:
        """The lower bound of each column."""
        return np.concatenate([np.zeros(self.binaries), self.auxiliary[:, 0]])

    @cached_property
    def high(self) -> Array:
        """The upper bound of each column."""
        return np.concatenate([np.ones(self.binaries), self.auxiliary[:, 1]])

    @cached_property
    def objective(self) -> Array:
        """The blended coefficient of each column."""
        return sum((t.weight * t.coefficients for t in self.terms), start=np.zeros(len(self.columns)))

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """All rows stacked, shape (rows, columns)."""
        if not self.blocks:
            return sparse.csr_array((0, len(self.columns)))
        return sparse.csr_array(sparse.vstack([block.matrix for block in self.blocks], format="csr"))

    @cached_property
    def lower(self) -> Array:
        """The lower bound of each row."""
        return np.concatenate([np.empty(0), *(block.lower for block in self.blocks)])

    @cached_property
    def upper(self) -> Array:
        """The upper bound of each row."""
        return np.concatenate([np.empty(0), *(block.upper for block in self.blocks)])

    @cached_property
    def row_rule(self) -> Array:
        """The index of each row's block."""
        return np.repeat(np.arange(len(self.blocks)), [len(block.labels) for block in self.blocks])

    def value(self, x: Array) -> float:
        """Return the blended objective of a choice, in double precision."""
        return float(self.objective @ x)

    def violation(self, x: Array) -> float:
        """Return the largest amount by which a choice breaks a row; 0 when none is broken.

        It is relative to the row's bound where auxiliary columns, which a solver rounds, stand in the row.
        """
        if len(self.lower) == 0:
            return 0.0
        activity = self.matrix @ x
        loose = np.diff(sparse.csr_array(self.matrix[:, self.binaries :]).indptr) > 0
        bound = np.abs(np.where(np.isfinite(self.upper), self.upper, self.lower))
        scale = np.where(loose, np.maximum(1.0, bound), 1.0)
        return float(np.max(np.maximum(self.lower - activity, activity - self.upper) / scale, initial=0.0).clip(0.0))

    def activity(self, x: Array) -> pd.DataFrame:
        """Return the table of rules at a choice: rule, label, lower, activity, upper, slack, binding.

        A row binds when its slack is smaller than its smallest step: nothing more fits. A ratio of nothing (no column
        chosen, bound 0) does not bind. The slack is the distance to the nearer finite bound.
        """
        parts = [_activity(block, x) for block in self.blocks]
        names = ["rule", "label", "lower", "activity", "upper", "slack", "binding"]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)

    def without(self, rules: set[str]) -> Program:
        """Return the program without the rules named."""
        return replace(self, blocks=tuple(block for block in self.blocks if block.rule not in rules))

    def untied(self) -> Program:
        """Return the program without the rules that tie auxiliary columns: what it cannot do, the whole cannot."""
        return self.without({block.rule for block in self.blocks if block.ties is not None})

    def rows_of(self, rule: str) -> Array:
        """Return the indices of a rule's rows."""
        return np.flatnonzero(np.array([block.rule == rule for block in self.blocks], dtype=bool)[self.row_rule])

    def rounded(self, x: Array) -> Array:
        """Return a point with its choices rounded."""
        return np.concatenate([np.round(x[: self.binaries]), x[self.binaries :]])

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        return {"columns": len(self.columns), "choices": self.binaries, "rows": len(self.lower), "rules": len(self.blocks)}


def _activity(block: RowBlock, x: Array) -> pd.DataFrame:
    activity = block.matrix @ x
    scale = 1.0 if block.scale is None else block.scale
    slack = np.minimum(activity - block.lower, block.upper - activity)
    steps = np.abs(block.matrix).tocoo()
    smallest = np.full(len(block.labels), np.inf)
    np.minimum.at(smallest, steps.row[steps.data > 0], steps.data[steps.data > 0])
    return pd.DataFrame(
        {
            "rule": block.rule,
            "label": list(block.labels),
            "lower": np.where(np.isfinite(block.lower), block.lower, np.nan) / scale,
            "activity": activity / scale,
            "upper": np.where(np.isfinite(block.upper), block.upper, np.nan) / scale,
            "slack": slack / scale,
            "binding": (slack < smallest - TOLERANCE) & ~_idle(block, x) & ~tied(block),
        }
    )


def tied(block: RowBlock) -> Array:
    """Return which rows tie auxiliary columns to choices."""
    return np.zeros(len(block.labels), dtype=bool) if block.ties is None else block.ties


def _idle(block: RowBlock, x: Array) -> Array:
    """Which rows have no chosen column and no bound but 0, and do not forbid every column they hold."""
    untouched = (abs(block.matrix) @ x) == 0
    bounds = np.nan_to_num(block.lower, neginf=0.0) ** 2 + np.nan_to_num(block.upper, posinf=0.0) ** 2
    entries = block.matrix.tocoo()
    least = np.full(len(block.labels), np.inf)
    np.minimum.at(least, entries.row, entries.data)
    forbids = (block.upper == 0) & np.isfinite(least) & (least > 0)
    return np.asarray(untouched & (bounds == 0) & ~forbids)
