"""The seal (封存核对): what of a run folder is not as it was written, looked at before a number of it is believed.

Without a signature a seal shows slips and careless edits; who works out every digest again is caught only by what can be worked
out anew (``baicun audit``) or run anew (``baicun rerun``). docs/guides/claims.md says what each can show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scenarios.files import tables
from scenarios.files.manifest import altered, identity, sealed
from scenarios.world.formats import FORMAT, of
from scenarios.world.load import read_toml

STATED = {"as_of": ("programme", "as_of"), "seed": ("run", "seed"), "lang": ("run", "lang")}
OPTIMAL, CLOSE = 1e-4, 1e-9


def broken(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return what of a run folder is not as it was written; of one that another version wrote, its files alone."""
    found = [f"{name} is altered or missing" for name in altered(folder, manifest)]
    if of(manifest) < FORMAT or found:
        return found
    if manifest.get("seal") != sealed(manifest):
        found.append("manifest.json was edited")
    return [*found, *_of_inputs(folder, manifest), *_of_projection(folder, manifest), *_of_certificate(folder, manifest)]


def _of_inputs(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield where the manifest does not fit the inputs it stands beside."""
    inputs = manifest["inputs"]
    if any(manifest["files"].get(name) != known for name, known in inputs.items()):
        yield "manifest.json names other inputs than there are"
    if manifest["kind"] != "simulate" and manifest["identity"] != identity(inputs, manifest["kind"], manifest["parent"]):
        yield "the identity in manifest.json does not fit the inputs"
    scenario = read_toml(folder / "scenario.toml")
    for key, (section, name) in STATED.items():
        stated = scenario[section][name]
        if manifest[key] != stated and not (key == "lang" and "papers" in manifest):
            yield f"{key} in manifest.json is {manifest[key]}, in scenario.toml {stated}"
    if manifest["scenario"] != scenario["name"]:
        yield f"scenario in manifest.json is {manifest['scenario']}, in scenario.toml {scenario['name']}"
    if bool(manifest["synthetic"]) != _synthetic(folder):
        yield "the label of synthetic data in manifest.json does not fit the register"


def _synthetic(folder: Path) -> bool:
    """Whether the register or the county table has rows that are invented."""
    read = (tables.read(folder / "inputs" / name) for name in ("register.csv", "counties.csv"))
    return any("synthetic" in table and bool(table["synthetic"].fillna(0).astype(float).any()) for table in read)


def _of_projection(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    path, stated = folder / "replications.csv", manifest["replications"]
    played = int(tables.read(path)["replication"].nunique()) if path.is_file() else 0
    if played != stated:
        yield f"replications in manifest.json is {stated}, in replications.csv {played}"


def _of_certificate(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield where the certificate contradicts itself, or the objectives it was made from."""
    solver = manifest["solver"]
    objective, bound = solver["objective"], solver["bound"]
    if objective is None:
        return
    gap = max(0.0, bound - objective) / max(1.0, abs(objective))
    if bound < objective - CLOSE * abs(objective) or not math.isclose(gap, solver["gap"], abs_tol=CLOSE):
        yield "the gap in manifest.json is not that of its objective and bound"
    if solver["status"] == "optimal" and gap > OPTIMAL + CLOSE:
        yield "the status in manifest.json does not fit its gap"
    stages = tables.read(folder / "objectives.csv")
    last = float(stages.loc[stages["stage"] == stages["stage"].max(), "contribution"].sum())
    if len(stages) and not math.isclose(last, objective, rel_tol=1e-6, abs_tol=1e-6):
        yield "the objective in manifest.json is not the sum of objectives.csv"
