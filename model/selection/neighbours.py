"""Neighbours (相邻村): pairs of villages, from coordinates or from a list that is given."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from model.selection.asks import Cohesion
from model.vocabulary import KM_PER_DEGREE

Array = np.ndarray[Any, Any]


def pairs(villages: pd.DataFrame, county: Array, given: pd.DataFrame, cohesion: Cohesion) -> Array:
    """Return pairs of village indices, shape (P, 2), the smaller first, each once, in order.

    A given list (``village_id``, ``neighbour_id``) is taken as it is; else villages of one county are neighbours where one is
    among the nearest few of the other within the distance.
    """
    if len(given):
        ids = villages["village_id"]
        near = np.column_stack([ids.searchsorted(given[name]) for name in ("village_id", "neighbour_id")])
    else:
        near = _near(villages, county, cohesion)
    near = np.sort(near[near[:, 0] != near[:, 1]], axis=1)
    return np.asarray(np.unique(near, axis=0).reshape(-1, 2), dtype=np.int64)


def _near(villages: pd.DataFrame, county: Array, cohesion: Cohesion) -> Array:
    latitude = villages["latitude"].to_numpy()
    middle = np.bincount(county, latitude) / np.maximum(np.bincount(county), 1)  # a county is flat enough for one scale
    east = KM_PER_DEGREE * villages["longitude"].to_numpy() * np.cos(np.radians(middle[county]))
    apart = 100_000.0 * county  # so far apart that none has a neighbour in another county
    places = np.column_stack([east, KM_PER_DEGREE * latitude, apart])
    _, near = cKDTree(places).query(places, k=cohesion.nearest + 1, distance_upper_bound=cohesion.within_km)
    own = np.repeat(np.arange(len(villages)), cohesion.nearest + 1)
    other = near.ravel()
    return np.asarray(np.column_stack([own, other])[other < len(villages)])
