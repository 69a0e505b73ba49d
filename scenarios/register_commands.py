"""The commands ``baicun register ...``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
