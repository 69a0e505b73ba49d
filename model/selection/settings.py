"""What may be changed about the programme and its packages: the sections ``[programme]`` and ``[packages]``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Year = Annotated[int, Field(ge=2023, le=2100)]
Ratio = Annotated[float, Field(gt=0, le=10)]


class Programme(BaseModel):
    """The horizon of the programme and the year whose cohort is recommended."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    as_of: Year
    cohorts: list[Year] = Field(min_length=1)
    cycle_years: int = Field(ge=1, le=4)
    cohort_target: int = Field(ge=1)
    start_date: str
    target_date: str
    end_date: str

    @model_validator(mode="after")
    def _in_order(self) -> Programme:
        if self.cohorts != sorted(set(self.cohorts)):
            raise ValueError("cohorts must be different years in rising order")
        if self.as_of != self.cohorts[0]:
            raise ValueError("as_of must be the first of the cohorts (earlier cohorts need a history, which cannot be given yet)")
        days = [date.fromisoformat(text) for text in (self.start_date, self.target_date, self.end_date)]
        if days != sorted(days):
            raise ValueError("start_date, target_date and end_date must follow one another")
        return self


class Ratios(BaseModel):
    """One ratio a package, over the standard one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    basic: Ratio
    standard: Ratio
    enhanced: Ratio


class Packages(BaseModel):
    """Which packages are on offer, and what they cost and are worth over the standard one."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    offered: list[Literal["basic", "standard", "enhanced"]] = Field(min_length=1)
    cost_ratio: Ratios
    merit_ratio: Ratios
