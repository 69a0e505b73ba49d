"""What may be changed about scoring: the section ``[scoring]`` of a scenario."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from model.scoring.weigh import MOST_INCONSISTENT, ahp
from model.strict import STRICT
from model.vocabulary import ASPECTS, DIMENSIONS

Weight = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Aspects(BaseModel):
    """Weights of the four review aspects (P23-REVIEW); only their ratios matter."""

    model_config = STRICT
    foundation: Weight
    matching: Weight
    outcome: Weight
    pathway: Weight


class Dimensions(BaseModel):
    """Weights of the five dimensions of revitalisation (五个振兴; P23-FIVE); only their ratios matter."""

    model_config = STRICT
    industry: Weight
    talent: Weight
    culture: Weight
    ecology: Weight
    organisation: Weight


class Comparisons(BaseModel):
    """Paired comparisons of the analytic hierarchy process: how many times as much the row weighs as the column."""

    model_config = STRICT
    aspects: list[list[Positive]]
    dimensions: list[list[Positive]]

    @model_validator(mode="after")
    def _consistent(self) -> Comparisons:
        for name, size in (("aspects", len(ASPECTS)), ("dimensions", len(DIMENSIONS))):
            table = getattr(self, name)
            if len(table) != size or any(len(row) != size for row in table):
                raise ValueError(f"ahp.{name} must have {size} rows of {size}")
            ratio = ahp(table)[1]
            if ratio > MOST_INCONSISTENT:
                raise ValueError(f"ahp.{name} contradicts itself: consistency ratio {ratio:.2f} is above {MOST_INCONSISTENT}")
        return self


class Scoring(BaseModel):
    """How review scores and indices become a score, and how merit changes with the year."""

    model_config = STRICT
    method: Literal["given", "ahp", "entropy", "critic"]
    aspects: Aspects
    dimensions: Dimensions
    ahp: Comparisons
    matching_wan_yuan: float = Field(gt=0, le=100000)
    reach_share: Share
    reach_households: float = Field(gt=0, le=20000)
    expert_noise: float = Field(ge=0, le=50)
    experts_a_village: int = Field(ge=1, le=50)
    discount: float = Field(gt=0, le=1)
    readiness_floor: Share
    readiness_gap_closed: Share

    @model_validator(mode="after")
    def _some_weight(self) -> Scoring:
        for group in (self.aspects, self.dimensions):
            if sum(group.model_dump().values()) <= 0:
                raise ValueError("at least one weight of each group must be above 0")
        return self
