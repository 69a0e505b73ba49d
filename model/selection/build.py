"""Build: register, scores and settings become the problem's nouns, and the rules that are on become a program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.money.costs import CENTS, Costs
from model.money.debt import service
from model.money.draws import draws
from model.money.network import network, unpaid_history
from model.money.purse import purse
from model.money.settings import Money
from model.register.packages import Packages
from model.scoring.settings import Scoring
from model.selection.amounts import settle
from model.selection.asks import Cohesion, Locks, Resource
from model.selection.history import facts, history_rows, settled
from model.selection.neighbours import pairs
from model.selection.objectives import Objective, Risk
from model.selection.objectives.merit import merit_by_cohort
from model.selection.problem import Problem
from model.selection.program import Program
from model.selection.rules import Rules
from model.vocabulary import COMBINED, PACKAGES, Programme, Register, Scores

Array = np.ndarray[Any, Any]


def problem(
    register: Register,
    scores: Scores,
    eligible: pd.DataFrame,
    programme: Programme,
    packages: Packages,
    costs: Costs,
    money: Money,
    scoring: Scoring,
    asks: Asks,
    eligible_only: bool,
) -> Problem:
    """Return the problem's nouns. ``eligible`` is the table of :func:`model.register.eligibility.eligibility`."""
    villages, counties = register.villages, register.counties
    cohorts = np.array(programme.cohorts)
    county = counties["county_code"].searchsorted(villages["county_code"]).astype(np.int64)
    years = np.arange(cohorts[0], cohorts[-1] + len(money.payment_profile))
    offered = list(packages.offered)
    merit = merit_by_cohort(
        scores.table["score"].to_numpy(),
        scores.table["readiness"].to_numpy(),
        (cohorts - programme.as_of).astype(float),
        scoring.discount,
        scoring.readiness_floor,
        scoring.readiness_gap_closed,
    )
    past = facts(register.history, villages, cohorts, programme.as_of)
    candidate = (eligible["eligible"].to_numpy() | (not eligible_only)) & ~past.settled(len(villages))
    open_cohorts = np.flatnonzero(cohorts >= programme.as_of)
    village, cohort, package = (
        axis.ravel() for axis in np.meshgrid(np.flatnonzero(candidate), open_cohorts, np.arange(len(offered)), indexing="ij")
    )
    names = [*packages.offered, *(name for name in PACKAGES if name in set(past.package) and name not in packages.offered)]
    at = np.array([names.index(name) for name in past.package], dtype=np.int64)
    taken = [PACKAGES.index(name) for name in names]
    return Problem(
        village_ids=villages["village_id"].to_numpy(dtype=object),
        county_codes=counties["county_code"].to_numpy(dtype=object),
        cohorts=cohorts,
        packages=tuple(names),
        years=years,
        county=county,
        eligible=eligible["eligible"].to_numpy(),
        poverty=villages["poverty_lifted"].to_numpy(),
        village_type=villages["village_type"].to_numpy(dtype=object),
        score=scores.table["score"].to_numpy(),
        bond=costs.general_bond[:, taken],
        total_cost=costs.total[:, taken],
        merit=merit[:, :, None] * np.array([getattr(packages.merit_ratio, name) for name in names]),
        cohort_target=programme.cohort_target,
        standard_bond=money.standard_bond_wan_yuan,
        column_village=np.concatenate([village, past.village]),
        column_cohort=np.concatenate([cohort, past.cohort]),
        column_package=np.concatenate([package, at]),
        column_fixed=np.arange(len(village) + len(at)) >= len(village),
        as_of=programme.as_of,
        width=len(village) + len(at),
        **_money(register, costs, money, taken, years, county, (past.village, at, past.cohort)),
        **_places(register, county, asks),
    )


def _money(
    register: Register, costs: Costs, money: Money, taken: list[int], years: Array, county: Array, past: tuple[Array, ...]
) -> dict[str, Any]:
    """Return the nouns of money; ``past`` is the village, package and cohort (indices) of history."""
    villages, counties = register.villages, register.counties
    drawn = draws(costs, money, villages["households"].to_numpy(), villages["resident_consent"].to_numpy(bool)).of(taken)
    held = purse(counties, years, money).limit
    taken_by = network(drawn, (past[0], past[1], past[2]), county[past[0]], held)
    lacking = unpaid_history(taken_by, held)
    matrix, service_years = service(years, money.debt)
    nothing = pd.Series(np.nan, index=counties.index)
    return {
        "draws": drawn,
        "purse": held / CENTS,
        "carry_over": money.carry_over,
        "gap": lacking.reshape(*held.shape[:2], -1) / CENTS,
        "service": matrix,
        "service_years": service_years,
        "revenue": counties.get("general_revenue_wan_yuan", nothing).to_numpy(float),
        "owed": counties.get("debt_service_wan_yuan", nothing).fillna(0.0).to_numpy(float),
    }


@dataclass(frozen=True)
class Asks:
    """What people ask beside the policy, and the register columns it speaks of."""

    locks: Locks
    resources: tuple[Resource, ...]
    cohesion: Cohesion
    columns: tuple[str, ...]


def _places(register: Register, county: np.ndarray, asks: Asks) -> dict[str, Any]:
    """Return the nouns of place, programmes and people's asks."""
    villages = register.villages
    industry, industries = pd.factorize(villages["leading_industry"], sort=True)
    town, towns = pd.factorize(villages["county_code"] + " " + _column(villages, "township", "").astype(str), sort=True)
    announced = villages["village_id"].map(register.announced.set_index("village_id")["cohort"]) if len(register.announced) else 0
    return {
        "industry": industry,
        "industries": np.asarray(industries, dtype=object),
        "combined": np.column_stack([_column(villages, name, False).astype(bool) for name in COMBINED]),
        "declared": _column(villages, "declared_cohort", 0).fillna(0).to_numpy(dtype=np.int64),
        "priority": _column(villages, "county_priority", 0).fillna(0).to_numpy(dtype=np.int64),
        "town": town,
        "towns": np.asarray(towns, dtype=object),
        "town_seat_km": _column(villages, "town_seat_km", np.nan).to_numpy(dtype=float),
        "pairs": pairs(villages, county, register.neighbours, asks.cohesion),
        "announced": pd.Series(announced, index=villages.index).fillna(0).to_numpy(dtype=np.int64),
        "uses": {name: villages[name].fillna(0).to_numpy(dtype=float) for name in asks.columns},
        "locks": asks.locks,
        "resources": asks.resources,
        "cohesion": asks.cohesion,
    }


def _column(villages: pd.DataFrame, name: str, missing: Any) -> pd.Series:
    return villages[name] if name in villages else pd.Series(missing, index=villages.index)


def build(nouns: Problem, rules: Rules, objective: Objective, risk: Risk) -> tuple[Problem, Program]:
    """Return the program of the rules that are on and the objectives that carry weight, and the nouns that know its amounts."""
    active, measures = rules.switched_on().values(), objective.asked(risk).values()
    asked = [*(rule.amounts(nouns) for rule in active), *(m.amounts(nouns) for m in measures if m.amounts)]
    nouns, columns = settle(nouns, asked)
    policy = [settled(rule.rows(nouns), nouns) for rule in active]
    defining = [measure.rows(nouns) for measure in measures if measure.rows]
    history = [history_rows(nouns)] if nouns.column_fixed.any() else []
    blocks = (*history, *policy, *defining)
    return nouns, Program(columns.labels, objective.terms(nouns, risk), blocks, columns.group, amounts=columns.bounds)
