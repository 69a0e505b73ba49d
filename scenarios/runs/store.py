"""Run folders (运行文件夹): written whole or not at all, sealed by a manifest of hashes, and run again from themselves."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w

from model.errors import AlteredError, InputError, usage
from model.register.companions import HISTORY
from model.register.schema import county_columns, village_columns
from model.vocabulary import Register
from scenarios.files import dictionary, placing, tables
from scenarios.files import manifest as manifest_of
from scenarios.files.manifest import altered, commit, cut_short, digest, made_by, read_manifest, sealed, versions
from scenarios.runs.seal import broken
from scenarios.world.formats import FORMAT, refuse_older
from scenarios.world.spec import Scenario

WORKBOOK = "候选名单.xlsx"
RUNS = ("run", "select", "simulate")
OUTSIDE = ("manifest.json", "timings.json")
OF_THE_SYSTEM = (".DS_Store", "Thumbs.db", "desktop.ini")  # written by file managers, nobody misses them


def input_bytes(scenario: Scenario, register: Register) -> dict[str, bytes]:
    """Return the inputs of a run as the files that will hold them."""
    beside = {
        "scores": register.experts,
        "announced": register.announced,
        "neighbours": register.neighbours,
        "projects": register.projects,
    }
    given = {f"inputs/{name}.csv": tables.as_bytes(table, exact=True) for name, table in beside.items() if len(table)}
    history = register.history if len(register.history) else pd.DataFrame(columns=[column.name for column in HISTORY])
    return {
        "scenario.toml": tomli_w.dumps(scenario.model_dump(by_alias=True, exclude_none=True)).encode("utf-8"),
        "inputs/register.csv": _table_bytes(register.villages, [c.name for c in village_columns()]),
        "inputs/counties.csv": _table_bytes(register.counties, [c.name for c in county_columns()]),
        "inputs/history.csv": tables.as_bytes(history, exact=True),
        **given,
    }


def _table_bytes(table: pd.DataFrame, order: list[str]) -> bytes:
    columns = [name for name in order if name in table] + [name for name in table if name not in order]
    return tables.as_bytes(table[columns], exact=True)


def identity(inputs: dict[str, bytes], kind: str, parent: str = "") -> str:
    """Return 64 hex digits that name a run: its inputs, what was asked (``run``, ``select``, ``simulate``) and its parent."""
    return manifest_of.identity({name: digest(data) for name, data in inputs.items()}, kind, parent)


def default_folder(scenario: Scenario, name: str) -> Path:
    """Return where a run goes when nobody says."""
    return Path("runs") / f"{scenario.name}-{name[:12]}"


def reusable(folder: Path, name: str, force: bool) -> bool:
    """Whether a complete, identical run stands there; anything else there is refused.

    ``force`` replaces a run or comparison of ours, never anything else, and never a folder in which somebody put files.
    """
    _reachable(folder)
    if not folder.exists():
        return False
    manifest = read_manifest(folder)
    same = manifest.get("identity") == name and manifest["versions"] == versions() and not _touched(folder, manifest)
    if same and not force:
        if cut := cut_short(manifest):
            remedy = "It promises no identity: give --force to run it again, or another --out."
            raise usage("the same was run here and cut short", remedy, file=str(folder), value=cut)
        return True
    if manifest.get("identity") == name and manifest["versions"] != versions() and not force:
        remedy = "Give --force to run it again with this version, or another --out."
        raise usage("another version of Baicun ran the same here", remedy, file=str(folder))
    claim(folder, force)
    return False


def _touched(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return what of a folder of ours, a run or not, is not as it was written."""
    return broken(folder, manifest) if manifest["kind"] in RUNS else altered(folder, manifest)


def claim(folder: Path, force: bool) -> None:
    """Refuse a place that cannot be written to, or holds what may not be replaced."""
    _reachable(folder)
    if not folder.exists():
        return
    _refuse_to_lose(strangers(folder), folder)
    if not force:
        raise usage("the folder holds something else", "Give another --out, or --force to replace it.", file=str(folder))


def _refuse_to_lose(yours: list[str], folder: Path) -> None:
    """Refuse to replace a folder in which somebody put files."""
    if yours:
        remedy = "Move them, or give another --out: a folder with files of yours is never replaced."
        raise usage("files that Baicun did not write lie in the folder", remedy, file=str(folder), value=", ".join(yours[:5]))


def _reachable(folder: Path) -> None:
    """Refuse a place inside a file, one that holds no run of ours, and the folder one is in."""
    _writable(folder)
    above = [parent for parent in folder.absolute().parents if parent.exists()]
    if above and not above[0].is_dir():
        raise usage("the place lies inside a file", "Give another --out.", file=str(folder))
    if folder.exists() and not (folder / "manifest.json").is_file():
        raise usage("something that is not a run stands there", "Give another --out; it is never replaced.", file=str(folder))
    if folder.exists() and folder.absolute() in [Path.cwd(), *Path.cwd().parents]:
        raise usage("the folder is the one you are in", "Give another --out.", file=str(folder))


