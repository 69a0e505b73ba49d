"""Build: register, scores and settings become the problem's nouns, and the rules that are on become a program."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.register.money import Costs, Money
from model.register.packages import Packages
from model.scoring.settings import Scoring
from model.selection.objectives import Objective
from model.selection.objectives.merit import merit_by_cohort
from model.selection.problem import Problem
from model.selection.program import Program
from model.selection.rules import Rules
from model.vocabulary import PACKAGES, Programme, Register, Scores


def problem(
    register: Register,
    scores: Scores,
    eligible: pd.DataFrame,
    programme: Programme,
    packages: Packages,
    costs: Costs,
    money: Money,
    scoring: Scoring,
    eligible_only: bool,
) -> Problem:
    """Return the problem's nouns. ``eligible`` is the table of :func:`model.register.eligibility.eligibility`."""
    villages, counties = register.villages, register.counties
    cohorts = np.array(programme.cohorts)
    years = np.arange(cohorts[0], cohorts[-1] + len(money.payment_profile))
    offered = [PACKAGES.index(name) for name in packages.offered]
    merit_ratio = np.array([getattr(packages.merit_ratio, name) for name in packages.offered])
    merit = merit_by_cohort(
        scores.table["score"].to_numpy(),
        scores.table["readiness"].to_numpy(),
        (cohorts - programme.as_of).astype(float),
        scoring.discount,
        scoring.readiness_floor,
        scoring.readiness_gap_closed,
    )
    candidate = eligible["eligible"].to_numpy() if eligible_only else np.ones(len(villages), dtype=bool)
    village, cohort, package = (
        axis.ravel()
        for axis in np.meshgrid(np.flatnonzero(candidate), np.arange(len(cohorts)), np.arange(len(offered)), indexing="ij")
    )
    return Problem(
        village_ids=villages["village_id"].to_numpy(dtype=object),
        county_codes=counties["county_code"].to_numpy(dtype=object),
        cohorts=cohorts,
        packages=tuple(packages.offered),
        years=years,
        county=counties["county_code"].searchsorted(villages["county_code"]).astype(np.int64),
        eligible=eligible["eligible"].to_numpy(),
        poverty=villages["poverty_lifted"].to_numpy(),
        village_type=villages["village_type"].to_numpy(dtype=object),
        score=scores.table["score"].to_numpy(),
        bond=costs.general_bond[:, offered],
        total_cost=costs.total[:, offered],
        merit=merit[:, :, None] * merit_ratio,
        quota=_quota(counties, years) * money.quota_factor,
        payment_profile=np.array(money.payment_profile),
        cohort_target=programme.cohort_target,
        standard_bond=money.standard_bond_wan_yuan,
        column_village=village,
        column_cohort=cohort,
        column_package=package,
    )


def _quota(counties: pd.DataFrame, years: np.ndarray) -> np.ndarray:
    """Return the quota by county and year, 万元; a year the table does not have pays nothing."""
    nothing = pd.Series(0.0, index=counties.index)
    return np.column_stack([counties.get(f"bond_quota_wan_yuan_{year}", nothing) for year in years]).astype(float)


def build(nouns: Problem, rules: Rules, objective: Objective) -> Program:
    """Return the program of the rules that are on and the objectives that carry weight."""
    blocks = tuple(rule.rows(nouns) for rule in rules.switched_on().values())
    return Program(nouns.labels, objective.terms(nouns), blocks, group=nouns.column_county)
