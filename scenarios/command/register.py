"""The commands ``baicun register ...``."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from model.errors import InputError
from scenarios.command.options import AsJson, CountiesFile, Force, HistoryFile, ProjectsFile, ScoreFiles
from scenarios.command.screen import note, records, show_json, spoken, translated

if TYPE_CHECKING:
    import pandas as pd

    from scenarios.files.merging import Merged
    from scenarios.world.intake import Taken

register_app = typer.Typer(no_args_is_help=True, help="备选村名册 / the register of candidate villages")


@register_app.command()
def generate(
    out: Annotated[Path, typer.Option("--out", help=".csv, .xlsx or .parquet")],
    villages: Annotated[int, typer.Option("--villages", help="how many")] = 2051,
    seed: Annotated[int, typer.Option("--seed", help="seed of all that is drawn")] = 2023,
    force: Force = False,
) -> None:
    """A synthetic register, with its county table beside it."""
    from model.register.synthetic import generate as make
    from scenarios.files.outtake import write_register

    for path in write_register(make(villages, seed), out, force):
        print(path)


@register_app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a register")],
    counties: CountiesFile = None,
    history: HistoryFile = None,
    scores: ScoreFiles = None,
    project_list: ProjectsFile = None,
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="HEADING=column for a heading nobody knows; may be given again")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Validate a register and what comes beside it: every fault at once."""
    from scenarios.files.companions import Beside
    from scenarios.world.intake import take

    meant = dict(pair.rpartition("=")[::2] for pair in mapping or ())
    taken = take(file, counties, with_it=Beside(history, tuple(scores or ()), projects=project_list), mapping=meant)
    if as_json:
        show_json(_facts(taken))
    else:
        print("\n".join(_lines(taken)))


def _facts(taken: Taken) -> dict[str, object]:
    """Return what was read as plain data."""
    register = taken.register
    return {
        "villages": len(register.villages),
        "counties": len(register.counties),
        "synthetic": register.synthetic,
        "columns": list(register.villages),
        "history": len(register.history),
        "experts": _standing(register.experts),
        "projects": len(register.projects),
        "notes": taken.notes,
        "faults": [],
    }


def _lines(taken: Taken) -> list[str]:
    """Return what was read: the columns and what they are, what was understood on the way, and the sizes."""
    from model.register.schema import village_columns
    from scenarios.files import experts

    register = taken.register
    zh = {column.name: column.zh for column in village_columns()}
    told = experts.told(register.experts) if len(register.experts) else []
    words, counts = spoken(), {"villages": len(register.villages), "counties": len(register.counties)}
    past = words("check_history", n=len(register.history)) if len(register.history) else ""
    label = words("synthetic_data") if register.synthetic else ""
    sizes = words("check_sum", **counts, past=past)
    columns = (f"{name} {zh.get(name, '')}" for name in map(str, register.villages))
    return [*columns, *map(translated, [*taken.notes, *told]), sizes, *[label] * bool(label)]


def _standing(experts: pd.DataFrame) -> list[dict[Hashable, object]]:
    from model.scoring.review import standing

    return records(standing(experts)) if len(experts) else []


