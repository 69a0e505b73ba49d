"""Lexicographic search (分层优化): objectives are maximised one after another, each giving up a little for the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from model.selection.labels import Labels
from model.selection.program import Program, RowBlock
from solvers.answer import Answer

PREFIX = "stage:"


@dataclass(frozen=True)
class Stage:
    """One objective of the order: what it reached, and what the later ones must leave it."""

    objective: str
    answer: Answer
    floor: float


def climb(
    program: Program, order: Sequence[str], tolerance: float, solve: Callable[[Program], Answer]
) -> tuple[Program, tuple[Stage, ...]]:
    """Maximise the objectives of the order one after another; return the program that keeps them, and the stages.

    A stage that ends without a choice is the last one returned; its answer says why.
    """
    stages: list[Stage] = []
    for name in order:
        term = next(term for term in program.terms if term.objective == name)
        answer = solve(replace(program, terms=(replace(term, weight=1.0),)))
        floor = answer.objective - tolerance * abs(answer.objective)
        stages.append(Stage(name, answer, floor))
        if answer.x is None:
            break
        row = sparse.csr_array(term.coefficients.reshape(1, -1))
        kept = RowBlock(
            PREFIX + name, Labels((np.array([name]),)), row, np.array([floor]), np.array([np.inf]), "of the objective"
        )
        program = replace(program, blocks=(*program.blocks, kept))
    return program, tuple(stages)
