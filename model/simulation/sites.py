"""Sites (入选村): from a plan and its project list to what is built in each village, who pays when, and where it starts from."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from model.money.accounts import Accounts
from model.register.companions import ENDED
from model.register.gaps import Projects, column
from model.simulation.calendar import Calendar
from model.simulation.scene import GROUPS, NOBODY, Site, Work, group_of, haves, participation
from model.simulation.settings import Construction, Simulation, SpreadEffect
from model.vocabulary import DIMENSIONS, KM_PER_DEGREE, PACKAGES, Plan, Programme, Register

Array = np.ndarray[Any, Any]


def sites(
    register: Register,
    plan: Plan,
    paid: pd.DataFrame,
    accounts: Accounts,
    settings: Simulation,
    programme: Programme,
    lawful: bool = True,
) -> tuple[Site, ...]:
    """Return the villages of a plan, in the order of their codes. ``paid`` is its project list.

    ``lawful``: a work that no source pays is not built; otherwise its money comes from somewhere.
    """
    listed = plan.table.sort_values("village_id")
    history = set(listed.loc[listed["status"] == "history", "village_id"])
    money = _money(_grouped(paid, history, lawful))
    ground = _ground(register, accounts, settings, programme)
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
    people: Array
    base: Array
    participation: Array
    inherited: list[tuple[int, ...]]
    history: dict[str, dict[Hashable, Any]]
    calendar: Calendar
    today: float
    opens: dict[tuple[str, str], float]
    cycle: int

    def since(self, told: dict[Hashable, Any]) -> float:
        """Return the day from which a village of history is in its state: the as-of day where begun or ended ones give none."""
        if told.get("date"):
            return self.calendar.day(date.fromisoformat(str(told["date"])))
        return self.today if told.get("status") in ("building", *ENDED) else 0.0


def _ground(register: Register, accounts: Accounts, settings: Simulation, programme: Programme) -> _Ground:
    villages, works = register.villages, accounts.works
    binding = np.array([task.binding for task in works.tasks])
    keys = np.array([task.key for task in works.tasks])
    calendar = Calendar(date.fromisoformat(programme.start_date), date.fromisoformat(programme.end_date))
    state = np.where(works.gap > 0, 1.0 - works.work, 1.0) - works.forgone
    dimension = np.array([DIMENSIONS.index(task.dimension) for task in works.tasks])
    attained = [np.bincount(dimension, own, len(DIMENSIONS)) for own in state]
    return _Ground(
        accounts=accounts,
        days=_days(villages, works, settings.construction),
        holds=dict(zip(PACKAGES, accounts.packages.holds(works.tasks), strict=True)),
        attained=np.array(attained).reshape(len(villages), len(DIMENSIONS)),
        haves=haves(villages).to_numpy(),
        neighbours=_neighbours(villages, settings.spread),
        income=column(villages, "income_yuan").to_numpy(float),
        collective=column(villages, "collective_income_wan_yuan").to_numpy(float),
        people=column(villages, "residents").to_numpy(float),
        base=_base(villages),
        participation=participation(villages).to_numpy(),
        inherited=[tuple(sorted(keys[binding & (own <= 0)].tolist())) for own in works.gap],
        history={row["village_id"]: row for row in register.history.to_dict("records")},
        calendar=calendar,
        today=calendar.day(date(programme.as_of, 1, 1)),
        opens=_opens(register.projects, calendar),
        cycle=programme.cycle_months,
    )


def _opens(listed: pd.DataFrame, calendar: Calendar) -> dict[tuple[str, str], float]:
    """Return the first day on which a county's list begins each work; nothing where it says none."""
    if listed.empty:
        return {}
    stated = listed[listed["planned_start"] != ""]
    first = stated.groupby(["village_id", "task_id"])["planned_start"].min()
    rows = first.reset_index().to_dict("records")
    return {(r["village_id"], r["task_id"]): calendar.day(date.fromisoformat(r["planned_start"])) for r in rows}


def _base(villages: pd.DataFrame) -> Array:
    """Return the third of the register that each village's income is in; middling where it is not known."""
    rank = column(villages, "income_yuan").rank(pct=True)
    return np.select([rank <= 1 / 3, rank > 2 / 3], ["weak", "strong"], "middle")


