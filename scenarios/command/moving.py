"""Moving: in a terminal what passes is one live line, by rich; elsewhere it is plain lines."""

from __future__ import annotations

import atexit
import re
import sys
from collections.abc import Callable
from typing import Any

PASSING = re.compile(r"\s*\d+ s  ")  # a moment of a solve: seconds, plan, bound, gap
_live: list[Any] = []  # the line that moves, if any


def moving(text: str, shown: str) -> bool:
    """Show a line in place of the one before where it only passes, in a terminal; whether that was done.

    Any other line ends the live one, so that it stands below what was last known.
    """
    if not PASSING.match(text) or not sys.stderr.isatty():
        still()
        return False
    from rich.console import Console
    from rich.markup import escape

    if not _live:
        _live.append(Console(stderr=True, highlight=False).status(""))
        _live[0].start()
    _live[0].update(escape(shown.strip()))
    return True


def still() -> None:
    """End the live line, if there is one."""
    while _live:
        _live.pop().stop()


atexit.register(still)


def bar(label: str) -> Callable[[int, int], None]:
    """Return what shows how many of a number are done: a bar and the time left in a terminal, one line at the end elsewhere."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            _bar(label, done, total)
        elif done == total:
            print(f"{label} {done}/{total}", file=sys.stderr, flush=True)

    return show


def _bar(label: str, done: int, total: int) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    if not _live:
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        _live.append(Progress(*columns, console=Console(stderr=True)))
        _live[0].add_task(label, total=total)
        _live[0].start()
    _live[0].update(_live[0].task_ids[0], completed=done)
    if done == total:
        still()
