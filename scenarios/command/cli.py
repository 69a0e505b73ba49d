"""The command ``baicun``: thin; it calls the study and shows what came of it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from model.errors import BaicunError, NoPlanPossibleError, usage
from scenarios.command.options import (
    CORES,
    AsJson,
    CountiesFile,
    Diagnose,
    Files,
    Force,
    Gap,
    HistoryFile,
    Lang,
    Out,
    Quiet,
    RegisterFile,
    Replications,
    RunFolder,
    ScenarioName,
    ScoreFiles,
    Seed,
    Solver,
    TimeLimit,
    Work,
    Workers,
    asked_world,
    ready_or_world,
    run_options,
)
from scenarios.command.register import register_app
from scenarios.command.replay import add_replay_commands
from scenarios.command.screen import finish, internal_fault, note, records, show_comparison, show_error, show_json, show_usage
from scenarios.files.manifest import altered, read_manifest
from scenarios.world.open import reopen

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="百村提升 遴选与推演 / village selection and projection",
)
app.add_typer(register_app, name="register")
add_replay_commands(app)


def main() -> None:
    """Run the command and turn every error into an exit code and words."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except (typer.Abort, KeyboardInterrupt):
        note("Stopped. Nothing was written.")
        sys.exit(130)
    except BaicunError as error:
        show_error(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "show"):  # a usage error of the command line itself
            show_usage(f"{error.format_message()} See `baicun --help`.")
            sys.exit(2)
        internal_fault(error)
        sys.exit(1)


def _run_all(ready: list[Any], options: Any) -> list[Path]:
    """Run what is not run yet; when one has no plan, the others' new folders go as well."""
    from scenarios.runs import run as runs

    before = set(Path("runs").glob("*"))
    folders = []
    try:
        for item in ready:
            if isinstance(item, Path):
                folders.append(item)
            else:
                scenario, register = item
                folders.append(runs.run(scenario, register, options))
    except BaicunError:
        for folder in set(folders) - before - {item for item in ready if isinstance(item, Path)}:
            shutil.rmtree(folder)
        raise
    return folders


def _select(world: Any, options: Any, diagnose: Path | None, simulate: bool) -> Path:
    """Run; when no plan is possible, say where the clash is to be written."""
    from scenarios.runs import run as runs

    scenario, register = world
    try:
        return runs.run(scenario, register, options, simulate)
    except NoPlanPossibleError as error:
        error.diagnose = diagnose
        raise


