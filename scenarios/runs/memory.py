"""Memory: what the solver learnt of a run stays beside its folder, so that a question like it is answered in seconds.

It is no part of the run: nothing reads it but :mod:`scenarios.runs.ask`, and without it the answer takes longer and is as true.
"""

from __future__ import annotations

import os
import uuid
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from model.selection.program import Program
from scenarios.files.manifest import versions


def place(folder: Path, identity: str) -> Path:
    """Return the file beside a run folder; what other code or other inputs have left is never taken."""
    return folder.absolute().parent / f".solved-{identity[:12]}-{versions()['source']}.npz"


def keep(folder: Path, identity: str, solved: Any) -> None:
    """Keep a solved state beside a run folder, whole or not at all; a place that refuses it is left alone."""
    from solvers.decomposition.memory import packed
    from solvers.decomposition.solved import Solved

    if not isinstance(solved, Solved):
        return
    target = place(folder, identity)
    draft = target.with_name(f".{uuid.uuid4().hex}.npz")
    try:
        np.savez_compressed(draft, allow_pickle=False, **packed(solved))
        os.replace(draft, target)
    except OSError:
        draft.unlink(missing_ok=True)


def planned(program: Program, x: Any) -> Any:
    """Return what a plan alone tells: nothing of it need change that a question does not touch."""
    from solvers.decomposition.solved import Solved

    return Solved.planned(program, x)


def recall(folder: Path, identity: str, program: Program) -> Any:
    """Return the solved state of a run's program, or nothing where none can be read."""
    from solvers.decomposition.memory import unpacked

    target = place(folder, identity)
    if not target.is_file():
        return None
    try:
        with np.load(target, allow_pickle=False) as arrays:
            return unpacked(program, dict(arrays))
    except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile):
        return None
