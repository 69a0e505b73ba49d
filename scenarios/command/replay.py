"""The commands that look into one replication: ``trace``, ``story``, ``chart``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scenarios.command.options import AsJson, Force, Lang, RunFolder
from scenarios.command.screen import show_json, spoken

Replication = Annotated[int, typer.Option("--replication", "-r", min=0, help="which replication")]


def trace(
    run_dir: RunFolder,
    out: Annotated[Path, typer.Option("--out", help="a .csv file")],
    replication: Replication = 0,
    force: Force = False,
) -> None:
    """Every event of one replication, as a table."""
    from scenarios.files import outtake, tables
    from scenarios.runs import replay

    table = replay.trace(replay.replay(run_dir, replication))
    outtake.new_file(out, ".csv", tables.as_bytes(table), force)
    print(spoken()("events", n=len(table)))
    print(out)


def story(
    run_dir: RunFolder,
    village_id: Annotated[str, typer.Argument(metavar="VILLAGE_ID", help="12 digits")],
    replication: Replication = 0,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """What happened to one village in one replication."""
    from scenarios.runs import replay

    lines = replay.story(replay.replay(run_dir, replication), village_id.strip(), spoken(lang).lang)
    if as_json:
        show_json({"village_id": village_id, "replication": replication, "lines": lines})
        return
    print("\n".join(lines))


def chart(
    run_dir: RunFolder,
    place: Annotated[str, typer.Argument(metavar="COUNTY|VILLAGE", help="6 or 12 digits")],
    out: Annotated[Path, typer.Option("--out", help="an .html file")],
    replication: Annotated[int | None, typer.Option("--replication", help="draw this replication in place of the plan")] = None,
    lang: Lang = None,
    force: Force = False,
) -> None:
    """The planned schedule of a county (作战图) or of a village, and when replications finish; or one of them."""
    from scenarios.files import outtake
    from scenarios.runs import replay, schedule

    played = replay.replay(run_dir) if replication is None else replay.replay(run_dir, replication)
    text = schedule.page(played, place.strip(), spoken(lang).lang)
    outtake.new_file(out, ".html", text.encode("utf-8"), force)
    print(out)


def add_replay_commands(app: typer.Typer) -> None:
    """Put the commands into the command line."""
    for command in (trace, story, chart):
        app.command()(command)
