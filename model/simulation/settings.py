"""What may be changed about the projection: the section ``[simulation]`` of a scenario, one table per chapter."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, Field

from model.showing import Shown
from model.strict import STRICT

Chance = Annotated[float, Field(ge=0, le=1)]
Days = Annotated[float, Field(ge=0, le=2000)]
Rate = Annotated[float, Field(ge=0, le=100)]
Spread = Annotated[float, Field(ge=0, le=3)]
Growth = Annotated[float, Field(ge=-0.5, le=1)]


def _month_day(text: str) -> str:
    date.fromisoformat(f"2024-{text}")  # a leap year: 29 February is 28 February where there is none
    return text


def _date(text: str) -> str:
    date.fromisoformat(text)
    return text


MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"), AfterValidator(_month_day)]
Date = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"), AfterValidator(_date)]


def _in_order(days: list[str]) -> list[str]:
    """Return dates in order, whatever order they were written in; one that is there twice is a slip."""
    if len(set(days)) < len(days):
        raise ValueError("a date is there twice")
    return sorted(days)


PoolVillages = Annotated[float, Field(gt=0, le=1000)]


class _Table(BaseModel):
    model_config = STRICT


class Declaration(_Table):
    """Chapter 1: the window in which counties hand in their documents."""

    opens: MonthDay
    window_days: Days
    preparation_days_mean: Days
    preparation_days_sd: Days
    incomplete_probability: Chance
    supplement_days_mean: Days


class Review(_Table):
    """Chapter 2: expert panels, their noise, the line a village must reach, and provincial approval."""

    panels: Annotated[int, Field(ge=1, le=1000)]
    days_a_village: Days
    score_sd: Annotated[float, Field(ge=0, le=50)]
    pass_line: Annotated[float, Field(ge=0, le=100)]
    refusal_line: Annotated[float, Field(ge=0, le=100)]
    deferral_days: Days
    approval_days: Days
    announced_from: MonthDay


class Funding(_Table):
    """Chapter 3: bond windows, missed windows, lags, special-bond success, and matching money that comes late.

    The first window is that of the batch given before the year; in ``livelihood_years`` only livelihood works are begun.
    """

    windows: Annotated[list[MonthDay], Field(min_length=1), AfterValidator(_in_order)]
    advance_share: Chance
    livelihood_years: list[Annotated[int, Field(ge=2023, le=2035)]]
    lag_days_mean: Days
    lag_days_sd: Days
    slip_probability: Annotated[float, Field(ge=0, le=0.95)]
    special_success: Annotated[float, Field(ge=0, le=1)]
    special_windows: Annotated[int, Field(ge=1, le=40)]
    matching_day: MonthDay
    matching_late_probability: Chance
    matching_late_days_mean: Days


class Season(_Table):
    """Frozen ground by latitude and year, and the pause around Spring Festival."""

    freeze_day: MonthDay
    thaw_day: MonthDay
    central_latitude: Annotated[float, Field(ge=40, le=47)]
    days_per_degree: Annotated[float, Field(ge=0, le=30)]
    sd_days: Annotated[float, Field(ge=0, le=30)]
    spring_festivals: Annotated[list[Date], AfterValidator(_in_order)]
    festival_days_before: Days
    festival_days_after: Days


class Construction(_Table):
    """Chapter 4: design institutes, crews, durations, rework, overruns, partners."""

    design_days_mean: Days
    design_days_sd: Days
    pool_villages_per_designer: PoolVillages
    pool_villages_per_crew: PoolVillages
    pool_villages_per_trainer: PoolVillages
    villages_per_crew: PoolVillages
    villages_per_trainer: PoolVillages
    least_work: Chance
    size_elasticity: Annotated[float, Field(ge=0, le=2)]
    rework_probability: Chance
    rework_share: Chance
    overrun_sd: Spread
    overrun_wait_days_mean: Days
    participation_effect: Chance
    partner_probability: Chance
    partner_effect: Chance


class Supervision(_Table):
    """Chapter 5: provincial inspections at random dates, prefecture visits, what they find, and what follows."""

    inspections_per_year: Rate
    prefecture_visits_per_year: Rate
    finding_probability: Chance
    rectification_days_mean: Days
    mended_probability: Chance
    late_days: Days
    catch_up: Annotated[float, Field(ge=0, le=0.9)]


class Race(_Table):
    """Chapter 6: the yearly ranking of counties; its consequences are assumptions, off by default."""

    day: MonthDay
    tail: Annotated[float, Field(ge=0, le=0.5)]
    consequences: bool
    effort_effect: Chance


class Acceptance(_Table):
    """Chapter 7: every finished village is examined, may rectify and be tested again."""

    variant: Literal["every_village", "three_level"]
    wait_days_mean: Days
    defect_probability: Chance
    slip_probability: Chance
    detection_probability: Chance
    repair_probability: Chance
    rectification_days_mean: Days
    retests: Annotated[int, Field(ge=0, le=20)]
    prefecture_share: Chance
    province_share: Chance
    self_check_detection: Chance


class Upkeep(_Table):
    """Chapter 8 for upgraded villages: relapse, secret visits, mending."""

    relapses_per_year: Rate
    upkeep_effect: Chance
    visits_per_year: Rate
    mending_days_mean: Days
    missed_per_year: Rate
    participation_effect: Chance
    cost_share: Annotated[float, Field(ge=0, le=0.2)]
    collective_share: Chance
    funded_probability: Chance


class Pool(_Table):
    """Chapter 8 for villages waiting in the pool: relapse, secret visits, delisting."""

    relapses_per_year: Rate
    visits_per_year: Rate
    delisting_probability: Chance


class SpreadEffect(_Table):
    """Chapter 9: pool villages near an accepted one may follow its example."""

    within_km: Annotated[float, Field(ge=0, le=200)]
    nearest: Annotated[int, Field(ge=0, le=20)]
    adoption_probability: Chance
    adoption_days_mean: Days
    learning: Chance
    gap_share: Chance


class Outcomes(_Table):
    """Chapter 10: incomes and people, and what works add to them; the effects are priors, drawn anew in each replication."""

    income_growth: Growth
    income_effect: Growth
    collective_growth: Growth
    collective_effect: Growth
    people_growth: Growth
    people_effect: Growth
    effect_years: Annotated[float, Field(ge=0, le=10)]
    weak_base: Annotated[float, Field(ge=0, le=3)]
    strong_base: Annotated[float, Field(ge=0, le=3)]
    intensity_return: Annotated[float, Field(ge=0, le=1)]


class Simulation(Shown, _Table):
    """Every chapter's settings."""

    term: ClassVar[str] = "推演参数"

    declaration: Declaration
    review: Review
    funding: Funding
    season: Season
    construction: Construction
    supervision: Supervision
    race: Race
    acceptance: Acceptance
    upkeep: Upkeep
    pool: Pool
    spread: SpreadEffect
    outcomes: Outcomes
