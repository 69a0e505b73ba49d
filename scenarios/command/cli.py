"""The command ``baicun``: thin; it calls the study and shows what came of it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model.errors import BaicunError, NoPlanPossibleError, usage
from scenarios.command import screen
from scenarios.command.language import speak
from scenarios.command.options import (
    CORES,
    AsJson,
    Comparing,
    Diagnose,
    Lang,
    Place,
    Playing,
    Projecting,
    Quiet,
    RegisterFiles,
    RunFolder,
    ScenarioName,
    Solving,
    Workers,
    asked_world,
    grouped,
    ready_or_world,
    silent,
    stated,
)
from scenarios.command.register import register_app
from scenarios.command.replay import add_replay_commands
from scenarios.command.workshop import workshop_app

if TYPE_CHECKING:
    from scenarios.runs.run import Options
    from scenarios.world.open import World

STOPPED = 130  # exit code of a command that was stopped
app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="百村提升 遴选与推演 / village selection and projection",
)
app.add_typer(register_app, name="register")
add_replay_commands(app)
app.registered_commands += workshop_app.registered_commands


def main() -> None:
    """Run the command and turn every error into an exit code and words."""
    speak(app)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        signal.signal(signal.SIGTERM, _stopped)
        code = app(standalone_mode=False) or 0
        if code == STOPPED:  # typer has caught it
            raise KeyboardInterrupt
        sys.exit(code)
    except (typer.Abort, KeyboardInterrupt):
        screen.note(screen.spoken()("stopped"))
        sys.exit(STOPPED)
    except BaicunError as error:
        screen.show_error(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "format_message"):  # a usage error of the command line itself
            if said := error.format_message():  # nothing where help was shown
                screen.show_usage(said)
            sys.exit(2)
        screen.internal_fault(error)
        sys.exit(1)


def _stopped(_number: int, _frame: object) -> None:
    """Take a request to end as Ctrl-C."""
    raise KeyboardInterrupt


def _select(world: World, options: Options, diagnose: Path | None, simulate: bool) -> Path:
    """Run; when no plan is possible, say where the diagnosis is to be written."""
    from scenarios.runs import run as runs

    if diagnose is not None and diagnose.exists() and not options.force:
        raise usage("the file exists", "Give another --diagnose, or --force.", file=str(diagnose))
    try:
        return runs.run(world.scenario, world.register, options, simulate)
    except NoPlanPossibleError as error:
        error.diagnose = diagnose
        raise


@app.command("run")
@grouped
def run_command(
    scenario: ScenarioName,
    files: RegisterFiles,
    solving: Solving,
    playing: Playing,
    place: Place,
    workers: Workers = CORES,
    diagnose: Diagnose = None,
    as_json: AsJson = False,
) -> None:
    """Load, validate, score, select, audit, simulate, report into a run folder."""
    world = asked_world(scenario, files, solving, playing)
    screen.finish(_select(world, place.options(workers), diagnose, simulate=True), as_json)


@app.command()
@grouped
def select(
    scenario: ScenarioName,
    files: RegisterFiles,
    solving: Solving,
    place: Place,
    diagnose: Diagnose = None,
    as_json: AsJson = False,
) -> None:
    """The same without the simulation."""
    world = asked_world(scenario, files, solving)
    screen.finish(_select(world, place.options(), diagnose, simulate=False), as_json)


@app.command()
@grouped
def simulate(
    run_dir: RunFolder,
    playing: Projecting,
    place: Place,
    plan: Annotated[Path | None, typer.Option("--plan", help="another list: village_id and cohort suffice")] = None,
    yardstick: Annotated[str | None, typer.Option("--yardstick", help="the list a yardstick makes (yardsticks.csv)")] = None,
    workers: Workers = CORES,
    as_json: AsJson = False,
) -> None:
    """Project an existing plan into a new run folder that names its parent."""
    from scenarios.runs import run as runs

    screen.finish(runs.simulate_again(run_dir, place.options(workers), plan, playing.changes(), yardstick), as_json)


@app.command()
@grouped
def compare(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            metavar="SCENARIO SCENARIO ...", help="names, .toml files or run folders; differences are against the first"
        ),
    ],
    files: RegisterFiles,
    comparing: Comparing,
    place: Place,
    workers: Workers = CORES,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Paired differences with intervals, against the first scenario."""
    from scenarios.runs.compare import compare_worlds

    if len(scenarios) < 2:
        raise usage("nothing to compare", "Give at least two scenarios.")
    worlds = [ready_or_world(name, files, comparing) for name in scenarios]  # every fault before the first run
    folder, differences = compare_worlds(worlds, place.options(workers))
    if as_json:
        screen.show_json(
            {
                "folder": str(folder),
                "optima": screen.records(differences.optima),
                "outcomes": screen.records(differences.outcomes),
                "changed_villages": len(differences.lists),
            }
        )
        return
    screen.show_comparison(differences, lang)
    print(folder)


