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
from model.outcomes import intervals
from model.outcomes.face import face_validity
from model.selection.yardsticks import YARDSTICKS
from model.vocabulary import Estimates, Plan, Register
from scenarios import lists, store, study
from scenarios.intake import Beside, read_register
from scenarios.keep import Keep
from scenarios.load import changed, read_toml, resolve
from scenarios.report import page, stress, tables, workbook
from scenarios.report.assumptions import assumptions
from scenarios.spec import Scenario

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a command may ask of a run beside the scenario; none of it changes a result."""

    out: Path | None = None
    force: bool = False
    workers: int = 1
    say: Progress = print
    progress: Callable[[int, int], None] | None = None


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
    inputs = store.input_bytes(scenario, register)
    kind = "run" if simulate else "select"
    name = store.identity(inputs, kind)
    folder = options.out or store.default_folder(scenario, name)
    if store.reusable(folder, name, options.force):
        options.say(f"an identical run is complete: {folder}")
        return folder
    clock = _Clock()
    with clock.step("select"):
        selection = study.select(scenario, register, options.say)
    found = selection_tables(selection)
    if simulate:
        with clock.step("simulate"):
            found |= projected(scenario, register, selection.plan, options, Keep.beside(folder, name))
    answer = selection.answer
    solver = {
        "name": answer.solver,
        "status": answer.status,
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": answer.gap,
        "stopped_by": answer.stopped_by,
    }
    facts = _facts(scenario, register, inputs, kind, name, solver, parent="")
    _write(folder, inputs, found, facts, clock)
    return folder


def simulate_again(
    parent: Path, options: Options, listed: Path | None, changes: dict[str, Any], yardstick: str | None = None
) -> Path:
    """Project the plan of a run folder, another list, or a yardstick's list, into a new folder that names its parent."""
    manifest = store.open_run(parent)
    scenario, register = reopen(parent, changes)
    own = listed is None and yardstick is None
    plan = _asked_plan(parent, scenario, register, listed, yardstick, options.say)
    inputs = store.input_bytes(scenario, register)
    store_plan = plan.table.to_csv(index=False).encode("utf-8")
    name = store.identity({**inputs, "plan": store_plan}, "simulate", manifest["identity"])
    folder = options.out or store.default_folder(scenario, name)
    if folder.exists() and folder.samefile(parent):
        raise usage("a projection cannot replace the run it starts from", "Give another --out.", file=str(folder))
    if store.reusable(folder, name, options.force):
        options.say(f"an identical run is complete: {folder}")
        return folder
    clock = _Clock()
    kept = ("eligibility", "scores", "rules", "objectives", "verdicts") if own else ("eligibility", "scores")
    money = study.financing(scenario, register, plan).tables()
    found = {key: tables.read(parent / f"{key}.csv") for key in kept} | {
        "plan": plan.table,
        "assumptions": assumptions(scenario),
        **money,
    }
    with clock.step("simulate"):
        found |= projected(scenario, register, plan, options, Keep.beside(folder, name))
    solver = manifest["solver"] if own else dict.fromkeys(manifest["solver"])
    facts = _facts(scenario, register, inputs, "simulate", name, solver, parent=manifest["identity"])
    _write(folder, inputs, found, facts, clock)
    return folder


def _asked_plan(
    parent: Path, scenario: Scenario, register: Register, listed: Path | None, yardstick: str | None, say: Progress
) -> Plan:
    if listed is not None and yardstick is not None:
        raise usage("two lists were asked for", "Give either --plan or --yardstick.")
    if listed is not None:
        return _listed(listed, scenario, register, say)
    if yardstick is None:
        return Plan(tables.read(parent / "plan.csv"))
    if yardstick not in YARDSTICKS:
        raise usage("there is no such yardstick", f"One of {', '.join(YARDSTICKS)}.", value=yardstick)
    return study.yardstick(study.prepare(scenario, register), yardstick)


def _listed(listed: Path, scenario: Scenario, register: Register, say: Progress) -> Plan:
    """Return any list as a plan; the rules it breaks are said, not refused."""
    entries = lists.read_list(listed)
    plan = lists.plan_of(entries, study.prepare(scenario, register), listed.name)
    findings = study.check(entries, scenario, register)
    say(
        "\n  ".join(
            [f"audit of {listed.name}: {len(findings)} findings", *(f"{f.rule} {f.where}: {f.found}" for f in findings[:20])]
        )
    )
    return plan


def projected(
    scenario: Scenario, register: Register, plan: Plan, options: Options, kept: Keep | None = None
) -> dict[str, pd.DataFrame]:
    """Play the plan and return its tables; what an interrupted projection has kept is not played again."""
    estimates = study.project(scenario, register, plan, options.workers, options.progress, kept)
    found = projection_tables(estimates, register)
    return found | {"face_validity": face_validity(found["kpis"], plan.table)}


def selection_tables(selection: study.Selection) -> dict[str, pd.DataFrame]:
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
        "equity": selection.equity,
    }


def projection_tables(estimates: Estimates, register: Register) -> dict[str, pd.DataFrame]:
    """Return the tables of a projection by file name; ``replications`` holds every single one, for paired comparison."""
    prefecture = register.counties.set_index("county_code")["prefecture"]
    return {
        "kpis": intervals.kpi_table(estimates),
        "county_kpis": intervals.county_table(estimates, prefecture),
        "replications": estimates.kpis,
    }


def reopen(folder: Path, changes: dict[str, Any] | None = None) -> tuple[Scenario, Register]:
    """Return the scenario and the register of a run folder, from its own files."""
    stated = read_toml(folder / "scenario.toml")
    scenario = resolve(changed(stated, changes or {}), str(folder / "scenario.toml"))
    extra, kept = tuple(scenario.register_.extra_columns), folder / "inputs"
    given = {name: kept / f"{name}.csv" for name in ("announced", "neighbours") if (kept / f"{name}.csv").is_file()}
    scores = (kept / "scores.csv",) if (kept / "scores.csv").is_file() else ()
    beside = Beside(history=kept / "history.csv", scores=scores, **given)
    return scenario, read_register(kept / "register.csv", kept / "counties.csv", extra, beside)


def _facts(
    scenario: Scenario,
    register: Register,
    inputs: dict[str, bytes],
    kind: str,
    name: str,
    solver: dict[str, Any],
    parent: str,
) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "kind": kind,
        "identity": name,
        "synthetic": register.synthetic,
        "as_of": scenario.programme.as_of,
        "seed": scenario.run.seed,
        "replications": 0 if kind == "select" else scenario.run.replications,
        "parent": parent,
        "lang": scenario.run.lang,
        "inputs": {file: store.digest(data) for file, data in inputs.items()},
        "solver": solver,
    }


def _write(
    folder: Path,
    inputs: dict[str, bytes],
    found: dict[str, pd.DataFrame],
    facts: dict[str, Any],
    clock: _Clock,
) -> None:
    with store.written_whole(folder) as draft:
        store.write_inputs(draft, inputs)
        store.write_tables(draft, found)
        with clock.step("report"):
            workbook.write(draft, facts)
            page.write(draft, facts)
            if "kpis" in found:
                stress.write(draft, facts)
        store.seal(draft, facts)
        store.write_timings(draft, clock.seconds)
    Keep.beside(folder, facts["identity"]).clear()