@app.command("run")
def run_command(
    scenario: ScenarioName,
    register: RegisterFile = None,
    counties: CountiesFile = None,
    history: HistoryFile = None,
    scores: ScoreFiles = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    replications: Replications = None,
    gap: Gap = None,
    work: Work = None,
    time_limit: TimeLimit = None,
    solver: Solver = None,
    workers: Workers = CORES,
    lang: Lang = None,
    diagnose: Diagnose = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Load, validate, score, select, audit, simulate, report into a run folder."""
    stated = {"gap": gap, "work": work, "time_limit": time_limit, "solver": solver, "seed": seed, "lang": lang}
    opened = asked_world(scenario, Files(register, counties, history, scores), replications=replications, **stated)
    finish(_select(opened, run_options(out, force, workers, quiet), diagnose, simulate=True), as_json)


@app.command()
def select(
    scenario: ScenarioName,
    register: RegisterFile = None,
    counties: CountiesFile = None,
    history: HistoryFile = None,
    scores: ScoreFiles = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    gap: Gap = None,
    work: Work = None,
    time_limit: TimeLimit = None,
    solver: Solver = None,
    lang: Lang = None,
    diagnose: Diagnose = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """The same without the simulation."""
    stated = {"gap": gap, "work": work, "time_limit": time_limit, "solver": solver, "seed": seed, "lang": lang}
    opened = asked_world(scenario, Files(register, counties, history, scores), **stated)
    finish(_select(opened, run_options(out, force, 1, quiet), diagnose, simulate=False), as_json)


@app.command()
def simulate(
    run_dir: RunFolder,
    plan: Annotated[Path | None, typer.Option("--plan", help="another list: village_id and cohort suffice")] = None,
    yardstick: Annotated[str | None, typer.Option("--yardstick", help="the list a yardstick makes (yardsticks.csv)")] = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    replications: Replications = None,
    workers: Workers = CORES,
    lang: Lang = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Project an existing plan into a new run folder that names its parent."""
    from scenarios.runs import run as runs

    changes = {f"run.{k}": v for k, v in {"seed": seed, "replications": replications, "lang": lang}.items() if v is not None}
    finish(runs.simulate_again(run_dir, run_options(out, force, workers, quiet), plan, changes, yardstick), as_json)


@app.command()
def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO SCENARIO ...", help="names, .toml files or run folders; differences are against the first"
        ),
    ],
    register: RegisterFile = None,
    counties: CountiesFile = None,
    history: HistoryFile = None,
    scores: ScoreFiles = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    replications: Replications = None,
    gap: Gap = None,
    workers: Workers = CORES,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Paired differences with intervals, against the first scenario."""
    from scenarios.runs import compare as comparing
    from scenarios.runs import store

    if len(scenarios) < 2:
        raise usage("nothing to compare", "Give at least two scenarios.")
    options = run_options(None, False, workers, quiet)
    if out is not None:
        store.claim(out, force)
    stated = {"seed": seed, "replications": replications, "gap": gap}
    files = Files(register, counties, history, scores)
    ready = [ready_or_world(name, files, **stated) for name in scenarios]  # every fault before the first run
    folders = _run_all(ready, options)
    differences = comparing.compare(folders)
    target = out or Path("runs") / f"compare-{'-'.join(folder.name.rsplit('-', 1)[-1] for folder in folders)}"
    comparing.write(differences, folders, target)
    if as_json:
        show_json(
            {
                "folder": str(target),
                "optima": differences.optima.to_dict("records"),
                "outcomes": records(differences.outcomes),
                "changed_villages": len(differences.lists),
            }
        )
        return
    show_comparison(differences)
    print(target)


@app.command()
def audit(
    plan: Annotated[Path, typer.Argument(metavar="RUN_DIR|PLAN_FILE")],
    scenario: Annotated[str, typer.Option("--scenario")] = "baseline",
    register: RegisterFile = None,
    counties: CountiesFile = None,
    history: HistoryFile = None,
    scores: ScoreFiles = None,
    projects: Annotated[
        Path | None, typer.Option("--projects", help="a project list beside the plan: columns of projects.csv")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check any list against every rule, and its project list and funding, without a solver."""
    from dataclasses import asdict

    from scenarios import study
    from scenarios.files import lists

    if (plan / "manifest.json").is_file():
        world = reopen(plan)
        listed = lists.read_list(plan / "plan.csv")
        if touched := altered(plan, read_manifest(plan)):
            note(f"altered since it was written: {', '.join(touched)}")
    else:
        world = asked_world(scenario, Files(register, counties, history, scores))
        listed = lists.read_list(plan)
    prepared = study.prepare(*world)
    findings = study.check(listed, prepared)
    beside = lists.read_projects(plan, projects)
    if beside is not None:
        findings += study.check_projects(listed, *beside, prepared)
    if as_json:
        show_json({"villages": len(listed), "findings": [asdict(f) for f in findings]})
    else:
        for finding in findings:
            print(f"{finding.rule} {finding.where}: asked {finding.asked}, found {finding.found}, off by {finding.excess:g}")
        print(f"{len(listed)} villages, {len(findings)} findings")
    raise typer.Exit(5 if findings else 0)


