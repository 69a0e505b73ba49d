"""Prepare: score the villages, work out the money, and build the program; nothing is solved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from model.money.accounts import Accounts, accounts
from model.outcomes import finance
from model.outcomes.finance import Financing
from model.register.eligibility import eligibility, joining
from model.scoring.score import score
from model.selection import build
from model.selection.problem import Problem
from model.selection.program import Program
from model.showing import Shown
from model.vocabulary import Plan, Register, Scores
from scenarios.world import own as own_rules
from scenarios.world.own import OwnRule
from scenarios.world.spec import Scenario

SELECTING = (
    "rules.",
    "objective.",
    "risk.",
    "cohesion.",
    "locks",
    "resources",
    "run.",
    "simulation.",
)  # read after scores and accounts


@dataclass(frozen=True, repr=False)
class Prepared(Shown):
    """A world before solving: eligibility, scores, the accounts of its money, and the program, built when it is asked for.

    Everything a later step reads is here, worked out once.
    """

    term = "求解之前的世界"

    scenario: Scenario
    register: Register
    eligible: pd.DataFrame
    scores: Scores
    accounts: Accounts
    given: tuple[OwnRule, ...] = ()  # rules of a notebook, beside those of the scenario

    @cached_property
    def own(self) -> tuple[OwnRule, ...]:
        """The analyst's own rules: those of the scenario, then those of the notebook."""
        return (*own_rules.of_sources(self.scenario.own_rules), *self.given)

    @property
    def problem(self) -> Problem:
        """What is to be decided, and everything rules may ask about it."""
        return self._built[0]

    @property
    def program(self) -> Program:
        """The integer program of the rules and objectives that are on; own rules join it like any other."""
        return self._built[1]

    @cached_property
    def _built(self) -> tuple[Problem, Program]:
        scenario = self.scenario
        problem = build.problem(
            self.register,
            self.scores,
            self.eligible["eligible"].to_numpy(),
            self.accounts,
            scenario.programme,
            scenario.scoring,
            scenario.asks,
            self._joins,
        )
        problem, program = build.build(problem, scenario.rules, scenario.objective, scenario.risk)
        blocks = (*program.blocks, *own_rules.blocks(self.own, problem, len(program.columns), self.register))
        return problem, replace(program, blocks=blocks)

    @property
    def _joins(self) -> np.ndarray[Any, Any]:
        """The first cohort that may take each village."""
        if not self.scenario.rules.eligible_only.on:
            return np.zeros(len(self.eligible), dtype=np.int64)
        in_pool = joining(self.register.villages, self.scenario.eligibility)
        return np.asarray(in_pool.where(self.eligible["eligible"], build.NEVER))

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        sizes = {"scenario": self.scenario.name, "villages": len(self.register.villages)}
        eligible = {"eligible": int(self.eligible["eligible"].sum())}
        return {**sizes, **eligible, **self.program.shown(), "synthetic": self.register.synthetic}


def prepare(scenario: Scenario, register: Register, own: tuple[OwnRule, ...] = ()) -> Prepared:
    """Score the villages and work out the money; ``own`` are rules of a notebook."""
    eligible = eligibility(register, scenario.eligibility, max(scenario.programme.cohorts))
    money = accounts(register, scenario.catalogue, scenario.packages, scenario.money, scenario.programme.cohorts)
    scores = score(register, scenario.scoring, money.works, scenario.packages)
    return Prepared(scenario, register, eligible, scores, money, own)


def again(prepared: Prepared, changes: Mapping[str, Any]) -> Prepared:
    """Return a prepared world with other values at dotted paths; scores and accounts that do not depend on them are kept."""
    scenario = prepared.scenario.with_changes(dict(changes))
    if all(path.startswith(SELECTING) for path in changes):
        return replace(prepared, scenario=scenario)
    if all(path.startswith((*SELECTING, "scoring.")) for path in changes):
        return replace(
            prepared,
            scenario=scenario,
            scores=score(prepared.register, scenario.scoring, prepared.accounts.works, scenario.packages),
        )
    return prepare(scenario, prepared.register, prepared.given)


def financing(plan: Plan, prepared: Prepared) -> Financing:
    """Settle who pays for what in a plan."""
    return finance.financing(plan, prepared.register, prepared.accounts)
