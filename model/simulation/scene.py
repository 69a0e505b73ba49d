"""The scene: everything a replication needs that does not change, and that can be sent to another process."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from model.money.accounts import Accounts
from model.policy.catalogue import Task
from model.register.gaps import Projects, column
from model.showing import Shown
from model.simulation.calendar import Calendar
from model.simulation.settings import Construction, Simulation, SpreadEffect
from model.vocabulary import DIMENSIONS, KM_PER_DEGREE, PACKAGES, Plan, Programme, Register

Array = np.ndarray[Any, Any]
GROUPS = ("bond", "special", "other")  # money that lands together
NOBODY = "nobody"  # the group of money no source may pay: it never lands
GROUP_OF = {"general_bond": "bond", "special_bond": "special"}


@dataclass(frozen=True)
class Work:
    """A task a village needs.

    ``task``: its place in the catalogue; ``days`` of one crew on average; ``cost`` in 万元; ``lack``, the share of the full task
    that is missing; ``money``: the year of the cycle and the group of its first payment, or nothing.
    """

    task: int
    days: float
    cost: float = 0.0
    lack: float = 1.0
    money: tuple[int, str] | None = (0, "bond")


@dataclass(frozen=True, repr=False)
class Site(Shown):
    """A village of the plan: what is to be built there, who pays when (万元), its state and its people's incomes."""

    term = "入选村"

    village_id: str
    number: int
    county_code: str
    cohort: int
    works: tuple[Work, ...]
    payments: tuple[tuple[int, str, float], ...]  # year of the cycle, group, 万元
    haves: float = 2.0
    score: float = 70.0
    reserve: float = 0.0
    attained: tuple[float, ...] = (0.0,) * 5  # tasks that need nothing or in part, summed by dimension
    neighbours: tuple[int, ...] = ()
    income: float = math.nan
    collective: float = math.nan
    past: bool = False  # a village of history: it keeps its place, whatever its luck

    @property
    def total(self) -> float:
        """What the village is paid, 万元."""
        return sum(amount for _, _, amount in self.payments)


@dataclass(frozen=True)
class County:
    """A county: latitude of its villages, and the crews, trainers and design teams it has."""

    code: str
    number: int
    latitude: float
    crews: int
    trainers: int
    designers: int


@dataclass(frozen=True)
class Waiting:
    """A village of the pool, and its state of upkeep (0-4 haves)."""

    village_id: str
    number: int
    haves: float


@dataclass(frozen=True, repr=False)
class Scene(Shown):
    """What the chapters play on. ``sites`` may be put in later: :meth:`with_sites`."""

    term = "推演场景"

    calendar: Calendar
    settings: Simulation
    catalogue: tuple[Task, ...]
    counties: tuple[County, ...]
    sites: tuple[Site, ...]
    pool: tuple[Waiting, ...]
    seed: int
    target_day: float
    target_villages: int

    def with_sites(self, sites: tuple[Site, ...]) -> Scene:
        """Return the scene with the villages of another plan."""
        return replace(self, sites=sites)


def scene(
    register: Register,
    sites: tuple[Site, ...],
    catalogue: tuple[Task, ...],
    settings: Simulation,
    programme: Programme,
    target_villages: int,
    seed: int,
) -> Scene:
    """Return the scene of a plan's villages; villages of the pool and counties are in the order of their codes."""
    villages = register.villages
    calendar = Calendar(date.fromisoformat(programme.start_date), date.fromisoformat(programme.end_date))
    pool = tuple(
        Waiting(code, int(code), float(have))
        for code, have, accepted in zip(villages["village_id"], _haves(villages), villages["accepted"], strict=True)
        if accepted
    )
    return Scene(
        calendar=calendar,
        settings=settings,
        catalogue=catalogue,
        counties=_counties(villages, settings.construction),
        sites=sites,
        pool=pool,
        seed=seed,
        target_day=calendar.day(date.fromisoformat(programme.target_date)) + 1.0,
        target_villages=target_villages,
    )


