"""The study: the flow from a scenario to results. This file is the table of contents of the project.

load -> validate -> score -> build -> presolve -> solve -> audit -> explain -> simulate -> summarise -> report. Every
step takes and returns frozen values, so each can be run alone in a notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import DifferenceFoundError, Fault, InputError, NoPlanFoundError, NoPlanPossibleError
from model.outcomes import finance, kpis
from model.register.eligibility import eligibility
from model.register.money import Costs, costs, works_of
from model.scoring.score import score
from model.selection import build
from model.selection.audit import Finding, audit
from model.selection.plan import plan as read_plan
from model.selection.presolve import Impossible, presolve
from model.selection.problem import Problem
from model.selection.program import Program
from model.simulation.replicate import replicate
from model.simulation.scene import scene
from model.vocabulary import PACKAGES, Estimates, Plan, Register, Scores
from scenarios.advice.verdicts import verdicts
from scenarios.intake import register_of
from scenarios.load import load
from scenarios.spec import Scenario
from solvers.answer import Answer, Limits
from solvers.solve import solve
from solvers.strategies.clash import clash

Progress = Callable[[str], None]


def _quiet(message: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Prepared:
    """A scenario's world before solving: eligibility, scores, the problem's nouns and the program."""

    scenario: Scenario
    register: Register
    eligible: pd.DataFrame
    scores: Scores
    nouns: Problem
    program: Program


@dataclass(frozen=True)
class Selection:
    """A plan that passed the audit, with its certificate and its tables."""

    prepared: Prepared
    answer: Answer
    plan: Plan
    rules: pd.DataFrame
    objectives: pd.DataFrame
    verdicts: pd.DataFrame
    funding: pd.DataFrame


def open_world(name: str, changes: dict[str, object] | None = None) -> tuple[Scenario, Register]:
    """Load and validate: a scenario and the register it names."""
    scenario = load(name, changes)
    source = scenario.register_
    register = register_of(source)
    names: dict[str, Any] = {
        f"register.{key}": Path(getattr(source, key)).name for key in ("file", "counties", "history", "announced", "neighbours")
    }
    names["register.scores"] = [Path(name).name for name in source.scores]
    check_history(scenario, register)
    return scenario.with_changes(names), register  # where the files stood is no part of what the run is


def check_history(scenario: Scenario, register: Register) -> None:
    """Refuse a history that does not fit the programme: cohorts before the as-of year are history, the others are not."""
    programme = scenario.programme
    past = [cohort for cohort in programme.cohorts if cohort < programme.as_of]
    told = set(register.history["cohort"]) if len(register.history) else set()
    faults = [
        Fault("history", f"the cohort of {year} is before the as-of year and has no village", "Give it with --history FILE.")
        for year in past
        if year not in told
    ]
    faults += [
        Fault("history", "the cohort is no past cohort of the programme", f"Past cohorts are {past}.", "cohort", value=str(year))
        for year in sorted(told - set(past))
    ]
    if faults:
        raise InputError(faults)


def prepare(scenario: Scenario, register: Register) -> Prepared:
    """Score and build."""
    eligible = eligibility(register, scenario.eligibility)
    scores = score(register, scenario.scoring, scenario.catalogue)
    money = package_costs(scenario, register)
    only = scenario.rules.eligible_only.on
    nouns = build.problem(
        register,
        scores,
        eligible,
        scenario.programme,
        scenario.packages,
        money,
        scenario.money,
        scenario.scoring,
        scenario.asks,
        only,
    )
    return Prepared(
        scenario, register, eligible, scores, nouns, build.build(nouns, scenario.rules, scenario.objective, scenario.risk)
    )


def package_costs(scenario: Scenario, register: Register) -> Costs:
    """From baseline to gaps, projects and the cost of each package."""
    works = works_of(register.villages, scenario.catalogue, scenario.money)
    return costs(register.villages, works, scenario.packages)


def select(scenario: Scenario, register: Register, say: Progress = _quiet) -> Selection:
    """Score, build, presolve, solve, audit, explain: return an audited plan.

    Raises :class:`NoPlanPossibleError` with what clashes, :class:`NoPlanFoundError` at a limit, and
    :class:`DifferenceFoundError` when the audit objects.
    """
    prepared = prepare(scenario, register)
    say(f"program: {len(prepared.program.columns)} columns, {len(prepared.program.lower)} rows")
    if reasons := presolve(prepared.nouns, scenario.rules):
        raise _impossible(prepared.program, reasons)
    run = scenario.run
    answer = solve(prepared.program, run.solver, Limits(run.gap, run.work, run.time_limit, run.seed))
    if answer.status == "infeasible":
        raise _impossible(prepared.program, [])
    if answer.x is None:
        raise NoPlanFoundError(
            f"The solver stopped at its limit of {answer.stopped_by} without a plan. "
            "Raise --work or --time-limit, or ease a rule."
        )
    say(f"plan: gap {answer.gap:.3%}, {answer.seconds:.0f} s")
    plan = read_plan(prepared.nouns, answer.x, scenario.programme.as_of)
    if findings := check(plan.table, scenario, register):
        raise DifferenceFoundError(
            "The audit objects to the solver's plan; please report this:\n" + "\n".join(map(str, findings[:20]))
        )
    return Selection(
        prepared=prepared,
        answer=answer,
        plan=plan,
        rules=prepared.program.activity(answer.x),
        objectives=_objectives(prepared.program, answer),
        verdicts=verdicts(prepared.nouns, prepared.program, answer.x, prepared.eligible),
        funding=finance.funding(plan, scenario.money.payment_profile),
    )


def _impossible(program: Program, reasons: list[Impossible]) -> NoPlanPossibleError:
    found = clash(program)
    return NoPlanPossibleError("No plan can satisfy the rules.", (reasons, found))


def check(listed: pd.DataFrame, scenario: Scenario, register: Register) -> list[Finding]:
    """Audit any list: return every broken rule."""
    money = package_costs(scenario, register).general_bond
    bond = pd.DataFrame(money, index=register.villages["village_id"], columns=list(PACKAGES))
    return audit(listed, register, bond, scenario.tables())


def project(
    scenario: Scenario,
    register: Register,
    plan: Plan,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Estimates:
    """Simulate and summarise: play the programme with a plan as often as the scenario says."""
    low = scenario.rules.programme_band.low
    works = works_of(register.villages, scenario.catalogue, scenario.money)
    stage = scene(
        register, plan, works, scenario.packages, scenario.simulation, scenario.money, scenario.programme, low, scenario.run.seed
    )
    return kpis.estimates(replicate(stage, scenario.run.replications, kpis.summarise, workers, progress))


def _objectives(program: Program, answer: Answer) -> pd.DataFrame:
    rows = []
    for term in program.terms:
        value = float(term.coefficients @ answer.x)
        rows.append((term.objective, 1, term.weight, value, term.weight * value))
    return pd.DataFrame(rows, columns=["objective", "stage", "weight", "value", "contribution"])
