"""Where numbers are from and what they are counted in, in the language of a paper (``sources.toml``)."""

from __future__ import annotations

import re

from model.policy.card import toml

CHANGED = re.compile(r"set by scenario (.+) \(card: (.*)\)")


def source_in(text: str, lang: str) -> str:
    """Return a source in a language; one that the table does not know stays as it is."""
    if lang == "en":
        return text
    if stated := CHANGED.fullmatch(text):
        return f"由情景{stated[1]}设定（参数卡为{stated[2]}）"
    return str(toml("sources.toml")["source"].get(text, text))


def unit_in(text: str, lang: str) -> str:
    """Return a unit in a language, ``a/b`` by its parts."""
    known = toml("sources.toml")["unit"]
    if lang == "en" or text in known:
        return text if lang == "en" else str(known[text])
    return "/".join(str(known.get(part, part)) for part in text.split("/"))
