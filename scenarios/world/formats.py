"""Formats (格式): run folders of earlier versions, read as today's; one step from each format to the next.

Reading commands (explain, report, audit, compare) take every format. Computing ones refuse an older one and say who made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from model.errors import usage
from scenarios.files.manifest import read_manifest
from scenarios.world.layers import flat, laid, merge, nested
from scenarios.world.load import library, read_toml
from scenarios.world.spec import base

FORMAT = 2
RENAMED: dict[str, tuple[str, Callable[[Any], Any]]] = {  # of format 1: the path today, and the value there
    "programme.cycle_years": ("programme.cycle_months", lambda years: 12 * years),
    "money.quota_factor": ("money.factor.general_bond", float),
    "simulation.announcement.day": ("simulation.review.announced_from", str),
}


def of(manifest: Mapping[str, Any]) -> int:
    """Return the format of a folder; those before formats were numbered are of format 1."""
    return int(manifest.get("format", 1))


def scenario_tables(folder: Path) -> dict[str, Any]:
    """Return the resolved scenario of a run folder as today's program states it."""
    stated = read_toml(folder / "scenario.toml")
    manifest = folder / "manifest.json"
    return from_1(stated) if manifest.is_file() and of(read_manifest(folder)) < 2 else stated


def from_1(stated: dict[str, Any]) -> dict[str, Any]:
    """Return a scenario of format 1 as format 2 states it.

    What was renamed goes by its name; rules and objectives that did not exist are off; what is no longer asked is left out.
    """
    moved = flat(stated)
    for old, (new, as_new) in RENAMED.items():
        if old in moved:
            moved.setdefault(new, as_new(moved.pop(old)))
    under = merge(merge(base(), library()["empty"]), {"objective": _no_weights(base()["objective"])})
    known, kept = flat(under), dict[str, Any]()
    for path, value in moved.items():
        if path in known or path.split(".")[0] in ("name", "title_zh", "title_en", "own_rules", "locks"):
            kept = merge(kept, nested(path, value))
    tables = laid(under, kept)
    tables.pop("extends", None)
    return tables


def _no_weights(objective: Mapping[str, Any]) -> dict[str, Any]:
    return {key: 0.0 for key, value in objective.items() if isinstance(value, float) and key not in ("tolerance",)}


def refuse_older(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse to compute from a folder of an earlier format: its numbers were made by other code."""
    if of(manifest) < FORMAT:
        made = str(manifest.get("version") or manifest["versions"].get("baicun", ""))
        remedy = "Run its scenario again into a new folder; explain, report, audit and compare read this one as it is."
        raise usage("an earlier version made this run", remedy, file=str(folder), value=f"{made}, format {of(manifest)}")