@app.command()
@grouped
def audit(
    plan: Annotated[Path, typer.Argument(metavar="RUN_DIR|PLAN_FILE", help="a run folder, or a list")],
    files: RegisterFiles,
    scenario: Annotated[str, typer.Option("--scenario", help="whose rules a list is held against")] = "baseline",
    projects: Annotated[
        Path | None, typer.Option("--projects", help="a project list beside the plan: columns of projects.csv")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check any list against every rule, and its project list and funding, without a solver."""
    if (plan / "manifest.json").is_file():
        from scenarios.runs.audit import audited

        found = audited(plan)
        screen.show_findings(found.findings, found.villages, as_json, found.counties, found.altered)
        raise typer.Exit(5 if found.findings or found.altered else 0)
    from scenarios import study
    from scenarios.files import lists

    world = asked_world(scenario, files)
    listed, beside = lists.read_list(plan, world.register, screen.note), lists.read_projects(plan, projects)
    prepared = study.prepare(*world)
    findings = study.check(listed, prepared)
    if beside is not None:
        findings += study.check_projects(listed, *beside, prepared)
    named = dict(zip(*(world.register.counties[name] for name in ("county_code", "name")), strict=True))
    screen.show_findings(findings, len(listed), as_json, named)
    raise typer.Exit(5 if findings else 0)


@app.command()
def explain(
    run_dir: RunFolder,
    asked: Annotated[str, typer.Argument(metavar="VILLAGE|COUNTY", help="a name or a code")],
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Why a village is in or out, what it brings, who holds the place; or what a county has."""
    from scenarios.runs.explain import explained

    found = explained(run_dir, asked, screen.spoken(lang).lang)
    if as_json:
        screen.show_json({"kind": found.kind, "code": found.code, "lines": found.lines, "facts": found.facts})
    else:
        print("\n".join(found.lines))
        screen.label(run_dir, lang)


@app.command()
def worth(
    run_dir: RunFolder,
    step: Annotated[float, typer.Option("--step", help="万元 more")] = 100.0,
    top: Annotated[int, typer.Option("--top", min=1, help="lines at most")] = 20,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What one more million is worth, by county, year and source."""
    from scenarios.runs.worth import a_village, lines, worth_of_money

    table = worth_of_money(run_dir, step)
    if as_json:
        screen.show_json(screen.records(table))
    else:
        print("\n".join(lines(table, step, a_village(run_dir), top, screen.spoken(lang))))
        screen.label(run_dir, lang)


@app.command()
@grouped
def ask(
    run_dir: RunFolder,
    quiet: Quiet = False,
    inside: Annotated[list[str] | None, typer.Option("--in", help="a village that is to be in; may be given again")] = None,
    outside: Annotated[list[str] | None, typer.Option("--out-of", help="a village that is to be out; may be given again")] = None,
    changed: Annotated[
        list[str] | None, typer.Option("--set", help="PATH=VALUE as in a scenario file; may be given again")
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Ask a run again: a village in or out, a number, a weight or a rule changed; in seconds, with a certified interval."""
    from scenarios.runs.ask import ask as asked

    reply = asked(run_dir, stated(changed or []), inside or [], outside or [], silent if quiet else screen.note)
    screen.show_reply(reply, as_json, lang)


@app.command()
@grouped
def turnover(
    run_dir: RunFolder,
    place: Place,
    over: Annotated[
        list[str] | None,
        typer.Option("--over", help="a parameter with a range; may be given again (default: scoring and timing)"),
    ] = None,
    pairs: Annotated[int, typer.Option("--pairs", min=0, help="replications for key figures; 0 asks of the list alone")] = 3,
    workers: Workers = CORES,
    as_json: AsJson = False,
) -> None:
    """Does my list change? Villages to be signed that leave and enter, and key figures, at the ends of numbers' ranges."""
    from scenarios.runs import turnover as turnovers

    options = place.options(workers)
    screen.show_turnover(*turnovers.run(run_dir, over or [], options, pairs), as_json)


@app.command()
@grouped
def why(
    run_dir: RunFolder,
    place: Place,
    draws: Annotated[int, typer.Option(min=2, help="plays in which every assumption is drawn from its range")] = 40,
    pairs: Annotated[int, typer.Option(min=2, help="replications for each link of the chain")] = 4,
    workers: Workers = CORES,
    as_json: AsJson = False,
) -> None:
    """Why a target is missed: money, design, hands, season, acceptance, and how much is not known."""
    from scenarios.runs import why as whys

    screen.show_why(*whys.run(run_dir, draws, pairs, place.options(workers)), as_json)


if __name__ == "__main__":
    main()
