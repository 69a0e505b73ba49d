"""A run: the study's steps, their tables, the documents made from them, and the folder that holds it all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import usage
from model.outcomes import places, schedule
from model.outcomes.face import face_validity
from model.selection.yardsticks import YARDSTICKS
from model.simulation.scene import Scene
from model.vocabulary import Plan, Register
from scenarios import study
from scenarios.files import lists, tables
from scenarios.files.manifest import digest
from scenarios.report import letter, notice, page, stress, workbook
from scenarios.report.assumptions import assumptions
from scenarios.runs import memory, store
from scenarios.runs.keep import Keep
from scenarios.study import Prepared, Selection
from scenarios.world.open import reopen
from scenarios.world.spec import Scenario
from solvers.answer import Answer

Say = Callable[[str], None]
PAPERS = (workbook, letter, notice, page)
CERTIFICATE = ("status", "objective", "bound", "gap", "stopped_by")


@dataclass(frozen=True)
class Options:
    """What a command may ask of a run beside the scenario; none of it changes a result."""

    out: Path | None = None
    force: bool = False
    workers: int = 1
    say: Say = print
    progress: Callable[[int, int], None] | None = None


@dataclass(frozen=True)
class Order:
    """A run that is asked for: what it is of, its name, and the place it will have."""

    kind: str  # run, select or simulate
    scenario: Scenario
    register: Register
    inputs: dict[str, bytes]
    identity: str
    folder: Path
    parent: str = ""

    def facts(self, solver: dict[str, Any]) -> dict[str, Any]:
        """Return what the manifest says of the run, but for its files."""
        scenario = self.scenario
        return {
            "scenario": scenario.name,
            "kind": self.kind,
            "identity": self.identity,
            "synthetic": self.register.synthetic,
            "as_of": scenario.programme.as_of,
            "seed": scenario.run.seed,
            "replications": 0 if self.kind == "select" else scenario.run.replications,
            "parent": self.parent,
            "lang": scenario.run.lang,
            "inputs": {file: digest(data) for file, data in self.inputs.items()},
            "solver": solver,
        }


@dataclass
class _Clock:
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start


def run(scenario: Scenario, register: Register, options: Options, simulate: bool = True) -> Path:
    """Select and, unless told otherwise, project; return the run folder."""
    order = _order("run" if simulate else "select", scenario, register, options)
    if _complete(order, options):
        return order.folder
    clock = _Clock()
    with clock.step("select"):
        selection = study.select(study.prepare(scenario, register), options.say)
    results = selection_tables(selection)
    with clock.step("simulate"):
        stage = study.staged(selection.plan, selection.prepared, selection.money)
        results["projects"] = dated(selection.money.projects, stage)
        if simulate:
            results |= projected(selection.plan, selection.prepared, stage, results["projects"], options, _keep(order))
    _write(
        order,
        results,
        order.facts(_certificate(selection.answer) | {"exchangeable": selection.exchangeable}),
        clock,
        options.force,
    )
    memory.keep(order.folder, order.identity, selection.answer.solved)
    return order.folder


def simulate_again(
    parent: Path, options: Options, listed: Path | None, changes: dict[str, Any], yardstick: str | None = None
) -> Path:
    """Project the plan of a run folder, another list, or a yardstick's list, into a new folder that names its parent."""
    manifest = store.open_run(parent, compute=True)
    prepared = study.prepare(*reopen(parent, changes))
    own = listed is None and yardstick is None
    plan = _asked_plan(parent, prepared, listed, yardstick, options.say)
    order = _order("simulate", prepared.scenario, prepared.register, options, plan, manifest["identity"])
    if order.folder.exists() and order.folder.samefile(parent):
        raise usage("a projection cannot replace the run it starts from", "Give another --out.", file=str(order.folder))
    if _complete(order, options):
        return order.folder
    clock = _Clock()
    kept = ("eligibility", "scores", "rules", "objectives", "verdicts") if own else ("eligibility", "scores")
    results = {key: tables.read(parent / f"{key}.csv") for key in kept}
    money = study.financing(plan, prepared)
    results |= {"plan": plan.table, "assumptions": assumptions(prepared.scenario), **money.tables()}
    with clock.step("simulate"):
        stage = study.staged(plan, prepared, money)
        results["projects"] = dated(money.projects, stage)
        results |= projected(plan, prepared, stage, results["projects"], options, _keep(order))
    solver = manifest["solver"] if own else dict.fromkeys(manifest["solver"])
    _write(order, results, order.facts(solver), clock, options.force)
    return order.folder


