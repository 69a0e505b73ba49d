"""Trust: an own rule is a program. Those of this machine's scenario files run; those of a stranger's folder are to be allowed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from model.errors import usage
from scenarios.files.manifest import digest

ALLOWED = "BAICUN_TRUST_RULES"  # set by --trust-rules for the time of a command
HOME = "BAICUN_HOME"
SHOWN = 400  # characters of a source


def home() -> Path:
    """Return where Baicun keeps what it knows of this machine."""
    return Path(os.environ.get(HOME) or Path.home() / ".baicun")


def remember(sources: Mapping[str, str]) -> None:
    """Note rules that a scenario file of this machine names; a place that refuses it is left alone."""
    new = [line for source in sources.values() if (line := digest(source.encode("utf-8"))) not in _known()]
    if not new:
        return
    try:
        home().mkdir(parents=True, exist_ok=True)
        with (home() / "rules").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in new)
    except OSError:
        return


def check(sources: Mapping[str, str], folder: Path) -> None:
    """Refuse to run rules of a folder that this machine did not write, and show them."""
    if os.environ.get(ALLOWED) == "1":
        return
    known = _known()
    strange = {name: source for name, source in sources.items() if digest(source.encode("utf-8")) not in known}
    if strange:
        told = "; ".join(f"{name}.py: {' '.join(source.split())[:SHOWN]}" for name, source in strange.items())
        remedy = "Read them in scenario.toml, [own_rules]; if they are harmless, give --trust-rules."
        raise usage("own rules come from elsewhere, and would be run", remedy, file=str(folder), value=told)


def _known() -> set[str]:
    try:
        return set((home() / "rules").read_text(encoding="utf-8").split())
    except OSError:
        return set()
