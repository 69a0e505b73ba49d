"""What the traits move: indicators of the task catalogue, incomes, declaration conditions, commitments and papers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri
from scipy.stats import poisson

from model.policy.cards import calibration
from model.policy.catalogue import Task, tasks
from model.register.schema import PAPERS
from model.register.synthetic.traits import Traits, standard

Array = np.ndarray[Any, Any]
HOUSING = {"water_supply": "tap_water_pct", "household_toilets": "toilet_pct"}  # indicators the census has a county figure for
HOUSING_PULL = 0.3  # how far a county's figure moves its villages, in sigmas of the probit


def _number(path: str) -> float:
    return float(calibration()[path].value)


def indicators(table: pd.DataFrame, counties: pd.DataFrame, hidden: Traits, rng: np.random.Generator) -> pd.DataFrame:
    """Return every indicator of the catalogue, with the catalogue's baseline as its mean, and both incomes."""
    loading = _number("space.indicator_loading")
    county = table["county"].to_numpy()
    trait = {
        "industry": hidden.industry,
        "talent": hidden.industry,
        "culture": hidden.governance,
        "ecology": hidden.development,
        "organisation": hidden.governance,
    }
    columns: dict[str, Array] = {}
    for task in tasks():
        level = loading * trait[task.dimension] + np.sqrt(1 - loading**2) * rng.standard_normal(len(table))
        if figure := HOUSING.get(task.name):
            level = level + HOUSING_PULL * standard(counties[figure].to_numpy()[county])
        columns[task.indicator] = _indicator(task, level if task.direction == "up" else -level)
    return _incomes(table.assign(**columns), counties, hidden, rng)


def _indicator(task: Task, level: Array) -> Array:
    """Return an indicator whose mean is the catalogue's baseline from a standard normal level."""
    mean = task.baseline
    if task.unit == "%" and mean > 99:  # reliability: what matters is the last tenth of a point
        return np.asarray(np.clip(mean + 0.08 * level, 99.0, 99.99).round(3))
    if task.unit == "%":
        spread = _number("space.indicator_spread")
        return np.asarray((100 * ndtr(ndtri(mean / 100) * np.hypot(1, spread) + spread * level)).round(1))
    if task.unit == "%/year":
        return np.asarray((mean + 6.0 * level).round(1))
    if task.unit == "road class":
        return np.where(level > ndtri(1 - (mean - 4)), 5.0, 4.0)
    if mean < 1 and task.target <= 1 and task.direction == "up":
        return np.asarray(level > ndtri(1 - mean), dtype=float)
    return np.asarray(np.searchsorted(poisson.cdf(np.arange(40), mean), ndtr(level)), dtype=float)


def _incomes(table: pd.DataFrame, counties: pd.DataFrame, hidden: Traits, rng: np.random.Generator) -> pd.DataFrame:
    """Return rural income a head and collective income; prefectures keep the ratios that were published."""
    prefecture = counties["prefecture"].iloc[table["county"]].reset_index(drop=True)
    changchun, baicheng = prefecture.str.contains("长春").to_numpy(), prefecture.str.contains("白城").to_numpy()
    ratio = np.select([changchun, baicheng], [_number("income.changchun_ratio"), _number("income.baicheng_ratio")], 1.0)
    persons = table["residents"].to_numpy(float)
    known = changchun | baicheng
    ratio[~known] = (persons.sum() - (persons * ratio)[known].sum()) / persons[~known].sum()
    income = np.exp(0.15 * hidden.development + 0.1 * hidden.industry + 0.08 * rng.standard_normal(len(table)))
    for group in (changchun, baicheng, ~known):
        if group.any():
            income[group] *= ratio[group] / np.average(income[group], weights=persons[group])
    wide = _number("collective.spread")
    collective = _number("collective.median_wan_yuan") * np.exp(
        wide * (0.5 * hidden.industry + np.sqrt(0.75) * rng.standard_normal(len(table)))
    )
    return table.assign(
        income_yuan=(_number("income.mean_yuan") * income).round(), collective_income_wan_yuan=collective.round(2)
    )


def conditions(table: pd.DataFrame, hidden: Traits, rng: np.random.Generator) -> pd.DataFrame:
    """Return the declaration conditions, moved by governance and industry."""
    n = len(table)

    def holds(name: str, trait: Array) -> Array:
        z = 0.5 * trait + np.sqrt(0.75) * rng.standard_normal(n)
        return np.asarray(z < ndtri(_number(f"conditions.{name}")))

    def graded(trait: Array) -> Array:
        return 1 + np.searchsorted(ndtri([0.04, 0.25, 0.6, 0.88]), 0.8 * trait + 0.6 * rng.standard_normal(n))

    return table.assign(
        accepted=holds("accepted", -hidden.governance),
        industry_base=graded(hidden.industry),
        operation_plan=holds("operation_plan", -hidden.industry),
        party_leadership=graded(hidden.governance),
        creation_enthusiasm=holds("creation_enthusiasm", -hidden.governance),
        hidden_debt_risk=holds("hidden_debt_risk", hidden.development),
        village_plan=holds("village_plan", -hidden.governance),
        resident_consent=holds("resident_consent", -hidden.governance),
        upkeep_haves=np.clip(np.floor(2.6 + 0.9 * hidden.governance + 0.7 * rng.standard_normal(n)), 0, 4).astype(int),
    )


def commitments(table: pd.DataFrame, hidden: Traits, rng: np.random.Generator) -> pd.DataFrame:
    """Return the money other than bonds that is committed, and the papers that are there."""
    trait = 0.5 * hidden.development + 0.3 * hidden.governance
    committed = _number("commitments.median_wan_yuan") * np.exp(
        _number("commitments.spread") * (trait + 0.8 * rng.standard_normal(len(table)))
    )
    papers = {
        name: 0.5 * hidden.governance + np.sqrt(0.75) * rng.standard_normal(len(table)) > -ndtri(_number(f"commitments.{name}"))
        for name in PAPERS
    }
    return table.assign(committed_wan_yuan=committed.round(2), **papers)
