"""The commands ``baicun register ...``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from model.errors import InputError
from model.scoring.review import standing
from scenarios.command.options import AsJson, CountiesFile, Force, HistoryFile, ScoreFiles
from scenarios.command.screen import records, show_json

register_app = typer.Typer(no_args_is_help=True, help="备选村名册 / the register of candidate villages")


@register_app.command()
def generate(
    out: Annotated[Path, typer.Option("--out", help=".csv, .xlsx or .parquet")],
    villages: Annotated[int, typer.Option("--villages")] = 2051,
    seed: Annotated[int, typer.Option("--seed")] = 2023,
    force: Force = False,
) -> None:
    """A synthetic register, with its county table beside it."""
    from model.register.synthetic import generate as make
    from scenarios.files.outtake import write_register

    for path in write_register(make(villages, seed), out, force):
        print(path)


@register_app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    counties: CountiesFile = None,
    history: HistoryFile = None,
    scores: ScoreFiles = None,
    as_json: AsJson = False,
) -> None:
    """Validate a register and what comes beside it: every fault at once."""
    from model.register.schema import village_columns
    from scenarios.files import experts
    from scenarios.files.companions import Beside
    from scenarios.world.intake import take

    taken = take(file, counties, with_it=Beside(history, tuple(scores or ())))
    found = taken.register
    zh = {column.name: column.zh for column in village_columns()}
    if as_json:
        show_json(
            {
                "villages": len(found.villages),
                "counties": len(found.counties),
                "synthetic": found.synthetic,
                "columns": list(found.villages),
                "history": len(found.history),
                "experts": records(standing(found.experts)) if len(found.experts) else [],
                "notes": taken.notes,
                "faults": [],
            }
        )
        return
    for name in map(str, found.villages):
        print(f"{name} {zh.get(name, '')}")
    for line in [*taken.notes, *(experts.told(found.experts) if len(found.experts) else ())]:
        print(line)
    label = "，模拟数据 / synthetic" if found.synthetic else ""
    past = f", {len(found.history)} villages of history" if len(found.history) else ""
    print(f"{len(found.villages)} villages, {len(found.counties)} counties{past}, no faults{label}")


@register_app.command("score-sheet")
def score_sheet(
    register: Annotated[Path, typer.Option("--register", help="the register whose villages are scored")],
    out: Annotated[Path, typer.Option("--out", help=".xlsx")],
    counties: CountiesFile = None,
    force: Force = False,
) -> None:
    """A blank score sheet (专家评分表) for experts: one copy an expert."""
    from scenarios.files.experts import write_sheet
    from scenarios.world.intake import read_register

    print(write_sheet(read_register(register, counties).villages, out, force))


@register_app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help=".xlsx")], counties: CountiesFile = None, force: Force = False
) -> None:
    """A declaration workbook (申报表) for counties to fill in: one sheet a county."""
    from scenarios.files.declaration import write_template

    print(write_template(_counties(counties), out, force))


@register_app.command()
def merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="returned declaration workbooks")],
    out: Annotated[Path, typer.Option("--out", help=".csv")],
    counties: CountiesFile = None,
    scores: ScoreFiles = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Many returned files into one register, with faults by file and who has not answered; experts' sheets beside it."""
    from scenarios.files import declaration, experts

    table = _counties(counties)
    merged = declaration.merge(files, table, scores or ())
    declaration.write_merged(merged, out, force)
    name = table.set_index("county_code")["name"]
    if as_json:
        found = {"villages": len(merged.villages), "answered": merged.answered, "silent": merged.silent, "file": str(out)}
        show_json(found | {"experts": records(standing(merged.experts)) if len(merged.experts) else []})
        return
    print(f"{len(merged.villages)} villages of {len(merged.answered)} counties")
    for line in experts.told(merged.experts) if len(merged.experts) else ():
        print(line)
    if merged.silent:
        print("未报送 / no answer: " + "、".join(f"{name[code]}（{code}）" for code in merged.silent))
    print(out)


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
