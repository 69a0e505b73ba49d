"""Select: precheck, solve, audit and explain; a plan leaves here audited or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from model.errors import BaicunError, DifferenceFoundError, NoPlanFoundError, NoPlanPossibleError
from model.outcomes import equity
from model.outcomes.averages import averages
from model.outcomes.finance import Financing
from model.selection.matching import matching
from model.selection.plan import plan as read_plan
from model.selection.precheck import precheck
from model.selection.program import Program
from model.selection.rules.financing import with_flows
from model.selection.verdicts import verdicts
from model.showing import Shown
from model.vocabulary import PACKAGES, Plan
from scenarios.study.audit import check, check_projects
from scenarios.study.favours import favoured
from scenarios.study.infeasibility import counted, impossible
from scenarios.study.prepare import Prepared, financing
from scenarios.study.yardstick import filled, yardsticks
from scenarios.world.checks import looked_at
from solvers.answer import Answer, Limits
from solvers.solve import solve
from solvers.strategies.lexicographic import Stage, climb

Array = np.ndarray[Any, Any]
Say = Callable[[str], None]


_NOT_FOUND = {
    "interrupt": "Stopped before there was a plan. Nothing was written; run it again to go on.",
    "memory": "The solver met its limit of memory without a plan. Raise run.memory_limit, or close other programs.",
} | {
    limit: f"The solver stopped at its limit of {limit} without a plan; that there is none is not proved. "
    "Raise --work or --time-limit, or ease a rule."
    for limit in ("gap", "work", "time")
}


def silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, repr=False)
class Selection(Shown):
    """A plan that passed the audit, with its certificate and its tables."""

    term = "遴选结果"

    prepared: Prepared
    answer: Answer
    plan: Plan
    rules: pd.DataFrame
    objectives: pd.DataFrame
    verdicts: pd.DataFrame
    money: Financing
    matching: pd.DataFrame
    yardsticks: pd.DataFrame
    favours: pd.DataFrame
    equity: pd.DataFrame
    averages: pd.DataFrame
    exchangeable: int | None = None  # at least so many villages of the signed cohort differ in another plan inside the gap

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        stated = ("solver", "status", "objective", "bound", "gap", "stopped_by")
        certified = {name: getattr(self.answer, name) for name in stated} | {"gap": f"{self.answer.gap:.3%}"}
        told = {"scenario": self.prepared.scenario.name, **certified, **self.plan.shown()}
        return told | {"synthetic": self.prepared.register.synthetic}


def select(prepared: Prepared, say: Say = silent, known: Any = None) -> Selection:
    """Precheck, solve, audit and explain: return an audited plan. ``known`` is what the answer to a like question remembers.

    Raises :class:`NoPlanPossibleError` with a diagnosis, :class:`NoPlanFoundError` at a limit, and
    :class:`DifferenceFoundError` when the audit objects.
    """
    for line in looked_at(prepared.scenario, prepared.register):
        say(line)
    say(f"program: {len(prepared.program.columns)} columns, {len(prepared.program.lower)} rows")
    if reasons := precheck(prepared.problem, prepared.scenario.rules):
        if proof := next((reason for reason in reasons if reason.alone), None):
            raise counted(proof, prepared)
        refused = impossible(prepared, reasons, say)
        if not refused.diagnosis.infeasibility.feasible:  # never on the word of the precheck alone
            raise refused
    program, stages, answer = _solved(prepared, say, known)
    say(f"plan: {answer.status}, gap {answer.gap:.3%}, stopped by {answer.stopped_by}, {answer.seconds:.0f} s")
    tied = _exchangeable(prepared, answer)
    if tied:
        say(f"at least {tied} villages of the signed cohort differ in another plan inside the gap")
    plan = read_plan(prepared.problem, answer.choice)
    paid = financing(plan, prepared)
    _audited(plan, paid, prepared)
    return _told(prepared, program, stages, answer, plan, paid, tied)


def retold(prepared: Prepared, plan: Plan, answer: Answer) -> Selection:
    """Return what is told of a plan whose certificate is known: every table that needs no solver.

    The stages of a ranked objective are not among them.
    """
    paid = financing(plan, prepared)
    return _told(prepared, prepared.program, (), answer, plan, paid, None)


def _told(
    prepared: Prepared,
    program: Program,
    stages: tuple[Stage, ...],
    answer: Answer,
    plan: Plan,
    paid: Financing,
    tied: int | None,
) -> Selection:
    habits = filled(prepared)
    answer = replace(answer, x=with_flows(prepared.problem, answer.choice, paid.flow))
    return Selection(
        prepared=prepared,
        answer=answer,
        plan=plan,
        rules=program.activity(answer.choice),
        objectives=_objectives(program, stages, answer),
        yardsticks=yardsticks(prepared, answer, habits),
        favours=favoured(prepared, plan, habits),
        equity=equity.by_county(plan.table, prepared.register.villages, prepared.eligible["eligible"].to_numpy()),
        verdicts=verdicts(prepared.problem, program, answer.choice, prepared.eligible),
        averages=_averages(plan, paid, prepared),
        money=paid,
        matching=matching(prepared.problem, answer.choice),
        exchangeable=tied,
    )


def _averages(plan: Plan, paid: Financing, prepared: Prepared) -> pd.DataFrame:
    """Return the average bond money by county and cohort beside the standard and its band."""
    eligible, money = prepared.eligible["eligible"].to_numpy(), prepared.scenario.money
    offered = [PACKAGES.index(name) for name in prepared.scenario.packages.offered]
    edges = (money.average * (1 - money.average_band), money.average * (1 + money.average_band))
    county = prepared.register.villages["county_code"].to_numpy()[eligible]
    return averages(plan, county, prepared.accounts.costs.general_bond[eligible][:, offered], paid.sources, edges)


def _exchangeable(prepared: Prepared, answer: Answer) -> int | None:
    """Return how many villages to be signed differ, at least, in another plan inside the gap; nothing if unknown."""
    if answer.solved is None:
        return None
    from solvers.strategies.exchange import exchangeable  # compiled searches, which take a moment to load

    problem = prepared.problem
    signed = np.flatnonzero((problem.choice_year == problem.horizon.as_of) & ~problem.choices.fixed)
    return exchangeable(answer, signed, prepared.scenario.run.gap)


def _audited(plan: Plan, paid: Financing, prepared: Prepared) -> None:
    """Check the solver's plan and its money apart from the solver; raise what is found."""
    findings = check(plan.table, prepared)
    if prepared.scenario.rules.lawful_financing.on:
        findings += check_projects(plan.table, paid.projects, paid.funding, prepared)
    if findings:
        raise DifferenceFoundError(
            "The audit objects to the solver's plan; please report this:\n" + "\n".join(map(str, findings[:20]))
        )


