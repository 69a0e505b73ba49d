r"""Rivals (争位的村): the cheapest exchange of one village for another, everything else of a plan standing as it is.

For a choice :math:`x^*`, a column *k* in it and a column *j* outside, the exchange :math:`x^* - e_k + e_j` is asked whether every
row holds, and what it does to the objective. The cheapest that holds names who has a village's place, or who is next in line. It
says nothing of exchanges of several villages: what a place costs is for the solver to say (``baicun ask``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from model.selection.matching import joins
from model.selection.problem import Problem
from model.selection.program import TOLERANCE, Program, RowBlock

Array = np.ndarray[Any, Any]
PRICED = ("on_target", "on_average")  # objectives that a village moves beside its own worth


@dataclass(frozen=True)
class Exchange:
    """One village for another: the columns that leave and enter, and what the objective gains by it."""

    leaves: int
    enters: int
    gain: float


class Exchanges:
    """A plan in which one village may be exchanged for another."""

    def __init__(self, problem: Problem, program: Program, x: Array) -> None:
        self.problem, self.x, self.blocks, self.rules, self.terms = problem, x, program.blocks, program.row_rule, program.terms
        self.open, self.inside = ~problem.choices.fixed, x[: problem.size] > 0.5
        self.columns = sparse.csc_array(program.matrix[:, : problem.size])
        self.lower, self.upper = program.lower - TOLERANCE, program.upper + TOLERANCE
        loose = np.diff(sparse.csr_array(program.matrix[:, problem.size :]).indptr) > 0  # auxiliary columns would move along
        self.lower[loose], self.upper[loose] = -np.inf, np.inf
        self.activity = program.matrix @ x
        self.worth = program.objective[: problem.size]
        self.prices = [_Price(program, block, problem.size) for block in program.blocks if block.rule in PRICED]

    def cheapest(self, leaving: Array, entering: Array) -> Exchange | None:
        """Return the exchange of one of some columns for one of some others that holds and costs least, or nothing."""
        found = [self._all(leaving, j, entering=True) for j in entering] if len(entering) <= len(leaving) else []
        found = found or [self._all(entering, k, entering=False) for k in leaving]
        holding = sorted((e for part in found for e in part), key=lambda e: (-e.gain, e.leaves, e.enters))
        return next((e for e in holding if self._paid(e)), None)

    def place_for(self, village: int) -> Exchange | None:
        """Return the cheapest exchange by which a village that is out comes in: within its county, or else in the province."""
        own = np.flatnonzero((self.problem.choices.village == village) & self.open)
        return self._nearest(village, self.inside & self.open, lambda columns: self.cheapest(columns, own))

    def successor_of(self, village: int) -> Exchange | None:
        """Return the cheapest exchange by which another village takes a place: of its county, or else of the province."""
        own = np.flatnonzero((self.problem.choices.village == village) & self.inside & self.open)
        taken = np.isin(self.problem.choices.village, self.problem.choices.village[self.inside])
        return self._nearest(village, ~taken & self.open, lambda columns: self.cheapest(own, columns)) if len(own) else None

    def _nearest(self, village: int, columns: Array, cheapest: Callable[[Array], Exchange | None]) -> Exchange | None:
        county = self.problem.choice_county == self.problem.villages.county[village]
        return cheapest(np.flatnonzero(columns & county)) or cheapest(np.flatnonzero(columns & ~county))

    def made_of(self, exchange: Exchange) -> dict[str, float]:
        """Return by objective what an exchange's gain is made of; the parts add up to it."""
        one, columns = exchange.enters, np.array([exchange.leaves])
        parts = {t.objective: t.weight * float(t.coefficients[one] - t.coefficients[exchange.leaves]) for t in self.terms}
        for price in self.prices:
            more = float(price.more(self.x[: len(self.worth)], 1.0, one, columns)[0])
            parts[price.block.rule] = parts.get(price.block.rule, 0.0) - more
        return parts

    def nearest(self, villages: Array) -> int | None:
        """Return the village, of some that are out, that would break fewest rules by entering, and gain most by it."""
        columns = {int(village): self.entering(int(village)) for village in villages}
        there = [(self._broken(column), -self._gain(column), v) for v, column in columns.items() if column is not None]
        return min(there)[2] if there else None

    def _broken(self, column: int) -> int:
        """Return how many rules a column would break if nothing else moved."""
        return len({rule for rule, *_ in self.in_the_way(column)})

    def _gain(self, column: int) -> float:
        """Return what the objective gains by one more column."""
        return float(self.worth[column] - sum(price.alone(self.x[: self.problem.size], column) for price in self.prices))

    def entering(self, village: int) -> int | None:
        """Return the column by which a village that is out would break fewest rules, the one worth most among equals."""
        own = np.flatnonzero((self.problem.choices.village == village) & ~self.problem.choices.fixed)
        if not len(own):
            return None
        paid = joins(self.problem, self.x, own)
        return int(
            min((self._broken(int(j)) + (not fits), -self._gain(int(j)), int(j)) for j, fits in zip(own, paid, strict=True))[2]
        )

    def in_the_way(self, entering: int) -> list[tuple[str, str, float, str]]:
        """Return which rows a column would break if nothing else moved: rule, label, by how much, and the unit."""
        moved = self.columns[:, [entering]]
        after = self.activity[moved.indices] + moved.data
        beyond = np.maximum(after - self.upper[moved.indices], self.lower[moved.indices] - after)
        found = [(self._row(int(row)), float(by)) for row, by in zip(moved.indices, beyond, strict=True) if by > 0]
        scales = [1.0 if block.scale is None else float(block.scale[at]) for (block, at), _ in found]
        return [(b.rule, b.labels[at], by / scale, b.unit) for ((b, at), by), scale in zip(found, scales, strict=True)]

    def _row(self, row: int) -> tuple[RowBlock, int]:
        block = int(self.rules[row])
        return self.blocks[block], row - int(np.searchsorted(self.rules, block))

    def _all(self, columns: Array, one: int, entering: bool) -> list[Exchange]:
        """Return the exchanges of one column for each of some columns in which every row holds."""
        sign = 1.0 if entering else -1.0
        step = sign * self.columns[:, [one]].toarray().ravel()
        moved = -sign * self.columns[:, columns]
        keeps = self._holds(self.activity + step, moved)
        gain = sign * (self.worth[one] - self.worth[columns])
        for price in self.prices:
            gain -= price.more(self.x[: len(self.worth)], sign, one, columns)
        pairs = ((int(c), one) if entering else (one, int(c)) for c in columns)
        return [Exchange(*pair, float(g)) for pair, g, holds in zip(pairs, gain, keeps, strict=True) if holds]

    def _holds(self, activity: Array, moved: sparse.csc_array) -> Array:
        """Return with which columns added every row holds, shape (columns,)."""
        row, column = moved.indices, np.repeat(np.arange(moved.shape[1]), np.diff(moved.indptr))
        after = activity[row] + moved.data
        outside = (after < self.lower[row]) | (after > self.upper[row])
        broken = (activity < self.lower) | (activity > self.upper)
        mended = np.bincount(column, broken[row], minlength=moved.shape[1])
        return np.asarray((np.bincount(column, outside, minlength=moved.shape[1]) == 0) & (mended == broken.sum()))

    def _paid(self, exchange: Exchange) -> bool:
        """Whether the works beside bonds of the village that enters still have lawful money."""
        beside = self.x.copy()
        beside[exchange.leaves] = 0.0
        return bool(joins(self.problem, beside, np.array([exchange.enters]))[0])


