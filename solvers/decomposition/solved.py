"""The solved state: everything a solve has learnt of a program, so that it can go on, or be asked something like it again."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE, Program
from solvers.adaptors import highs
from solvers.decomposition.annealing import Terrain
from solvers.decomposition.block import Block
from solvers.decomposition.bounds import Point, point
from solvers.decomposition.pricing import Form
from solvers.decomposition.projection import unfinanced
from solvers.decomposition.search import terrain
from solvers.decomposition.structure import Structure, structure
from solvers.decomposition.table import joined, read

Array = np.ndarray[Any, Any]


class Ground:
    """One block with what is known of it: rows found on the way, plans, and the forms that searches and pricing read.

    ``multipliers`` are those of its projection's rows that gave the rows found; ``priced`` counts how often it was bounded.
    """

    def __init__(self, block: Block, scale: float) -> None:
        self.block = block
        self.scale = scale
        self.multipliers: list[Array] = []
        self.table = read(block, np.zeros((0, block.items)))
        self.priced = 0  # how often, at the point in hand

    @cached_property
    def terrain(self) -> Terrain:
        """The block as the search reads it."""
        return terrain(self.block, self.scale)

    @cached_property
    def forms(self) -> tuple[Form, Form]:
        """The block as pricing reads it: branching on counts, and on items as well."""
        return Form(self.block, False), Form(self.block, True)

    def reduced(self, prices: Array) -> Array:
        """Return what each column is worth at prices of the linking rows."""
        return np.asarray(self.block.objective - self.block.linking.T @ prices)

    def best(self, prices: Array) -> tuple[Array | None, float]:
        """Return the best stored plan at some prices and its worth; minus infinity where there is none."""
        if not len(self.table):
            return None, float("-inf")
        reduced = self.table.at(prices)
        at = int(np.argmax(reduced))
        return self.table.taken[at], float(reduced[at])

    def learn(self, taken: Array) -> None:
        """Store those of some plans that break no row."""
        self.table = joined(self.table, read(self.block, taken))

    def refused(self, taken: Array) -> bool:
        """Whether a plan cannot be financed; the block then gets the rows that say so."""
        lack = None if self.block.flows is None else unfinanced(self.block.flows, taken)
        return lack is not None and self.cut(lack)

    def cut(self, multipliers: Array) -> bool:
        """Add the rows that multipliers of the projection give, and drop the plans that break them; whether there are any."""
        rows = self.block.flows.cuts(multipliers) if self.block.flows else []
        if not rows:
            return False
        self.multipliers.append(multipliers)
        for row, side in rows:
            self.block = self.block.with_row(row, side)
        self.table = read(self.block, self.table.taken)
        self.__dict__.pop("terrain", None)
        self.__dict__.pop("forms", None)
        return True


@dataclass
class Solved:
    """What is known: the relaxation, prices and bounds, tables of plans, and the best plan.

    ``prices`` and ``basis`` are those of the relaxation; ``points`` are where blocks have been bounded; ``plan`` holds a stored
    plan of each block; ``like`` is a plan of a program like this one. Where ``content``, a plan that is good enough is kept: a
    question should leave alone what it does not touch.
    """

    program: Program
    structure: Structure
    scale: float  # a typical column's worth
    grounds: list[Ground]
    relaxed: float = float("inf")
    prices: Array = field(default_factory=lambda: np.zeros(0))
    basis: tuple[Array, Array] | None = None
    points: list[Point] = field(default_factory=list)
    plan: list[Array] | None = None
    objective: float = float("nan")
    like: list[Array] | None = None
    content: bool = False

    @classmethod
    def of(cls, program: Program, shape: Structure | None = None) -> Solved:
        """Return the state of a program of which nothing is known."""
        shape = shape or structure(program)
        reduced = np.abs(program.objective[: program.binaries])
        scale = float(np.median(reduced[reduced > 0])) if (reduced > 0).any() else 1.0
        return cls(program, shape, scale, [Ground(block, scale) for block in shape.blocks])

    @classmethod
    def planned(cls, program: Program, x: Array) -> Solved:
        """Return the state of a program of which a choice is known and nothing else."""
        solved = cls.of(program)
        solved.prices = np.zeros(len(solved.structure.linking))
        solved.plan = [g.block.taken(x[g.block.columns[: g.block.choices]]) for g in solved.grounds]
        return solved

    @property
    def unit(self) -> float:
        """One sixtieth of a typical column's worth: differences that matter are measured in it."""
        return self.scale / 60.0

    @property
    def bound(self) -> float:
        """The least bound known."""
        return min([self.relaxed, *(here.bound for here in self.points)])

    @property
    def gap(self) -> float:
        """The relative gap; infinite while there is no plan."""
        if self.plan is None:
            return float("inf")
        return max(0.0, self.bound - self.objective) / max(1.0, abs(self.objective))

    def promise(self, prices: Array) -> float:
        """Return what the stored plans would give at prices if each block took its best: no bound, but an aim."""
        best = sum(ground.best(prices)[1] for ground in self.grounds)
        return point(self.program, self.structure, prices).constant + best

    @property
    def sides(self) -> Array:
        """The larger finite side of each linking row, by size."""
        rows = self.structure.linking
        both = np.abs([self.program.lower[rows], self.program.upper[rows]])
        return np.asarray(np.where(np.isfinite(both), both, 0.0).max(axis=0))

    def slack(self, at: Point) -> Array:
        """Return how far each block's bound at a point lies above its best stored plan; none may lie below.

        Raises ``AssertionError`` where one does: a bound that a plan exceeds is no bound.
        """
        best = np.array([ground.best(at.prices)[1] for ground in self.grounds])
        slack = at.bounds - best
        if (slack < -1e-6 * np.maximum(1.0, np.abs(best))).any():
            raise AssertionError(f"plans exceed the bounds of the blocks {np.flatnonzero(slack < 0).tolist()}")
        return np.asarray(np.maximum(slack, 0.0))

    def take(self, plan: list[Array]) -> bool:
        """Keep a plan where it is one of the program, in place of the plan in hand; whether it is."""
        before, self.plan = self.plan, plan
        x = self.choice()
        if x is None or self.program.violation(x) > TOLERANCE:
            self.plan = before
            return False
        self.objective = self.program.value(x)
        return True

    def choice(self) -> Array | None:
        """Return the best plan as a point of the program, its auxiliary columns as good as they can be."""
        if self.plan is None:
            return None
        x = np.array(self.program.low)
        for ground, taken in zip(self.grounds, self.plan, strict=True):
            x[ground.block.columns[taken[taken >= 0]]] = 1.0
        complete: Array | None = highs.completed(self.program, x)
        return complete
