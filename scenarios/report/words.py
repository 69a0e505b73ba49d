"""Words: every text of the report, in the language asked for."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _table() -> dict[str, dict[str, str]]:
    text = (resources.files("scenarios.report") / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _events() -> dict[str, dict[str, str]]:
    text = (resources.files("scenarios.report") / "events.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def event_words(kind: str, lang: str) -> str:
    """Return what an event of the projection is called, with a place for its task."""
    return _events()[kind][lang]


class Words:
    """The words of one language: ``words("title")``; figures are filled in by name."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, key: str, **values: object) -> str:
        """Return a text, its places filled."""
        text = _table()[key][self.lang]
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in _table()