def _solved(prepared: Prepared, say: Say, known: Any) -> tuple[Program, tuple[Stage, ...], Answer]:
    """Solve, one objective after another where the scenario ranks them; return the program that was solved last, and how."""
    run, objective = prepared.scenario.run, prepared.scenario.objective
    limits = Limits(run.gap, run.work, run.time_limit, run.seed, memory=run.memory_limit)

    def solved(program: Program) -> Answer:
        nonlocal known
        answer = solve(program, run.solver, limits, lambda moment: say(str(moment)), known)
        known = answer.solved or known
        return answer

    program, stages = climb(prepared.program, objective.order, objective.tolerance, solved)
    for stage in stages:
        say(f"stage {stage.objective}: {stage.answer.objective:,.1f}, gap {stage.answer.gap:.3%}")
    blended = any(term.weight for term in program.terms)
    last = stages[-1].answer if stages and (stages[-1].answer.x is None or not blended) else solved(program)
    if last.status == "infeasible":
        raise _checked(impossible(prepared, [], say), last.solver)
    if last.x is None:
        raise NoPlanFoundError(_NOT_FOUND[last.stopped_by])
    if not blended and stages:
        only = replace(program, terms=tuple(replace(t, weight=float(t.objective == stages[-1].objective)) for t in program.terms))
        return only, stages[:-1], last
    return program, stages, last


def _checked(refused: NoPlanPossibleError, solver: str) -> BaicunError:
    """Return the refusal, unless the search for what conflicts found a plan: a solver's "infeasible" is a claim."""
    conflict = refused.diagnosis.infeasibility
    if conflict.feasible:
        return NoPlanFoundError(f"{solver} says that no plan exists, but one does. Try another --solver, and please report this.")
    if not conflict.rules:
        return NoPlanFoundError(
            f"{solver} says that no plan exists, but no rules were shown to conflict. Ease a rule, or ask longer."
        )
    return refused


def _objectives(program: Program, stages: tuple[Stage, ...], answer: Answer) -> pd.DataFrame:
    """The stages' values, each in its own unit, then the terms of the blend, whose contributions add up to the objective."""
    rows = [(s.objective, i, 1.0, s.answer.objective, s.answer.objective) for i, s in enumerate(stages, 1)]
    last = len(stages) + 1
    for term in program.terms:
        value = float(term.coefficients @ answer.choice)
        rows.append((term.objective, last, term.weight, value, term.weight * value))
    return pd.DataFrame(rows, columns=["objective", "stage", "weight", "value", "contribution"])
