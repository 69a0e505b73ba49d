"""The arrows of the house: who may import whom, wherever the import stands, and how long a file or a function may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("model", "solvers", "scenarios")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LONGEST = 400  # lines of a file
LONGEST_FUNCTION = 39  # lines, docstring and all
MOST_PARAMETERS = 8  # but for the command line, whose options are parameters

# Each room may import what stands before it, never what stands behind it.
ORDER = {
    "model": ("vocabulary", "policy", "register", "scoring", "money", "selection", "simulation", "outcomes"),
    "solvers": ("answer", "watch", "crew", "parts", "adaptors", "duality", "proof", "decomposition", "solve", "strategies"),
    "scenarios": ("colours", "files", "world", "study", "report", "runs", "command", "face"),
}
PLAIN = ("model.errors", "model.telling", "model.words", "model.showing", "model.strict")  # what every room may use
MAY_IMPORT = {"model": {"model"}, "solvers": {"solvers", "model"}, "scenarios": {"scenarios", "solvers", "model"}}
ONLY_IN = {"pulp": "solvers/adaptors", "highspy": "solvers/adaptors", "simpy": "model/simulation"}
SEPARATE = ("scoring", "selection", "simulation")
FROM_SOLVERS = ("model.selection.program", "model.errors", "model.telling", "model.selection.labels")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    return place(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


MODULES = {module(path): path for path in FILES}


def imports(path: Path) -> set[str]:
    """Return every import of a file, at its top, inside a function or for the type checker alone."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}: a relative import hides its arrow"
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= {name if name in MODULES else str(node.module) for name in named}
    return names


ONLY_POSIX = {
    "os": {
        "fork",
        "forkpty",
        "getuid",
        "geteuid",
        "getgid",
        "killpg",
        "setsid",
        "chown",
        "mkfifo",
        "nice",
        "uname",
        "getpgid",
        "sync",
    },
    "signal": {"SIGKILL", "SIGALRM", "SIGHUP", "SIGUSR1", "SIGUSR2", "alarm", "setitimer", "pause"},
    "multiprocessing": {"fork"},
}
NOT_ON_WINDOWS = {"fcntl", "pwd", "grp", "resource", "termios", "pty", "posix", "syslog", "readline"}


@pytest.mark.parametrize("path", FILES, ids=place)
def test_nothing_is_asked_of_a_system_that_windows_has_not(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & NOT_ON_WINDOWS
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert node.attr not in ONLY_POSIX.get(node.value.id, ()), f"line {node.lineno}: {node.value.id}.{node.attr}"


ARROWS = {name: {other for other in imports(path) if other in MODULES} - {name} for name, path in MODULES.items()}


def room_of(name: str) -> tuple[str, str]:
    parts = name.split(".")
    return parts[0], parts[1] if len(parts) > 1 else ""


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups in which every one leads to every other (Tarjan 1972)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    closed: list[list[str]] = []

    def visit(name: str) -> None:
        number[name] = low[name] = len(number)
        stack.append(name)
        for other in sorted(arrows[name]):
            if other not in number:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == number[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                closed.append(group)

    for name in sorted(arrows):
        if name not in number:
            visit(name)
    return closed


def test_circles_are_seen() -> None:
    """Guards the test below."""
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_lazy_imports_and_those_for_types_are_seen(tmp_path: Path) -> None:
    """Guards the tests below."""
    text = "if TYPE_CHECKING:\n    from model.errors import Fault\ndef f():\n    import pulp\n    from model import words\n"
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    assert imports(tmp_path / "a.py") == {"model.errors", "pulp", "model.words"}


def test_there_is_no_circle() -> None:
    assert circles(ARROWS) == []


@pytest.mark.parametrize("name", MODULES)
def test_no_arrow_points_back(name: str) -> None:
    top, room = room_of(name)
    order = ORDER[top]
    for other in ARROWS[name]:
        other_top, other_room = room_of(other)
        if other in PLAIN or other_top != top or other_room in ("", room) or name in PLAIN:
            continue
        assert order.index(other_room) < order.index(room), f"{name} -> {other}"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_arrows_point_one_way(path: Path) -> None:
    room = place(path).split("/")[0]
    wrong = {name for name in imports(path) if name.split(".")[0] in {*ROOMS, "notebooks", "tests", "baicun"} - MAY_IMPORT[room]}
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


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("path", FILES, ids=place)
def test_no_function_outgrows_the_eye(path: Path) -> None:
    for function in functions(path):
        assert function.end_lineno - function.lineno + 1 <= LONGEST_FUNCTION, function.name
        given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        own = [argument for argument in given if argument.arg not in ("self", "cls")]
        assert len(own) <= MOST_PARAMETERS or place(path).startswith("scenarios/command"), function.name


RETIRED = {"model": {"clash", "presolve", "nouns", "Chapter"}}
RETIRED["solvers"] = RETIRED["model"] | {"pieces", "links", "amounts", "whole", "worth", "found"}


def identifiers(path: Path) -> set[str]:
    names = {path.stem}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names |= {
            getattr(node, attribute)
            for attribute in ("id", "arg", "attr", "name")
            if isinstance(getattr(node, attribute, 0), str)
        }
    return names


@pytest.mark.parametrize("path", [p for p in FILES if place(p).startswith(("solvers", "model"))], ids=place)
def test_the_fields_words_are_used(path: Path) -> None:
    """The field says infeasibility, precheck, problem, block, linking row, auxiliary, integer, shadow price."""
    assert not identifiers(path) & RETIRED[place(path).split("/")[0]]


def test_the_command_starts_light() -> None:
    """``baicun --help`` waits for nothing it does not show."""
    code = "import sys, scenarios.command.cli; print([m for m in ('numpy', 'pandas', 'scipy', 'pydantic') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_nothing_shadows_a_room() -> None:
    for folder in ("notebooks", "tests", "benchmarks", "docs"):
        names = {path.name for path in (ROOT / folder).iterdir()}
        assert not names & {f"{room}.py" for room in (*ROOMS, "baicun")}
    assert not list((ROOT / "notebooks").glob("model*"))


def test_the_lock_file_names_no_host() -> None:
    assert "https://" not in (ROOT / "requirements.lock.txt").read_text(encoding="utf-8")
