r"""Waste water by mode (污水治理模式; clause P23-T15): sewers in a village's core, collection or use on the land outside it.

.. math:: u_v = p_v\, c_f + (1 - p_v)\bigl((1 - \rho)\, c_t + \rho\, c_r\bigr), \qquad
          p_v = \min\bigl(1,\ p\, (n_v / \bar n)^{1 - \varepsilon}\bigr)

What a household costs, :math:`u`, follows the share of homes in the core, :math:`p`: larger villages are denser, and a suburban
one joins the town's sewers with a share of its own. The plan asks for the outcome (nothing runs loose), with plants as the main
mode; the shares are assumptions. Terrain decides as much: who knows it states in ``sewerable_pct`` which homes sewers can reach.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, Field

from model.register.gaps import column
from model.strict import STRICT

Array = np.ndarray[Any, Any]
Share = Annotated[float, Field(ge=0, le=1)]
Cost = Annotated[float, Field(ge=0, le=100)]
TASK = "sewage"  # its unit cost is that of a household on plant and sewers


class WasteWater(BaseModel):
    """Which share of the homes each mode serves, and what a home costs, 万元, where no sewer reaches it."""

    model_config = STRICT
    core_share: Share
    suburban_share: Share
    resource_share: Share
    transport_wan_yuan: Cost
    resource_wan_yuan: Cost


def core(villages: pd.DataFrame, modes: WasteWater, reference: float, elasticity: float) -> Array:
    """Return the share of each village's homes that plant and sewers serve (0-1)."""
    dense = modes.core_share * (villages["households"].to_numpy(float) / reference) ** (1.0 - elasticity)
    suburban = villages["village_type"].to_numpy() == "chengjiao"
    derived = np.where(suburban, modes.suburban_share, np.minimum(dense, 1.0))
    stated = column(villages, "sewerable_pct").to_numpy(float) / 100.0
    return np.asarray(np.where(np.isnan(stated), derived, stated))


def unit_cost(core_share: Array, modes: WasteWater, sewered: float) -> Array:
    """Return what one household costs in each village, 万元; ``sewered`` is the cost of one on plant and sewers."""
    outside = (1.0 - modes.resource_share) * modes.transport_wan_yuan + modes.resource_share * modes.resource_wan_yuan
    return np.asarray(core_share * sewered + (1.0 - core_share) * outside)
