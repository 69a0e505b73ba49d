"""Tables of a Word document as rows of text cells, the lines above each table as rows of its titles."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from model.errors import usage
from scenarios.files.workbooks import STRUCK

TITLES = 8  # lines above a table that are looked at
TRACKED = re.compile(rb"<w:(ins|del|moveFrom|moveTo)\b")


def tables(path: Path) -> list[list[list[str]]]:
    """Return the tables of a .docx file. Raises :class:`InputError` where changes are tracked: what holds nobody has said."""
    import docx

    with zipfile.ZipFile(path) as archive:
        if TRACKED.search(archive.read("word/document.xml")):
            remedy = "Accept or reject them in Word, and save it again."
            raise usage("the document has tracked changes that nobody accepted or rejected", remedy, file=str(path))
    found, above = [], list[str]()
    for part in docx.Document(str(path)).iter_inner_content():
        if hasattr(part, "rows"):
            rows = [[_text(cell) for cell in row.cells] for row in part.rows]
            found.append([*([line] for line in above[-TITLES:]), *rows])
            above = []
        elif part.text.strip():
            above.append(part.text.strip())
    return found


def _text(cell: Any) -> str:
    """Return the text of a cell, marked where any of it is struck through."""
    lines = any(run.font.strike or run.font.double_strike for p in cell.paragraphs for run in p.runs if run.text.strip())
    text = str(cell.text).strip()
    return STRUCK + text if lines and text else text