@register_app.command()
def mark(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a register")],
    listed: Annotated[Path, typer.Option("--list", help="the programme's list: villages or towns, by code or by name")],
    column: Annotated[str, typer.Option("--as", help="the column to mark, such as tourism_village or 乡村旅游精品村")],
    confirmed: Annotated[Path | None, typer.Option("--confirm", help="a confirm sheet with codes filled in")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="default: NAME.marked.csv beside the register")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Mark the villages of a programme's list in a register; what is not certain goes to a sheet to confirm."""
    from scenarios.files import marking

    found = marking.mark(file, listed, column, confirmed)
    target, sheet = marking.write(found, file, listed, out, force)
    counts = found.counts()
    if as_json:
        piles = records(found.piles)
        show_json({**counts, "villages": found.villages, "entries": piles, "confirm": str(sheet), "file": str(target)})
        return
    print(spoken()("mark_told", entries=len(found.piles), villages=found.villages, **counts))
    print(sheet)
    print(target)


@register_app.command("score-sheet")
def score_sheet(
    register: Annotated[Path, typer.Option("--register", help="the register whose villages are scored")],
    out: Annotated[Path, typer.Option("--out", help=".xlsx")],
    counties: CountiesFile = None,
    force: Force = False,
) -> None:
    """A blank score sheet (专家评分表) for experts: one copy per expert."""
    from scenarios.files.experts import write_sheet
    from scenarios.world.intake import read_register

    print(write_sheet(read_register(register, counties).villages, out, force))


@register_app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help="an .xlsx file for all, or a folder for a book a county")],
    register: Annotated[Path | None, typer.Option("--register", help="fill in what this register knows")] = None,
    counties: CountiesFile = None,
    force: Force = False,
) -> None:
    """Declaration workbooks (申报表) for counties to fill in: one file, or a prefilled book a county."""
    from scenarios.files import declaration
    from scenarios.world.intake import read_register

    known = read_register(register, counties) if register else None
    table = _counties(counties) if known is None or counties else known.counties
    villages = known.villages if known else None
    if out.suffix.lower() == ".xlsx":
        print(declaration.write_template(table, out, force, villages))
    else:
        print("\n".join(map(str, declaration.write_books(table, out, villages, force))))


@register_app.command()
def merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="returned declaration workbooks")],
    out: Annotated[Path, typer.Option("--out", help=".csv")],
    counties: CountiesFile = None,
    scores: ScoreFiles = None,
    last: Annotated[Path | None, typer.Option("--last", help="the register of the last round: says who changed what")] = None,
    returns: Annotated[Path | None, typer.Option("--returns", help="a folder for return sheets, one a county")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Many returned files into one register, with faults by file and who has not answered; experts' sheets beside it."""
    from scenarios.files import merging
    from scenarios.report import returns as returning

    table = _counties(counties)
    try:
        merged = merging.merge(files, table, scores or ())
    except InputError as error:
        if returns is not None:
            sent = returning.write(error.faults, table, (), returns, force)
            note(spoken()("returned", n=len(sent), folder=returns))
        raise
    for line in merged.notes:
        note(line)
    merging.write_merged(merged, out, force)
    if returns is not None:
        returning.write((), table, merged.silent, returns, force)
    changed = merging.write_changes(merged, last, out, force) if last is not None else None
    if as_json:
        told = {"villages": len(merged.villages), "answered": merged.answered, "silent": merged.silent, "file": str(out)}
        show_json(told | {"experts": _standing(merged.experts)})
        return
    _tell(merged, table, changed)
    print(out)


def _tell(merged: Merged, counties: pd.DataFrame, changed: pd.DataFrame | None) -> None:
    """Say what was merged, what changed since the last round, how the experts scored, and who has not answered."""
    from scenarios.files import experts

    words, name = spoken(), counties.set_index("county_code")["name"]
    print(words("merged", villages=len(merged.villages), counties=len(merged.answered)))
    if changed is not None:
        counts = {"cells": int((changed["column"] != "").sum()), "villages": changed["village_id"].nunique()}
        print(words("merge_changes", counties=changed["county_code"].nunique(), **counts))
    for line in experts.told(merged.experts) if len(merged.experts) else ():
        print(translated(line))
    if merged.silent:
        print(words("merge_silent", names=words("enumeration").join(f"{name[code]}（{code}）" for code in merged.silent)))


def _counties(file: Path | None) -> pd.DataFrame:
    """Return the counties of a table, or Jilin's own county-level units."""
    from model.register.parse import parse
    from model.register.schema import county_columns
    from model.register.synthetic.counties import all_units
    from scenarios.files.reading import read_table

    if file is None:
        return all_units()
    reading = read_table(file, county_columns())
    parsed = parse(reading.table, county_columns()[:3], file.name)
    if faults := [*reading.faults, *parsed.faults]:
        raise InputError(faults)
    return parsed.table
