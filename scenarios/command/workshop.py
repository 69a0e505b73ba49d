"""The commands of the workshop and of papers: scenarios, what differs, runs made again, reports and books, and the doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from model.errors import usage
from scenarios.command import screen
from scenarios.command.options import AsJson, Force, Lang, Out, Place, Quiet, RunFolder, Workers, grouped

workshop_app = typer.Typer()


@workshop_app.command()
def scenarios(as_json: AsJson = False) -> None:
    """The library."""
    from scenarios.world.load import library

    known = library()
    if as_json:
        screen.show_json(known)
        return
    for name, own in known.items():
        extends = screen.spoken()("extends", name=own["extends"]) if "extends" in own else ""
        print(f"{name}: {own.get(f'title_{screen.spoken().lang}', '')}{extends}")


@workshop_app.command()
def new(
    out: Annotated[Path, typer.Argument(metavar="FILE.toml", help="the scenario file to write")],
    name: Annotated[str, typer.Option("--from", help="the scenario it extends")] = "baseline",
    force: Force = False,
    lang: Lang = None,
) -> None:
    """A scenario file to start from: every number that may be stated, as a remark; FILE.docx: a Word form of the list."""
    from scenarios.report import form
    from scenarios.world import starter

    if out.suffix.lower() == ".docx":
        print(form.starter(out, force))
        return
    print(starter.write(out, name, screen.spoken(lang), force))


@workshop_app.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="FIRST", help="a scenario")],
    second: Annotated[str, typer.Argument(metavar="SECOND", help="another")],
    as_json: AsJson = False,
) -> None:
    """What differs between two scenarios, in policy terms."""
    from scenarios.command.describe import in_policy_terms
    from scenarios.world.load import differences, load

    changed = differences(load(first), load(second))
    if as_json:
        screen.show_json({path: {"first": a, "second": b} for path, (a, b) in changed.items()})
        return
    for path, (a, b) in changed.items():
        print(f"{path} {in_policy_terms(path)}: {a} -> {b}")
    if not changed:
        print(screen.spoken()("no_difference"))


@workshop_app.command()
def schema() -> None:
    """JSON Schema of a scenario file, with unit, range and source of each parameter."""
    from scenarios.command.describe import json_schema

    screen.show_json(json_schema())


@workshop_app.command()
def rerun(run_dir: RunFolder, workers: Workers = 1, quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Run again from the folder's own inputs and compare."""
    from scenarios.runs import rerun as again

    differences = again.rerun(run_dir, Place(force=True, quiet=quiet).options(workers))
    if as_json:
        screen.show_json({"folder": str(run_dir), "differences": differences})
    else:
        print("\n".join(differences) if differences else screen.spoken()("no_difference"))
    raise typer.Exit(5 if differences else 0)


@workshop_app.command()
def report(
    run_dir: RunFolder,
    boundaries: Annotated[
        Path | None,
        typer.Option("--boundaries", help="an office's county boundaries, .geojson or .shp: a page with that map alone"),
    ] = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="an office's own Word form (.docx): the list in that form alone")
    ] = None,
    out: Out = None,
    lang: Lang = None,
    force: Force = False,
) -> None:
    """Make the workbook and the page again; or a map on an office's own boundaries, or the list in its own Word form."""
    from scenarios.runs import rerun

    if boundaries is not None and template is not None:
        raise usage("two papers were asked for", "Give either --boundaries or --template.", column="--template")
    if template is not None:
        print(rerun.formed(run_dir, template, out, force))
        return
    if boundaries is None and out is not None:
        raise usage("documents stand in the folder itself", "Leave out --out, or give --boundaries.", column="--out")
    print(rerun.report(run_dir, lang) if boundaries is None else rerun.drawn(run_dir, boundaries, out, lang, force))


@workshop_app.command()
@grouped
def books(
    run_dir: RunFolder,
    place: Place,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="a county, prefecture or department; may be given again")
    ] = None,
) -> None:
    """Books for those who carry it out: counties, prefectures, departments, with tasks, projects, money and schedule."""
    from scenarios.runs import books as makers

    print(makers.run(run_dir, only or [], place.options()))


@workshop_app.command()
def doctor(as_json: AsJson = False) -> None:
    """Where everything is and whether it works."""
    from scenarios.command.libraries import libraries

    found = list(libraries())
    if all(fine for _, fine, _ in found):  # otherwise nothing else can be looked at
        from scenarios.command.describe import examination

        found += examination()
    from scenarios.command.fonts import chinese_type

    there, told = chinese_type()
    if as_json:
        listed = [{"name": name, "fine": fine, "told": words} for name, fine, words in found]
        screen.show_json([*listed, {"name": "chinese type", "fine": there, "told": told}])
    else:
        print("\n".join(f"{'ok   ' if fine else 'FAULT'} {name}: {words}" for name, fine, words in found))
        print(f"{'ok   ' if there else 'NOTE '} chinese type: {screen.translated(told)}")  # another machine may show the pages
    raise typer.Exit(0 if all(fine for _, fine, _ in found) else 1)
