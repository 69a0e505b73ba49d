"""What may be changed about the projection: the section ``[simulation]`` of a scenario, one table a chapter."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Chance = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(ge=0, le=2000)]
Rate = Annotated[float, Field(ge=0, le=100)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Announcement(_Table):
    """Chapters 1 and 2: when a cohort is announced."""

    day: MonthDay


class Funding(_Table):
    """Chapter 3: bond windows, missed windows and the lag to the village account."""

    windows: list[MonthDay] = Field(min_length=1)
    lag_days_mean: Days
    lag_days_sd: Days
    slip_probability: Annotated[float, Field(ge=0, le=0.95)]


class Season(_Table):
    """Frozen ground: when outdoor work pauses, by latitude and year."""

    freeze_day: MonthDay
    thaw_day: MonthDay
    central_latitude: float
    days_per_degree: Annotated[float, Field(ge=0, le=30)]
    sd_days: Annotated[float, Field(ge=0, le=30)]


class Construction(_Table):
    """Chapter 4: design, crews, durations and rework."""

    design_days_mean: Days
    design_days_sd: Days
    pool_villages_per_crew: Annotated[float, Field(gt=0, le=1000)]
    pool_villages_per_trainer: Annotated[float, Field(gt=0, le=1000)]
    least_work: Chance
    size_elasticity: Annotated[float, Field(ge=0, le=2)]
    rework_probability: Chance
    rework_share: Chance


class Supervision(_Table):
    """Chapter 5: inspections at random dates and what they find."""

    inspections_per_year: Rate
    finding_probability: Chance
    rectification_days_mean: Days


class Acceptance(_Table):
    """Chapter 7: every finished village is examined, may rectify and be tested again."""

    wait_days_mean: Days
    defect_probability: Chance
    detection_probability: Chance
    repair_probability: Chance
    rectification_days_mean: Days
    retests: Annotated[int, Field(ge=0, le=20)]


class Upkeep(_Table):
    """Chapter 8 for upgraded villages: relapse, secret visits, mending."""

    relapses_per_year: Rate
    upkeep_effect: Chance
    visits_per_year: Rate
    mending_days_mean: Days


class Pool(_Table):
    """Chapter 8 for villages waiting in the pool: relapse, secret visits, delisting."""

    relapses_per_year: Rate
    visits_per_year: Rate
    delisting_probability: Chance


class Simulation(_Table):
    """Every chapter's settings."""

    announcement: Announcement
    funding: Funding
    season: Season
    construction: Construction
    supervision: Supervision
    acceptance: Acceptance
    upkeep: Upkeep
    pool: Pool
