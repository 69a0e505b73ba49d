"""Places: each village gets a township, a code, a name that says 模拟, and coordinates around its county's seat."""

from __future__ import annotations

import numpy as np
import pandas as pd

SUFFIX = r"(满族|朝鲜族|蒙古族)?(自治县|县|市|区)$"
GRID_KM_PER_DEGREE = 111.0  # of the generator's flat grid; another number would change every register a seed has given


def places(table: pd.DataFrame, counties: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the pool with codes, names, townships and WGS84 coordinates."""
    county = table["county"].to_numpy()
    rank = table.groupby("county").cumcount().to_numpy()
    number = np.bincount(county, minlength=len(counties))
    per_county = np.clip(number // 5, 1, np.minimum(counties["townships"].to_numpy(), 90))
    township = rank % per_county[county]
    within = rank // per_county[county]
    radius_km = 0.55 * np.sqrt(counties["area_km2"].to_numpy() / np.pi)
    towns = rng.standard_normal((len(counties), 90, 2))
    offset_km = radius_km[county, None] * 0.7 * towns[county, township] + 3.0 * rng.standard_normal((len(table), 2))
    latitude = counties["latitude"].to_numpy()[county] + offset_km[:, 1] / GRID_KM_PER_DEGREE
    longitude = counties["longitude"].to_numpy()[county] + offset_km[:, 0] / (GRID_KM_PER_DEGREE * np.cos(np.radians(latitude)))
    code = counties["county_code"].to_numpy()[county]
    short = counties["name"].str.replace(SUFFIX, "", regex=True).to_numpy()[county]
    return table.assign(
        county_code=code,
        village_id=[f"{c}{901 + t:03d}{w + 1:03d}" for c, t, w in zip(code, township, within, strict=True)],
        name=[f"{s}模拟{t + 1:02d}-{w + 1:03d}村" for s, t, w in zip(short, township, within, strict=True)],
        township=[f"{s}模拟{t + 1:02d}镇" for s, t in zip(short, township, strict=True)],
        town_seat_km=np.hypot(*(3.0 * np.abs(rng.standard_normal((2, len(table)))))).round(1),
        longitude=longitude.round(5),
        latitude=latitude.round(5),
    )
