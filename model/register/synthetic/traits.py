r"""Latent traits of villages: development, industry and governance, alike within a county and among neighbours.

.. math:: z_v = \sqrt{a}\, u_{c(v)} + \sqrt{b}\, f(s_v) + \sqrt{1 - a - b}\, e_v

*f* is a Gaussian field over the villages' places with correlation :math:`e^{-d^2 / 2L^2}`, drawn by random Fourier features
(Rahimi and Recht 2007), so that half a million villages cost no more than their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import logit

from model.policy.cards import calibration
from model.register.synthetic.places import GRID_KM_PER_DEGREE

Array = np.ndarray[Any, Any]
WAVES = 128


@dataclass(frozen=True)
class Traits:
    """Standard normal traits, one entry per village."""

    development: Array
    industry: Array
    governance: Array


def traits(table: pd.DataFrame, counties: pd.DataFrame, rng: np.random.Generator) -> Traits:
    """Draw the traits; development follows the county's share of homes with a bath, the others follow development."""
    county = table["county"].to_numpy()
    wealth = standard(logit(counties["bathing_pct"].to_numpy() / 100))
    effect = rng.standard_normal((len(counties), 3))
    effect[:, 0] = 0.6 * wealth + 0.8 * effect[:, 0]
    field = np.column_stack([_field(table, rng) for _ in range(3)])
    near, common = calibration()["space.share"].value, calibration()["space.county_share"].value
    own = rng.standard_normal((len(table), 3))
    z = np.sqrt(common) * effect[county] + np.sqrt(near) * field + np.sqrt(1 - common - near) * own
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    return Traits(z[:, 0], 0.5 * z[:, 0] + np.sqrt(0.75) * z[:, 1], 0.3 * z[:, 0] + np.sqrt(0.91) * z[:, 2])


def standard(values: Array) -> Array:
    """Return values less their mean, over their standard deviation."""
    return np.asarray((values - values.mean()) / values.std())


def _field(table: pd.DataFrame, rng: np.random.Generator) -> Array:
    latitude = table["latitude"].to_numpy()
    east = GRID_KM_PER_DEGREE * table["longitude"].to_numpy() * np.cos(np.radians(43.5))
    north = GRID_KM_PER_DEGREE * latitude
    waves = rng.standard_normal((WAVES, 2)) / calibration()["space.length_km"].value
    phases = 2 * np.pi * rng.random(WAVES)
    total = np.zeros(len(table))
    for (x, y), phase in zip(waves, phases, strict=True):
        total += np.cos(x * east + y * north + phase)
    return np.asarray(total * np.sqrt(2.0 / WAVES))
