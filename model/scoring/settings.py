"""What may be changed about scoring: the section ``[scoring]`` of a scenario."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class Aspects(BaseModel):
    """Weights of the four review aspects (P23-REVIEW); only their ratios matter."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    foundation: Weight
    matching: Weight
    outcome: Weight
    pathway: Weight


class Dimensions(BaseModel):
    """Weights of the five dimensions of revitalisation (五个振兴; P23-FIVE); only their ratios matter."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    industry: Weight
    talent: Weight
    culture: Weight
    ecology: Weight
    organisation: Weight


class Scoring(BaseModel):
    """How review scores and indices become a score, and how merit changes with the year."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    review_share: Share
    aspects: Aspects
    dimensions: Dimensions
    discount: float = Field(gt=0, le=1)
    readiness_floor: Share
    readiness_gap_closed: Share

    @model_validator(mode="after")
    def _some_weight(self) -> Scoring:
        for group in (self.aspects, self.dimensions):
            if sum(group.model_dump().values()) <= 0:
                raise ValueError("at least one weight of each group must be above 0")
        return self
