"""Telling: what is said of a fault in the language asked for. The code writes English; ``chinese.toml`` has its Chinese."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from model.words import CHINESE

PLACE = re.compile(r"\{(\w+)\}")
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
)  # the signs themselves: not every engine of expressions knows their numbers
CLAUSES = re.compile(r"P\d\d-[A-Z0-9-]+(;P\d\d-[A-Z0-9-]+)*")
NAME = re.compile(r"[a-z0-9_.]*")  # a column or a parameter goes by its own name
UNITS = {
    "household": "户",
    "grade": "级",
    "degree WGS84": "度（WGS84）",
    "year": "年",
    "points": "分",
    "yuan": "元",
    "person": "人",
    "have": "项",
}


def visible(text: str) -> str:
    """Return a text with control characters as pictures of themselves: none of them ever reaches a terminal."""
    return CONTROL.sub(lambda found: chr(0x2400 + ord(found[0])) if ord(found[0]) < 0x20 else "\ufffd", text)


@cache
def _texts() -> dict[str, str]:
    texts: dict[str, str] = tomllib.loads((files("model") / "chinese.toml").read_text(encoding="utf-8"))
    return texts


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return the texts that have places, the most particular first."""
    placed = sorted((text for text in _texts() if PLACE.search(text)), key=lambda text: -len(PLACE.sub("", text)))
    return [(_pattern(text), _texts()[text]) for text in placed]


def _pattern(text: str) -> re.Pattern[str]:
    parts = PLACE.split(text)
    named = (f"(?P<{part}>.+?)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
    return re.compile("".join(named), re.DOTALL)


def chinese(text: str) -> str | None:
    """Return a text of a fault in Chinese; nothing where the table has none."""
    if choices := _choices(text):
        return choices
    if text in _texts() or text in UNITS or NAME.fullmatch(text) or not re.search("[A-Za-z]", text):
        return _texts().get(text) or UNITS.get(text, text)
    for pattern, told in _patterns():
        if found := pattern.fullmatch(text):
            return told.format(**{name: _value(value) for name, value in found.groupdict().items()})
    if CLAUSES.fullmatch(text):
        return text.replace(";", "、")
    parts = [chinese(part) for part in text.split("; ")] if "; " in text else []
    if parts and all(parts):
        return "；".join(filter(None, parts))
    unit = next((unit for unit in UNITS if text.endswith(f" {unit}")), None)
    before = chinese(text.removesuffix(f" {unit}")) if unit else None
    return f"{before}（{UNITS[unit]}）" if unit and before else None


def in_chinese(text: str) -> str:
    """Return a text in Chinese, or as it is where the table has none."""
    return chinese(text) or text


def _choices(text: str) -> str:
    """Return codes with a bar between them by their names."""
    parts = text.split(" / ")
    names = [_sources().get(part) or (CHINESE(part) if CHINESE.has(part) else "") for part in parts]
    return " / ".join(names) if all(names) and (len(parts) > 1 or text in _sources()) else ""


@cache
def _sources() -> dict[str, str]:
    """Return the sources of money by their Chinese names."""
    stated = tomllib.loads((files("model") / "policy" / "finance.toml").read_text(encoding="utf-8"))["source"]
    return {name: str(entry["zh"]) for name, entry in stated.items()}


def _value(text: str) -> str:
    """Return what stands in a place: units and codes by their Chinese names, all else as it is."""
    for unit, name in UNITS.items():
        if text.endswith(f" {unit}"):
            return f"{text.removesuffix(unit)}{name}".replace(" ", "")
    return _choices(text) or in_chinese(text)