def _site(i: int, row: dict[Hashable, Any], ground: _Ground, money: _Paid) -> Site:
    """Return one village of the plan; ``i`` is its place in the register."""
    code, cohort = str(row["village_id"]), int(row["cohort"])
    paid = money.payments.get(code, ())
    told = ground.history.get(code, {}) if row["status"] == "history" else {}
    names = {task.id: task.key for task in ground.accounts.works.tasks}
    return Site(
        village_id=code,
        number=int(code),
        county_code=str(row["county_code"]),
        cohort=cohort,
        works=_works(i, code, cohort, ground.holds[row["package"]], ground, money),
        payments=tuple((year - cohort, source, amount) for year, source, amount in paid),
        haves=float(ground.haves[i]),
        score=float(row["score"]),
        participation=float(ground.participation[i]),
        inherited=ground.inherited[i],
        attained=tuple(ground.attained[i].tolist()),
        neighbours=tuple(ground.neighbours.get(i, ())),
        income=float(ground.income[i]),
        collective=float(ground.collective[i]),
        people=float(ground.people[i]),
        base=str(ground.base[i]),
        past=row["status"] == "history",
        state=str(told.get("status", "")),
        since=ground.since(told),
        done=frozenset(names[task] for task in str(told.get("done", "")).split(";") if task),
    )


def _grouped(paid: pd.DataFrame, history: set[str], lawful: bool) -> pd.DataFrame:
    """Return the project list with the group of each payment; what history lacked came from somewhere, that is a fact."""
    group = paid["source"].map(group_of)
    unpaid = (paid["source"].fillna("") == "") & ~paid["village_id"].isin(history)
    return paid.assign(group=group.mask(unpaid, NOBODY) if lawful else group)


@dataclass(frozen=True)
class _Paid:
    """A project list by village and work: year and group of the first payment, yearly payments, and costs, 万元."""

    first: dict[tuple[str, str], tuple[int, str]]
    payments: dict[str, list[tuple[int, str, float]]]
    costs: dict[tuple[str, str], float]
    special: dict[tuple[str, str], list[tuple[int, float]]]


def _money(paid: pd.DataFrame) -> _Paid:
    return _Paid(_first_payments(paid), _payments(paid), _costs(paid), _special(paid))


def _first_payments(paid: pd.DataFrame) -> dict[tuple[str, str], tuple[int, str]]:
    """Return year and group of the first payment of each work; money that nobody has comes before all other."""
    table = paid.assign(rank=paid["group"].map({name: i for i, name in enumerate((*GROUPS,))}).fillna(-1))
    table["year"] = table["year"].where(table["rank"] >= 0, 0)
    table = table.sort_values(["village_id", "task_id", "year", "rank"], kind="stable").drop_duplicates(["village_id", "task_id"])
    rows = table[["village_id", "task_id", "year", "group"]].itertuples(index=False, name=None)
    return {(village, task): (int(year), group) for village, task, year, group in rows}


def _payments(paid: pd.DataFrame) -> dict[str, list[tuple[int, str, float]]]:
    sums = paid[paid["group"] != NOBODY].groupby(["village_id", "year", "source"])["cost_wan_yuan"].sum().round(2)
    payments: dict[str, list[tuple[int, str, float]]] = {}
    for village, year, source, amount in sums.reset_index().itertuples(index=False, name=None):
        payments.setdefault(str(village), []).append((int(year), str(source), float(amount)))
    return payments


def _special(paid: pd.DataFrame) -> dict[tuple[str, str], list[tuple[int, float]]]:
    """Return what special bonds pay of each work, 万元 by year."""
    special: dict[tuple[str, str], list[tuple[int, float]]] = {}
    rows = paid.loc[paid["group"] == "special", ["village_id", "task_id", "year", "cost_wan_yuan"]]
    for village, task, year, amount in rows.itertuples(index=False, name=None):
        special.setdefault((village, task), []).append((int(year), float(amount)))
    return special


def _costs(paid: pd.DataFrame) -> dict[tuple[str, str], float]:
    sums = paid.groupby(["village_id", "task_id"])["cost_wan_yuan"].sum().reset_index()
    return {(village, task): float(cost) for village, task, cost in sums.itertuples(index=False, name=None)}


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
        special = tuple((year - cohort, amount) for year, amount in money.special.get(name, ()))
        cost, lack = float(money.costs.get(name, 0.0)), float(works.work[i, j])
        needed.append(Work(int(j), float(days[j]), cost, lack, paid, special, opens=_opening(ground, name, cohort)))
    return tuple(needed)


def _opening(ground: _Ground, name: tuple[str, str], cohort: int) -> float:
    """Return the day before which a county does not begin a work; one outside the cycle was planned for another cohort."""
    day = ground.opens.get(name, 0.0)
    within = ground.calendar.day(date(cohort, 1, 1)) <= day < ground.calendar.deadline(cohort, ground.cycle)
    return day if within else 0.0


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
