"""The scene: everything a replication needs that does not change, and that can be sent to another process."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from model.money.settings import Money
from model.policy.catalogue import Task
from model.register.gaps import Projects
from model.register.packages import Packages
from model.simulation.calendar import Calendar
from model.simulation.settings import Construction, Simulation
from model.vocabulary import PACKAGES, Plan, Programme, Register


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
    """A county: latitude of its villages, and the crews and trainers it has."""

    code: str
    number: int
    latitude: float
    crews: int
    trainers: int


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
    projects: Projects,
    packages: Packages,
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
    chosen = np.flatnonzero(cohort.notna())
    days = _days(villages, projects, settings.construction)
    package = villages["village_id"].map(planned["package"])
    holds = dict(zip(PACKAGES, packages.holds(projects.tasks), strict=True))
    sites = tuple(
        Site(
            village_id=(code := villages["village_id"].iloc[i]),
            number=int(code),
            county_code=villages["county_code"].iloc[i],
            cohort=int(cohort.iloc[i]),
            bond_wan_yuan=float(planned.loc[code, "general_bond_wan_yuan"]),
            works=_works(days[i], holds[package[i]]),
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
        catalogue=projects.tasks,
        payment_profile=tuple(money.payment_profile),
        counties=_counties(villages, settings.construction),
        sites=sites,
        pool=pool,
        seed=seed,
        target_day=calendar.day(date.fromisoformat(programme.target_date)) + 1.0,
        target_villages=target_villages,
    )


def _days(villages: pd.DataFrame, projects: Projects, settings: Construction) -> np.ndarray[Any, Any]:
    """Return each work's mean days by gap and size, shape (villages, tasks); 0 where nothing is to be done."""
    full = np.array([task.work_days for task in projects.tasks])
    size = (villages["households"] / villages["households"].median()).to_numpy()[:, None] ** settings.size_elasticity
    days = full * size * (settings.least_work + (1.0 - settings.least_work) * projects.work)
    return np.where(projects.gap > 0, days, 0.0)


def _works(days: np.ndarray[Any, Any], held: np.ndarray[Any, Any]) -> tuple[Work, ...]:
    """Return one village's works of its package, in the catalogue's order."""
    return tuple(Work(int(task), float(days[task])) for task in np.flatnonzero(held & (days > 0)))


def _counties(villages: pd.DataFrame, settings: Construction) -> tuple[County, ...]:
    grouped = villages.groupby("county_code", sort=True).agg(latitude=("latitude", "mean"), villages=("village_id", "size"))
    return tuple(
        County(
            code,
            int(code),
            float(latitude),
            max(1, math.ceil(count / settings.pool_villages_per_crew)),
            max(1, math.ceil(count / settings.pool_villages_per_trainer)),
        )
        for code, latitude, count in zip(grouped.index, grouped["latitude"], grouped["villages"], strict=True)
    )
