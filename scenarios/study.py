"""The study: the flow from a scenario to results. This file is the table of contents of the project.

load -> validate -> score -> build -> presolve -> solve -> audit -> explain -> simulate -> summarise -> report. Every
step takes and returns frozen values, so each can be run alone in a notebook.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import DifferenceFoundError, Fault, InputError, NoPlanFoundError, NoPlanPossibleError
from model.money.costs import Costs, costs, works_of
from model.money.settings import CLASSES
from model.outcomes import equity, finance, kpis
from model.outcomes.finance import Financing
from model.policy import catalogue
from model.register.eligibility import eligibility
from model.scoring.score import score
from model.selection import build
from model.selection.audit import Finding, Works, audit, audit_projects
from model.selection.matching import matching
from model.selection.objectives.merit import merit
from model.selection.plan import plan as read_plan
from model.selection.presolve import Impossible, presolve
from model.selection.problem import Problem
from model.selection.program import Program
from model.selection.rules.financing import as_settled
from model.selection.yardsticks import YARDSTICKS
from model.simulation.replicate import Kept, replicate
from model.simulation.scene import Scene, scene, sites
from model.vocabulary import PACKAGES, Estimates, Plan, Register, Scores
from scenarios import own as own_rules
from scenarios.advice.verdicts import verdicts
from scenarios.intake import register_of
from scenarios.load import load
from scenarios.own import OwnRule
from scenarios.spec import Scenario
from solvers.answer import Answer, Limits
from solvers.solve import solve
from solvers.strategies.clash import Repair, clash
from solvers.strategies.lexicographic import Stage, climb

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
    priced: Costs
    own: tuple[OwnRule, ...] = ()


@dataclass(frozen=True)
class Selection:
    """A plan that passed the audit, with its certificate and its tables."""

    prepared: Prepared
    answer: Answer
    plan: Plan
    rules: pd.DataFrame
    objectives: pd.DataFrame
    verdicts: pd.DataFrame
    money: Financing
    matching: pd.DataFrame
    yardsticks: pd.DataFrame
    equity: pd.DataFrame


def open_world(name: str, changes: dict[str, object] | None = None) -> tuple[Scenario, Register]:
    """Load and validate: a scenario and the register it names."""
    scenario = load(name, changes)
    source = scenario.register_
    register = register_of(source)
    names: dict[str, Any] = {
        f"register.{key}": Path(getattr(source, key)).name for key in ("file", "counties", "history", "announced", "neighbours")
    }
    names["register.scores"] = [Path(file).name for file in source.scores]
    check_history(scenario, register)
    check_asks(scenario, register)
    return scenario.with_changes(names), register  # where the files stood is no part of what the run is


def check_asks(scenario: Scenario, register: Register) -> None:
    """Refuse asks about villages, cohorts and columns that do not exist."""
    known = set(register.villages["village_id"])
    faults = [
        Fault("scenario", "the village is not in the register", "Correct the code.", "locks", value=village)
        for village in sorted(scenario.locks.named() - known)
    ]
    asked = (
        ("locked", scenario.locks.villages, "locks.villages"),
        ("exclusion", scenario.locks.exclusive, "locks.exclusive"),
        ("dependence", scenario.locks.depends, "locks.depends"),
        ("resources", scenario.resources, "resources"),
        ("stability", register.announced, "register.announced"),
    )
    faults += [
        Fault("scenario", f"it is stated, but the rule {rule} is off", f"Set rules.{rule}.on = true, or remove it.", place)
        for rule, stated, place in asked
        if len(stated) and not scenario.rules.named()[rule].on
    ]
    faults += [
        Fault(
            "scenario",
            "the programme has no such cohort",
            f"One of {scenario.programme.cohorts}.",
            "locks",
            value=str(lock.cohort),
        )
        for lock in scenario.locks.villages
        if lock.cohort is not None and lock.cohort not in scenario.programme.cohorts
    ]
    faults += [
        Fault("scenario", "no such numeric column", "Name it in [register] extra_columns.", "resources", value=column)
        for column in scenario.asks.columns
        if column not in register.villages or register.villages[column].dtype.kind not in "iufb"
    ]
    if faults:
        raise InputError(faults)


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


def prepare(scenario: Scenario, register: Register, own: tuple[OwnRule, ...] = ()) -> Prepared:
    """Score and build; the analyst's own rules join the program like any other."""
    eligible = eligibility(register, scenario.eligibility)
    scores = score(register, scenario.scoring, scenario.catalogue)
    only = scenario.rules.eligible_only.on
    money = package_costs(scenario, register)
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
    nouns, program = build.build(nouns, scenario.rules, scenario.objective, scenario.risk)
    own = (*own_rules.of_sources(scenario.own_rules), *own)
    blocks = (*program.blocks, *own_rules.blocks(own, nouns, len(program.columns), register))
    return Prepared(scenario, register, eligible, scores, nouns, replace(program, blocks=blocks), money, own)


