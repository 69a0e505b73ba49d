"""STRESS-DES.md: the run described after the reporting guideline for discrete-event simulation (Monks et al. 2019).

Every line is made from the model, the run's scenario and its tables; nothing of it is typed for a run.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from model.outcomes.face import unknown
from model.outcomes.kpis import WHOLE, YEARLY
from model.policy.cards import cards
from model.policy.catalogue import tasks
from model.simulation import calendar, chances, clock, hands, reference, replicate
from scenarios.files.manifest import versions
from scenarios.report.facts import Facts

NAME = "STRESS-DES.md"
CHAPTERS = (
    "declaration",
    "review",
    "funding",
    "construction",
    "supervision",
    "race",
    "acceptance",
    "upkeep",
    "pool",
    "spread",
)


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the description into a run folder."""
    (folder / NAME).write_text("\n".join(_lines(Facts(folder, manifest))) + "\n", encoding="utf-8", newline="\n")


def _lines(facts: Facts) -> Iterator[str]:
    manifest = facts.manifest
    yield "# STRESS-DES: how this run was simulated"
    yield ""
    yield f"Made from the model and the run `{manifest['identity'][:12]}`; sections are numbered as in the guideline."
    if manifest["synthetic"]:
        yield ""
        yield "**Synthetic data: villages, money and indicators are invented.**"
    yield from _section("1 Objectives", _objectives(facts))
    yield from _section("2 Logic", _logic())
    yield from _section("3 Data", _data(facts))
    yield from _section("4 Experimentation", _experiment(facts))
    yield from _section("5 Implementation", _implementation())
    yield from _section("6 Code access", ["The run folder holds every input; `baicun rerun` plays it again and compares."])
    yield from _section("What cannot be known", [f"- {entry['en']}" for entry in unknown()])


def _section(title: str, lines: Any) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    yield from lines


def _objectives(facts: Facts) -> Iterator[str]:
    cohorts = facts.scenario["programme"]["cohorts"]
    yield f"- 1.1 Purpose: what a plan of {len(facts.plan):,} villages in the cohorts {cohorts} probably leads to, and when."
    yield "- 1.2 Outputs (cumulative figures at the end of a year; the rest over the whole run):"
    for kpi in (*YEARLY, *WHOLE):
        yield f"  - `{kpi.name}` ({kpi.unit}): {kpi.en}"
    yield "- 1.3 Experiments: scenarios are compared replication by replication under the same luck (`baicun compare`)."


def _logic() -> Iterator[str]:
    yield f"- 2.1 Base model: {_first(reference)}"
    yield "- 2.2 Chapters:"
    for name in CHAPTERS:
        yield f"  - `{name}`: {_first(import_module(f'model.simulation.chapters.{name}'))}"
    yield f"- 2.3 Ties: {_first(clock)} {_first(hands)}"
    yield f"- 2.4 Time: {_first(calendar)}"
    names = ", ".join(f"{task.id} {task.en}" for task in tasks())
    yield "- 2.5 Components: entities are villages, works and money; resources are panels, design teams, crews and trainers."
    yield f"  Works: {names}."


def _data(facts: Facts) -> Iterator[str]:
    table = facts.table("assumptions")
    assert table is not None
    used = table[table["parameter"].str.startswith("simulation.")]
    counted = used["confidence"].value_counts()
    yield (
        f"- 3.1 Sources: {len(used)} parameters of the projection; "
        + ", ".join(f"{n} {name}" for name, n in counted.items())
        + "."
    )
    yield "- 3.2 Input parameters (value, range, unit, source):"
    for row in used.astype(object).where(used.notna(), "").to_dict("records"):
        span = f", {row['low']:g} to {row['high']:g}" if row["low"] != "" else ""
        meaning = cards()[row["parameter"]].en
        yield f"  - `{row['parameter']}` = {row['value']}{span} {row['unit']}: {meaning} ({row['source']})"
    yield f"- 3.3 Preprocessing: a checked register of {len(facts.villages):,} villages; works and costs follow from it."
    yield "- 3.4 Assumptions: every parameter of confidence `assumption` above is one; `assumptions.csv` holds them all."


def _experiment(facts: Facts) -> Iterator[str]:
    programme, manifest = facts.scenario["programme"], facts.manifest
    yield "- 4.1 Initialisation: no warm-up; the programme begins empty, the pool of created villages as in the register."
    yield f"- 4.2 Run length: {programme['start_date']} to {programme['end_date']}; target {programme['target_date']}."
    yield f"- 4.3 Replications: {manifest['replications']}, seed {manifest['seed']}. {_first(replicate)}"
    kpis = facts.kpis
    if kpis is not None:
        row = kpis[kpis["kpi"] == "accepted_by_target"].iloc[0]
        interval = f"{row['mean']:.1f} ({row['ci_low']:.1f} to {row['ci_high']:.1f}, 95 %)"
        yield f"- 4.4 Precision: villages accepted by the target date: {interval}."


def _implementation() -> Iterator[str]:
    yield "- 5.1 Software: " + ", ".join(f"{name} {number}" for name, number in versions().items()) + "."
    yield f"- 5.2 Random numbers: {_first(chances)}"
    yield f"- 5.3 Execution: {_first(clock)}"
    yield "- 5.4 System: results do not depend on the machine's number of processors; timings stand in `timings.json`."


def _first(module: Any) -> str:
    """Return the first line of a module's own description."""
    return str(inspect.getdoc(module)).split("\n", 1)[0]
