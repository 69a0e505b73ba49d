"""The scene: everything a replication needs that does not change, and that can be sent to another process."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from model.money.costs import CENTS
from model.policy.catalogue import Task, sources_of
from model.register.gaps import Projects, column
from model.showing import Shown
from model.simulation.calendar import Calendar
from model.simulation.pots import Pot
from model.simulation.priors import priors
from model.simulation.settings import Construction, Simulation
from model.vocabulary import DIMENSIONS, Programme, Register

Array = np.ndarray[Any, Any]
GROUPS = ("bond", "special", "other")  # money that lands together
OWN_WORKS = ("household", "service", "training")  # classes of work that need no bonds
INSTRUMENTS = ("morality_bank", "ten_household_groups")  # of participation (P22-FARMER)
NOBODY = "nobody"  # the group of money no source may pay: it never lands
GROUP_OF = {"general_bond": "bond", "special_bond": "special"}


def group_of(source: str) -> str:
    """Return the group of a source of money."""
    return GROUP_OF.get(source, "other")


@dataclass(frozen=True)
class Work:
    """A task a village needs.

    ``task``: its place in the catalogue; ``days`` of one crew on average; ``cost`` in 万元; ``lack``, the share of the full task
    that is missing; ``money``: the year of the cycle and the group of its first payment, or nothing; ``special``: what special
    bonds pay, 万元 by year of the cycle; ``start`` and ``due``: its planned days, where they are known; ``opens``: the day before
    which its county does not begin it.
    """

    task: int
    days: float
    cost: float = 0.0
    lack: float = 1.0
    money: tuple[int, str] | None = (0, "bond")
    special: tuple[tuple[int, float], ...] = ()
    start: float = math.inf
    due: float = math.inf
    opens: float = 0.0


@dataclass(frozen=True, repr=False)
class Site(Shown):
    """A village of the plan: what is to be built there, who pays when (万元), its state and its people's incomes."""

    term = "入选村"

    village_id: str
    number: int
    county_code: str
    cohort: int
    works: tuple[Work, ...]
    payments: tuple[tuple[int, str, float], ...]  # year of the cycle, source, 万元
    haves: float = 2.0
    score: float = 70.0
    participation: float = 0.0  # 0-1: the share of the instruments of participation that are in place
    inherited: tuple[int, ...] = ()  # binding tasks by key that the village had met before
    attained: tuple[float, ...] = (0.0,) * 5  # tasks that need nothing or in part, summed by dimension
    neighbours: tuple[int, ...] = ()
    income: float = math.nan
    collective: float = math.nan
    people: float = math.nan
    base: str = "middle"  # weak, middle or strong: the third of the register its income is in
    past: bool = False  # a village of history: it keeps its place, whatever its luck
    state: str = ""  # of history: announced, building, completed, accepted, failed or relapsed
    since: float = 0.0  # the day from which it is in that state
    done: frozenset[int] = frozenset()  # works of history, by key, that are finished

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
    """A village of the pool: its state of upkeep (0-4 haves), and index points it may close by itself."""

    village_id: str
    number: int
    haves: float
    lacking: float = 0.0


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
    pots: Mapping[str, tuple[Pot, ...]] = field(default_factory=dict)  # by county: what may pay for the unforeseen
    priors: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # ranges of effects nobody has measured
    cycle: int = 24  # months in which a cohort is built
    strength: float = 1.0  # of what works bring, at the money that is spent on them

    def with_settings(self, settings: Simulation, villages: pd.DataFrame) -> Scene:
        """Return the scene under other settings, with the planned days as they are; sizes of works and neighbours stay."""
        return replace(self, settings=settings, counties=_counties(villages, settings.construction))

    def with_sites(self, sites: tuple[Site, ...]) -> Scene:
        """Return the scene with the villages of another plan."""
        return replace(self, sites=sites)


def scene(
    register: Register,
    sites: tuple[Site, ...],
    works: Projects,
    settings: Simulation,
    programme: Programme,
    target_villages: int,
    seed: int,
    pots: Mapping[str, tuple[Pot, ...]],
) -> Scene:
    """Return the scene of a plan's villages; villages of the pool and counties are in the order of their codes."""
    villages = register.villages
    calendar = Calendar(date.fromisoformat(programme.start_date), date.fromisoformat(programme.end_date))
    own = zip(villages["village_id"], haves(villages), _lacking(works), villages["accepted"], strict=True)
    pool = tuple(Waiting(code, int(code), float(have), float(lack)) for code, have, lack, accepted in own if accepted)
    return Scene(
        calendar=calendar,
        settings=settings,
        catalogue=works.tasks,
        counties=_counties(villages, settings.construction),
        sites=sites,
        pool=pool,
        seed=seed,
        target_day=calendar.day(date.fromisoformat(programme.target_date)) + 1.0,
        target_villages=target_villages,
        cycle=programme.cycle_months,
        pots=pots,
        priors=priors(settings),
    )


def _lacking(works: Projects) -> Array:
    """Return the index points, mean of the five dimensions, that each village lacks in works it could do by itself."""
    tasks = works.tasks
    number = {name: sum(task.dimension == name for task in tasks) for name in DIMENSIONS}
    points = [100.0 / number[task.dimension] / len(DIMENSIONS) * (task.work_class in OWN_WORKS) for task in tasks]
    return np.asarray((np.where(works.gap > 0, works.work, 0.0) + works.forgone) @ np.array(points))


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


def pots(sources: pd.DataFrame) -> dict[str, tuple[Pot, ...]]:
    """Return the pots of each county from what its sources had and paid in a plan (``sources.csv``), in the order of the law."""
    payers = sources_of("contingency")
    may = sources[sources["source"].isin(payers) & sources["limit_wan_yuan"].notna()]
    found: dict[str, list[Pot]] = {}
    for row in may.sort_values(["county_code", "year", "source"]).to_dict("records"):
        held, left = (round(row[name] * CENTS) for name in ("reserve_wan_yuan", "left_wan_yuan"))
        found.setdefault(row["county_code"], []).append(Pot(int(row["year"]), row["source"], held, max(left, 0)))
    return {county: tuple(sorted(own, key=lambda pot: (pot.year, payers.index(pot.source)))) for county, own in found.items()}


def haves(villages: pd.DataFrame) -> pd.Series:
    """Return how many of the four haves of upkeep each village has, two where nothing is said."""
    return column(villages, "upkeep_haves", 2.0).fillna(2.0)


def participation(villages: pd.DataFrame) -> pd.Series:
    """Return the share of the instruments of participation that are in place, 0-1 (P22-FARMER)."""
    flags = [column(villages, name, False).fillna(False).astype(float) for name in INSTRUMENTS]
    return sum(flags[1:], flags[0]) / len(flags)