def package_costs(scenario: Scenario, register: Register) -> Costs:
    """From baseline to gaps, projects and the cost of each package."""
    works = works_of(register.villages, scenario.catalogue, scenario.money)
    return costs(register.villages, works, scenario.packages, register.history)


def financing(scenario: Scenario, register: Register, plan: Plan, priced: Costs | None = None) -> Financing:
    """Settle who pays for what in a plan; ``priced`` is :func:`package_costs` where it is at hand."""
    priced = priced or package_costs(scenario, register)
    return finance.financing(plan, register, priced, scenario.money, scenario.programme.cohorts)


def select(scenario: Scenario, register: Register, say: Progress = _quiet, own: tuple[OwnRule, ...] = ()) -> Selection:
    """Score, build, presolve, solve, audit, explain: return an audited plan.

    Raises :class:`NoPlanPossibleError` with what clashes, :class:`NoPlanFoundError` at a limit, and
    :class:`DifferenceFoundError` when the audit objects.
    """
    prepared = prepare(scenario, register, own)
    say(f"program: {len(prepared.program.columns)} columns, {len(prepared.program.lower)} rows")
    if reasons := presolve(prepared.nouns, scenario.rules):
        refused = _impossible(prepared, reasons)
        if refused.clash[1].rules:  # never on the word of presolve alone
            raise refused
    prepared, stages, answer = _solved(prepared, say)
    say(f"plan: gap {answer.gap:.3%}, {answer.seconds:.0f} s")
    plan = read_plan(prepared.nouns, answer.x, scenario.programme.as_of)
    paid = financing(scenario, register, plan, prepared.priced)
    findings = check(plan.table, scenario, register, prepared)
    if scenario.rules.lawful_financing.on:
        findings += check_projects(plan.table, paid.projects, paid.funding, scenario, register, prepared.priced)
    if findings:
        raise DifferenceFoundError(
            "The audit objects to the solver's plan; please report this:\n" + "\n".join(map(str, findings[:20]))
        )
    answer = replace(answer, x=as_settled(prepared.nouns, answer.x, paid.flow))
    return Selection(
        prepared=prepared,
        answer=answer,
        plan=plan,
        rules=prepared.program.activity(answer.x),
        objectives=_objectives(prepared.program, stages, answer),
        yardsticks=yardsticks(prepared, answer),
        equity=equity.by_county(plan.table, register.villages, prepared.eligible["eligible"].to_numpy()),
        verdicts=verdicts(prepared.nouns, prepared.program, answer.x, prepared.eligible),
        money=paid,
        matching=matching(prepared.nouns, answer.x),
    )


