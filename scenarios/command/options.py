"""What commands have in common: groups of options, typed, that the command line sees one by one."""

from __future__ import annotations

import functools
import inspect
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, ParamSpec, TypeVar, cast, get_type_hints

import typer

from model.errors import usage
from scenarios.command.moving import bar
from scenarios.command.screen import note, translated

if TYPE_CHECKING:
    from scenarios.runs.run import Options
    from scenarios.world.open import World

P = ParamSpec("P")
R = TypeVar("R")
CORES = max(1, min(4, os.cpu_count() or 1))

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="a name of the library, or a .toml file")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="a run folder")]
RegisterFile = Annotated[Path | None, typer.Option("--register", help="register (.csv, .xlsx, .parquet)")]
CountiesFile = Annotated[Path | None, typer.Option("--counties", help="county table; default: beside the register")]
HistoryFile = Annotated[Path | None, typer.Option("--history", help="cohorts already announced: village_id and cohort suffice")]
ProjectsFile = Annotated[
    Path | None, typer.Option("--project-list", help="counties' own project lists, in place of derived works")
]
ScoreFiles = Annotated[list[Path] | None, typer.Option("--scores", help="an expert's score sheet; may be given again")]
Out = Annotated[Path | None, typer.Option("--out", help="folder or file to write")]
Force = Annotated[bool, typer.Option("--force", help="replace what stands there")]
Seed = Annotated[int | None, typer.Option("--seed", help="seed of all that is drawn")]
Replications = Annotated[int | None, typer.Option("--replications", help="plays of the programme")]
Gap = Annotated[float | None, typer.Option("--gap", help="relative gap asked for, such as 0.01")]
Work = Annotated[int | None, typer.Option("--work", help="limit of branch-and-bound nodes (deterministic)")]
TimeLimit = Annotated[float | None, typer.Option("--time-limit", help="seconds; a safety net")]
Solver = Annotated[str | None, typer.Option("--solver", help="decomposed, highs, cbc or pulp:NAME")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="processes for the projection; changes no result")]
Lang = Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="zh or en; BAICUN_LANG sets it for good")]
TrustRules = Annotated[bool, typer.Option("--trust-rules", help="run own rules of a folder that this machine did not write")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
Quiet = Annotated[bool, typer.Option("--quiet", help="no progress")]
Diagnose = Annotated[Path | None, typer.Option("--diagnose", help="where to write the clash when no plan is possible")]


@dataclass(frozen=True)
class RegisterFiles:
    """The files of a register that the command line may name."""

    register: RegisterFile = None
    counties: CountiesFile = None
    history: HistoryFile = None
    scores: ScoreFiles = None
    project_list: ProjectsFile = None

    def changes(self) -> dict[str, Any]:
        """Return what they change in a scenario."""
        if self.counties is not None and self.register is None:
            raise usage("--counties needs --register", "Give both, or neither.", value=str(self.counties))
        stated: dict[str, Any] = {}
        if self.register is not None:
            stated["register.file"] = str(self.register.resolve())
            stated["register.counties"] = str(self.counties.resolve()) if self.counties else ""
        for name, path in (("history", self.history), ("projects", self.project_list)):
            if path is not None:
                stated[f"register.{name}"] = str(path.resolve())
        if self.scores:
            stated["register.scores"] = [str(path.resolve()) for path in self.scores]
        return stated


class _Stated:
    """Options that stand for values of the section ``[run]`` of a scenario."""

    def changes(self) -> dict[str, Any]:
        """Return what they change in a scenario: only what was given."""
        return {f"run.{name}": value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Solving(_Stated):
    """How the program is solved, and in which language the documents are."""

    seed: Seed = None
    gap: Gap = None
    work: Work = None
    time_limit: TimeLimit = None
    solver: Solver = None
    lang: Lang = None


@dataclass(frozen=True)
class Playing(_Stated):
    """How often the programme is played."""

    replications: Replications = None


@dataclass(frozen=True)
class Projecting(_Stated):
    """How an existing plan is projected."""

    seed: Seed = None
    replications: Replications = None
    lang: Lang = None


@dataclass(frozen=True)
class Comparing(_Stated):
    """How scenarios that are compared are run: all of them alike."""

    seed: Seed = None
    replications: Replications = None
    gap: Gap = None


@dataclass(frozen=True)
class Place:
    """Where the result goes, and what is said on the way."""

    out: Out = None
    force: Force = False
    quiet: Quiet = False

    def options(self, workers: int = 1) -> Options:
        """Return what is asked of a run beside the scenario."""
        from scenarios.runs.run import Options

        return Options(
            self.out, self.force, workers, silent if self.quiet else note, None if self.quiet else bar(translated("projection"))
        )


def grouped(command: Callable[P, R]) -> Callable[..., R]:
    """Return a command whose groups of options are single options to the command line."""
    hints = get_type_hints(command, include_extras=True)
    groups = {name: kind for name, kind in hints.items() if is_dataclass(kind) and isinstance(kind, type)}
    parameters: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        parameters += _of_group(groups[name]) if name in groups else [parameter.replace(annotation=hints[name])]

    @functools.wraps(command)
    def single(**given: Any) -> R:
        taken = {name: kind(**{f.name: given.pop(f.name) for f in fields(kind)}) for name, kind in groups.items()}
        return cast("Callable[..., R]", command)(**given, **taken)

    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    kept = [
        p.replace(kind=kinds[0 if p.default is p.empty else 1])
        for p in sorted(parameters, key=lambda p: p.default is not p.empty)
    ]
    return with_parameters(single, kept)


def with_parameters(command: Callable[..., R], parameters: list[inspect.Parameter]) -> Callable[..., R]:
    """Return a command that shows these parameters to the command line, whatever it takes itself."""
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # a callable may have one: PEP 362
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    return command


def _of_group(kind: type) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(f.name, inspect.Parameter.KEYWORD_ONLY, default=f.default, annotation=hints[f.name])
        for f in fields(kind)
    ]


def silent(_: str) -> None:
    """Say nothing."""


def asked_world(name: str, files: RegisterFiles, *stated: _Stated) -> World:
    """Return the scenario and register a command names."""
    from scenarios.world.open import open_world

    changes = {path: value for group in stated for path, value in group.changes().items()}
    return open_world(name, changes | files.changes())


PERCENTAGE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*[%％]")


def stated(pairs: list[str]) -> dict[str, Any]:
    """Return what ``PATH=VALUE`` states, values as in a scenario file or a percentage; a word without quotes is text."""
    changes: dict[str, Any] = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path.strip():
            raise usage("this states no value", "Write PATH=VALUE, such as rules.cohort_band.high=205.", value=pair)
        if share := PERCENTAGE.fullmatch(value.strip()):
            changes[path.strip()] = float(Decimal(share[1]) / 100)
            continue
        try:
            changes[path.strip()] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            changes[path.strip()] = value.strip()
    return changes


def ready_or_world(name: str, files: RegisterFiles, *stated: _Stated) -> Path | World:
    """Return a finished run folder as it is, and a scenario's world otherwise."""
    from scenarios.runs import store

    if (Path(name) / "manifest.json").is_file():
        store.open_run(Path(name))
        return Path(name)
    return asked_world(name, files, *stated)