class _Price:
    """What a block of sizes or averages asks for being off its targets."""

    def __init__(self, program: Program, block: RowBlock, size: int) -> None:
        away = sparse.csr_array(block.matrix[:, size:])
        self.own, self.block = sparse.csc_array(block.matrix[:, :size]), block
        self.price = np.zeros(len(block.lower))
        self.price[np.repeat(np.arange(len(self.price)), np.diff(away.indptr))] = -program.objective[
            size + away.indices
        ] / np.abs(away.data)

    def more(self, choice: Array, sign: float, one: int, columns: Array) -> Array:
        """Return what one column added (or taken off) and each of some others taken off (or added) ask for, more than today."""
        base = self._with(choice, one, sign)
        moved = -sign * self.own[:, columns]
        row, column = moved.indices, np.repeat(np.arange(len(columns)), np.diff(moved.indptr))
        start = self.alone(choice, one, sign)
        change = off(self.block, base[row] + moved.data, row) - off(self.block, base[row], row)
        return np.asarray(start + np.bincount(column, self.price[row] * change, minlength=len(columns)))

    def alone(self, choice: Array, one: int, sign: float = 1.0) -> float:
        """Return what one column added (or taken off) asks for, more than today."""
        return float(self.price @ (off(self.block, self._with(choice, one, sign)) - off(self.block, self.own @ choice)))

    def _with(self, choice: Array, one: int, sign: float) -> Array:
        return np.asarray(self.own @ choice + sign * self.own[:, [one]].toarray().ravel())


def off(block: RowBlock, activity: Array, row: Array | slice = slice(None)) -> Array:
    """Return how far activities lie outside their rows' bounds."""
    return np.asarray(np.maximum(block.lower[row] - activity, 0.0) + np.maximum(activity - block.upper[row], 0.0))
