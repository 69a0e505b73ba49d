"""The schedule of a plan (作战图; clause P22-CHART): planned days, the same for every seed, and the band of the replications.

Planned days are the course of the plan with medians in place of luck. A project's deadline is the end of its cohort's cycle.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from model.policy.catalogue import department
from model.simulation.scene import Scene, Site
from model.vocabulary import Estimates

Array = np.ndarray[Any, Any]
BAND = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def dated(projects: pd.DataFrame, scene: Scene) -> pd.DataFrame:
    """Return the project list with lead department, planned start and finish, and deadline; blank where nothing is planned."""
    lead = {task.id: task.departments[0] for task in scene.catalogue}
    days = {(s.village_id, scene.catalogue[w.task].id): (w.start, w.due) for s in scene.sites for w in s.works}
    cohort = {site.village_id: site.cohort for site in scene.sites}
    own = [days.get(key, (np.inf, np.inf)) for key in zip(projects["village_id"], projects["task_id"], strict=True)]
    told = {
        "department": projects["task_id"].map(lead).fillna(""),
        "planned_start": [_date(scene, start) for start, _ in own],
        "planned_finish": [_date(scene, due) for _, due in own],
        "deadline": [_deadline(scene, cohort[village]) for village in projects["village_id"]],
    }
    before = list(projects.columns).index("asset_owner") + 1
    return pd.concat([projects.iloc[:, :before], pd.DataFrame(told, index=projects.index), projects.iloc[:, before:]], axis=1)


def _deadline(scene: Scene, cohort: int) -> str:
    return str(scene.calendar.date(scene.calendar.deadline(cohort, scene.cycle) - 1.0))


def villages(scene: Scene, estimates: Estimates) -> pd.DataFrame:
    """Return ``schedule.csv``: planned start and finish of each village, and when replications finish it; blank if never."""
    sites = sorted(scene.sites, key=lambda site: site.village_id)
    spread = np.quantile(estimates.finished, list(BAND.values()), axis=0, method="inverted_cdf")
    table = {
        "village_id": [site.village_id for site in sites],
        "county_code": [site.county_code for site in sites],
        "cohort": [site.cohort for site in sites],
        "planned_start": [_date(scene, min((w.start for w in site.works), default=np.inf)) for site in sites],
        "planned_finish": [_date(scene, _finish(site)) for site in sites],
    }
    table |= {f"finish_{name}": [_date(scene, day) for day in days] for name, days in zip(BAND, spread, strict=True)}
    return pd.DataFrame(table | {"finished_by_target": (estimates.finished < scene.target_day).mean(axis=0)})


def departments(projects: pd.DataFrame, scene: Scene, estimates: Estimates) -> pd.DataFrame:
    """Return ``departments.csv``: works and money each department leads, and how many are finished by the target day."""
    from model.outcomes.intervals import mean_interval

    works = projects.drop_duplicates(["village_id", "task_id"]).groupby("department").size()
    money = projects.groupby("department")["cost_wan_yuan"].sum().round(2)
    target = str(scene.calendar.date(scene.target_day))
    planned = projects[(projects["planned_finish"] != "") & (projects["planned_finish"] < target)]
    due = planned.drop_duplicates(["village_id", "task_id"]).groupby("department").size()
    rows = []
    for name in works.index:
        mean, low, high = mean_interval(np.array([own.get(name, 0.0) for own in estimates.departments]))
        rows.append(
            (
                name,
                *department(name),
                int(works[name]),
                money[name],
                int(due.get(name, 0)),
                mean,
                float(np.maximum(low, 0.0)),
                high,
            )
        )
    names = ["department", "name_zh", "name_en", "works", "cost_wan_yuan", "planned_by_target", "finished", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=names)


def _finish(site: Site) -> float:
    return max((work.due for work in site.works), default=np.inf)


def _date(scene: Scene, day: float) -> str:
    start: date = scene.calendar.start
    return str(start + timedelta(days=int(day // 1))) if np.isfinite(day) else ""
