"""The index of messages: every problem that an analyst may be told of, with its remedy, read off the code that tells it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from model.telling import chinese

ROOT = Path(__file__).resolve().parent.parent
TELLING = {"Fault": 1, "usage": 0, "Wrong": 1}  # what tells a problem, and at which place its words stand; the remedy follows
TITLES = {
    "model/register": "Registers and lists",
    "scenarios/files": "Files",
    "scenarios/world": "Scenarios",
    "scenarios/runs": "Runs",
    "scenarios/command": "The command line",
    "scenarios/study": "Lists and plans",
    "scenarios/report": "Papers",
}


def page() -> str:
    """Return the page of messages, by the part of the work they belong to."""
    lines = [
        "# Messages",
        "",
        "What may be said, what it means to do, and the same in Chinese; … stands for what is filled in. Faults of a file name",
        "file, row and column, and come all at once; the command then ends with 2 and nothing is written.",
    ]
    for place, title in TITLES.items():
        found = sorted(set(_told(ROOT / place)))
        if found:
            lines += ["", f"## {title}", "", "| message | what to do | 提示 | 怎样做 |", "|---" * 4 + "|"]
            lines += [f"| {' | '.join(map(_cell, (*pair, *map(_chinese, pair))))} |" for pair in found]
    return "\n".join(lines) + "\n"


def _told(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield problem and remedy of every call that tells one in words of its own."""
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words = {node.targets[0].id: node.value for node in ast.walk(tree) if _names(node)}
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            at = TELLING.get(name, len(call.args))
            pair = [_text(words.get(part.id, part) if isinstance(part, ast.Name) else part) for part in call.args[at : at + 2]]
            if len(pair) == 2 and all(part.strip("… ") for part in pair):
                yield pair[0], pair[1]


def _names(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)


def _text(node: ast.AST) -> str:
    """Return a text that stands in the code, … for what is filled in; nothing for any other expression."""
    if isinstance(node, ast.Constant):
        return str(node.value) if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.IfExp):
        return _text(node.body)
    return ""


def _chinese(text: str) -> str:
    return chinese(text) or ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
