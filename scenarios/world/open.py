"""Open: a scenario by name or file, and the register it names, loaded and checked against one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.showing import Shown
from model.vocabulary import Register
from scenarios.files.companions import SINGLE, Beside
from scenarios.world import trust
from scenarios.world.checks import check_amounts, check_asks, check_history
from scenarios.world.formats import scenario_tables
from scenarios.world.intake import read_register, register_of
from scenarios.world.layers import changed
from scenarios.world.load import load, resolve
from scenarios.world.spec import Scenario

FILES = ("file", "counties", *SINGLE)


@dataclass(frozen=True, repr=False)
class World(Shown):
    """What is given: a scenario and the register it names, checked against one another. It unpacks into both."""

    term = "情景与名册"

    scenario: Scenario
    register: Register

    def __iter__(self) -> Iterator[Any]:
        """Yield the scenario, then the register."""
        yield from (self.scenario, self.register)

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        return {**self.scenario.shown(), **self.register.shown()}


def open_world(name: str | Path, changes: Mapping[str, object] | None = None) -> World:
    """Load and validate: a scenario by its name in the library or its file, and the register it names.

    ``changes`` are other values at dotted paths, such as ``{"run.gap": 0.02}``. Raises :class:`InputError` with every fault.
    """
    return world_of(load(str(name), changes))


def world_of(scenario: Scenario) -> World:
    """Return a scenario with the register it names, checked against one another."""
    source = scenario.register_
    trust.remember(scenario.own_rules)
    register = register_of(source)
    names: dict[str, Any] = {f"register.{key}": Path(getattr(source, key)).name for key in FILES}
    names["register.scores"] = [Path(file).name for file in source.scores]
    check_history(scenario, register)
    check_asks(scenario, register)
    check_amounts(scenario, register)
    return World(scenario.with_changes(names), register)  # where the files stood is no part of what the run is


def reopen(folder: Path, changes: Mapping[str, Any] | None = None) -> World:
    """Return the scenario and the register of a run folder, from its own files."""
    scenario = resolve(changed(scenario_tables(folder), changes or {}), str(folder / "scenario.toml"))
    if scenario.own_rules:
        trust.check(scenario.own_rules, folder)
    extra, kept = tuple(scenario.register_.extra_columns), folder / "inputs"
    given = {name: kept / f"{name}.csv" for name in SINGLE if (kept / f"{name}.csv").is_file()}
    scores = (kept / "scores.csv",) if (kept / "scores.csv").is_file() else ()
    beside = Beside(scores=scores, **given)
    return World(scenario, read_register(kept / "register.csv", kept / "counties.csv", extra, beside))
