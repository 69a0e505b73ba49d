"""Set up, run and test on any system: ``python .ci/tasks.py setup|develop|run|notebooks|quick|test|bundle|offline``.

Needs Python 3.11 or newer, nothing else. Analysts get what running and notebooks need, developers what tests need, each from a
lock of its own. Where a folder ``wheels`` lies beside it (a bundle), nothing is asked of a network.
"""

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
WHEELS = ROOT / "wheels"
LOCKS = {"analyst": ROOT / "requirements.lock.txt", "developer": ROOT / "requirements.dev.lock.txt"}
FACE = ROOT / "scenarios" / "face.py"  # copied when Baicun is installed
PROJECT = ROOT / "pyproject.toml"
PARALLEL = ("-n", "auto", "--dist", "loadscope")  # a worker per core; tests of one module stay together
SHOWN = 15  # lines of what went wrong
NEXT = """
Set-up could not install what Baicun needs. Nothing else was changed. What to do next:
  1. Without internet: ask for a bundle (`make bundle`, on a machine that has it), and start from its folder.
  2. Behind a proxy or with an index of your own: set PIP_INDEX_URL or HTTPS_PROXY, and try again.
  3. Otherwise: remove the folder .venv, try again, and send the lines above to whoever gave you Baicun.
"""


def call(*words: str) -> None:
    """Run a command of the environment in the project; end with its exit code when it fails."""
    print("$", " ".join(words), flush=True)
    start = time.monotonic()
    done = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, check=False)
    print(f"  {time.monotonic() - start:.0f} s", flush=True)
    if done.returncode:
        sys.exit(done.returncode)


def install(*words: str) -> None:
    """Install with pip, quietly; when it fails, show its last lines and what to do next."""
    start = time.monotonic()
    print("$ python -m pip install", " ".join(words), flush=True)
    offline = ("--no-index", "--find-links", str(WHEELS)) if WHEELS.is_dir() else ()
    asked = [str(BIN / "python"), "-m", "pip", "install", *offline, *words]
    done = subprocess.run(asked, cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        print("\n".join((done.stdout + done.stderr).strip().splitlines()[-SHOWN:]), NEXT, sep="\n", file=sys.stderr)
        sys.exit(1)
    print(f"  {time.monotonic() - start:.0f} s", flush=True)


def setup(who: str = "analyst") -> None:
    """Make the environment from a lock file, unless it is newer than what it is made from."""
    ready = {name: VENV / f".ready-{name}" for name in LOCKS}
    made = {name: path.stat().st_mtime if path.is_file() else 0.0 for name, path in ready.items()}
    changed = max(path.stat().st_mtime for path in (LOCKS[who], PROJECT))
    if made[who] >= max(changed, FACE.stat().st_mtime):
        return
    fresh = max(made.values()) >= changed
    if not fresh:
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    if not fresh or not made[who]:
        install("--require-hashes", "-r", LOCKS[who].name)
    install("--no-deps", "--no-build-isolation", "-e", ".")
    relative()
    call("python", "-c", "from solvers.decomposition.search import warm; warm()")  # compiled once, kept beside the source
    ready[who].touch()


def relative() -> None:
    """Name the project in the environment by a relative path: Python on Windows cannot read another in every folder's name."""
    for path in VENV.rglob("*.pth"):
        if str(ROOT) in (text := path.read_text(encoding="utf-8")):
            line = os.path.relpath(ROOT, path.parent).replace(os.sep, "/")
            path.write_text(text.replace(str(ROOT), line), encoding="ascii")


def run() -> None:
    """Run the main job."""
    call("baicun", "run", "baseline")
    shown = BIN.relative_to(ROOT) / "baicun"
    print(f"The command is {shown}; `. {BIN.relative_to(ROOT) / 'activate'}` makes it `baicun` in this window.")


def notebooks() -> None:
    """Open the notebooks."""
    call("jupyter", "lab", "notebooks")


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
    offline()


def bundle() -> None:
    """Write one zip with everything a machine without internet needs: ``bundle [--platform win_amd64 --python 3.12]``."""
    call("python", ".ci/bundle.py", *sys.argv[2:])


def offline() -> None:
    """Install a bundle in a folder with a Chinese name, with the network cut off, and run a small world there."""
    call("python", ".ci/bundle.py", "--try")


TASKS = {"setup": lambda: None, "develop": lambda: None, "run": run, "notebooks": notebooks, "quick": quick, "test": test}
TASKS |= {"bundle": bundle, "offline": offline}
DEVELOPING = ("develop", "quick", "test", "offline")

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in TASKS:
        sys.exit(f"usage: python .ci/tasks.py {'|'.join(TASKS)}")
    setup("developer" if sys.argv[1] in DEVELOPING else "analyst")
    TASKS[sys.argv[1]]()
