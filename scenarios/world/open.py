"""Open: a scenario by name or file, and the register it names, loaded and checked against one another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model.vocabulary import Register
from scenarios.files.companions import Beside
from scenarios.world.checks import check_asks, check_history
from scenarios.world.intake import read_register, register_of
from scenarios.world.load import changed, load, read_toml, resolve
from scenarios.world.spec import Scenario

FILES = ("file", "counties", "history", "announced", "neighbours")


def open_world(name: str, changes: dict[str, object] | None = None) -> tuple[Scenario, Register]:
    """Load and validate: a scenario and the register it names."""
    scenario = load(name, changes)
    source = scenario.register_
    register = register_of(source)
    names: dict[str, Any] = {f"register.{key}": Path(getattr(source, key)).name for key in FILES}
    names["register.scores"] = [Path(file).name for file in source.scores]
    check_history(scenario, register)
    check_asks(scenario, register)
    return scenario.with_changes(names), register  # where the files stood is no part of what the run is


def reopen(folder: Path, changes: dict[str, Any] | None = None) -> tuple[Scenario, Register]:
    """Return the scenario and the register of a run folder, from its own files."""
    stated = read_toml(folder / "scenario.toml")
    scenario = resolve(changed(stated, changes or {}), str(folder / "scenario.toml"))
    extra, kept = tuple(scenario.register_.extra_columns), folder / "inputs"
    given = {name: kept / f"{name}.csv" for name in ("announced", "neighbours") if (kept / f"{name}.csv").is_file()}
    scores = (kept / "scores.csv",) if (kept / "scores.csv").is_file() else ()
    beside = Beside(history=kept / "history.csv", scores=scores, **given)
    return scenario, read_register(kept / "register.csv", kept / "counties.csv", extra, beside)
