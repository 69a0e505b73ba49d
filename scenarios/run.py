"""A run: the study's steps, their tables, the documents made from them, and the folder that holds it all."""

from __future__ import annotations

import shutil
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import DifferenceFoundError
from model.outcomes import intervals
from model.vocabulary import Estimates, Plan, Register
from scenarios import store, study
from scenarios.intake import read_register
from scenarios.load import changed, resolve
from scenarios.report import page, tables, workbook
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
            found |= projection_tables(project(scenario, register, selection.plan, options), register)
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
    _write(folder, inputs, found, facts, scenario.run.lang, clock)
    return folder


def simulate_again(parent: Path, options: Options, listed: Path | None, changes: dict[str, Any]) -> Path:
    """Project the plan of a run folder, or another list, into a new folder that names its parent."""
    manifest = store.read_manifest(parent)
    scenario, register = reopen(parent, changes)
    plan = Plan(tables.read(parent / "plan.csv")) if listed is None else _given_plan(listed, scenario, register, options.say)
    inputs = store.input_bytes(scenario, register)
    store_plan = plan.table.to_csv(index=False).encode("utf-8")
    name = store.identity({**inputs, "plan": store_plan}, "simulate", manifest["identity"])
    folder = options.out or store.default_folder(scenario, name)
    if store.reusable(folder, name, options.force):
        options.say(f"an identical run is complete: {folder}")
        return folder
    clock = _Clock()
    kept = (
        ("eligibility", "scores", "rules", "objectives", "verdicts", "funding") if listed is None else ("eligibility", "scores")
    )
    found = {key: tables.read(parent / f"{key}.csv") for key in kept} | {
        "plan": plan.table,
        "assumptions": assumptions(scenario),
    }
    with clock.step("simulate"):
        found |= projection_tables(project(scenario, register, plan, options), register)
    solver = manifest["solver"] if listed is None else dict.fromkeys(manifest["solver"])
    facts = _facts(scenario, register, inputs, "simulate", name, solver, parent=manifest["identity"])
    _write(folder, inputs, found, facts, scenario.run.lang, clock)
    return folder


def _given_plan(listed: Path, scenario: Scenario, register: Register, say: Progress) -> Plan:
    """Return any list as a plan, with the register's figures; what the audit objects to is said, not refused."""
    entries = study.read_list(listed)
    prepared = study.prepare(scenario, register)
    findings = study.check(entries, scenario, register)
    say(
        f"audit of {listed.name}: {len(findings)} findings" + "".join(f"\n  {f.rule} {f.where}: {f.found}" for f in findings[:20])
    )
    nouns = prepared.nouns
    place = {village: i for i, village in enumerate(nouns.village_ids)}
    known = entries[entries["village_id"].isin(place) & entries["cohort"].isin(scenario.programme.cohorts)]
    at = known["village_id"].map(place).to_numpy()
    package = known["package"] if "package" in known else pd.Series("standard", index=known.index)
    k = package.map({name: i for i, name in enumerate(nouns.packages)}).fillna(0).astype(int).to_numpy()
    table = pd.DataFrame(
        {
            "village_id": known["village_id"].to_numpy(),
            "county_code": nouns.county_codes[nouns.county[at]].astype(str),
            "cohort": known["cohort"].to_numpy(),
            "package": package.to_numpy(),
            "status": ["recommended" if c == scenario.programme.as_of else "outlook" for c in known["cohort"]],
            "score": nouns.score[at],
            "total_cost_wan_yuan": nouns.total_cost[at, k],
            "general_bond_wan_yuan": nouns.bond[at, k],
        }
    )
    return Plan(table.sort_values(["cohort", "county_code", "village_id"], ignore_index=True))


def project(scenario: Scenario, register: Register, plan: Plan, options: Options) -> Estimates:
    """Play the plan."""
    return study.project(scenario, register, plan, options.workers, options.progress)


