"""What may be changed about the packages: the section ``[packages]`` of a scenario."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Ratio = Annotated[float, Field(gt=0, le=10)]


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
