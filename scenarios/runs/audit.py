"""Audit of a run folder: what was altered, what its plan breaks, and which of its tables do not come out again.

Every table that needs no solver is worked out anew from the inputs and the plan. What only a solver or the projection can make
again (the bound, the replications) is for :mod:`scenarios.runs.rerun`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import AlteredError, BaicunError, usage
from model.outcomes import intervals
from model.outcomes.face import face_validity
from model.outcomes.finance import Financing
from model.selection.audit import Finding
from model.selection.plan import choice
from model.vocabulary import Estimates, Plan
from scenarios import study
from scenarios.files import lists, tables
from scenarios.files.manifest import altered, read_manifest
from scenarios.report.assumptions import assumptions
from scenarios.runs import store
from scenarios.runs.run import dated, selection_tables
from scenarios.runs.seal import broken
from scenarios.world.formats import FORMAT, of
from scenarios.world.open import reopen
from solvers.adaptors.highs import completed
from solvers.answer import Answer

TOLERANCE = 1e-6
RANKED = {"objectives", "rules", "yardsticks"}  # of a ranked objective: its stages are only a solver's to make
FEEDING = ("scenario.toml", "inputs/")  # altered, nothing else can be judged


@dataclass(frozen=True)
class Audited:
    """What an audit of a folder finds: files altered, findings, how many villages, and the names of counties by code."""

    altered: list[str]
    findings: list[Finding]
    villages: int
    counties: dict[str, str]


def audited(folder: Path) -> Audited:
    """Audit a run folder. Raises :class:`AlteredError` where its inputs are not as they were: nothing is run from them."""
    manifest = read_manifest(folder)
    if manifest["kind"] not in store.RUNS:
        raise usage("the folder holds a comparison, not a run", "Give a folder that `baicun run` wrote.", file=str(folder))
    found = broken(folder, manifest)
    if any(name.startswith(FEEDING) for name in altered(folder, manifest)):
        raise AlteredError(str(folder), found)
    listed = lists.read_list(folder / "plan.csv")
    prepared = study.prepare(*reopen(folder))
    findings = study.check(listed, prepared)
    beside = lists.read_projects(folder, None)
    if beside is not None:
        findings += study.check_projects(listed, *beside, prepared)
    if of(manifest) == FORMAT:
        findings += [
            Finding("tables", name, "as worked out again", what, 1.0) for name, what in _apart(folder, manifest, prepared)
        ]
    named = dict(zip(*(prepared.register.counties[name] for name in ("county_code", "name")), strict=True))
    return Audited(found, findings, len(listed), named)


def _apart(folder: Path, manifest: dict[str, Any], prepared: study.Prepared) -> list[tuple[str, str]]:
    """Return what :func:`apart` does; tables from which nothing can be made again are a finding like any other."""
    try:
        return apart(folder, manifest, prepared)
    except BaicunError:
        raise
    except Exception as error:  # what was altered may be altered into anything
        return [("tables", f"nothing can be made of them again: {type(error).__name__} {error}")]


def apart(folder: Path, manifest: dict[str, Any], prepared: study.Prepared) -> list[tuple[str, str]]:
    """Return the tables of a run that are not what its inputs and its plan make, and how they differ."""
    again = _again(folder, manifest, prepared)
    if manifest["replications"]:
        known = tables.read(folder / "replications.csv")
        again["kpis"] = intervals.kpi_table(Estimates(known, pd.DataFrame(), manifest["replications"]))
        again["face_validity"] = face_validity(again["kpis"], tables.read(folder / "plan.csv"), again["projects"])
    found = []
    for name, table in again.items():
        path = folder / f"{name}.csv"
        if path.is_file() and (what := _difference(tables.read(path), tables.as_read(table))):
            found.append((path.name, what))
    return found


def _again(folder: Path, manifest: dict[str, Any], prepared: study.Prepared) -> dict[str, pd.DataFrame]:
    """Return the tables that inputs and plan make."""
    plan = _plan_figures(Plan(tables.read(folder / "plan.csv")), prepared)
    own = {"eligibility": prepared.eligible, "scores": prepared.scores.table, "assumptions": assumptions(prepared.scenario)}
    x = completed(prepared.program, choice(prepared.problem, plan.table))
    solver = manifest["solver"]
    if manifest["kind"] == "simulate" or solver["objective"] is None or x is None:
        money = study.financing(plan, prepared)
        return own | money.tables() | {"projects": _dated(plan, prepared, money)}
    certified = {key: solver[key] for key in ("status", "stopped_by", "objective", "bound")}
    answer = Answer(solver=solver["name"], x=x, seconds=0.0, **certified)
    selection = study.retold(prepared, plan, answer)
    made = selection_tables(selection)
    left = RANKED if prepared.scenario.objective.order else set()
    made["plan"] = plan.table
    return {name: table for name, table in made.items() if name not in left} | {
        "projects": _dated(plan, prepared, selection.money)
    }


def _plan_figures(plan: Plan, prepared: study.Prepared) -> Plan:
    """Return the plan with the register's own figures in place of those it states."""
    listed = plan.table[["village_id", "cohort", "package"]]
    return lists.as_plan(listed, prepared.problem, "plan.csv")


def _dated(plan: Plan, prepared: study.Prepared, money: Financing) -> pd.DataFrame:
    return dated(money.projects, study.staged(plan, prepared, money))


def _difference(one: pd.DataFrame, two: pd.DataFrame) -> str:
    """Return in a few words how a table differs from the one that was made again; nothing where it does not."""
    if list(one.columns) != list(two.columns):
        return "other columns"
    if len(one) != len(two):
        return f"{len(one)} rows in place of {len(two)}"
    for name in one:
        a, b = one[name], two[name]
        if pd.api.types.is_numeric_dtype(a) and pd.api.types.is_numeric_dtype(b):
            same = np.isclose(a.to_numpy(float), b.to_numpy(float), rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
        else:
            same = (a.fillna("").astype(str) == b.fillna("").astype(str)).to_numpy()
        if not same.all():
            row = int(np.flatnonzero(~same)[0])
            return f"row {row + 2}, column {name}: {a.iloc[row]} in place of {b.iloc[row]}"
    return ""