def selection_tables(selection: study.Selection) -> dict[str, pd.DataFrame]:
    """Return the tables of a selection by file name."""
    prepared = selection.prepared
    return {
        "assumptions": assumptions(prepared.scenario),
        "eligibility": prepared.eligible,
        "scores": prepared.scores.table,
        "plan": selection.plan.table,
        "rules": selection.rules,
        "objectives": selection.objectives,
        "verdicts": selection.verdicts,
        "funding": selection.funding,
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
    stated = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    scenario = resolve(changed(stated, changes or {}), str(folder / "scenario.toml"))
    extra = tuple(scenario.register_.extra_columns)
    return scenario, read_register(folder / "inputs" / "register.csv", folder / "inputs" / "counties.csv", extra)


def report(folder: Path, lang: str | None = None) -> Path:
    """Make the workbook and the page again from a run folder's tables, and seal it again."""
    manifest = store.read_manifest(folder)
    scenario, _ = reopen(folder)
    workbook.write(folder, manifest)
    page.write(folder, manifest, lang or scenario.run.lang)
    store.seal(folder, {key: value for key, value in manifest.items() if key not in ("files", "versions")})
    return folder


def rerun(folder: Path, options: Options) -> list[str]:
    """Run a folder again from its own inputs; return the differences (raises when the folder itself was altered)."""
    manifest = store.read_manifest(folder)
    if touched := store.altered(folder, manifest):
        raise DifferenceFoundError(f"{folder} is not as it was written; altered or missing: {', '.join(touched)}.")
    scenario, register = reopen(folder)
    twin = folder.parent / f".{folder.name}.rerun"
    again = Options(twin, force=True, workers=options.workers, say=options.say, progress=options.progress)
    try:
        if manifest["kind"] == "simulate":
            return _compare_projection(folder, scenario, register, again)
        run(scenario, register, again, simulate=manifest["kind"] == "run")
        return _compare(folder, twin, manifest)
    finally:
        shutil.rmtree(twin, ignore_errors=True)


def _compare(folder: Path, twin: Path, manifest: dict[str, Any]) -> list[str]:
    """Plans exactly, numbers to 1e-9; documents and text byte for byte on the same platform and versions."""
    found = []
    same_versions = manifest["versions"] == store.read_manifest(twin)["versions"]
    for name in manifest["files"]:
        if (folder / name).read_bytes() == (twin / name).read_bytes():
            continue
        if name.endswith(".csv"):
            found += _compare_tables(name, tables.read(folder / name), tables.read(twin / name))
        elif same_versions:
            found.append(f"{name}: bytes differ")
    return found


def _compare_tables(name: str, one: pd.DataFrame, two: pd.DataFrame) -> list[str]:
    try:
        exact = name in ("plan.csv", "verdicts.csv", "eligibility.csv")
        pd.testing.assert_frame_equal(one, two, check_exact=exact, rtol=0 if exact else 1e-9, atol=0 if exact else 1e-9)
    except AssertionError as difference:
        return [f"{name}: {str(difference).splitlines()[0]}"]
    return []


def _compare_projection(folder: Path, scenario: Scenario, register: Register, options: Options) -> list[str]:
    estimates = project(scenario, register, Plan(tables.read(folder / "plan.csv")), options)
    found = []
    for name, table in projection_tables(estimates, register).items():
        with store.written_whole(folder.parent / f".{folder.name}.rerun") as draft:
            tables.write(table, draft / f"{name}.csv")
            found += _compare_tables(f"{name}.csv", tables.read(folder / f"{name}.csv"), tables.read(draft / f"{name}.csv"))
    return found


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
        "inputs": {file: store.digest(data) for file, data in inputs.items()},
        "solver": solver,
    }


def _write(
    folder: Path,
    inputs: dict[str, bytes],
    found: dict[str, pd.DataFrame],
    facts: dict[str, Any],
    lang: str,
    clock: _Clock,
) -> None:
    with store.written_whole(folder) as draft:
        store.write_inputs(draft, inputs)
        store.write_tables(draft, found)
        with clock.step("report"):
            workbook.write(draft, facts)
            page.write(draft, facts, lang)
        store.seal(draft, facts)
        store.write_timings(draft, clock.seconds)
