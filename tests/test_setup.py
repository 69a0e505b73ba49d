"""Set-up: what a machine needs of a lock, what is said when pip fails, and paths that every Python can read."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
LOCK = """
# a remark
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
winonly==2.0 ; os_name == 'nt' \\
    --hash=sha256:cc
older==3.0 ; python_full_version < '3.12' \\
    --hash=sha256:dd
"""


def script(name: str) -> ModuleType:
    """Return a script of set-up, loaded."""
    spec = importlib.util.spec_from_file_location(f"ci_{name}", ROOT / ".ci" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("platform", "python", "names"),
    [
        ("win_amd64", "3.12", ["alpha", "winonly"]),
        ("win_amd64", "3.11", ["alpha", "winonly", "older"]),
        ("manylinux2014_x86_64", "3.13", ["alpha"]),
    ],
)
def test_a_bundle_holds_what_its_platform_needs(platform: str, python: str, names: list[str]) -> None:
    bundle = script("bundle")
    lines = bundle.wanted(LOCK, bundle.environment(platform, python)).splitlines()
    assert [line.partition("==")[0] for line in lines] == names
    assert lines[0].count("--hash=") == 2


def test_analysts_get_notebooks_and_no_tools_of_tests_and_both_locks_agree() -> None:
    analyst, developer = (
        {
            line.split("==")[0]: line.split(" ")[0]
            for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
            if "==" in line and line[0].isalpha()
        }
        for name in ("requirements.lock.txt", "requirements.dev.lock.txt")
    )
    assert "jupyterlab" in analyst
    assert not {"pytest", "mypy", "ruff"} & set(analyst)
    assert {"pytest", "mypy", "ruff"} <= set(developer)
    assert [name for name in set(analyst) & set(developer) if analyst[name] != developer[name]] == []


def test_no_lock_names_where_it_was_made() -> None:
    for name in ("requirements.lock.txt", "requirements.dev.lock.txt"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_environment_names_the_project_by_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = script("tasks")
    root = tmp_path / "项目 一" / "百村"
    packages = root / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "project.pth").write_text(f"{root}\n", encoding="utf-8")
    (root / "there.py").write_text("", encoding="utf-8")
    monkeypatch.setattr(tasks, "ROOT", root)
    monkeypatch.setattr(tasks, "VENV", root / ".venv")
    tasks.relative()
    assert (packages / "project.pth").read_bytes().isascii()
    code = f"import site, sys; site.addsitedir({str(packages)!r}); import there; print(there.__file__)"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert Path(done.stdout.strip()).samefile(root / "there.py")


def test_a_pip_that_fails_shows_its_last_lines_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = script("tasks")
    monkeypatch.setattr(tasks, "BIN", Path(sys.executable).parent)
    with pytest.raises(SystemExit):
        tasks.install("--no-index", "no-such-library-anywhere")
    told = capsys.readouterr().err
    assert "no-such-library-anywhere" in told
    assert all(f"  {n}. " in told for n in (1, 2, 3))