def sites(
    register: Register, plan: Plan, paid: pd.DataFrame, accounts: Accounts, settings: Simulation, lawful: bool = True
) -> tuple[Site, ...]:
    """Return the villages of a plan, in the order of their codes. ``paid`` is its project list.

    ``lawful``: a work that no source pays is not built; otherwise its money comes from somewhere.
    """
    listed = plan.table.sort_values("village_id")
    history = set(listed.loc[listed["status"] == "history", "village_id"])
    money = _money(_grouped(paid, history, lawful))
    ground = _ground(register.villages, accounts, settings)
    place = register.villages["village_id"].searchsorted(listed["village_id"])
    return tuple(_site(int(i), row, ground, money) for i, row in zip(place, listed.to_dict("records"), strict=True))


@dataclass(frozen=True)
class _Ground:
    """What every village of the register brings along, whatever the plan: one entry each."""

    accounts: Accounts
    days: Array  # (V, J) mean days of each work
    holds: dict[str, Array]  # package -> (J,) the works it holds
    attained: Array  # (V, 5) tasks that need nothing or in part, summed by dimension
    haves: Array
    neighbours: dict[int, list[int]]
    income: Array
    collective: Array


def _ground(villages: pd.DataFrame, accounts: Accounts, settings: Simulation) -> _Ground:
    works = accounts.works
    state = np.where(works.gap > 0, 1.0 - works.work, 1.0)
    dimension = np.array([DIMENSIONS.index(task.dimension) for task in works.tasks])
    attained = [np.bincount(dimension, own, len(DIMENSIONS)) for own in state]
    return _Ground(
        accounts=accounts,
        days=_days(villages, works, settings.construction),
        holds=dict(zip(PACKAGES, accounts.packages.holds(works.tasks), strict=True)),
        attained=np.array(attained).reshape(len(villages), len(DIMENSIONS)),
        haves=_haves(villages).to_numpy(),
        neighbours=_neighbours(villages, settings.spread),
        income=column(villages, "income_yuan").to_numpy(float),
        collective=column(villages, "collective_income_wan_yuan").to_numpy(float),
    )


def _site(i: int, row: dict[Hashable, Any], ground: _Ground, money: _Paid) -> Site:
    """Return one village of the plan; ``i`` is its place in the register."""
    code, cohort = str(row["village_id"]), int(row["cohort"])
    paid = money.payments.get(code, ())
    return Site(
        village_id=code,
        number=int(code),
        county_code=str(row["county_code"]),
        cohort=cohort,
        works=_works(i, code, cohort, ground.holds[row["package"]], ground, money),
        payments=tuple((year - cohort, group, amount) for year, group, amount in paid),
        haves=float(ground.haves[i]),
        score=float(row["score"]),
        reserve=float(ground.accounts.money.contingency_share * row["total_cost_wan_yuan"]),
        attained=tuple(ground.attained[i].tolist()),
        neighbours=tuple(ground.neighbours.get(i, ())),
        income=float(ground.income[i]),
        collective=float(ground.collective[i]),
        past=row["status"] == "history",
    )


def _haves(villages: pd.DataFrame) -> pd.Series:
    return column(villages, "upkeep_haves", 2.0).fillna(2.0)


def _grouped(paid: pd.DataFrame, history: set[str], lawful: bool) -> pd.DataFrame:
    """Return the project list with the group of each payment; what history lacked came from somewhere, that is a fact."""
    group = paid["source"].map(GROUP_OF).fillna("other")
    unpaid = (paid["source"].fillna("") == "") & ~paid["village_id"].isin(history)
    return paid.assign(group=group.mask(unpaid, NOBODY) if lawful else group)


@dataclass(frozen=True)
class _Paid:
    """A project list by village and work: year and group of the first payment, yearly payments, and costs, 万元."""

    first: dict[tuple[str, str], tuple[int, str]]
    payments: dict[str, list[tuple[int, str, float]]]
    costs: dict[tuple[str, str], float]


def _money(paid: pd.DataFrame) -> _Paid:
    return _Paid(_first_payments(paid), _payments(paid), _costs(paid))


