"""Keep: finished replications stay beside the run until all are done, so that an interrupted projection goes on."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.outcomes.kpis import Summary
from scenarios.files.manifest import versions


@dataclass(frozen=True)
class Keep:
    """A folder of finished batches, named by the run they belong to; anything that cannot be read is played again."""

    folder: Path

    @classmethod
    def beside(cls, target: Path, identity: str) -> Keep:
        """Return the place beside a run folder to be; batches of another run, or of other code, are never taken."""
        return cls(target.absolute().parent / f".kept-{identity[:12]}-{versions()['source']}")

    def load(self) -> dict[int, Summary]:
        """Return what is there, by replication."""
        kept: dict[int, Summary] = {}
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            try:
                rows = json.loads(path.read_text(encoding="utf-8"))
                kept |= {int(row["replication"]): _summary(row) for row in rows}
            except (ValueError, KeyError, TypeError):
                continue
        return kept

    def save(self, results: dict[int, Any]) -> None:
        """Keep a batch, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f"{uuid.uuid4().hex}.tmp"
        draft.write_text(json.dumps([_row(result) for result in results.values()]), encoding="utf-8")
        os.replace(draft, self.folder / f"{min(results):06d}-{uuid.uuid4().hex[:8]}.json")

    def clear(self) -> None:
        """Forget the batches; the run folder holds their results."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _row(result: Summary) -> dict[str, Any]:
    return {
        "replication": result.replication,
        "kpis": [[*key, value] for key, value in result.kpis.items()],
        "counties": [[*key, value] for key, value in result.counties.items()],
        "gains": result.gains.tolist(),
        "finished": result.finished.tolist(),
        "departments": result.departments,
    }


def _summary(row: dict[str, Any]) -> Summary:
    kpis = {(str(name), int(year)): value for name, year, value in row["kpis"]}
    counties = {(str(name), str(code), int(year)): value for name, code, year, value in row["counties"]}
    gains, finished = (np.array(row[name], dtype=float) for name in ("gains", "finished"))
    return Summary(int(row["replication"]), kpis, counties, gains, finished, dict(row["departments"]))
