"""Starter (起步文件): a scenario file to begin with: what it extends, and every number that may be stated, with what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w

from model.policy.card import kind_of
from model.policy.cards import Card, cards
from model.words import Words
from scenarios.files.outtake import new_file
from scenarios.world.layers import flat
from scenarios.world.load import load


def write(out: Path, name: str, words: Words, force: bool = False) -> Path:
    """Write a starter that extends a scenario. Raises :class:`InputError` for one that is not there, and a file that is."""
    new_file(out, ".toml", text(name, words).encode("utf-8"), force)
    return out


def text(name: str, words: Words) -> str:
    """Return the starter's text: every line but ``extends`` is a remark, to be uncommented where another value is wanted."""
    scenario = load(name)
    used = flat(scenario.tables())
    lines = [words("new_head", name=name), f"extends = {_toml(name)}", f'# title_zh = "{words("new_title")}"', ""]
    sections: dict[str, list[str]] = {}
    for path, card in cards().items():
        if path in used and not path.startswith("tasks."):
            head, _, key = path.rpartition(".")
            stated = [f"# {_told(card, words)}", f"# {_key(key)} = {_toml(used[path])}"]
            sections.setdefault(head, []).extend(stated)
    for head, stated in sections.items():
        lines += ["", f"# [{head}]", *stated]
    return "\n".join([*lines, ""])


def _told(card: Card, words: Words) -> str:
    """Return what a parameter is: its name, whether it is chosen or assumed, unit, range and clause."""
    kind = words(kind_of(card.path)) if kind_of(card.path) in ("lever", "assumption") else ""
    span = (
        words("new_range", low=f"{card.low:g}", high=f"{card.high:g}") if card.low is not None and card.high is not None else ""
    )
    unit = words.unit(card.unit) if card.unit else ""
    return words("enumeration").join(part for part in (str(getattr(card, words.lang)), kind, unit, span, card.clause) if part)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else f'"{key}"'


def _toml(value: Any) -> str:
    return (
        tomli_w.dumps({"v": value}, multiline_strings=False)
        .removeprefix("v = ")
        .strip()
        .replace("\n", " ")
        .replace("    ", "")
        .replace("[ ", "[")
        .replace(", ]", "]")
    )
