"""What people ask of a selection beside the policy: locks with author and reason, resources of their own, and neighbourhood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from model.showing import Shown
from model.strict import STRICT

VillageId = Annotated[str, Field(pattern=r"^\d{12}$")]
Text = Annotated[str, Field(min_length=1)]
Per = Literal["programme", "cohort", "county", "county-cohort"]


class _Table(BaseModel):
    model_config = STRICT


class Lock(_Table):
    """A village that is in (in any cohort, or in one) or out (of any, or of one), who says so and why."""

    village_id: VillageId
    action: Literal["in", "out"]
    cohort: int | None = None
    author: Text
    reason: Text


class Exclusive(_Table):
    """Villages of which at most so many are selected."""

    villages: list[VillageId] = Field(min_length=2)
    most: int = Field(default=1, ge=0)
    author: Text
    reason: Text


class Dependency(_Table):
    """A village that is selected only if another is, in the same cohort or an earlier one."""

    village_id: VillageId
    needs: VillageId
    author: Text
    reason: Text


class Locks(_Table):
    """The section ``[locks]`` of a scenario: ``[[locks.villages]]``, ``[[locks.exclusive]]``, ``[[locks.depends]]``."""

    villages: list[Lock] = Field(default_factory=list)
    exclusive: list[Exclusive] = Field(default_factory=list)
    depends: list[Dependency] = Field(default_factory=list)

    def named(self) -> set[str]:
        """Return every village that is named."""
        alone = {lock.village_id for lock in self.villages}
        return (
            alone
            | {village for group in self.exclusive for village in group.villages}
            | {village for link in self.depends for village in (link.village_id, link.needs)}
        )


class Resource(_Table):
    """A resource of the analyst's own: a register column that selected villages use, within a limit.

    ``per`` says of what the limit is; ``least`` asks for a minimum. A blank cell uses nothing.
    """

    name: Annotated[str, Field(pattern=r"^\w[\w-]*$")]
    column: Text
    limit: float | None = Field(default=None, allow_inf_nan=False)
    least: float | None = Field(default=None, allow_inf_nan=False)
    per: Per


class Cohesion(_Table):
    """What neighbours are: villages of one county within a distance, each with its nearest few."""

    within_km: float = Field(gt=0, le=100)
    nearest: int = Field(ge=1, le=20)
    town_km: float = Field(gt=0, le=200)


@dataclass(frozen=True, repr=False)
class Asks(Shown):
    """What people ask beside the policy, and the register columns it speaks of."""

    term = "个别要求"

    locks: Locks
    resources: tuple[Resource, ...]
    cohesion: Cohesion
    columns: tuple[str, ...]
