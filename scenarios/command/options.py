"""What commands have in common: their options, the files of a register they may name, and the world these open."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from model.errors import usage
from scenarios.command.screen import note

CORES = max(1, min(4, os.cpu_count() or 1))

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="a name of the library, or a .toml file")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="a run folder")]
RegisterFile = Annotated[Path | None, typer.Option("--register", help="register (.csv, .xlsx, .parquet)")]
CountiesFile = Annotated[Path | None, typer.Option("--counties", help="county table; default: beside the register")]
HistoryFile = Annotated[Path | None, typer.Option("--history", help="cohorts already announced: village_id and cohort suffice")]
ScoreFiles = Annotated[list[Path] | None, typer.Option("--scores", help="an expert's score sheet; may be given again")]
Out = Annotated[Path | None, typer.Option("--out", help="folder or file to write")]
Force = Annotated[bool, typer.Option("--force", help="replace what stands there")]
Seed = Annotated[int | None, typer.Option("--seed")]
Replications = Annotated[int | None, typer.Option("--replications")]
Gap = Annotated[float | None, typer.Option("--gap", help="relative gap asked for, such as 0.01")]
Work = Annotated[int | None, typer.Option("--work", help="limit of branch-and-bound nodes (deterministic)")]
TimeLimit = Annotated[float | None, typer.Option("--time-limit", help="seconds; a safety net")]
Solver = Annotated[str | None, typer.Option("--solver", help="decomposed, highs, cbc or pulp:NAME")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="processes for the projection; changes no result")]
Lang = Annotated[Literal["zh", "en"] | None, typer.Option("--lang")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
Quiet = Annotated[bool, typer.Option("--quiet", help="no progress")]
Diagnose = Annotated[Path | None, typer.Option("--diagnose", help="where to write the clash when no plan is possible")]


def run_options(out: Path | None, force: bool, workers: int, quiet: bool) -> Any:
    """Return what a command asks of a run beside the scenario."""
    from scenarios.runs.run import Options

    say: Callable[[str], None] = (lambda _: None) if quiet else note
    return Options(out, force, workers, say, None if quiet else _bar())


def _bar() -> Callable[[int, int], None]:
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        left = (time.monotonic() - started) / done * (total - done)
        end = "\n" if done == total else ""
        if sys.stderr.isatty() or done == total:
            print(f"\rprojection {done}/{total}, about {left:.0f} s left ", end=end, file=sys.stderr, flush=True)

    return show


@dataclass(frozen=True)
class Files:
    """The files of a register that the command line may name."""

    register: Path | None
    counties: Path | None
    history: Path | None
    scores: list[Path] | None

    def changes(self) -> dict[str, Any]:
        """Return what they change in a scenario."""
        if self.counties is not None and self.register is None:
            raise usage("--counties needs --register", "Give both, or neither.", value=str(self.counties))
        found: dict[str, Any] = {}
        if self.register is not None:
            found["register.file"] = str(self.register.resolve())
            found["register.counties"] = str(self.counties.resolve()) if self.counties else ""
        if self.history is not None:
            found["register.history"] = str(self.history.resolve())
        if self.scores:
            found["register.scores"] = [str(path.resolve()) for path in self.scores]
        return found


def asked_world(name: str, files: Files, **stated: Any) -> Any:
    """Return the scenario and register a command names."""
    from scenarios import study

    changes = {f"run.{key}": value for key, value in stated.items() if value is not None}
    return study.open_world(name, changes | files.changes())


def ready_or_world(name: str, files: Files, **stated: Any) -> Any:
    """Return a finished run folder as it is, and a scenario's world otherwise."""
    from scenarios.runs import store

    if (Path(name) / "manifest.json").is_file():
        store.open_run(Path(name))
        return Path(name)
    return asked_world(name, files, **stated)
