"""Replay: one replication of a run, played again alone, with every event: as a table, as a village's story, as a schedule."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.errors import usage
from model.policy.catalogue import tasks
from model.showing import Shown
from model.simulation.calendar import ClosedDays
from model.simulation.records import Records
from model.simulation.reference import simulate
from model.simulation.scene import Scene
from model.simulation.world import PLANNED, World
from model.vocabulary import Plan
from model.words import Words, event_words
from scenarios import study
from scenarios.files import tables
from scenarios.runs import store
from scenarios.world.open import reopen


@dataclass(frozen=True, repr=False)
class Replay(Shown):
    """A replication of a run: its scene, what happened, and the names of villages and counties."""

    term = "一次推演的回放"

    scene: Scene
    records: Records
    villages: dict[str, str]
    counties: dict[str, str]
    synthetic: bool
    band: pd.DataFrame | None = None  # of the run's replications: ``schedule.csv``

    @property
    def planned(self) -> bool:
        """Whether it is the course of the plan, and no replication."""
        return self.records.replication == PLANNED

    def closed(self, county_code: str) -> ClosedDays:
        """Return the days on which outdoor work stopped in a county."""
        return World(self.scene, self.records.replication, trace=False).closed(county_code, outdoor=True)


def replay(folder: Path, replication: int = PLANNED) -> Replay:
    """Play one replication of a run folder again, or the course of its plan.

    Raises :class:`InputError` for a replication the run does not have; a run without a projection has one, number 0.
    """
    manifest = store.open_run(folder, compute=True)
    if replication != PLANNED and not 0 <= replication < max(manifest["replications"], 1):
        raise usage("the run has no such replication", f"0 to {manifest['replications'] - 1}.", value=str(replication))
    prepared, plan = study.prepare(*reopen(folder)), Plan(tables.read(folder / "plan.csv"))
    scene, register = study.staged(plan, prepared), prepared.register
    named = dict(zip(register.villages["village_id"], register.villages["name"], strict=True))
    counties = dict(zip(register.counties["county_code"], register.counties["name"], strict=True))
    kept = folder / "schedule.csv"
    band = tables.read(kept) if kept.is_file() else None
    return Replay(scene, simulate(scene, replication, trace=True), named, counties, register.synthetic, band)


def trace(played: Replay) -> pd.DataFrame:
    """Return every event: ``day`` (since the date of the plan), ``date``, ``entity``, ``kind``, ``task``."""
    table = pd.DataFrame(played.records.trace, columns=["day", "entity", "kind", "task"])
    table.insert(1, "date", [played.scene.calendar.date(day).isoformat() for day in table["day"]])
    return table


def story(played: Replay, village_id: str, lang: str) -> list[str]:
    """Return what happened to one village, a line per event.

    Raises :class:`InputError` for a village that neither the plan nor the pool has.
    """
    if village_id not in played.villages:
        raise usage("the village is not in the register", "Check the code: 12 digits.", value=village_id)
    words = Words(lang)
    titles = {task.id: task.zh if lang == "zh" else task.en for task in tasks()}
    events = [event for event in played.records.trace if event.entity == village_id]
    head = words(
        "story_plan" if played.planned else "story_head",
        name=played.villages[village_id],
        code=village_id,
        replication=played.records.replication,
    )
    lines = [head, words("synthetic")] if played.synthetic else [head]
    if not events:
        return [*lines, words("story_nothing")]
    for event in events:
        level = f"level_{event.task}"
        task = titles.get(event.task, words(level) if words.has(level) else event.task)
        told = event_words(event.kind, lang).format(task=task)
        lines.append(f"{played.scene.calendar.date(event.day)}  {told}")
    return lines
