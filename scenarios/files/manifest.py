"""The manifest (清单): what a run folder says of itself, read back; and what made it."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Mapping
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from model.errors import usage
from scenarios.files import placing

ROOMS = ("model", "solvers", "scenarios")
CUT_SHORT = ("time", "interrupt", "memory")  # what stops a search without a promise
PACKAGES = ("baicun", "numpy", "scipy", "pandas", "highspy", "pulp", "simpy", "plotly", "xlsxwriter")


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(data).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run folder or comparison; raise :class:`InputError` when there is none that can be read."""
    path = folder / "manifest.json"
    remedy = "Give a folder that `baicun run` wrote."
    if not folder.exists() and folder.name:
        placing.sweep(folder)  # a process that was killed may have taken it away
    if not path.is_file():
        raise usage("not a run folder: manifest.json is missing", remedy, file=str(folder))
    try:
        loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = {"kind", "identity", "versions", "files"} <= set(loaded)
    except (ValueError, TypeError):
        known = False
    if not known:
        raise usage("manifest.json cannot be read", remedy, file=str(path))
    return loaded if "format" in loaded else {"lang": "zh", "parent": "", **loaded}  # the first format did not say


def identity(digests: Mapping[str, str], kind: str, parent: str = "") -> str:
    """Return 64 hex digits that name a run: digests of its inputs, what was asked, and its parent."""
    parts = [f"{name}:{known}" for name, known in sorted(digests.items())]
    return digest("\n".join([kind, parent, *parts]).encode())


def sealed(manifest: dict[str, Any]) -> str:
    """Return the digest of all that a manifest says, but for the digest itself."""
    said = {key: value for key, value in manifest.items() if key != "seal"}
    return digest(json.dumps(said, sort_keys=True, ensure_ascii=False, allow_nan=False).encode("utf-8"))


def commit() -> str:
    """Return the commit of the checkout that the code stands in, with a mark where it was edited; nothing without one."""
    root = Path(__file__).parents[2]
    if not (root / ".git").exists():
        return ""
    try:
        ask = partial(subprocess.run, cwd=root, capture_output=True, text=True, check=True, timeout=10)
        name = ask(["git", "rev-parse", "--short=12", "HEAD"]).stdout.strip()
        edited = ask(["git", "status", "--porcelain", "--untracked-files=no", "--", *ROOMS]).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
    return f"{name}+edited" if edited else name


def cut_short(manifest: dict[str, Any]) -> str:
    """Return what stopped a run's search without a promise of identity, or nothing."""
    stopped = str((manifest.get("solver") or {}).get("stopped_by"))
    return stopped if stopped in CUT_SHORT else ""


def altered(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return the files of a run folder that are missing or no longer what its manifest says."""
    return [
        name
        for name, known in manifest["files"].items()
        if not (folder / name).is_file() or digest((folder / name).read_bytes()) != known
    ]


def made_by() -> str:
    """Return our own version, which stands in ``pyproject.toml`` alone."""
    return version("baicun")


def versions() -> dict[str, str]:
    """Return the versions that made a run, with a digest of our own source so that an edit is never taken for the same."""
    packages = {package: version(package) for package in PACKAGES}
    return {"python": platform.python_version(), **packages, "source": _source()}


@cache
def _source() -> str:
    """Return 12 hex digits of the rooms' code and data, whatever the line endings of the checkout."""
    root = Path(__file__).parents[2]
    files = [path for room in ROOMS for path in (root / room).rglob("*") if path.suffix in (".py", ".toml", ".csv", ".html")]
    named = sorted((path.relative_to(root).as_posix(), path) for path in files)
    return digest("".join(name + path.read_text(encoding="utf-8") for name, path in named).encode("utf-8"))[:12]
