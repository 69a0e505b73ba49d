"""Rerun: a run folder made again, from its own inputs, and compared; its documents made again from its own tables."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from model.vocabulary import Plan
from scenarios import study
from scenarios.files import dictionary, placing, tables
from scenarios.files.manifest import read_manifest
from scenarios.report import form
from scenarios.report.boundaries import write as write_map
from scenarios.report.letter import NAME as LETTER
from scenarios.runs import store
from scenarios.runs.run import PAPERS, Options, dated, projected, run
from scenarios.world.formats import of
from scenarios.world.open import reopen

EXACT = ("plan.csv", "verdicts.csv", "eligibility.csv")
CERTIFIED = ("scenario", "kind", "identity", "synthetic", "as_of", "seed", "replications", "parent", "inputs")
TOLERANCE = 1e-9


def report(folder: Path, lang: str | None = None) -> Path:
    """Make the workbook and the page again from a run folder's tables, and seal it again."""
    manifest = store.open_run(folder)
    made = {"format": of(manifest), "version": manifest["versions"].get("baicun", ""), "commit": ""}
    kept = {key: value for key, value in manifest.items() if key not in ("files", "papers", "seal")}
    facts = made | kept | ({"lang": lang} if lang else {})
    yours = store.strangers(folder)
    names = (*(paper.NAME for paper in PAPERS), *(name for name in dictionary.NAMES if name not in yours), "manifest.json")
    with tempfile.TemporaryDirectory() as room, placing.files(*(folder / name for name in names)) as drafts:
        twin = Path(room) / "run"
        shutil.copytree(folder, twin)
        for paper in PAPERS:
            paper.write(twin, facts)
        store.seal(twin, facts, yours)
        for name, draft in zip(names, drafts, strict=True):
            draft.write_bytes((twin / name).read_bytes())
    return folder


def drawn(folder: Path, boundaries: Path, out: Path | None = None, lang: str | None = None, force: bool = False) -> Path:
    """Write a page with the map of a run's counties on an office's own boundaries, beside the folder unless told where."""
    store.open_run(folder)
    return write_map(folder, boundaries, out or folder.absolute().with_name(f"{folder.name}-map.html"), lang, force)


def formed(folder: Path, template: Path, out: Path | None = None, force: bool = False) -> Path:
    """Write the list of a run in an office's own form, beside the folder unless told where."""
    store.open_run(folder)
    return form.write(folder, template, out or folder.absolute().with_name(f"{folder.name}-{LETTER}"), force)


def rerun(folder: Path, options: Options) -> list[str]:
    """Run a folder again from its own inputs; return the differences.

    Plans must be equal exactly, numbers to 1e-9, and with the same versions every file byte for byte. Raises
    :class:`DifferenceFoundError` when the folder itself was altered.
    """
    manifest = store.open_run(folder, compute=True)
    scenario, register = reopen(folder)
    if manifest["kind"] == "simulate":
        prepared, plan = study.prepare(scenario, register), Plan(tables.read(folder / "plan.csv"))
        money = study.financing(plan, prepared)
        stage = study.staged(plan, prepared, money)
        again = projected(plan, prepared, stage, dated(money.projects, stage), options)
        return _projection_differences(folder, again)
    twin = folder.parent / f".{folder.name}.rerun"
    asked = Options(twin, force=True, workers=options.workers, say=options.say, progress=options.progress)
    try:
        run(scenario, register, asked, simulate=manifest["kind"] == "run")
        if manifest["lang"] != scenario.run.lang:
            report(twin, manifest["lang"])
        return _differences(folder, twin, manifest)
    finally:
        shutil.rmtree(twin, ignore_errors=True)


def _differences(folder: Path, twin: Path, manifest: dict[str, Any]) -> list[str]:
    other = read_manifest(twin)
    differences = [
        f"manifest.json: {key} is {manifest.get(key)!r}, made again {other[key]!r}"
        for key in CERTIFIED
        if manifest.get(key) != other[key]
    ]
    differences += _solver_differences(manifest["solver"], other["solver"])
    for name in sorted({*manifest["files"], *other["files"]}):
        pair = folder / name, twin / name
        if not all(path.is_file() for path in pair):
            differences.append(f"{name}: stands in one of both only")
        elif pair[0].read_bytes() == pair[1].read_bytes():
            continue
        elif name.endswith(".csv"):
            differences += _table_differences(name, tables.read(pair[0]), tables.read(pair[1]))
        elif manifest["versions"] == other["versions"]:
            differences.append(f"{name}: bytes differ")
    return differences


def _solver_differences(one: dict[str, Any], two: dict[str, Any]) -> list[str]:
    differences = []
    for key in two:
        a, b = one.get(key), two[key]
        close = isinstance(a, float) and isinstance(b, float) and abs(a - b) <= TOLERANCE * max(1.0, abs(b))
        if a != b and not close:
            differences.append(f"manifest.json: solver {key} is {a!r}, made again {b!r}")
    return differences


def _projection_differences(folder: Path, results: dict[str, pd.DataFrame]) -> list[str]:
    again = {f"{name}.csv": tables.as_read(table) for name, table in results.items()}
    return [line for name, table in again.items() for line in _table_differences(name, tables.read(folder / name), table)]


def _table_differences(name: str, one: pd.DataFrame, two: pd.DataFrame) -> list[str]:
    exact = {"check_exact": True} if name in EXACT else {"rtol": TOLERANCE, "atol": TOLERANCE}
    try:
        pd.testing.assert_frame_equal(one, two, **exact)
    except AssertionError as difference:
        return [f"{name}: {str(difference).splitlines()[0]}"]
    return []
