"""Documents run: their Python, their commands and their scenarios, and generated pages are in step with the code."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.world.load import load

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.zh.md", *sorted((ROOT / "docs").rglob("*.md"))]


OWN_RULE = re.findall(r"```python\n(.*?)```", (ROOT / "docs/guides/own-rule.md").read_text(encoding="utf-8"), re.S)[0]


def blocks(language: str) -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for i, text in enumerate(re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.S)):
            found.append((f"{page.name}-{i}", text))
    return found


@pytest.mark.parametrize(("name", "code"), blocks("python"), ids=lambda value: value if len(value) < 40 else "")
def test_python_examples_run(name: str, code: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{name}: {done.stderr}"


@pytest.mark.parametrize(("name", "text"), blocks("toml"), ids=lambda value: value if len(value) < 40 else "")
def test_scenario_examples_load(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    path.write_text(text, encoding="utf-8")
    for rule in re.findall(r'own_rules = \["(.*?)"\]', text):
        (tmp_path / rule).write_text(OWN_RULE, encoding="utf-8")
    assert load(str(path)).name == "example", name


def pages(language: str) -> dict[str, str]:
    """Return the blocks of each page, one after another: what one makes, the next may use."""
    found: dict[str, str] = {}
    for name, text in blocks(language):
        page = name.rpartition("-")[0]
        found[page] = found.get(page, "") + text
    return found


@pytest.mark.parametrize(("name", "text"), pages("console").items(), ids=lambda value: value if len(value) < 40 else "")
def test_command_examples_run(name: str, text: str, tmp_path: Path) -> None:
    for line in text.splitlines():
        words = line.removeprefix("$ baicun ").split()
        done = subprocess.run(
            [sys.executable, "-m", "scenarios.command.cli", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{name}: {line}: {done.stderr}"


def test_commands_shown_but_not_run_exist() -> None:
    shown = {line.split()[1] for _, text in blocks("text") for line in text.splitlines() if line.startswith("baicun ")}
    listed = subprocess.run(
        [sys.executable, "-m", "scenarios.command.cli", "--help"], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert shown
    assert all(command in listed.stdout for command in shown)


def test_generated_pages_are_in_step() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    pages = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = pages
    spec.loader.exec_module(pages)
    for name, page in pages.PAGES.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(), f"{name}: run `make docs`"


def test_links_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_notebooks_are_stripped() -> None:
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            assert not cell.get("outputs"), path.name
            assert cell.get("execution_count") is None, path.name


def test_the_own_rule_of_the_guide_holds_in_a_plan() -> None:
    from worlds import SMALL

    from scenarios import study

    scenario, register = study.open_world(SMALL, {"own_rules": {"odd": OWN_RULE}})
    selection = study.select(study.prepare(scenario, register))
    rows = selection.rules[selection.rules["rule"] == "own:odd"]
    assert list(rows["label"]) == ["odd|2023", "odd|2024", "odd|2025"]
    assert (rows["activity"] >= rows["lower"] - 1e-6).all()


def test_every_claim_has_a_test_that_is_there() -> None:
    page = (ROOT / "docs/guides/claims.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page)
    assert len(named) >= 12
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"
