"""Prepare: score the villages, work out the money, and build the program; nothing is solved yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from model.money.accounts import Accounts, accounts
from model.outcomes import finance
from model.outcomes.finance import Financing
from model.register.eligibility import eligibility
from model.scoring.score import score
from model.selection import build
from model.selection.problem import Problem
from model.selection.program import Program
from model.showing import Shown
from model.vocabulary import Plan, Register, Scores
from scenarios.world import own as own_rules
from scenarios.world.own import OwnRule
from scenarios.world.spec import Scenario


@dataclass(frozen=True, repr=False)
class Prepared(Shown):
    """A world before solving: eligibility, scores, the accounts of its money, the problem and its program.

    Everything a later step reads is here, worked out once.
    """

    term = "求解之前的世界"

    scenario: Scenario
    register: Register
    eligible: pd.DataFrame
    scores: Scores
    accounts: Accounts
    problem: Problem
    program: Program
    own: tuple[OwnRule, ...] = ()

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        sizes = {"scenario": self.scenario.name, "villages": len(self.register.villages)}
        sizes |= {"eligible": int(self.eligible["eligible"].sum()), **self.program.shown()}
        return sizes | {"synthetic": self.register.synthetic}


def prepare(scenario: Scenario, register: Register, own: tuple[OwnRule, ...] = ()) -> Prepared:
    """Score and build; the analyst's own rules join the program like any other."""
    eligible = eligibility(register, scenario.eligibility)
    scores = score(register, scenario.scoring, scenario.catalogue)
    money = accounts(register, scenario.catalogue, scenario.packages, scenario.money, scenario.programme.cohorts)
    problem = build.problem(
        register,
        scores,
        eligible["eligible"].to_numpy(),
        money,
        scenario.programme,
        scenario.scoring,
        scenario.asks,
        scenario.rules.eligible_only.on,
    )
    problem, program = build.build(problem, scenario.rules, scenario.objective, scenario.risk)
    own = (*own_rules.of_sources(scenario.own_rules), *own)
    blocks = (*program.blocks, *own_rules.blocks(own, problem, len(program.columns), register))
    return Prepared(scenario, register, eligible, scores, money, problem, replace(program, blocks=blocks), own)


def financing(plan: Plan, prepared: Prepared) -> Financing:
    """Settle who pays for what in a plan."""
    return finance.financing(plan, prepared.register, prepared.accounts)
