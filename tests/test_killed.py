"""Killed at any moment: nothing finished is lost, nothing half-written is taken for whole, and no process stays."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from worlds import SMALL

from scenarios.files.manifest import altered, read_manifest
from scenarios.runs import store
from scenarios.runs.seal import broken

KILLS = int(os.environ.get("BAICUN_KILLS", "1"))  # of each command; `make long` asks for more
PATIENCE = 2.0  # seconds in which workers notice that their parent is gone
BAICUN = (sys.executable, "-m", "scenarios.command.cli")
COMMANDS = {
    "run": ("run", SMALL, "--replications", "6", "--workers", "2", "--out", "made"),
    "simulate": ("simulate", "kept", "--replications", "6", "--workers", "2", "--out", "made"),
    "compare": ("compare", SMALL, "kept", "--replications", "2", "--out", "made"),
    "csv": ("register", "generate", "--villages", "20000", "--seed", "3", "--out", "made.csv"),
    "workbook": ("register", "generate", "--villages", "1500", "--seed", "3", "--out", "made.xlsx"),
    "parquet": ("register", "generate", "--villages", "20000", "--seed", "3", "--out", "made.parquet"),
    "report": ("report", "kept"),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished run that every command must leave as it is."""
    folder = tmp_path_factory.mktemp("killed")
    done = start(("run", SMALL, "--replications", "2", "--out", "kept", "--quiet"), folder)
    assert done.wait(300) == 0
    return folder


def start(words: tuple[str, ...], folder: Path) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    with (folder / "said.txt").open("wb") as said:
        return subprocess.Popen([*BAICUN, *words], cwd=folder, env=os.environ | {"PYTHONPATH": path}, stdout=said, stderr=said)


def usual(name: str, folder: Path, known: dict[str, float]) -> float:
    """Return how long a command takes that nobody kills; what it makes is taken away again."""
    if name not in known:
        began = time.monotonic()
        assert start(COMMANDS[name], folder).wait(600) == 0, (folder / "said.txt").read_text(encoding="utf-8")
        known[name] = time.monotonic() - began
        clear(folder)
    return known[name]


def clear(folder: Path) -> None:
    import shutil

    for path in folder.glob("made*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def whole(folder: Path) -> None:
    """Check that whatever goes by its final name is whole."""
    for made in (path for path in folder.iterdir() if (path / "manifest.json").is_file() and not path.name.startswith(".")):
        manifest = read_manifest(made)
        assert (broken(made, manifest) if manifest["kind"] in store.RUNS else altered(made, manifest)) == [], made
    for path in folder.glob("made*.*"):
        if path.suffix in (".csv", ".xlsx", ".parquet"):
            assert path.read_bytes()[-2:], path
            twin = path.with_name(f"made.counties{path.suffix}")
            assert twin.is_file(), f"{path.name} stands without its county table"


KNOWN: dict[str, float] = {}


IN_CI = ("run", "csv")  # `make long` asks of all of them


@pytest.mark.parametrize("name", COMMANDS if "BAICUN_KILLS" in os.environ else IN_CI)
def test_a_command_that_is_killed_leaves_nothing_half_done(name: str, place: Path) -> None:
    rng = random.Random(name)
    seconds = usual(name, place, KNOWN)
    for _ in range(KILLS):
        process = start(COMMANDS[name], place)
        time.sleep(rng.uniform(0.05, 1.0) * seconds)
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.kill()
        process.wait()
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)
        assert [child.name() for child in alive] == []
        whole(place)
        assert (place / "kept" / "manifest.json").is_file()
        clear(place)
    assert start(COMMANDS[name], place).wait(600) == 0, (place / "said.txt").read_text(encoding="utf-8")
    whole(place)
    assert not [path.name for path in place.iterdir() if path.name.startswith(".made")]
    clear(place)
