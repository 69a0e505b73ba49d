"""Load: a scenario's name or file becomes a resolved :class:`Scenario`; every fault of the file is reported at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from model.errors import Fault, InputError, usage
from model.policy.cards import cards
from model.selection.rules import RULES, Rules, term
from scenarios.files.companions import SINGLE
from scenarios.world.layers import changed, flat, laid
from scenarios.world.spec import NAME, Scenario, base

MOST_BYTES = 4_000_000
MOST_LAYERS = 30
BRANCH = re.compile(r"dict\[|constrained-|literal\[")  # how a reading of a value that may be of several kinds is named


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
        tables = laid(tables, {key: value for key, value in layer.items() if key != "extends"})
    tables = changed(tables, changes or {})
    tables["name"] = _named_by(name) if _is_file(name) else name
    return resolve(tables, name)


def _named_by(file: str) -> str:
    """Return the name of a scenario by its file's; a name that folders cannot have is refused."""
    stem = Path(file).stem
    if not re.fullmatch(NAME, stem):
        raise usage("a scenario goes by its file's name, and this is none", "Rename the file: letters, digits, . - _", file=file)
    return stem


def resolve(tables: dict[str, Any], file: str) -> Scenario:
    """Return the scenario of full tables, or raise every fault as one :class:`InputError`."""
    try:
        return Scenario.model_validate(tables)
    except ValidationError as error:
        told = [(entry, loc) for entry in error.errors() if (loc := _place(entry)) is not None]
        raise InputError([_fault(entry, loc, file) for entry, loc in told]) from None


def differences(first: Scenario, second: Scenario) -> dict[str, tuple[Any, Any]]:
    """Return the parameters in which two scenarios differ, by dotted path."""
    one, two = flat(first.tables()), flat(second.tables())
    skip = {"name", "title_zh", "title_en"}
    return {path: (one.get(path), two.get(path)) for path in one | two if path not in skip and one.get(path) != two.get(path)}


def _is_file(name: str) -> bool:
    return name.endswith(".toml")


def _stated(name: str, folder: Path, seen: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return the layers of a scenario, the one it extends first."""
    path = folder / name
    key = str(path.resolve()) if _is_file(name) else name
    if len(seen) > MOST_LAYERS:
        raise usage("too many scenarios extend one another", f"Keep to {MOST_LAYERS} at most.", file=name)
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
        if key in ("file", "counties", *SINGLE) and value and isinstance(value, str)
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
    return {**stated, "own_rules": {path.stem: _source(path) for path in paths}}


def _source(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise usage("the rule's file is no text", "Give a Python file, saved as UTF-8.", file=str(path)) from error


def _named(name: str) -> dict[str, Any]:
    known = library()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1, 0.6)
        likely = f"Did you mean {near[0]}? " if near else ""
        remedy = f"{likely}Choose one of {', '.join(known)}, or give the path of a .toml file."
        raise usage("unknown scenario", remedy, value=name)
    return known[name]


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file's tables, or raise what is wrong with it."""
    if not path.is_file():
        raise usage("scenario file not found", "Check the path.", file=str(path))
    if path.stat().st_size > MOST_BYTES:
        raise usage("the file is too large for a scenario", "Give a scenario: a few lines that say what differs.", file=str(path))
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError as error:
        raise usage("the file is not TOML", "Correct it: brackets within brackets without end.", file=str(path)) from error
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise usage("the file is not TOML", f"Correct it: {str(error)[:200]}.", file=str(path)) from error


def _near(loc: tuple[Any, ...]) -> str:
    """Return the remedy for a key that is not known: the one it is likely to mean."""
    known: Any = base()
    for part in loc[:-1]:
        known = known.get(part, {}) if isinstance(known, dict) else {}
    near = difflib.get_close_matches(str(loc[-1]), known, 1, 0.6) if isinstance(known, dict) else []
    likely = f"Did you mean {_glossed((*loc[:-1], near[0]))}? " if near else ""
    return f"{likely}Remove it or correct its name; `baicun schema` lists what may be stated."


def _keys_of(loc: tuple[Any, ...]) -> str:
    """Return which rules there are, or which keys a rule has."""
    if len(loc) > 2 and (kind := RULES.get(str(loc[1]))):
        return f"The rule {loc[1]} has {', '.join(_glossed((*loc[:2], name)) for name in kind.model_fields)}."
    return f"The rules are {', '.join(f'{name} ({term(name)})' for name in Rules.model_fields)}."


def _glossed(loc: tuple[Any, ...]) -> str:
    """Return a key with what it is called in Chinese, where its card says so."""
    card = cards().get(".".join(str(part) for part in loc))
    return f"{loc[-1]} ({card.zh})" if card else str(loc[-1])


def _place(entry: Any) -> tuple[Any, ...] | None:
    """Return the place of a fault in the file; nothing for the reading of a value (by year, or not) that was not meant."""
    at = next((i for i, part in enumerate(entry["loc"]) if BRANCH.match(str(part))), None)
    if at is None:
        return tuple(entry["loc"])
    by_year, inside = str(entry["loc"][at]).startswith("dict["), entry["loc"][at + 1 :]
    if by_year != (bool(inside) or isinstance(entry.get("input"), dict)):
        return None
    return (*entry["loc"][:at], *(part for part in inside if part != "[key]"))


def _fault(entry: Any, loc: tuple[Any, ...], file: str) -> Fault:
    path = ".".join(str(part) for part in loc)
    remedies = {
        "extra_forbidden": _near(loc) if loc else "",
        "missing": "State it.",
    }
    remedy = remedies.get(entry["type"], "Correct the value; then check again, for faults between values show only afterwards.")
    if entry["type"] == "extra_forbidden" and loc[:1] == ("rules",):
        remedy = f"{remedy.partition('Remove')[0]}{_keys_of(loc)}"
    given = entry.get("input", "")
    value = "" if isinstance(given, dict) else str(given)[:80]
    problem = "there is no such key" if entry["type"] == "extra_forbidden" else entry["msg"].removeprefix("Value error, ")
    return Fault(file, problem, remedy, column=path, value=value)
