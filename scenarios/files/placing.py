"""Placing (落位): the one door for what a command writes: a draft beside its place takes it in one step, or not at all.

Elsewhere a file may be open for a moment (a scanner) or for an hour (Excel): a step is tried again for two seconds, then it is
told which file to close, and nothing that stood there is lost.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from zlib import crc32

import psutil

from model.errors import usage

TRIES, PAUSE = 8, 0.05  # the pause doubles: about two seconds in all, unless told otherwise
HOST = f"{crc32(socket.gethostname().encode()):08x}"
MOST = 4.0  # seconds that all pauses may take


def draft_of(place: Path, kind: str = "tmp") -> Path:
    """Return where the draft of a file or folder stands: beside it, hidden, named by the process that writes it.

    Of kind ``old`` it is where what stood there waits until the draft has taken its place.
    """
    return place.parent / f".{place.name}.{HOST}-{os.getpid()}-{uuid.uuid4().hex[:8]}.{kind}{place.suffix}"


def sweep(place: Path) -> None:
    """Remove the drafts of a place whose process is no more, and put back what it had taken away; others' stay."""
    for left in sorted(place.parent.glob(f".{glob_escape(place.name)}.{HOST}-*")):
        owner, kind = left.name.rsplit("-", 2)[-2], left.name.rsplit("-", 1)[-1].partition(".")[2].partition(".")[0]
        if not owner.isdigit() or int(owner) == os.getpid() or psutil.pid_exists(int(owner)):
            continue
        if kind == "old" and not place.exists():
            move(left, place)
        elif kind in ("tmp", "old"):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def glob_escape(name: str) -> str:
    """Return a name as a pattern that matches it alone."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def move(draft: Path, place: Path) -> None:
    """Give a draft its place, trying again for a while; raises ``OSError`` where it cannot."""
    for tried in range(TRIES):
        try:
            os.replace(draft, place)
        except PermissionError:
            if tried == TRIES - 1:
                raise
            time.sleep(min(PAUSE * 2**tried, MOST / TRIES))
        else:
            return


@contextlib.contextmanager
def files(*places: Path) -> Iterator[list[Path]]:
    """Yield a draft for each file; all of them take their places when the block ends well, or none does.

    Raises :class:`InputError` where a file that stands there is open elsewhere.
    """
    drafts = [draft_of(place) for place in places]
    for place in places:
        sweep(place)
    try:
        yield drafts
        _take_places(drafts, places)
    except OSError as error:
        remedy = "Make room or give another --out, and run it again."
        raise usage("the file could not be written", remedy, file=str(places[0]), value=error.strerror or str(error)) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _take_places(drafts: Sequence[Path], places: Sequence[Path]) -> None:
    """Move every draft; where one cannot, put back what stood in the places of the others."""
    kept: list[tuple[Path, Path | None]] = []
    try:
        for draft, place in zip(drafts, places, strict=True):
            if not draft.exists():
                continue
            old = draft_of(place, "old") if place.exists() else None
            if old is not None:
                shutil.copy2(place, old)  # a step takes a file's place at once: nobody ever finds none there
            kept.append((place, old))
            move(draft, place)
    except PermissionError as error:
        for place, old in reversed(kept):
            if old is not None:
                move(old, place)
            else:
                place.unlink(missing_ok=True)
        remedy = "Close it (in Excel or elsewhere), and run it again."
        raise usage("the file is open elsewhere", remedy, file=str(error.filename or places[0])) from error
    for _, old in kept:
        if old is not None:
            old.unlink(missing_ok=True)


def folder(draft: Path, place: Path) -> None:
    """Give a draft folder its place, in that of an old one where there is one.

    Where that cannot be, the old one is put back and the draft stands beside it under a name of its own, which is told.
    """
    old = draft_of(place, "old") if place.exists() else None
    try:
        if old is not None:
            move(place, old)
        try:
            move(draft, place)
        except OSError:
            if old is not None:
                move(old, place)
            raise
    except PermissionError as error:
        kept = place.parent / f"{place.name}-{uuid.uuid4().hex[:4]}"
        with contextlib.suppress(OSError):
            move(draft, kept)
        kept = kept if kept.exists() else draft
        remedy = "What was worked out is kept. Close the files of the folder (in Excel or elsewhere), and rename it."
        raise usage("a file of the folder is open elsewhere", remedy, file=str(place), value=str(kept)) from error
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)
