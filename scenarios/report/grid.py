"""Tables of a page."""

from __future__ import annotations

import html
from collections.abc import Sequence

SENTENCE = 20  # characters from which a cell is read, not compared


def table(headings: Sequence[str], rows: Sequence[Sequence[object]], numbers: int, printed: int | None = None) -> str:
    """Return an HTML table whose last ``numbers`` columns are set to the right on one line, but for sentences among them.

    Rows after the first ``printed`` are for the screen alone.
    """
    first = len(headings) - numbers

    def cells(row: Sequence[object], tag: str) -> str:
        kinds = [" class=n" if i >= first and len(str(cell)) < SENTENCE else "" for i, cell in enumerate(row)]
        return "".join(f"<{tag}{kind}>{html.escape(str(cell))}</{tag}>" for kind, cell in zip(kinds, row, strict=True))

    most = len(rows) if printed is None else printed
    body = "".join(f"<tr{' class=screen' if i >= most else ''}>{cells(row, 'td')}</tr>" for i, row in enumerate(rows))
    return f"<table><thead><tr>{cells(headings, 'th')}</tr></thead><tbody>{body}</tbody></table>"
