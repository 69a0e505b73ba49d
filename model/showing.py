"""Showing: how an object presents itself: a short ``repr``, and a small table in Chinese where a notebook shows it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sized
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, ClassVar

from model.words import CHINESE

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 24


class Shown:
    """A mixin for frozen nouns. ``term`` is the Chinese name; :meth:`shown` says what is told of an object.

    Sizes are told of tables and arrays, never their content: a register of half a million villages shows itself in a line.
    """

    term: ClassVar[str] = ""

    def shown(self) -> dict[str, object]:
        """Return what is told, by name; names that ``words.toml`` has as ``shown_NAME`` are told in Chinese."""
        names = [field.name for field in fields(self)] if is_dataclass(self) else list(getattr(type(self), "model_fields", ()))
        return {name: getattr(self, name) for name in names}

    def _first(self) -> list[tuple[str, object]]:
        return list(self.shown().items())[:MOST_ROWS]

    def __repr__(self) -> str:
        """One line."""
        told = ", ".join(f"{name}={value if isinstance(value, bool) else _told(value)}" for name, value in self._first())
        return f"{type(self).__name__}({told})"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """A table of two columns under the Chinese name."""
        rows = [
            f"<tr><td>{html.escape(_label(name))}</td><td>{html.escape(_told(value))}</td></tr>" for name, value in self._first()
        ]
        return "\n".join(["<table>", f"<caption>{html.escape(self.term or type(self).__name__)}</caption>", *rows, "</table>"])


def spread(row: pd.Series, digits: int) -> str:
    """Return an estimate with its interval, from a row with ``mean``, ``ci_low`` and ``ci_high``."""
    mean, low, high = (f"{row[name]:,.{digits}f}" for name in ("mean", "ci_low", "ci_high"))
    return f"{mean}（{low}–{high}）"


def _label(name: str) -> str:
    return CHINESE(f"shown_{name}") if CHINESE.has(f"shown_{name}") else name


def _told(value: object) -> str:
    """Return a value in a few words; of what is large, its size."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):  # a number of numpy
        value = value.item()
    if isinstance(value, Shown):
        return value.term or type(value).__name__
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, str):
        return value if len(value) <= 80 else f"{value[:77]}..."
    shape = getattr(value, "shape", None)
    if shape is not None:
        return " × ".join(f"{n:,}" for n in shape)
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        short = isinstance(value, (list, tuple)) and len(value) <= 8 and all(isinstance(v, (int, str)) for v in value)
        return ", ".join(map(str, value)) if short else f"{len(value):,}"
    return f"{len(value):,}" if isinstance(value, Sized) else str(value)[:80]
