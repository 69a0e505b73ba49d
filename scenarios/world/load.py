"""Load: a scenario's name or file becomes a resolved :class:`Scenario`; every fault of the file is reported at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model.errors import Fault, InputError, usage
from model.selection.rules import Rules
from scenarios.world.spec import Scenario, base


def library() -> dict[str, dict[str, Any]]:
    """Return the scenarios that come with Baicun, as their files state them."""
    folder = resources.files("scenarios.world") / "library"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return {file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


def load(name: str, changes: Mapping[str, Any] | None = None) -> Scenario:
    """Return the scenario of a library name or a TOML file, with the command line's changes at dotted paths.

    Raises :class:`InputError` with every fault: unknown sections and keys, values of the wrong kind, impossible values.
    """
    stated = _stated(name, Path())
    tables = base()
    for layer in stated:
        tables = merge(tables, {key: value for key, value in layer.items() if key != "extends"})
    tables = changed(tables, changes or {})
    tables["name"] = Path(name).stem if _is_file(name) else name
    return resolve(tables, name)


def resolve(tables: dict[str, Any], file: str) -> Scenario:
    """Return the scenario of full tables, or raise every fault as one :class:`InputError`."""
    try:
        return Scenario.model_validate(tables)
    except ValidationError as error:
        raise InputError([_fault(entry, file) for entry in error.errors()]) from None


def changed(tables: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables with other values at dotted paths."""
    for path, value in changes.items():
        tables = merge(tables, _nested(path, value))
    return tables


def merge(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return two nested tables laid over one another: tables merge, lists and values replace."""
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def differences(first: Scenario, second: Scenario) -> dict[str, tuple[Any, Any]]:
    """Return the parameters in which two scenarios differ, by dotted path."""
    one, two = flat(first.tables()), flat(second.tables())
    skip = {"name", "title_zh", "title_en"}
    return {path: (one.get(path), two.get(path)) for path in one | two if path not in skip and one.get(path) != two.get(path)}


def flat(tables: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested tables as one table of dotted paths."""
    paths: dict[str, Any] = {}
    for key, value in tables.items():
        path = f"{prefix}{key}"
        paths.update(flat(value, f"{path}.") if isinstance(value, Mapping) else {path: value})
    return paths


def _is_file(name: str) -> bool:
    return name.endswith(".toml")


def _stated(name: str, folder: Path, seen: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the layers of a scenario, the one it extends first."""
    path = folder / name
    key = str(path.resolve()) if _is_file(name) else name
    if key in seen:
        raise usage("scenarios extend one another in a circle", "Break the circle.", file=name, value=" -> ".join([*seen, key]))
    own = _with_rules(_with_files(read_toml(path), path.parent), path.parent) if _is_file(name) else _named(name)
    parent = own.get("extends")
    if parent is None:
        return [own]
    return [*_stated(str(parent), path.parent if _is_file(name) else folder, (*seen, key)), own]


def _with_files(stated: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a layer whose register files start at the folder of the file that states them."""
    register = stated.get("register")
    if not isinstance(register, dict):
        return stated
    files: dict[str, Any] = {
        key: str(folder.resolve() / value)
        for key, value in register.items()
        if key in ("file", "counties", "history", "announced", "neighbours") and value and isinstance(value, str)
    }
    scores = register.get("scores")
    if isinstance(scores, list) and all(isinstance(name, str) for name in scores):  # what is no text is a fault further on
        files["scores"] = [str(folder.resolve() / name) for name in scores]
    return {**stated, "register": register | files}


def _with_rules(stated: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a layer that holds the source of the own rules whose files it names, so that a run needs nothing else."""
    files = stated.get("own_rules")
    if not isinstance(files, list):
        return stated
    paths = [folder / str(name) for name in files]
    if faults := [Fault(str(path), "the rule's file is not found", "Check the path.") for path in paths if not path.is_file()]:
        raise InputError(faults)
    stems = [path.stem for path in paths]
    if twice := sorted({stem for stem in stems if stems.count(stem) > 1}):
        raise usage(
            "two own rules have the same file name", "Rename one.", file=", ".join(map(str, files)), value=", ".join(twice)
        )
    return {**stated, "own_rules": {path.stem: path.read_text(encoding="utf-8-sig") for path in paths}}


def _named(name: str) -> dict[str, Any]:
    known = library()
    if name not in known:
        remedy = f"Choose one of {', '.join(known)}, or give the path of a .toml file."
        raise usage("unknown scenario", remedy, value=name)
    return known[name]


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file's tables, or raise what is wrong with it."""
    if not path.is_file():
        raise usage("scenario file not found", "Check the path.", file=str(path))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise usage("the file is not TOML", f"Correct it: {error}.", file=str(path)) from error


def _nested(path: str, value: Any) -> dict[str, Any]:
    for part in reversed(path.split(".")):
        value = {part: value}
    return dict(value)


def _fault(entry: Any, file: str) -> Fault:
    path = ".".join(str(part) for part in entry["loc"])
    remedies = {
        "extra_forbidden": "Remove it or correct its name; `baicun schema` lists what may be stated.",
        "missing": "State it.",
    }
    remedy = remedies.get(entry["type"], "Correct the value; then check again, for faults between values show only afterwards.")
    if entry["type"] == "extra_forbidden" and entry["loc"][:1] == ("rules",):
        remedy = f"The rules are {', '.join(Rules.model_fields)}."
    return Fault(file, entry["msg"], remedy, column=path, value=str(entry.get("input", ""))[:80])
