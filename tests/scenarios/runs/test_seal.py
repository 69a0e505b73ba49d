"""What a folder says is checked before it is believed: its seal, its tables, its format; and folders of earlier versions open."""

from __future__ import annotations

import json
import os
import random
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import tomli_w

from model.errors import AlteredError, InputError
from scenarios.files import tables
from scenarios.files.manifest import digest, read_manifest, sealed
from scenarios.runs import rerun, store
from scenarios.runs import run as runs
from scenarios.runs.ask import ask
from scenarios.runs.audit import audited
from scenarios.runs.compare import compare
from scenarios.runs.explain import explained
from scenarios.runs.seal import broken
from scenarios.runs.worth import worth_of_money
from scenarios.world.formats import FORMAT, of
from scenarios.world.open import World, reopen

FIRST = Path(__file__).parents[2] / "formats" / "1"
BY_RERUN = {"replications", "county_kpis", "effects", "schedule", "departments"}  # what only a projection makes again


@pytest.fixture(scope="module")
def original(small: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = runs.Options(tmp_path_factory.mktemp("seal") / "run", say=lambda _: None)
    return runs.run(small.scenario.with_changes({"run.gap": 0.02, "run.replications": 2}), small.register, options)


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(original, tmp_path / "run"))


def forged(folder: Path, change: Callable[[dict], object]) -> None:
    """Change a manifest and work every digest of it out again, as somebody would who knows how."""
    manifest = read_manifest(folder)
    change(manifest)
    manifest["files"] = {name: digest((folder / name).read_bytes()) for name in manifest["files"]}
    manifest["inputs"] = {name: digest((folder / name).read_bytes()) for name in manifest["inputs"]}
    manifest["seal"] = sealed(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


CLAIMS: dict[str, Callable[[dict], object]] = {
    "synthetic": lambda m: m.update(synthetic=False),
    "gap": lambda m: m["solver"].update(gap=0.0),
    "status": lambda m: m["solver"].update(status="optimal"),
    "bound below": lambda m: m["solver"].update(bound=m["solver"]["objective"] - 1, gap=0.0),
    "objective": lambda m: m["solver"].update(objective=m["solver"]["objective"] + 1, gap=0.0),
    "replications": lambda m: m.update(replications=100_000),
    "seed": lambda m: m.update(seed=7),
    "as_of": lambda m: m.update(as_of=2024),
    "identity": lambda m: m.update(identity="0" * 64),
    "scenario": lambda m: m.update(scenario="baseline"),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_manifest_that_claims_more_than_its_folder_is_not_believed(claim: str, folder: Path) -> None:
    """Though every digest was worked out again; and nobody reads a number of it."""
    forged(folder, CLAIMS[claim])
    assert broken(folder, read_manifest(folder))
    for use in (rerun.report, lambda f: explained(f, "220103"), lambda f: compare([f, f]), worth_of_money, ask):
        with pytest.raises(AlteredError):
            use(folder)


def test_an_edit_by_hand_breaks_the_seal(folder: Path) -> None:
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    (folder / "manifest.json").write_text(text.replace('"stopped_by": "gap"', '"stopped_by": "work"'), encoding="utf-8")
    assert broken(folder, read_manifest(folder)) == ["manifest.json was edited"]


def test_a_folder_that_was_altered_is_no_identical_run(folder: Path) -> None:
    forged(folder, CLAIMS["synthetic"])
    with pytest.raises(InputError, match="something else"):
        store.reusable(folder, read_manifest(folder)["identity"], force=False)


def numbers(original: Path) -> list[tuple[str, str]]:
    """Return a number of every table of a run: file and column."""
    found = []
    for path in sorted(original.glob("*.csv")):
        if path.stem not in BY_RERUN:
            table = tables.read(path)
            columns = [name for name in table if pd.api.types.is_numeric_dtype(table[name]) and table[name].notna().any()]
            found += [(path.name, name) for name in columns if (table[name] != 0).any()]
    return found


def test_every_number_that_needs_no_solver_is_worked_out_again(original: Path, tmp_path: Path) -> None:
    """One number after another is doubled and everything hashed again: the audit names its table."""
    places = numbers(original)
    assert len({name for name, _ in places}) >= 18
    missed = []
    step = 1 if os.environ.get("BAICUN_WHOLE") else 24  # every number in `make long`
    for i, (name, column) in enumerate(places[::step]):
        folder = Path(shutil.copytree(original, tmp_path / f"forged-{i}"))
        table = tables.read(folder / name)
        row = int(table.index[table[column].fillna(0) != 0][-1])
        table[column] = table[column].astype(float)
        table.loc[row, column] = 2 * table.loc[row, column] + 1
        tables.write(table, folder / name)
        forged(folder, lambda _: None)
        if not told(folder):
            missed.append((name, column))
        shutil.rmtree(folder)
    assert not missed


def told(folder: Path) -> bool:
    """Whether anything is found in a folder, or nothing of it is believed."""
    try:
        found = audited(folder)
    except (AlteredError, InputError):
        return True
    return bool(found.altered or found.findings)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of everything that a JSON or TOML document states."""
    if isinstance(value, dict):
        return [leaf for key, part in value.items() for leaf in leaves(part, (*path, key))]
    return [path]


def other(value: Any, rng: random.Random) -> Any:
    """Return another value of the same kind."""
    if value is None or isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value * 2 + rng.choice([1, 3, 10])
    return f"{value}x" if isinstance(value, str) else [*value, *(value[:1] or ["x"])]


def falsified(folder: Path, rng: random.Random) -> str:
    """Falsify one thing in a folder, hashed again or not as it can be done without a contradiction; return what."""
    kind = rng.choice(["manifest", "scenario", "register", "byte", "row"])
    if kind in ("manifest", "scenario"):
        path = folder / ("manifest.json" if kind == "manifest" else "scenario.toml")
        text = path.read_text(encoding="utf-8")
        stated = json.loads(text) if kind == "manifest" else tomllib.loads(text)
        leaf = rng.choice(leaves(stated))
        part = stated
        for key in leaf[:-1]:
            part = part[key]
        part[leaf[-1]] = other(part[leaf[-1]], rng)
        path.write_text(json.dumps(stated) if kind == "manifest" else tomli_w.dumps(stated), encoding="utf-8")
        if kind == "scenario":
            forged(folder, lambda _: None)
        return f"{kind} {leaf}"
    if kind == "register":
        path = folder / "inputs" / rng.choice(["register.csv", "counties.csv"])
    else:
        tabled = (path for path in folder.rglob("*.csv") if path.stem not in BY_RERUN)
        path = rng.choice(sorted(path for path in tabled if path.read_bytes().count(b"\n") > 2))
    lines = path.read_bytes().split(b"\n")
    at = rng.randrange(1, len(lines) - 1)
    digits = [i for i, sign in enumerate(lines[at]) if 48 <= sign < 58]
    if kind == "row" or not digits:
        del lines[at]
    else:
        i = rng.choice(digits)
        lines[at] = lines[at][:i] + str((int(chr(lines[at][i])) + rng.randrange(1, 10)) % 10).encode() + lines[at][i + 1 :]
    path.write_bytes(b"\n".join(lines))
    if kind == "register":
        forged(folder, lambda _: None)
    return f"{kind} {path.name} {at}"


def test_no_falsification_of_a_fuzzer_is_believed(original: Path, tmp_path: Path) -> None:
    number = int(os.environ.get("BAICUN_FORGED", "24"))  # hundreds in `make long`
    believed = []
    for seed in range(number):
        folder = Path(shutil.copytree(original, tmp_path / str(seed)))
        what = falsified(folder, random.Random(seed))
        if not told(folder):
            believed.append((seed, what))
        shutil.rmtree(folder)
    assert not believed


def test_words_and_recommendations_are_worked_out_again(folder: Path) -> None:
    plan = tables.read(folder / "plan.csv")
    plan.loc[plan["status"] == "outlook", "status"] = "recommended"
    tables.write(plan, folder / "plan.csv")
    forged(folder, lambda _: None)
    assert any(finding.where == "plan.csv" for finding in audited(folder).findings)


def test_nothing_is_run_from_inputs_that_were_altered(folder: Path) -> None:
    """An own rule in an altered scenario is never executed."""
    mark = folder.parent / "ran"
    source = f"open({str(mark)!r}, 'w').close()\n\ndef rule(x, data):\n    yield\n"
    path = folder / "scenario.toml"
    path.write_text(path.read_text(encoding="utf-8") + f"\n[own_rules]\nsly = {json.dumps(source)}\n", encoding="utf-8")
    with pytest.raises(AlteredError):
        audited(folder)
    assert not mark.exists()


def test_what_is_whole_has_nothing_to_find(original: Path) -> None:
    found = audited(original)
    assert (found.altered, found.findings) == ([], [])
    manifest = read_manifest(original)
    assert of(manifest) == FORMAT
    assert {"version", "commit", "seal"} <= set(manifest)


def test_a_folder_of_the_first_format_is_explained_audited_reported_and_compared(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FIRST, tmp_path / "old"))
    plan = tables.read(folder / "plan.csv")
    assert explained(folder, plan["village_id"].iloc[0]).lines
    found = audited(folder)
    assert (found.altered, found.findings) == ([], [])
    rerun.report(folder)
    assert "小世界" in (folder / "report.html").read_text(encoding="utf-8")
    assert of(read_manifest(folder)) == 1
    other = Path(shutil.copytree(folder, tmp_path / "other"))
    assert compare([folder, other]).lists.empty


def test_nothing_is_computed_from_an_earlier_format_and_who_made_it_is_said() -> None:
    for use in (worth_of_money, ask, lambda f: rerun.rerun(f, runs.Options())):
        with pytest.raises(InputError, match="an earlier version made this run"):
            use(FIRST)


def test_rules_that_did_not_exist_are_off_in_an_earlier_format() -> None:
    scenario, _ = reopen(FIRST)
    assert not scenario.rules.lawful_financing.on
    assert scenario.rules.cohort_band.on
    assert scenario.programme.cycle_months == 24
    assert not scenario.objective.on_target
