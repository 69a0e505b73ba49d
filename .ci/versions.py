"""Versions: every command's ``--json`` is JSON under the oldest and the newest versions of every library that Baicun takes.

``python .ci/versions.py`` (``make versions``) makes two environments with uv, and runs the commands on a small world in
each. A job of its own: it needs an index, and minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SMALL = str(ROOT / "tests" / "situations" / "small.toml")
KINDS = {"oldest": "lowest-direct", "newest": "highest"}
BUILT_WITH = ("hatchling>=1.27", "editables>=0.5")
COMMANDS = (
    ("doctor", "--json"),
    ("scenarios", "--json"),
    ("diff", "baseline", "tight-budget", "--json"),
    ("register", "generate", "--villages", "120", "--seed", "3", "--out", "r.csv"),
    ("register", "check", "r.csv", "--json"),
    ("run", SMALL, "--replications", "2", "--workers", "1", "--out", "run", "--json"),
    ("explain", "run", "220122", "--json"),
    ("audit", "run", "--json"),
    ("worth", "run", "--json"),
    ("ask", "run", "--set", "rules.cohort_band.high=23", "--json"),
    ("rerun", "run", "--json"),
    ("report", "run"),
    ("books", "run"),
)


def made(folder: Path, resolution: str) -> Path:
    """Return the command of a new environment with the libraries of a resolution."""
    place = folder / resolution
    subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(place)], check=True)
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = ["uv", "pip", "install", "-q", "--python", str(python)]
    subprocess.run([*install, "--resolution", resolution, "-r", str(ROOT / "pyproject.toml"), *BUILT_WITH], check=True)
    subprocess.run([*install, "--no-deps", "--no-build-isolation", str(ROOT)], check=True)
    return python.with_name("baicun")


def tried(command: Path, folder: Path) -> list[str]:
    """Run every command; return what failed, and what is no JSON."""
    wrong = []
    for words in COMMANDS:
        done = subprocess.run([str(command), *words], cwd=folder, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            wrong.append(f"{' '.join(words)} ended with {done.returncode}: {done.stderr[-300:]}")
        elif "--json" in words:
            try:
                json.loads(done.stdout)
            except ValueError:
                wrong.append(f"{' '.join(words)}: no JSON: {done.stdout[:200]!r}")
    return wrong


def main() -> None:
    """Try both; end with 1 when anything fails."""
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        for kind, resolution in KINDS.items():
            command = made(Path(place), resolution)
            folder = Path(place) / kind
            folder.mkdir()
            found = tried(command, folder)
            print(f"{kind}: {len(COMMANDS) - len(found)} of {len(COMMANDS)} commands")
            wrong += [f"{kind}: {line}" for line in found]
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