def _solved(prepared: Prepared, say: Progress) -> tuple[Prepared, tuple[Stage, ...], Answer]:
    """Solve, one objective after another where the scenario ranks them; return what was solved last, and how."""
    run, objective = prepared.scenario.run, prepared.scenario.objective
    limits = Limits(run.gap, run.work, run.time_limit, run.seed)
    program, stages = climb(prepared.program, objective.order, objective.tolerance, lambda p: solve(p, run.solver, limits))
    for stage in stages:
        say(f"stage {stage.objective}: {stage.answer.objective:,.1f}, gap {stage.answer.gap:.3%}")
    blended = any(term.weight for term in program.terms)
    last = stages[-1].answer if stages and (stages[-1].answer.x is None or not blended) else solve(program, run.solver, limits)
    if last.status == "infeasible":
        raise _impossible(prepared, [])
    if last.x is None:
        raise NoPlanFoundError(
            f"The solver stopped at its limit of {last.stopped_by} without a plan. Raise --work or --time-limit, or ease a rule."
        )
    if not blended and stages:
        only = replace(program, terms=tuple(replace(t, weight=float(t.objective == stages[-1].objective)) for t in program.terms))
        return replace(prepared, program=only), stages[:-1], last
    return replace(prepared, program=program), stages, last


def yardsticks(prepared: Prepared, answer: Answer) -> pd.DataFrame:
    """What ranking by score and greedy by score per yuan would reach with the same money, beside the program's plan.

    ``broken`` counts the findings of the audit; ``gain_low`` and ``gain_high`` bound what the program's optimum has over them.
    """
    nouns, scenario = prepared.nouns, prepared.scenario
    worth = merit(nouns)
    rows = [("program", answer.x[: nouns.size])]
    rows += [(name, fill(nouns, _places(scenario))) for name, fill in YARDSTICKS.items()]
    found = []
    for name, x in rows:
        table = read_plan(nouns, x, scenario.programme.as_of).table
        broken = len(check(table, scenario, prepared.register, prepared)) if name != "program" else 0
        found.append(
            (name, len(table), table["general_bond_wan_yuan"].sum(), float(worth @ x), float(table["score"].mean()), broken)
        )
    return pd.DataFrame(found, columns=["method", "villages", "general_bond_wan_yuan", "merit", "mean_score", "broken"])


def yardstick(prepared: Prepared, name: str) -> Plan:
    """Return the list a yardstick makes, as a plan that can be projected."""
    scenario = prepared.scenario
    return read_plan(prepared.nouns, YARDSTICKS[name](prepared.nouns, _places(scenario)), scenario.programme.as_of)


def _places(scenario: Scenario) -> int:
    """Return how many villages a yardstick takes a cohort."""
    band = scenario.rules.cohort_band
    return band.high if band.on else scenario.programme.cohort_target


def _impossible(prepared: Prepared, reasons: list[Impossible]) -> NoPlanPossibleError:
    found = clash(prepared.program)
    if "lawful_financing" in found.rules and all(repair.way != "lawful_financing" for repair in found.repairs):
        found = replace(found, repairs=(*found.repairs, *_lacking(prepared)))
    return NoPlanPossibleError("No plan can satisfy the rules.", (reasons, found))


def _lacking(prepared: Prepared) -> tuple[Repair, ...]:
    """Return the money that a plan of all other rules would lack, by county and year; nothing where there is no such plan."""
    run = prepared.scenario.run
    without = prepared.program.without({"lawful_financing"})
    answer = solve(without, run.solver, Limits(max(run.gap, 0.05), run.work, min(run.time_limit, 120.0), run.seed))
    if answer.x is None:
        return ()
    plan = read_plan(prepared.nouns, answer.x, prepared.scenario.programme.as_of)
    sources = financing(prepared.scenario, prepared.register, plan, prepared.priced).sources
    short = sources[sources["source"] == ""]
    amount = short["paid_wan_yuan"] + short["reserve_wan_yuan"]
    label = short["county_code"] + "|" + short["year"].astype(str)
    rows = pd.DataFrame({"rule": "lawful_financing", "label": label, "bound": 0.0, "needed": amount, "amount": amount})
    return (Repair("lawful_financing", float(amount.sum()), rows.assign(unit="万元"), True),)


