"""The rule that every work has lawful money: sources flow to classes of work in each county and year."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from scipy import sparse

from model.money.costs import CENTS
from model.money.network import LOAN, SOCIAL, SPECIAL, VILLAGERS, lanes
from model.selection.auxiliary import Auxiliary
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.selection.rules.rule import Rule
from model.vocabulary import CLASSES, HOUSEHOLD, REVENUE, SOURCES

Array = np.ndarray[Any, Any]
FLOW = "flow"
BOND = SOURCES.index("general_bond")


class LawfulFinancing(Rule):
    r"""Lawful financing (资金合法落实; clauses P23-NODEBT, P23-LEVER): no work without a source that may pay for it.

    .. math::
        \sum_{v \in c} \sum_{t,k} n_{vkw,y-t} \, x_{vtk} &\le \sum_{s} f_{cysw} + g_{cyw} && \forall c, y, w \\
        \sum_{w} f_{cysw} &\le L_{cys}, \quad 0 \le f_{cysw} \le u_{cysw} && \forall c, y, s

    The flow :math:`f` runs from sources to classes of work, in lanes the law allows. What a source has, :math:`L`, is given by
    the county table or assumed; social capital adds no more than a leverage on general-bond money, residents no more than a
    share of works in their own homes and what a household is willing to give, special bonds no more of a revenue-bearing work
    than its income can carry, and market bodies borrow no more than a share of the rest. Operators pay for their own networks.
    :math:`g` is what history needs and no source can pay: a fact. Public-good works are paid by general bonds, of which the
    county quota speaks; the reserve for overruns is a class of its own.
    """

    name: ClassVar[str] = "lawful_financing"
    term: ClassVar[str] = "资金合法落实"
    clause: ClassVar[str] = "P23-NODEBT;P23-LEVER;P23-SPECIAL;P23-DEPT;P23-CROWD"
    unit: ClassVar[str] = "万元"

    def auxiliary(self, problem: Problem) -> Auxiliary | None:
        """One flow per county, year, source and class: lanes that are lawful and whose source has something."""
        county, year, source, work = _flows(problem)
        if not len(county):
            return None
        lane = [f"{s}>{w}" for s, w in zip(np.array(SOURCES)[source], np.array(CLASSES)[work], strict=True)]
        labels = (problem.counties.codes[county], problem.horizon.years[year], np.array(lane, dtype=object))
        most = np.minimum(problem.funds.purse[county, year, source] / CENTS, _most(problem)[county, year])
        return Auxiliary(FLOW, labels, county, np.zeros(len(county)), most)

    def rows(self, problem: Problem) -> RowBlock:
        """Needs by class, then limits by source, then the lanes that villages themselves open."""
        flows = _flows(problem)
        parts = [_needs(problem, flows), _limits(problem, flows), *_lanes(problem, flows)]
        counties, years, what = (np.concatenate([part[i] for part in parts]) for i in range(3))
        matrix = sparse.csr_array(sparse.vstack([part[3] for part in parts], format="csr"))
        upper = np.concatenate([part[4] for part in parts])
        labels = (problem.counties.codes[counties], problem.horizon.years[years], what)
        return replace(self._block(labels, matrix, -np.inf, upper), ties=np.isin(what, CLASSES))


Part = tuple[Array, Array, Array, Any, Array]  # county, year, what, matrix, upper


def with_flows(problem: Problem, x: Array, flow: Array) -> Array:
    """Return a choice whose flows are those of a settlement, 万元, shape (C, Y, S, W)."""
    complete = x.copy()
    if FLOW in problem.auxiliary:
        complete[problem.auxiliary[FLOW]] = flow[_flows(problem)]
    return complete


def _flows(problem: Problem) -> tuple[Array, Array, Array, Array]:
    """Return the county, year, source and class of each flow."""
    able = lanes().copy()
    able[BOND] = False
    there = (problem.funds.purse > 0)[:, :, :, None] & able[None, None]
    county, year, source, work = np.nonzero(there)
    return county, year, source, work


def _most(problem: Problem) -> Array:
    """Return more than all works of a county and year can cost, 万元, shape (C, Y)."""
    drawn = problem.funds.draws.need[problem.choices.village, problem.choices.package].sum(axis=1)
    return np.asarray(problem.drawn(drawn).sum(axis=1)).reshape(len(problem.counties.codes), len(problem.horizon.years))


def _place(problem: Problem, rows: Array, weights: Array, height: int, which: Array) -> sparse.csr_array:
    if not len(which):
        return sparse.csr_array((height, problem.width))
    return problem.place(FLOW, rows, weights, height, which)


def _needs(problem: Problem, flows: tuple[Array, ...]) -> Part:
    """What each class needs, less what flows to it: bonds pay for public-good works, so those are left out."""
    county, year, _, work = flows
    counties, years = problem.funds.purse.shape[:2]
    classes = [w for w in range(len(CLASSES)) if not lanes()[BOND, w]]
    stacked = [problem.drawn(problem.funds.draws.need[problem.choices.village, problem.choices.package, w]) for w in classes]
    height = counties * years
    matrix = sparse.csr_array(sparse.vstack(stacked, format="csr"))
    row = np.searchsorted(classes, work) * height + county * years + year
    matrix = matrix - _place(problem, row, np.ones(len(row)), len(classes) * height, np.arange(len(row)))
    c, y = np.divmod(np.arange(height), years)
    what = np.repeat([CLASSES[w] for w in classes], height).astype(object)
    gap = np.concatenate([problem.funds.gap[:, :, w].ravel() for w in classes]) / CENTS
    return np.tile(c, len(classes)), np.tile(y, len(classes)), what, matrix, gap


def _limits(problem: Problem, flows: tuple[Array, ...]) -> Part:
    """What each source has for all classes together, where it is known."""
    county, year, source, _ = flows
    counties, years, sources = problem.funds.purse.shape
    finite = np.isfinite(problem.funds.purse)
    finite[:, :, BOND] = False
    asked = np.zeros((counties, years, sources), dtype=bool)
    asked[county, year, source] = finite[county, year, source]
    c, y, s = np.nonzero(asked)
    number = np.full(asked.shape, -1)
    number[c, y, s] = np.arange(len(c))
    row = number[county, year, source]
    kept = np.flatnonzero(row >= 0)
    matrix = _place(problem, row[kept], np.ones(len(kept)), len(c), kept)
    return c, y, np.array(SOURCES, dtype=object)[s], matrix, problem.funds.purse[c, y, s] / CENTS


def _lanes(problem: Problem, flows: tuple[Array, ...]) -> list[Part]:
    """What villages open: leverage of social capital, coverage of special bonds, loans of market bodies, homes of residents."""
    pick = problem.choices.village, problem.choices.package
    opened = (
        ("leverage", SOCIAL, None, problem.funds.draws.social[pick]),
        ("coverage", SPECIAL, REVENUE, problem.funds.draws.covered[pick]),
        ("loans", LOAN, REVENUE, problem.funds.draws.loans[pick]),
        ("homes", VILLAGERS, HOUSEHOLD, problem.funds.draws.homes[pick]),
    )
    county, year, source, work = flows
    counties, years = problem.funds.purse.shape[:2]
    c, y = np.divmod(np.arange(counties * years), years)
    parts = []
    for name, s, w, room in opened:
        kept = np.flatnonzero((source == s) & ((work == w) if w is not None else True))
        row = county[kept] * years + year[kept]
        there = np.unique(row)
        matrix = _place(problem, row, np.ones(len(row)), len(c), kept) - problem.drawn(room)
        what = np.full(len(there), name, dtype=object)
        parts.append((c[there], y[there], what, sparse.csr_array(matrix)[there], np.zeros(len(there))))
    return parts
