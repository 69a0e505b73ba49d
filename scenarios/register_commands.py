"""The commands ``baicun register ...``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from model.errors import InputError
from scenarios.screen import show_json

register_app = typer.Typer(no_args_is_help=True, help="备选村名册 / the register of candidate villages")

CountiesFile = Annotated[Path | None, typer.Option("--counties", help="county table; default: beside the register")]
Force = Annotated[bool, typer.Option("--force", help="replace what stands there")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]


@register_app.command()
def generate(
    out: Annotated[Path, typer.Option("--out", help=".csv, .xlsx or .parquet")],
    villages: Annotated[int, typer.Option("--villages")] = 2051,
    seed: Annotated[int, typer.Option("--seed")] = 2023,
    force: Force = False,
) -> None:
    """A synthetic register, with its county table beside it."""
    from model.register.synthetic import generate as make
    from scenarios.outtake import write_register

    for path in write_register(make(villages, seed), out, force):
        print(path)


@register_app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    counties: CountiesFile = None,
    as_json: AsJson = False,
) -> None:
    """Validate a register: every fault at once."""
    from model.register.schema import village_columns
    from scenarios.intake import take

    taken = take(file, counties)
    found = taken.register
    zh = {column.name: column.zh for column in village_columns()}
    if as_json:
        show_json(
            {
                "villages": len(found.villages),
                "counties": len(found.counties),
                "synthetic": found.synthetic,
                "columns": list(found.villages),
                "notes": taken.notes,
                "faults": [],
            }
        )
        return
    for name in map(str, found.villages):
        print(f"{name} {zh.get(name, '')}")
    for line in taken.notes:
        print(line)
    label = "，模拟数据 / synthetic" if found.synthetic else ""
    print(f"{len(found.villages)} villages, {len(found.counties)} counties, no faults{label}")


@register_app.command()
def template(
    out: Annotated[Path, typer.Option("--out", help=".xlsx")], counties: CountiesFile = None, force: Force = False
) -> None:
    """A declaration workbook (申报表) for counties to fill in: one sheet a county."""
    from scenarios.declaration import write_template

    print(write_template(_counties(counties), out, force))


@register_app.command()
def merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILES", help="returned declaration workbooks")],
    out: Annotated[Path, typer.Option("--out", help=".csv")],
    counties: CountiesFile = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Many returned files into one register, with faults by file and who has not answered."""
    from scenarios import declaration

    table = _counties(counties)
    merged = declaration.merge(files, table)
    declaration.write_merged(merged, out, force)
    name = table.set_index("county_code")["name"]
    if as_json:
        show_json({"villages": len(merged.villages), "answered": merged.answered, "silent": merged.silent, "file": str(out)})
        return
    print(f"{len(merged.villages)} villages of {len(merged.answered)} counties")
    if merged.silent:
        print("未报送 / no answer: " + "、".join(f"{name[code]}（{code}）" for code in merged.silent))
    print(out)


def _counties(file: Path | None) -> pd.DataFrame:
    """Return the counties of a table, or Jilin's own county-level units."""
    from model.register.parse import parse
    from model.register.schema import county_columns
    from model.register.synthetic import units
    from scenarios.intake import read_table

    if file is None:
        return units()
    reading = read_table(file, county_columns())
    parsed = parse(reading.table, county_columns()[:3], file.name)
    if faults := [*reading.faults, *parsed.faults]:
        raise InputError(faults)
    return parsed.table