def check(listed: pd.DataFrame, scenario: Scenario, register: Register, prepared: Prepared | None = None) -> list[Finding]:
    """Audit any list: return every broken rule; with ``prepared`` those of a notebook as well."""
    bond, works = _plainly(register, listed, prepared.priced if prepared else package_costs(scenario, register))
    if prepared is None and scenario.own_rules:
        prepared = prepare(scenario, register)
    own = own_rules.findings(prepared.own, listed, prepared.nouns, register) if prepared and prepared.own else []
    return [*audit(listed, register, bond, works, scenario.tables()), *own]


def check_projects(
    listed: pd.DataFrame,
    projects: pd.DataFrame,
    funding: pd.DataFrame | None,
    scenario: Scenario,
    register: Register,
    priced: Costs | None = None,
) -> list[Finding]:
    """Audit a project list and its funding: lawful sources, owners, limits, and sums to the cent."""
    bond, works = _plainly(register, listed, priced or package_costs(scenario, register))
    return audit_projects(listed, projects, funding, register, bond, works, scenario.tables())


def _plainly(register: Register, listed: pd.DataFrame, priced: Costs) -> tuple[pd.DataFrame, Works]:
    """Return what packages and works cost, and the law of their money, as plain data for the audit."""
    bond = pd.DataFrame(priced.general_bond, index=register.villages["village_id"], columns=list(PACKAGES))
    return bond, _plain_works(priced, register, listed)


def _plain_works(priced: Costs, register: Register, listed: pd.DataFrame) -> Works:
    row = dict(zip(register.villages["village_id"], range(len(register.villages)), strict=True))
    asked = {village for village in listed["village_id"] if village in row}
    return Works(
        items=tuple((item.id, CLASSES[item.work_class], item.owner) for item in priced.items),
        cents={village: tuple(priced.cents[row[village]].tolist()) for village in asked},
        holds={package: tuple(held.tolist()) for package, held in zip(PACKAGES, priced.holds, strict=True)},
        payers={work_class: catalogue.planned_sources(work_class) for work_class in CLASSES},
        state=frozenset(name for name in catalogue.owners() if catalogue.owner(name)["state"]),
    )


def staged(scenario: Scenario, register: Register, plan: Plan) -> Scene:
    """Set the scene of a plan: what is built where, who pays when, and every setting of the chapters."""
    works = works_of(register.villages, scenario.catalogue, scenario.money)
    paid = financing(scenario, register, plan).projects
    settings, lawful = scenario.simulation, scenario.rules.lawful_financing.on
    placed = sites(register, plan, paid, works, scenario.packages, settings, scenario.money, lawful)
    low = scenario.rules.programme_band.low
    return scene(register, placed, works.tasks, settings, scenario.programme, low, scenario.run.seed)


def project(
    scenario: Scenario,
    register: Register,
    plan: Plan,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    kept: Kept | None = None,
) -> Estimates:
    """Simulate and summarise: play the programme with a plan as often as the scenario says."""
    stage = staged(scenario, register, plan)
    return kpis.estimates(replicate(stage, scenario.run.replications, kpis.summarise, workers, progress, kept))


def _objectives(program: Program, stages: tuple[Stage, ...], answer: Answer) -> pd.DataFrame:
    """The stages' values, each in its own unit, then the terms of the blend, whose contributions add up to the objective."""
    rows = [(s.objective, i, 1.0, s.answer.objective, s.answer.objective) for i, s in enumerate(stages, 1)]
    last = len(stages) + 1
    for term in program.terms:
        value = float(term.coefficients @ answer.x)
        rows.append((term.objective, last, term.weight, value, term.weight * value))
    return pd.DataFrame(rows, columns=["objective", "stage", "weight", "value", "contribution"])
