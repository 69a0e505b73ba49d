"""The scene: everything a replication needs that does not change, and that can be sent to another process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from model.policy.catalogue import Task, tasks
from model.register.money import Money
from model.simulation.calendar import Calendar
from model.simulation.settings import Construction, Simulation
from model.vocabulary import Plan, Programme, Register


@dataclass(frozen=True)
class Work:
    """A task a village needs: its place in the catalogue and the days of one crew it takes on average."""

    task: int
    days: float


@dataclass(frozen=True)
class Site:
    """A village of the plan: what is to be built there, for how much, and its state of upkeep (0-4 haves)."""

    village_id: str
    number: int
    county_code: str
    cohort: int
    bond_wan_yuan: float
    works: tuple[Work, ...]
    haves: float


@dataclass(frozen=True)
class County:
    """A county: latitude of its villages and the crews it has."""

    code: str
    number: int
    latitude: float
    crews: int


@dataclass(frozen=True)
class Waiting:
    """A village of the pool and the cohort it is planned for (none where it is not in the plan)."""

    village_id: str
    number: int
    haves: float
    cohort: int | None


@dataclass(frozen=True)
class Scene:
    """What the chapters play on."""

    calendar: Calendar
    settings: Simulation
    catalogue: tuple[Task, ...]
    payment_profile: tuple[float, ...]
    counties: tuple[County, ...]
    sites: tuple[Site, ...]
    pool: tuple[Waiting, ...]
    seed: int
    target_day: float
    target_villages: int


def scene(
    register: Register,
    plan: Plan,
    settings: Simulation,
    money: Money,
    programme: Programme,
    target_villages: int,
    seed: int,
) -> Scene:
    """Return the scene of a plan. Villages and counties are in the order of their codes."""
    villages = register.villages
    haves = villages["upkeep_haves"].fillna(2.0) if "upkeep_haves" in villages else pd.Series(2.0, index=villages.index)
    planned = plan.table.set_index("village_id")
    cohort = villages["village_id"].map(planned["cohort"])
    works = _works(villages, settings.construction)
    chosen = np.flatnonzero(cohort.notna())
    sites = tuple(
        Site(
            village_id=(code := villages["village_id"].iloc[i]),
            number=int(code),
            county_code=villages["county_code"].iloc[i],
            cohort=int(cohort.iloc[i]),
            bond_wan_yuan=float(planned.loc[code, "general_bond_wan_yuan"]),
            works=works[i],
            haves=float(haves.iloc[i]),
        )
        for i in chosen
    )
    pool = tuple(
        Waiting(code, int(code), float(have), None if math.isnan(year) else int(year))
        for code, have, year, accepted in zip(
            villages["village_id"], haves, cohort.astype(float), villages["accepted"], strict=True
        )
        if accepted
    )
    calendar = Calendar(date.fromisoformat(programme.start_date), date.fromisoformat(programme.end_date))
    return Scene(
        calendar=calendar,
        settings=settings,
        catalogue=tasks(),
        payment_profile=tuple(money.payment_profile),
        counties=_counties(villages, settings.construction),
        sites=sites,
        pool=pool,
        seed=seed,
        target_day=calendar.day(date.fromisoformat(programme.target_date)) + 1.0,
        target_villages=target_villages,
    )


def _works(villages: pd.DataFrame, settings: Construction) -> list[tuple[Work, ...]]:
    """Return each village's works: a task whose indicator is short of its target, with days by gap and size."""
    size = (villages["households"] / villages["households"].median()).to_numpy() ** settings.size_elasticity
    found: list[list[Work]] = [[] for _ in range(len(villages))]
    for number, task in enumerate(tasks()):
        level: Any = villages[task.indicator].fillna(task.baseline) if task.indicator in villages else task.baseline
        gap = np.clip(1.0 - np.broadcast_to(np.asarray(level, dtype=float), len(villages)) / task.target, 0.0, 1.0)
        days = task.work_days * size * (settings.least_work + (1.0 - settings.least_work) * gap)
        for i in np.flatnonzero(gap > 0):
            found[i].append(Work(number, float(days[i])))
    return [tuple(works) for works in found]


def _counties(villages: pd.DataFrame, settings: Construction) -> tuple[County, ...]:
    grouped = villages.groupby("county_code", sort=True).agg(latitude=("latitude", "mean"), villages=("village_id", "size"))
    return tuple(
        County(code, int(code), float(latitude), max(1, math.ceil(count / settings.pool_villages_per_crew)))
        for code, latitude, count in zip(grouped.index, grouped["latitude"], grouped["villages"], strict=True)
    )