def _writable(folder: Path) -> None:
    """Refuse a place in which a folder of that name, and a workbook in it, cannot be written, before anything is worked out."""
    above = next((parent for parent in folder.absolute().parents if parent.exists()), None)
    if above is None or not above.is_dir():
        return
    probe = above / f".{folder.name}.{uuid.uuid4().hex[:8]}.tmp"
    try:
        probe.mkdir()
        (probe / WORKBOOK).write_bytes(b"0")
    except (OSError, UnicodeEncodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise usage("nothing can be written there", "Give another --out.", file=str(folder), value=reason) from error
    finally:
        shutil.rmtree(probe, ignore_errors=True)


def strangers(folder: Path) -> list[str]:
    """Return the files of a sealed folder that its manifest does not name: somebody else put them there."""
    ours = {*read_manifest(folder)["files"], *OUTSIDE}
    there = (path for path in folder.rglob("*") if path.is_file() and path.name not in OF_THE_SYSTEM)
    return sorted(name for path in there if (name := path.relative_to(folder).as_posix()) not in ours)


def open_run(folder: Path, compute: bool = False) -> dict[str, Any]:
    """Return the manifest of a run folder that is whole and as it was written; ``compute`` where its inputs are run again.

    Raises :class:`InputError` for anything but a run, and for an earlier format where something is to be computed;
    :class:`AlteredError` for one that was altered.
    """
    manifest = read_manifest(folder)
    if manifest["kind"] not in RUNS:
        raise usage("the folder holds a comparison, not a run", "Give a folder that `baicun run` wrote.", file=str(folder))
    if found := broken(folder, manifest):
        raise AlteredError(str(folder), found)
    if compute:
        refuse_older(folder, manifest)
    return manifest


@contextlib.contextmanager
def written_whole(folder: Path, force: bool = False) -> Iterator[Path]:
    """Yield a folder to write into; it takes its place only when the block ends well, and leaves nothing otherwise.

    Without ``force`` nothing that has come to stand there in the meantime is replaced: what was worked out then stands beside it.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    placing.sweep(folder)
    draft = placing.draft_of(folder)
    draft.mkdir()
    try:
        yield draft
        if folder.exists() and not force:
            kept = folder.parent / f"{folder.name}-{uuid.uuid4().hex[:4]}"
            placing.move(draft, kept)
            remedy = "What was worked out stands beside it, whole."
            raise usage("something took the place meanwhile", remedy, file=str(folder), value=str(kept))
        if folder.exists():
            _refuse_to_lose([name for name in strangers(folder) if not (draft / name).is_file()], folder)
        placing.folder(draft, folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        remedy = "Make room or give another --out, and run it again."
        raise usage("the folder could not be written", remedy, file=str(folder), value=error.strerror or str(error)) from error
    except InputError as error:
        if any(fault.value == str(draft) for fault in error.faults):
            raise  # it could not be placed, and is kept
        shutil.rmtree(draft, ignore_errors=True)
        raise
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def write_inputs(folder: Path, inputs: dict[str, bytes]) -> None:
    """Write a run's inputs."""
    (folder / "inputs").mkdir(exist_ok=True)
    for name, data in inputs.items():
        (folder / name).write_bytes(data)


def write_tables(folder: Path, results: dict[str, pd.DataFrame]) -> None:
    """Write a run's tables, each under its name with ``.csv``."""
    for name, table in results.items():
        tables.write(table, folder / f"{name}.csv")


def seal(folder: Path, facts: dict[str, Any], yours: Sequence[str] = ()) -> None:
    """Write the dictionary of its tables, and the manifest over every file there, but for those that are not ours.

    ``versions`` are those that made the numbers: facts that name them keep them, and name those that made the papers apart.
    """
    dictionary.write(folder, yours)
    files = {
        name: digest(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in OUTSIDE and (name := path.relative_to(folder).as_posix()) not in yours
    }
    made = {"papers": versions()} if "versions" in facts else {"versions": versions()}
    who = {key: facts.get(key, value) for key, value in (("format", FORMAT), ("version", made_by()), ("commit", commit()))}
    manifest = {**who, **facts, **made, "files": files}
    manifest["seal"] = sealed(manifest)
    text = json.dumps(manifest, ensure_ascii=False, indent=2, allow_nan=False)
    (folder / "manifest.json").write_bytes((text + "\n").encode("utf-8"))


def write_timings(folder: Path, seconds: dict[str, float]) -> None:
    """Write how long each step took, where and when; it takes part in no comparison."""
    facts = {"seconds": {k: round(v, 3) for k, v in seconds.items()}, "host": socket.gethostname()}
    facts["date"] = datetime.now().astimezone().isoformat(timespec="seconds")
    (folder / "timings.json").write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
