"""Words (文字): every sentence analysts and officials read, once, in both languages (``words.toml``, ``events.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _texts(file: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((resources.files("model") / file).read_text(encoding="utf-8"))


def event_words(kind: str, lang: str) -> str:
    """Return what an event of the projection is called, with a place for its task."""
    return _texts("events.toml")[kind][lang]


class Words:
    """The words of one language: ``words("title")``; figures are filled in by name."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __repr__(self) -> str:
        """The language."""
        return f"Words({self.lang!r})"

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, its places filled."""
        text = _texts("words.toml")[key][self.lang]
        return text.format(**values) if values else text

    def unit(self, name: str) -> str:
        """Return what a unit is called; one without a name of its own, such as 万元, goes by itself."""
        return self(f"unit_{name}") if self.has(f"unit_{name}") else name

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in _texts("words.toml")


CHINESE, ENGLISH = Words("zh"), Words("en")


def both(key: str, **values: object) -> tuple[str, str]:
    """Return a text in Chinese and in English."""
    return CHINESE(key, **values), ENGLISH(key, **values)
