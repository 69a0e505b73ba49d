"""The arrows of the house: who may import whom, and how long a file may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("model", "solvers", "scenarios")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LONGEST = 400

# a room may import only what stands here; `model` inside itself is held by SEPARATE
MAY_IMPORT = {"model": {"model"}, "solvers": {"solvers", "model"}, "scenarios": {"scenarios", "solvers", "model"}}
ONLY_IN = {"pulp": "solvers/adaptors", "highspy": "solvers/adaptors", "simpy": "model/simulation"}
SEPARATE = ("scoring", "selection", "simulation")
FROM_SOLVERS = ("model.selection.program", "model.errors", "model.selection.labels")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=place)
def test_arrows_point_one_way(path: Path) -> None:
    room = place(path).split("/")[0]
    wrong = {name for name in imports(path) if name.split(".")[0] in {*ROOMS, "notebooks", "tests"} - MAY_IMPORT[room]}
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=place)
def test_engines_stay_in_their_rooms(path: Path) -> None:
    for engine, room in ONLY_IN.items():
        if not place(path).startswith(room):
            assert engine not in {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", [p for p in FILES if place(p).startswith("solvers")], ids=place)
def test_solvers_see_the_program_and_nothing_else_of_the_model(path: Path) -> None:
    assert not [name for name in imports(path) if name.startswith("model.") and not name.startswith(FROM_SOLVERS)]


@pytest.mark.parametrize("room", SEPARATE)
def test_scoring_selection_and_simulation_meet_only_in_the_vocabulary(room: str) -> None:
    # selection reads the settings of scoring (merit is discounted there); nothing else crosses
    allowed = {"selection": ("model.scoring.settings",)}.get(room, ())
    for path in (ROOT / "model" / room).rglob("*.py"):
        others = tuple(f"model.{other}" for other in SEPARATE if other != room)
        assert not [name for name in imports(path) if name.startswith(others) and not name.startswith(allowed or ("-",))]


def test_only_scenarios_reads_an_analysts_files() -> None:
    for path in FILES:
        if not place(path).startswith("scenarios"):
            text = path.read_text(encoding="utf-8")
            assert "open(" not in text.replace('"counties.csv").open(', "").replace("tempfile", ""), path


@pytest.mark.parametrize("path", FILES, ids=place)
def test_no_file_outgrows_the_roof(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_nothing_shadows_a_room() -> None:
    for folder in ("notebooks", "tests", "benchmarks", "docs"):
        names = {path.name for path in (ROOT / folder).iterdir()}
        assert not names & {f"{room}.py" for room in ROOMS}
    assert not list((ROOT / "notebooks").glob("model*"))


def test_the_lock_file_names_no_host() -> None:
    assert "https://" not in (ROOT / "requirements.lock.txt").read_text(encoding="utf-8")
