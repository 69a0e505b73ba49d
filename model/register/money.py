"""What a village's standard package costs, where a register does not say (P23-BOND, P23-LEVER)."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]


class Money(BaseModel):
    """The standard, the payment profile and what stands in for missing costs."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    standard_bond_wan_yuan: float = Field(gt=0)
    payment_profile: list[Share] = Field(min_length=1, max_length=4)
    quota_factor: float = Field(ge=0, le=10)
    bond_size_elasticity: float = Field(ge=0, le=2)
    total_multiplier: float = Field(ge=1, le=10)

    @model_validator(mode="after")
    def _profile_adds_up(self) -> Money:
        if abs(sum(self.payment_profile) - 1) > 1e-9:
            raise ValueError("payment_profile must add up to 1")
        return self


def standard_costs(villages: pd.DataFrame, money: Money) -> pd.DataFrame:
    """Return ``general_bond_wan_yuan`` and ``total_cost_wan_yuan`` of the standard package, one row a village.

    Given amounts are taken as they are. A missing bond amount is the standard scaled by households to the power of the
    elasticity; a missing total is the bond amount times the multiplier.
    """
    size = villages["households"] / villages["households"].median()
    derived = (money.standard_bond_wan_yuan * size**money.bond_size_elasticity).round(2)
    nothing = pd.Series(np.nan, index=villages.index)
    bond = villages.get("general_bond_wan_yuan", nothing).fillna(derived)
    total = villages.get("total_cost_wan_yuan", nothing).fillna((bond * money.total_multiplier).round(2))
    return pd.DataFrame({"general_bond_wan_yuan": bond, "total_cost_wan_yuan": np.maximum(total, bond)})