def _order(
    kind: str, scenario: Scenario, register: Register, options: Options, plan: Plan | None = None, parent: str = ""
) -> Order:
    """Return the run that is asked for; a plan that is projected is part of its identity."""
    inputs = store.input_bytes(scenario, register)
    given = {} if plan is None else {"plan": plan.table.to_csv(index=False).encode("utf-8")}
    identity = store.identity({**inputs, **given}, kind, parent)
    folder = options.out or store.default_folder(scenario, identity)
    return Order(kind, scenario, register, inputs, identity, folder, parent)


def _complete(order: Order, options: Options) -> bool:
    """Whether the run is there already; say so."""
    if not store.reusable(order.folder, order.identity, options.force):
        return False
    options.say(f"an identical run is complete: {order.folder}")
    return True


def _keep(order: Order) -> Keep:
    return Keep.beside(order.folder, order.identity)


def _certificate(answer: Answer) -> dict[str, Any]:
    return {"name": answer.solver, **{key: getattr(answer, key) for key in CERTIFICATE}}


def _asked_plan(parent: Path, prepared: Prepared, listed: Path | None, yardstick: str | None, say: Say) -> Plan:
    if listed is not None and yardstick is not None:
        raise usage("two lists were asked for", "Give either --plan or --yardstick.")
    if listed is not None:
        return _listed(listed, prepared, say)
    if yardstick is None:
        return Plan(tables.read(parent / "plan.csv"))
    if yardstick not in YARDSTICKS:
        raise usage("there is no such yardstick", f"One of {', '.join(YARDSTICKS)}.", value=yardstick)
    return study.yardstick(prepared, yardstick)


def _listed(listed: Path, prepared: Prepared, say: Say) -> Plan:
    """Return any list as a plan; the rules it breaks are said, not refused."""
    entries = lists.read_list(listed, prepared.register, say)
    plan = lists.as_plan(entries, prepared.problem, listed.name)
    findings = study.check(entries, prepared)
    lines = [f"audit of {listed.name}: {len(findings)} findings", *(f"{f.rule} {f.where}: {f.found}" for f in findings[:20])]
    say("\n  ".join(lines))
    return plan


def dated(projects: pd.DataFrame, stage: Scene) -> pd.DataFrame:
    """Return the project list with lead departments and planned days."""
    return schedule.dated(projects, stage)


def projected(
    plan: Plan, prepared: Prepared, stage: Scene, projects: pd.DataFrame, options: Options, kept: Keep | None = None
) -> dict[str, pd.DataFrame]:
    """Play the plan and return its tables; what an interrupted projection has kept is not played again."""
    asked = prepared.scenario.run.replications
    try:
        estimates = study.play(stage, asked, options.workers, options.progress, kept)
    except KeyboardInterrupt:
        if kept is not None:
            options.say(f"{len(kept.load())} of {asked} replications are kept; the same command goes on from them")
        raise
    projection = study.summary(estimates, prepared.register)
    return {
        "kpis": projection.kpis,
        "county_kpis": projection.counties,
        "replications": estimates.kpis,  # every single one, for paired comparison
        "effects": places.effects(estimates, plan.table, prepared.register),
        "schedule": schedule.villages(stage, estimates),
        "departments": schedule.departments(projects, stage, estimates),
        "face_validity": face_validity(projection.kpis, plan.table, projects),
    }


def selection_tables(selection: Selection) -> dict[str, pd.DataFrame]:
    """Return the tables of a selection by file name."""
    prepared = selection.prepared
    return {
        "assumptions": assumptions(prepared.scenario),
        "eligibility": prepared.eligible,
        "scores": prepared.scores.table,
        "weights": prepared.scores.weights,
        "plan": selection.plan.table,
        "rules": selection.rules,
        "objectives": selection.objectives,
        "verdicts": selection.verdicts,
        **selection.money.tables(),
        "matching": selection.matching,
        "yardsticks": selection.yardsticks,
        "favours": selection.favours,
        "equity": selection.equity,
        "averages": selection.averages,
    }


def _write(order: Order, results: dict[str, pd.DataFrame], facts: dict[str, Any], clock: _Clock, force: bool) -> None:
    """Write the run folder, whole or not at all."""
    with store.written_whole(order.folder, force) as draft:
        store.write_inputs(draft, order.inputs)
        store.write_tables(draft, results)
        with clock.step("report"):
            for paper in PAPERS:
                paper.write(draft, facts)
            if "kpis" in results:
                stress.write(draft, facts)
        store.seal(draft, facts)
        store.write_timings(draft, clock.seconds)
    _keep(order).clear()
