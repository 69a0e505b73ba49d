"""What the command line says is there in both languages: every command and option, every fault the code can write."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from model.errors import Fault
from model.telling import chinese
from scenarios.command import cli, language, screen

ROOT = Path(__file__).parents[3]
FILES = [path for top in ("model", "scenarios", "solvers") for path in sorted((ROOT / top).rglob("*.py"))]
PLACES = {"Fault": ("file", "problem", "remedy"), "usage": ("problem", "remedy"), "Wrong": ("rows", "problem", "remedy")}
LATIN = re.compile(r"[A-Za-z]{3,}")


def texts(node: ast.expr | None) -> Iterator[str]:
    """Yield what an argument may say, x for what is filled in."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(str(v.value) if isinstance(v, ast.Constant) else "x" for v in values)
        case ast.IfExp(body=body, orelse=other):
            yield from texts(body)
            yield from texts(other)


def said(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)) in PLACES:
            given = dict(zip(PLACES[name], node.args, strict=False)) | {k.arg: k.value for k in node.keywords}
            for place in ("problem", "remedy", "expected"):
                yield from texts(given.get(place))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_fault_that_the_code_writes_has_its_chinese(path: Path) -> None:
    assert not [text for text in said(path) if chinese(text) is None]


def test_a_fault_is_told_in_chinese() -> None:
    fault = Fault(
        "村.csv", "value is out of range", "Correct the value.", "户数", 7, "-3", "a whole number from 1 to 20000 household"
    )
    assert fault.told("zh") == "村.csv 第7行 “户数”列：数值超出范围（现为“-3”，应为1至20000户的整数）。请更正。"
    assert fault.told("en") == str(fault)
    kinds = Fault("村.csv", "cell cannot be read", "Choose one of jiju / tese.", "村庄类型", 3, "集居")
    assert "请从以下选一：集聚提升 / 特色发展" in kinds.told("zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_and_option_has_a_sentence(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(language.LANG, lang)
    monkeypatch.setattr("sys.argv", ["baicun", "--help"])
    language.speak(cli.app)
    for path, info, _ in language.commands(cli.app):
        told = {
            path: info.help or info.callback.__doc__,
            **{f"{path} {flag}": o.help for flag, o in language.options(info.callback)},
        }
        assert all(told.values()), told
        if lang == "zh":
            assert all(re.search("[一-鿿]|^\\.", text) or "JSON" in text for text in told.values()), told
        assert any(flag == "--lang" for flag, _ in language.options(info.callback))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((["baicun", "x", "--lang", "en"]), "en"),
        ((["baicun", "x", "--lang=zh"]), "zh"),
        ((["baicun", "--lang", "zh", "x"]), "zh"),
        ((["baicun", "--lang=zh", "x"]), "zh"),
        ((["baicun", "x"]), "en"),
        ((["baicun", "x", "--lang", "fr"]), "en"),
    ],
)
def test_the_command_line_goes_before_the_environment(words: list[str], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(language.LANG, "en")
    monkeypatch.setattr("sys.argv", words)
    language.speak(cli.app)
    assert screen.spoken().lang == told


def test_help_is_chinese_throughout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each command in a process of its own: no sentence, kind of value or heading is left in English."""
    monkeypatch.setenv(language.LANG, "zh")
    for words in ([], ["run"], ["register"], ["register", "check"], ["ask"], ["turnover"]):
        given = [sys.executable, "-m", "scenarios.command.cli", *words, "--help"]
        shown = subprocess.run(given, capture_output=True, encoding="utf-8", check=True, env=os.environ | {"COLUMNS": "80"})
        for english in ("Show this", "Usage", "[OPTIONS]", "<bool>", "<path>", "<list[", "[default", "[required]", "Options"):
            assert english not in shown.stdout, (words, english)
        assert "… │" not in shown.stdout, words  # a sentence that was cut off


def test_progress_and_notes_are_told_in_chinese() -> None:
    lines = (
        "   27 s  plan 50,704.3, bound 50,864.1, gap 0.315%  (plans found, missed 0)",
        "plan: within_gap, gap 0.078%, stopped by gap, 92 s",
        "村.csv: 户数: 3 cells with a unit behind the number were understood",
        "村.csv: look at: 2 villages lie more than 100 km from their county's seat (rows 3, 5)",
    )
    for line in lines:
        told = chinese(line)
        assert told
        assert not LATIN.search(told.replace("csv", "")), told
