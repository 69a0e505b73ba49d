"""Set up, run and test on any system: ``python .ci/tasks.py setup|run|quick|test``. Needs Python 3.11 or newer, nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
READY = VENV / ".ready"
SOURCES = (ROOT / "requirements.lock.txt", ROOT / "pyproject.toml")
PARALLEL = ("-n", "auto", "--dist", "loadscope")  # a worker per core; tests of one module stay together
FACE = ROOT / "scenarios" / "face.py"  # copied when Baicun is installed


def call(*words: str) -> None:
    """Run a command of the environment in the project; end with its exit code when it fails."""
    print("$", " ".join(words), flush=True)
    start = time.monotonic()
    done = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, check=False)
    print(f"  {time.monotonic() - start:.0f} s", flush=True)
    if done.returncode:
        sys.exit(done.returncode)


def setup() -> None:
    """Make the environment from the lock file, unless it is newer than what it is made from."""
    made = READY.stat().st_mtime if READY.is_file() else 0.0
    if all(made >= source.stat().st_mtime for source in (*SOURCES, FACE)):
        return
    if not all(made >= source.stat().st_mtime for source in SOURCES):
        venv.create(VENV, with_pip=True, clear=VENV.exists())
        call("python", "-m", "pip", "install", "-q", "--require-hashes", "-r", "requirements.lock.txt")
    call("python", "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", ".")
    call("python", "-c", "from solvers.decomposition.search import warm; warm()")  # compiled once, kept beside the source
    READY.touch()


def run() -> None:
    """Run the main job."""
    call("baicun", "run", "baseline")


def lint() -> None:
    """Check style and types."""
    call("ruff", "format", "--check", ".")
    call("ruff", "check", ".")
    call("mypy")


def quick() -> None:
    """Check style, types and the fast tests."""
    lint()
    call("python", "-m", "pytest", *PARALLEL, "-m", "not slow")


def test() -> None:
    """Check everything that CI covers: style, types, tests; documents' examples and notebooks run as tests."""
    lint()
    call("python", "-m", "pytest", *PARALLEL)


if __name__ == "__main__":
    known = {"setup": lambda: None, "run": run, "quick": quick, "test": test}
    if len(sys.argv) != 2 or sys.argv[1] not in known:
        sys.exit(f"usage: python .ci/tasks.py {'|'.join(known)}")
    setup()
    known[sys.argv[1]]()
