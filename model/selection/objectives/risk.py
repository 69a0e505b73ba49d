r"""Risk (风险): the mean of the worst outcomes over scenarios in which villages share their fortune.

The lower-tail conditional value at risk (Rockafellar and Uryasev 2000):

.. math:: \max\ \eta - \frac{1}{\alpha S} \sum_s u_s, \quad u_s \ge \eta - \sum_{vtk} m_{sv}\, \mu_{vtk}\, x_{vtk},\ u_s \ge 0

.. math:: \ln m_{sv} = \sigma_0 z_s + \sigma_c z_{s c(v)} + \sigma_g z_{s g(v)} - \tfrac12 (\sigma_0^2 + \sigma_c^2 + \sigma_g^2)

The factors are common to all villages, to a county and to a village type. Their spread is an assumption.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, Field
from scipy import sparse

from model.selection.auxiliary import Auxiliary
from model.selection.labels import Labels
from model.selection.objectives.merit import merit
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.strict import STRICT
from model.vocabulary import VILLAGE_TYPES

Array = np.ndarray[Any, Any]
Spread = Annotated[float, Field(ge=0, le=1)]


class Risk(BaseModel):
    """The section ``[risk]`` of a scenario: the tail, the scenarios, and the spread of the common factors."""

    model_config = STRICT

    tail: float = Field(gt=0, le=1)
    scenarios: int = Field(ge=1, le=1000)
    seed: int = Field(ge=0, lt=2**32)
    common: Spread
    county: Spread
    village_type: Spread


def outcomes(problem: Problem, risk: Risk) -> Array:
    """Return the merit of each choice in each scenario, shape (S, N), points; a county's fortune is its own."""
    s = risk.scenarios

    def draws(*key: int) -> Array:
        return np.random.default_rng([risk.seed, *key]).standard_normal(s)

    county = np.column_stack([draws(1, int(code)) for code in problem.counties.codes])
    kind = np.column_stack([draws(2, i) for i in range(len(VILLAGE_TYPES))])
    place = np.array([VILLAGE_TYPES.index(name) for name in problem.villages.kind])
    variance = risk.common**2 + risk.county**2 + risk.village_type**2
    village = (
        risk.common * draws(0)[:, None] + risk.county * county[:, problem.villages.county] + risk.village_type * kind[:, place]
    )
    return np.asarray(np.exp(village - variance / 2)[:, problem.choices.village] * (merit(problem) * ~problem.choices.fixed))


def auxiliary(problem: Problem, risk: Risk) -> Auxiliary:
    """The threshold of the tail, then how far each scenario falls short of it, points."""
    most = float(outcomes(problem, risk).sum(axis=1).max(initial=0.0))
    n = risk.scenarios + 1
    labels = (np.full(n, "tail", dtype=object), np.array([str(i) for i in range(n)], dtype=object), np.full(n, "", dtype=object))
    return Auxiliary("tail", labels, np.full(n, -1), np.zeros(n), np.full(n, most))


def coefficients(problem: Problem, risk: Risk) -> Array:
    """Return the coefficients of the tail's mean, points."""
    weights = np.zeros(problem.width)
    start = problem.auxiliary["tail"].start
    weights[start] = 1.0
    weights[start + 1 : problem.auxiliary["tail"].stop] = -1.0 / (risk.tail * risk.scenarios)
    return weights


def rows(problem: Problem, risk: Risk) -> RowBlock:
    """Return one row per scenario: its shortfall is at least what it lacks of the threshold."""
    s = risk.scenarios
    here = np.arange(s)
    tail = problem.place("tail", here, np.ones(s), s, here + 1) - problem.place("tail", here, np.ones(s), s, np.zeros(s, int))
    choices = sparse.csr_array(outcomes(problem, risk))
    wide = sparse.csr_array((choices.data, choices.indices, choices.indptr), shape=(s, problem.width))
    label = Labels((np.array([f"scenario {i + 1}" for i in here], dtype=object),))
    return RowBlock("risk", label, sparse.csr_array(tail + wide), np.zeros(s), np.full(s, np.inf), "points")
