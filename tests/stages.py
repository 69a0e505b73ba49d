"""Small stages for the projection: one or more counties, villages with stated works, and as little luck as asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from model.policy.catalogue import tasks
from model.simulation.calendar import Calendar
from model.simulation.pots import Pot
from model.simulation.reference import planned
from model.simulation.scene import County, Scene, Site, Waiting, Work
from scenarios.world.load import load

PLACE = {task.id: number for number, task in enumerate(tasks())}
BOND = (0, "bond")
SOURCE = {"bond": "general_bond", "special": "special_bond", "other": "county_budget"}
NO_LUCK: dict[str, Any] = {
    "declaration.preparation_days_sd": 0.0,
    "declaration.incomplete_probability": 0.0,
    "review.days_a_village": 0.0,
    "review.score_sd": 0.0,
    "funding.lag_days_sd": 0.0,
    "funding.windows": ["01-01", "03-31", "06-30", "09-30", "11-30"],
    "funding.advance_share": 0.0,
    "funding.slip_probability": 0.0,
    "funding.special_success": 1.0,
    "funding.matching_late_probability": 0.0,
    "season.sd_days": 0.0,
    "season.festival_days_before": 0.0,
    "season.festival_days_after": 0.0,
    "construction.design_days_sd": 0.0,
    "construction.rework_probability": 0.0,
    "construction.overrun_sd": 0.0,
    "construction.partner_probability": 0.0,
    "supervision.inspections_per_year": 0.0,
    "supervision.prefecture_visits_per_year": 0.0,
    "acceptance.wait_days_mean": 0.0,
    "acceptance.defect_probability": 0.0,
    "acceptance.slip_probability": 0.0,
    "construction.villages_per_crew": 1000.0,
    "construction.villages_per_trainer": 1000.0,
    "upkeep.relapses_per_year": 0.0,
    "upkeep.missed_per_year": 0.0,
    "upkeep.funded_probability": 1.0,
    "pool.relapses_per_year": 0.0,
    "spread.adoption_probability": 0.0,
}
Asked = tuple[str, float] | tuple[str, float, Any]


def stage(
    works: list[list[Asked]],
    crews: int = 1,
    cohorts: list[int] | None = None,
    spread: float = 0.0,
    designers: int = 10_000,
    pot: float = 0.0,
    **changes: Any,
) -> Scene:
    """Return a scene of one county in Changchun with villages of given works, without luck unless changed.

    A work is its task, its days and, where it is not the first year's bond money, who pays first. ``pot``: what the county holds
    in reserve each year, 万元.
    """
    stated = NO_LUCK | {key.replace("__", "."): value for key, value in changes.items()}
    scenario = load("baseline", {f"simulation.{key}": value for key, value in stated.items()})
    sites = tuple(
        Site(
            village_id=str(n),
            number=n,
            county_code="220102",
            cohort=(cohorts or [2023] * len(works))[i],
            works=tuple(work(*w) for w in each),
            payments=payments(each),
        )
        for i, each in enumerate(works)
        for n in [220102901001 + i]
    )
    calendar = Calendar(date(2023, 2, 24), date(2030, 12, 31))
    county = (County("220102", 220102, 43.9, crews, 1, designers),)
    pool = tuple(Waiting(site.village_id, site.number, 2.0) for site in sites)
    catalogue = tuple(replace(task, days_spread=spread) for task in tasks())
    pots = {"220102": tuple(Pot(year, "county_budget", round(100 * pot), 0) for year in range(2023, 2029))}
    return Scene(calendar, scenario.simulation, catalogue, county, sites, pool, 7, calendar.day(date(2029, 1, 1)), 1, pots)


def work(task: str, days: float, money: Any = BOND) -> Work:
    """Return a work of 100 万元; where special bonds come first they pay all of it."""
    special = ((money[0], 100.0),) if money[1] == "special" else ()
    return Work(PLACE[task], days, 100.0, 1.0, money, special)


def payments(works: list[Asked]) -> tuple[tuple[int, str, float], ...]:
    """Return two years of bond money, and the other money that works ask for."""
    others = sorted({w[2] for w in works if len(w) > 2 and w[2][1] != "bond"})
    own = ((year, SOURCE.get(group, group), 100.0) for year, group in others)
    return ((0, "general_bond", 600.0), (1, "general_bond", 400.0), *own)


def random_scene(seed: int) -> Scene:
    """Return a random small world: counties, villages, works, who pays, and every setting of the chapters."""
    rng = np.random.default_rng(seed)
    chances = {
        "declaration.incomplete_probability": rng.random(),
        "review.score_sd": 10 * rng.random(),
        "review.pass_line": 80 * rng.random(),
        "review.panels": int(rng.integers(1, 4)),
        "review.days_a_village": 3 * rng.random(),
        "funding.slip_probability": 0.8 * rng.random(),
        "funding.special_success": rng.random(),
        "funding.matching_late_probability": rng.random(),
        "construction.rework_probability": rng.random(),
        "construction.overrun_sd": 0.4 * rng.random(),
        "construction.partner_probability": rng.random(),
        "supervision.inspections_per_year": 8 * rng.random(),
        "supervision.prefecture_visits_per_year": 8 * rng.random(),
        "supervision.finding_probability": rng.random(),
        "supervision.late_days": 60 * rng.random(),
        "construction.villages_per_crew": 0.3 + 3 * rng.random(),
        "funding.livelihood_years": [2024] if rng.random() < 0.3 else [],
        "review.refusal_line": 65 * rng.random(),
        "upkeep.funded_probability": rng.random(),
        "race.consequences": bool(rng.random() < 0.5),
        "race.tail": 0.5 * rng.random(),
        "acceptance.variant": str(rng.choice(["every_village", "three_level"])),
        "acceptance.defect_probability": 0.5 * rng.random(),
        "acceptance.slip_probability": 0.2 * rng.random(),
        "acceptance.retests": int(rng.integers(0, 4)),
        "upkeep.relapses_per_year": 2 * rng.random(),
        "pool.relapses_per_year": 2 * rng.random(),
        "pool.delisting_probability": rng.random(),
        "spread.adoption_probability": rng.random(),
    }
    settings = load("baseline", {f"simulation.{key}": value for key, value in chances.items()}).simulation
    codes = [("220102", 43.9), ("222403", 43.4), ("220882", 45.5)][: int(rng.integers(1, 4))]
    counties = tuple(County(code, int(code), lat, int(rng.integers(1, 4)), 1, int(rng.integers(1, 4))) for code, lat in codes)
    catalogue = tasks()
    sites = []
    for i in range(int(rng.integers(3, 13))):
        code = codes[int(rng.integers(len(codes)))][0]
        number = int(code) * 10**6 + 901001 + i
        groups = [(0, "bond"), (1, "bond"), (0, "special"), (0, "other"), (1, "other")]
        chosen = np.flatnonzero(rng.random(len(catalogue)) < 0.4)
        works = tuple(
            Work(int(j), float(120 * rng.random() + 1), cost, 1.0, groups[int(rng.integers(5))], ((0, round(cost / 2, 2)),))
            for j in chosen
            for cost in [float(np.round(60 * rng.random(), 2))]
        )
        used = sorted({work.money for work in works if work.money is not None} | {(0, "bond")})
        paid = tuple((year, SOURCE[group], float(np.round(500 * rng.random(), 2))) for year, group in used)
        neighbours = tuple(int(code) * 10**6 + 905001 + int(k) for k in rng.integers(0, 5, 2))
        cohort, score = int(rng.integers(2023, 2026)), float(60 + 20 * rng.random())
        met = tuple(sorted(catalogue[j].key for j in range(len(catalogue)) if j not in chosen and catalogue[j].binding))
        own = {"participation": float(rng.random()), "inherited": met, "neighbours": neighbours, "collective": 30 * rng.random()}
        sites.append(Site(str(number), number, code, cohort, works, paid, 4 * rng.random(), score, **own))
    pool = tuple(Waiting(site.village_id, site.number, site.haves) for site in sites)
    calendar = Calendar(date(2023, 2, 24), date(2030, 12, 31))
    pots = {
        code: tuple(
            Pot(year, "county_pool", int(rng.integers(0, 3000)), int(rng.integers(0, 3000))) for year in range(2023, 2029)
        )
        for code, _ in codes
    }
    target = calendar.day(date(2029, 1, 1))
    return planned(Scene(calendar, settings, catalogue, counties, tuple(sites), pool, seed, target, 1, pots))