@app.command()
def explain(run_dir: RunFolder, village_id: str, lang: Lang = None, as_json: AsJson = False) -> None:
    """The verdict on one village."""
    from scenarios.files import tables
    from scenarios.runs import store

    store.open_run(run_dir)
    village_id = village_id.strip()
    names = ("verdicts", "scores", "eligibility", "plan")
    if not (run_dir / "verdicts.csv").is_file():
        raise usage("the run has no verdicts", "Give a run of `baicun run` or `baicun select`.", file=str(run_dir))
    whole = {name: tables.read(run_dir / f"{name}.csv") for name in names}
    found = {name: table[table["village_id"] == village_id] for name, table in whole.items()}
    if found["verdicts"].empty:
        raise usage("the village is not in the register", "Check the code: 12 digits.", value=village_id)
    facts = {name: table.to_dict("records")[0] for name, table in found.items() if len(table)}
    if as_json:
        show_json(facts)
        return
    print(facts["verdicts"]["reason_en" if lang == "en" else "reason_zh"])
    print("score " + ", ".join(f"{k} {v:.1f}" for k, v in facts["scores"].items() if k != "village_id"))
    if "plan" in facts:
        row = facts["plan"]
        print(
            f"cohort {row['cohort']}, package {row['package']}, {row['status']}, general bond "
            f"{row['general_bond_wan_yuan']:,.0f} 万元"
        )


@app.command()
def worth(
    run_dir: RunFolder,
    step: Annotated[float, typer.Option("--step", help="万元 more")] = 100.0,
    top: Annotated[int, typer.Option("--top", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """What one more million is worth, by county, year and source."""
    from scenarios.runs.worth import worth_of_money

    found = worth_of_money(run_dir, step)
    if as_json:
        show_json(records(found))
        return
    print(f"{step:,.0f} 万元 more could add to the objective (estimate of the relaxation; certified interval):")
    for row in found.head(top).itertuples(index=False):
        print(f"  {row.county_code} {row.county} {row.year} {row.source}: {row.estimate:,.2f} [{row.low:,.2f}, {row.high:,.2f}]")


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """The library."""
    from scenarios.world.load import library

    known = library()
    if as_json:
        show_json(known)
        return
    for name, stated in known.items():
        extends = f" (extends {stated['extends']})" if "extends" in stated else ""
        print(f"{name}: {stated.get('title_zh', '')} / {stated.get('title_en', '')}{extends}")


@app.command()
def diff(first: str, second: str, as_json: AsJson = False) -> None:
    """What differs between two scenarios, in policy terms."""
    from model.policy.cards import cards
    from model.selection.rules import RULES
    from scenarios.world.load import differences, load

    found = differences(load(first), load(second))
    if as_json:
        show_json({path: {"first": a, "second": b} for path, (a, b) in found.items()})
        return
    for path, (a, b) in found.items():
        card = cards().get(path)
        rule = RULES.get(path.split(".")[1]) if path.startswith("rules.") else None
        term = card.zh if card else rule.term if rule else ""
        clause = card.clause if card else rule.clause if rule else ""
        print(f"{path} {term} {clause}: {a} -> {b}")
    if not found:
        print("no difference")


@app.command()
def schema() -> None:
    """JSON Schema of a scenario file, with unit, range and source of each parameter."""
    from scenarios.command.describe import json_schema

    show_json(json_schema())


@app.command()
def rerun(run_dir: RunFolder, workers: Workers = 1, quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Run again from the folder's own inputs and compare."""
    from scenarios.runs import rerun as again

    found = again.rerun(run_dir, run_options(None, True, workers, quiet))
    if as_json:
        show_json({"folder": str(run_dir), "differences": found})
    else:
        print("\n".join(found) if found else "no difference")
    raise typer.Exit(5 if found else 0)


@app.command()
def report(run_dir: RunFolder, lang: Lang = None) -> None:
    """Make the workbook and the page again."""
    from scenarios.runs.rerun import report as make

    print(make(run_dir, lang))


@app.command()
def doctor() -> None:
    """Where everything is and whether it works."""
    from scenarios.command.describe import examination

    faults = 0
    for name, fine, words in examination():
        faults += not fine
        print(f"{'ok   ' if fine else 'FAULT'} {name}: {words}")
    raise typer.Exit(1 if faults else 0)


if __name__ == "__main__":
    main()