def _first_payments(paid: pd.DataFrame) -> dict[tuple[str, str], tuple[int, str]]:
    """Return year and group of the first payment of each work; money that nobody has comes before all other."""
    table = paid.assign(rank=paid["group"].map({name: i for i, name in enumerate((*GROUPS,))}).fillna(-1))
    table["year"] = table["year"].where(table["rank"] >= 0, 0)
    table = table.sort_values(["village_id", "task_id", "year", "rank"], kind="stable").drop_duplicates(["village_id", "task_id"])
    return {(r["village_id"], r["task_id"]): (int(r["year"]), r["group"]) for r in table.to_dict("records")}


def _payments(paid: pd.DataFrame) -> dict[str, list[tuple[int, str, float]]]:
    sums = paid[paid["group"] != NOBODY].groupby(["village_id", "year", "group"])["cost_wan_yuan"].sum().round(2)
    payments: dict[str, list[tuple[int, str, float]]] = {}
    for row in sums.reset_index().to_dict("records"):
        payments.setdefault(str(row["village_id"]), []).append((int(row["year"]), str(row["group"]), float(row["cost_wan_yuan"])))
    return payments


def _costs(paid: pd.DataFrame) -> dict[tuple[str, str], float]:
    sums = paid.groupby(["village_id", "task_id"])["cost_wan_yuan"].sum().reset_index()
    return {(row["village_id"], row["task_id"]): float(row["cost_wan_yuan"]) for row in sums.to_dict("records")}


def _days(villages: pd.DataFrame, projects: Projects, settings: Construction) -> Array:
    """Return each work's mean days by gap and size, shape (villages, tasks); 0 where nothing is to be done."""
    full = np.array([task.work_days for task in projects.tasks])
    size = (villages["households"] / villages["households"].median()).to_numpy()[:, None] ** settings.size_elasticity
    days = full * size * (settings.least_work + (1.0 - settings.least_work) * projects.work)
    return np.where(projects.gap > 0, days, 0.0)


def _works(i: int, code: str, cohort: int, held: Array, ground: _Ground, money: _Paid) -> tuple[Work, ...]:
    """Return one village's works of its package, in the catalogue's order."""
    works, days = ground.accounts.works, ground.days[i]
    needed = []
    for j in np.flatnonzero(held & (days > 0)):
        name = (code, works.tasks[j].id)
        first = money.first.get(name)
        paid = None if first is None else (first[0] - cohort, first[1])
        needed.append(Work(int(j), float(days[j]), float(money.costs.get(name, 0.0)), float(works.work[i, j]), paid))
    return tuple(needed)


def _neighbours(villages: pd.DataFrame, settings: SpreadEffect) -> dict[int, list[int]]:
    """Return the nearest pool villages of each village, as numbers, that would see its example."""
    if settings.nearest == 0 or settings.within_km == 0 or len(villages) < 2:
        return {}
    width = np.cos(np.radians(villages["latitude"].mean()))
    points = np.column_stack([villages["longitude"] * width, villages["latitude"]]) * KM_PER_DEGREE
    pool = np.flatnonzero(villages["accepted"])
    if not len(pool):
        return {}
    most = min(settings.nearest + 1, len(pool))
    _, index = cKDTree(points[pool]).query(points, k=[*range(1, most + 1)], distance_upper_bound=settings.within_km)
    numbers = villages["village_id"].astype("int64").to_numpy()
    nearest = {}
    for i, near in enumerate(index):
        others = [int(pool[j]) for j in near if j < len(pool) and pool[j] != i]
        nearest[i] = sorted(int(numbers[j]) for j in others[: settings.nearest])
    return nearest


def _counties(villages: pd.DataFrame, settings: Construction) -> tuple[County, ...]:
    grouped = villages.groupby("county_code", sort=True).agg(latitude=("latitude", "mean"), villages=("village_id", "size"))
    return tuple(
        County(
            str(code),
            int(code),
            float(latitude),
            max(1, math.ceil(count / settings.pool_villages_per_crew)),
            max(1, math.ceil(count / settings.pool_villages_per_trainer)),
            max(1, math.ceil(count / settings.pool_villages_per_designer)),
        )
        for code, latitude, count in zip(grouped.index, grouped["latitude"], grouped["villages"], strict=True)
    )
