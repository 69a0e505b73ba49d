"""The nouns that pass between the steps of a study. All are frozen: no step changes what it was given."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field, model_validator

from model.showing import Shown
from model.strict import STRICT

Year = Annotated[int, Field(ge=2023, le=2100)]
PLAN_TYPES = ("jiju", "tese", "chengjiao")  # the plan names these
VILLAGE_TYPES = (*PLAN_TYPES, "xingbian", "wending", "qianbing")  # the province writes these as well
COMBINED = ("border", "model_town", "tourism_village", "cattle_village", "department_pilot", "model_village")
PACKAGES = ("basic", "standard", "enhanced")
ASPECTS = ("foundation", "matching", "outcome", "pathway")
ENOUGH_ELIGIBLE = 5  # villages of a county that is compared with others
DIMENSIONS = ("industry", "talent", "culture", "ecology", "organisation")

# Money: who may pay, and for what. ``GIVEN`` are the sources a county table may give by year, beside the bond quota.
SOURCES = (
    "general_bond",
    "special_bond",
    "transfer_subsidy",
    "county_pool",
    "departmental",
    "county_budget",
    "social_capital",
    "villagers",
    "operator",
    "bank_loan",
)
CLASSES = ("public_good", "revenue", "household", "service", "training", "network", "contingency")
GIVEN = SOURCES[1:7]
PUBLIC, REVENUE, HOUSEHOLD, SERVICE, TRAINING, NETWORK, CONTINGENCY = range(len(CLASSES))


KM_PER_DEGREE = 111.195  # of latitude, on a sphere of 6,371 km


@dataclass(frozen=True, repr=False)
class Register(Shown):
    """The candidate villages (备选村名册) and their counties.

    ``villages`` has one row per village, sorted by ``village_id``; ``counties`` one row per county, sorted by
    ``county_code``; columns are those of :mod:`model.register.schema`. ``synthetic`` says that the figures are invented.
    ``history`` holds the cohorts already announced, ``experts`` their score sheets, ``announced`` a list to stay near,
    ``neighbours`` pairs of villages and ``projects`` counties' own project lists; all are empty where none were given
    (columns in :mod:`model.register.companions`).
    """

    term = "备选村名册"

    villages: pd.DataFrame
    counties: pd.DataFrame
    synthetic: bool
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    experts: pd.DataFrame = field(default_factory=pd.DataFrame)
    announced: pd.DataFrame = field(default_factory=pd.DataFrame)
    neighbours: pd.DataFrame = field(default_factory=pd.DataFrame)
    projects: pd.DataFrame = field(default_factory=pd.DataFrame)

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        sizes = {"villages": len(self.villages), "counties": len(self.counties), "synthetic": self.synthetic}
        beside = {"history": len(self.history), "experts": len(self.experts), "projects": len(self.projects)}
        return {**sizes, **{name: count for name, count in beside.items() if count}}


@dataclass(frozen=True, repr=False)
class Scores(Shown):
    """What the comprehensive review (综合评审) makes of each village.

    ``table`` has one row per village: ``village_id``, ``score`` (0-100), each aspect and dimension (0-100), ``readiness`` (0-1),
    ``score_basic``, ``score_standard`` and ``score_enhanced``, the score with each package, ``gain_basic`` and so on, the points
    that each package's works add to the five dimensions together,
    and ``score_se``, the standard error experts leave in the score (points).
    ``weights`` has one row per aspect or dimension: ``group``, ``name``, ``weight``, ``method``.
    """

    term = "综合评审"

    table: pd.DataFrame
    weights: pd.DataFrame

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        return {"villages": len(self.table), "weights": len(self.weights)}


@dataclass(frozen=True, repr=False)
class Plan(Shown):
    """A selection plan (遴选方案).

    ``table`` has one row per selected village: ``village_id``, ``county_code``, ``cohort``, ``package``, ``status``,
    ``score``, ``total_cost_wan_yuan``, ``general_bond_wan_yuan``; sorted by cohort, county and village.
    """

    term = "遴选方案"

    table: pd.DataFrame

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        status, bond = self.table["status"], self.table["general_bond_wan_yuan"]
        counts = {name: int((status == name).sum()) for name in ("history", "recommended", "outlook")}
        totals = {"bond": float(bond.sum()), "total": float(self.table["total_cost_wan_yuan"].sum())}
        return {**{name: count for name, count in counts.items() if count}, **totals}


@dataclass(frozen=True, repr=False)
class Estimates(Shown):
    """What the projection says, replication by replication.

    ``kpis``: ``kpi``, ``year`` (0 = no year), ``replication``, ``value``.
    ``county_kpis``: ``kpi``, ``county_code``, ``year``, ``replication``, ``value``.
    ``gains``: figures at the target day without the programme and what it adds, (R, 2, figures, V); ``finished``: days on which
    villages were completed, (R, V); ``departments``: works finished by the target day, one mapping a replication. V villages in
    the order of their codes.
    """

    term = "推演结果"

    kpis: pd.DataFrame
    county_kpis: pd.DataFrame
    replications: int
    gains: np.ndarray[Any, Any] = field(default_factory=lambda: np.empty(0))
    finished: np.ndarray[Any, Any] = field(default_factory=lambda: np.empty(0))
    departments: tuple[Mapping[str, float], ...] = ()

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        return {"replications": self.replications, "kpis": self.kpis["kpi"].nunique()}


class Programme(BaseModel):
    """The horizon of the programme and the year whose cohort is recommended."""

    model_config = STRICT

    as_of: Year
    cohorts: list[Year] = Field(min_length=1)
    cycle_months: int = Field(ge=6, le=48)
    cohort_target: int = Field(ge=1)
    programme_target: int = Field(ge=1)
    start_date: str
    target_date: str
    end_date: str

    @property
    def cycle_years(self) -> int:
        """How many calendar years a cycle touches that begins with its cohort's year."""
        return math.ceil(self.cycle_months / 12)

    @model_validator(mode="after")
    def _in_order(self) -> Programme:
        if self.cohorts != sorted(set(self.cohorts)):
            raise ValueError("cohorts must be different years in rising order")
        if self.as_of not in self.cohorts:
            raise ValueError("as_of must be one of the cohorts")
        days = [date.fromisoformat(text) for text in (self.start_date, self.target_date, self.end_date)]
        if days != sorted(days):
            raise ValueError("start_date, target_date and end_date must follow one another")
        if not days[0].year <= self.cohorts[0] <= self.cohorts[-1] <= days[2].year:
            raise ValueError("cohorts must lie between start_date and end_date: others can never be played")
        return self
