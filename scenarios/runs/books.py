"""Books: those of a run's counties, prefectures and departments, in a folder of their own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scenarios.files.manifest import digest
from scenarios.report import books
from scenarios.report.facts import Facts
from scenarios.runs import store
from scenarios.runs.run import Options


def run(folder: Path, only: Sequence[str], options: Options) -> Path:
    """Write the books of a run (all, or those named) and return the folder; an identical complete one is reused."""
    manifest = store.open_run(folder)
    identity = digest("\n".join([manifest["identity"], *sorted(only)]).encode())
    target = options.out or folder.absolute().parent / f"books-{identity[:12]}"
    if store.reusable(target, identity, options.force):
        return target
    with store.written_whole(target, options.force) as draft:
        books.write(Facts(folder, manifest), draft, only)
        facts = {"kind": "books", "runs": [manifest["identity"]], "identity": identity}
        store.seal(draft, facts | {"synthetic": manifest["synthetic"]})
    return target
