"""Build: register, scores, accounts and settings become the problem, and the rules that are on become a program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.money.accounts import Accounts
from model.money.debt import service
from model.money.network import Listed, network, unpaid_history
from model.register.gaps import column
from model.scoring.settings import Scoring
from model.selection.asks import Asks
from model.selection.auxiliary import placed
from model.selection.history import Past, history_rows, past_villages, with_history
from model.selection.neighbours import pairs
from model.selection.objectives import Objective, Risk
from model.selection.objectives.merit import merit_by_cohort
from model.selection.problem import Choices, Counties, Funds, Horizon, Problem, Villages
from model.selection.program import Program
from model.selection.rules import Rules
from model.vocabulary import COMBINED, PACKAGES, Programme, Register, Scores

Array = np.ndarray[Any, Any]
NEVER = 9999  # a year after every cohort


def problem(
    register: Register,
    scores: Scores,
    eligible: Array,
    accounts: Accounts,
    programme: Programme,
    scoring: Scoring,
    asks: Asks,
    joins: Array,
) -> Problem:
    """Return the problem. ``eligible`` says which villages meet the conditions, ``joins`` the first cohort that may take each.

    Both have shape (V,); what no cohort may take joins after all of them.
    """
    horizon = Horizon(
        np.array(programme.cohorts), accounts.years, programme.as_of, programme.cohort_target, programme.programme_target
    )
    past = past_villages(register.history, register.villages, horizon.cohorts, programme.as_of)
    offered = accounts.packages.offered
    packages = (*offered, *(name for name in PACKAGES if name in set(past.package) and name not in offered))
    choices = _choices(np.where(past.among(len(joins)), NEVER, joins), horizon, len(offered), past, packages)
    county = register.counties["county_code"].searchsorted(register.villages["county_code"]).astype(np.int64)
    merit = _merit(scores, horizon, scoring, packages)
    return Problem(
        villages=_villages(register, county, asks, eligible, scores, merit, packages),
        counties=_counties(register.counties),
        horizon=horizon,
        packages=packages,
        funds=_funds(accounts, packages, horizon, choices, county),
        choices=choices,
        asks=asks,
        width=len(choices.village),
    )


def build(problem: Problem, rules: Rules, objective: Objective, risk: Risk) -> tuple[Problem, Program]:
    """Return the problem that knows its auxiliary columns, and the program of the rules and objectives that are on."""
    active, measures = rules.switched_on().values(), objective.asked(risk).values()
    asked = [*(rule.auxiliary(problem) for rule in active), *(m.auxiliary(problem) for m in measures if m.auxiliary)]
    problem, columns = placed(problem, asked)
    policy = [with_history(rule.rows(problem), problem) for rule in active]
    defining = [measure.rows(problem) for measure in measures if measure.rows]
    history = [history_rows(problem)] if problem.choices.fixed.any() else []
    blocks = (*history, *policy, *defining)
    part = np.concatenate([problem.choices.cohort, np.full(problem.width - problem.size, -1)])
    return problem, Program(columns.labels, objective.terms(problem, risk), blocks, columns.group, columns.bounds, part)


def _choices(joins: Array, horizon: Horizon, packages: int, past: Past, names: tuple[str, ...]) -> Choices:
    """Return a choice for each village that may join, open cohort and package on offer, and those of history after them."""
    still_open = np.flatnonzero(horizon.cohorts >= horizon.as_of)
    village, cohort, package = (
        axis.ravel() for axis in np.meshgrid(np.arange(len(joins)), still_open, np.arange(packages), indexing="ij")
    )
    inside = horizon.cohorts[cohort] >= joins[village]
    village, cohort, package = village[inside], cohort[inside], package[inside]
    taken = np.array([names.index(name) for name in past.package], dtype=np.int64)
    return Choices(
        village=np.concatenate([village, past.village]),
        cohort=np.concatenate([cohort, past.cohort]),
        package=np.concatenate([package, taken]),
        fixed=np.arange(len(village) + len(taken)) >= len(village),
    )


def _merit(scores: Scores, horizon: Horizon, scoring: Scoring, packages: tuple[str, ...]) -> Array:
    """Return what each village is worth in each cohort with each package, shape (V, T, K)."""
    years_ahead = (horizon.cohorts - horizon.as_of).astype(float)
    timing = scoring.discount, scoring.readiness_floor, scoring.readiness_gap_closed
    ready = scores.table["readiness"].to_numpy()
    points = _by_package(scores, "score", packages).T
    return np.stack([merit_by_cohort(score, ready, years_ahead, *timing) for score in points], axis=2)


def _by_package(scores: Scores, what: str, packages: tuple[str, ...]) -> Array:
    """Return a column of the scores that there is for every package, shape (V, K)."""
    return scores.table[[f"{what}_{name}" for name in packages]].to_numpy()


def _funds(accounts: Accounts, packages: tuple[str, ...], horizon: Horizon, choices: Choices, county: Array) -> Funds:
    """Return money as rules read it."""
    taken = [PACKAGES.index(name) for name in packages]
    drawn, limit, money = accounts.draws.of(taken), accounts.purse.limit, accounts.money
    fixed = np.flatnonzero(choices.fixed)
    village = choices.village[fixed]
    past = Listed(
        village, county[village], choices.package[fixed], horizon.cohorts[choices.cohort[fixed]], np.ones(len(fixed), bool)
    )
    lacking = unpaid_history(network(drawn, past, accounts.years, limit), limit)
    matrix, service_years = service(accounts.years, money.debt)
    return Funds(
        bond=accounts.costs.general_bond[:, taken],
        total_cost=accounts.costs.total[:, taken],
        draws=drawn,
        purse=limit,
        gap=lacking.reshape(*limit.shape[:2], -1),
        carry_over=money.carry_over,
        standard_bond=money.average,
        average_band=money.average_band,
        service=matrix,
        service_years=service_years,
    )


def _counties(counties: pd.DataFrame) -> Counties:
    return Counties(
        codes=counties["county_code"].to_numpy(dtype=object),
        revenue=column(counties, "general_revenue_wan_yuan", np.nan).to_numpy(float),
        owed=column(counties, "debt_service_wan_yuan", np.nan).fillna(0.0).to_numpy(float),
    )


def _villages(
    register: Register, county: Array, asks: Asks, eligible: Array, scores: Scores, merit: Array, packages: tuple[str, ...]
) -> Villages:
    """Return what rules and objectives may know of villages."""
    villages = register.villages
    industry, industries = pd.factorize(villages["leading_industry"], sort=True)
    town, towns = pd.factorize(villages["county_code"] + " " + column(villages, "township", "").astype(str), sort=True)
    announced = villages["village_id"].map(register.announced.set_index("village_id")["cohort"]) if len(register.announced) else 0
    return Villages(
        ids=villages["village_id"].to_numpy(dtype=object),
        county=county,
        eligible=eligible,
        score=scores.table["score"].to_numpy(),
        merit=merit,
        gain=_by_package(scores, "gain", packages),
        kind=villages["village_type"].to_numpy(dtype=object),
        poverty=(villages["poverty_lifted"] & column(villages, "lifting_sustained", True).astype(bool)).to_numpy(),
        combined=np.column_stack([column(villages, name, False).astype(bool) for name in COMBINED]),
        industry=industry,
        industries=np.asarray(industries, dtype=object),
        declared=column(villages, "declared_cohort", 0).fillna(0).to_numpy(dtype=np.int64),
        priority=column(villages, "county_priority", 0).fillna(0).to_numpy(dtype=np.int64),
        town=town,
        towns=np.asarray(towns, dtype=object),
        town_seat_km=column(villages, "town_seat_km", np.nan).to_numpy(dtype=float),
        pairs=pairs(villages, county, register.neighbours, asks.cohesion),
        announced=pd.Series(announced, index=villages.index).fillna(0).to_numpy(dtype=np.int64),
        uses={name: villages[name].fillna(0).to_numpy(dtype=float) for name in asks.columns},
    )
