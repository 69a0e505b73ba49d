"""Small worlds that the tests share: they go through the real intake, scoring and building."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.register import check
from model.vocabulary import Register
from scenarios.load import load
from scenarios.spec import Scenario

HERE = Path(__file__).parent
SMALL = str(HERE / "situations" / "small.toml")

SETTINGS: dict[str, Any] = {
    "programme.cohorts": [2023, 2024],
    "programme.cohort_target": 2,
    "rules.cohort_band.low": 1,
    "rules.cohort_band.high": 3,
    "rules.programme_band.low": 2,
    "rules.programme_band.high": 5,
    "rules.county_average.band": 0.3,
    "rules.county_minimum.villages": 1,
    "rules.county_minimum.min_eligible": 1,
    "rules.county_maximum.villages": 2,
    "rules.concurrent_capacity.villages": 3,
    "rules.poverty_minimum.share": 0.3,
    "rules.village_types.jiju_low": 0.0,
    "rules.village_types.jiju_high": 1.0,
    "rules.village_types.tese_low": 0.0,
    "rules.village_types.tese_high": 0.7,
    "rules.village_types.chengjiao_low": 0.0,
    "rules.village_types.chengjiao_high": 0.7,
}


def raw_villages(count: int, counties: int = 2, rng: np.random.Generator | None = None) -> pd.DataFrame:
    """Return a raw register as a file would give it: text cells, indexed by spreadsheet row."""
    rng = rng or np.random.default_rng(0)
    rows = []
    for i in range(count):
        county = f"22010{i % counties + 1}"
        rows.append(
            {
                "village_id": f"{county}9010{i + 1:02d}",
                "name": f"模拟{i + 1}村",
                "county_code": county,
                "longitude": f"{125 + rng.random():.4f}",
                "latitude": f"{43 + rng.random():.4f}",
                "households": str(int(rng.integers(100, 600))),
                "created_year": "2022",
                "accepted": "1",
                "village_type": str(rng.choice(["jiju", "tese", "chengjiao"])),
                "leading_industry": "玉米",
                "poverty_lifted": str(int(rng.random() < 0.5)),
                "border": "0",
                "industry_base": str(int(rng.integers(1, 6))),
                "operation_plan": "1",
                "party_leadership": str(int(rng.integers(2, 6))),
                "creation_enthusiasm": "是",
                "hidden_debt_risk": "否",
                "village_plan": "1",
                "resident_consent": "√",
                "general_bond_wan_yuan": str(int(rng.integers(700, 1300))),
                "score": f"{60 + 30 * rng.random():.1f}",
            }
        )
    return pd.DataFrame(rows, index=range(2, count + 2), dtype=str)


def raw_counties(counties: int = 2, quota: float = 1500.0, rng: np.random.Generator | None = None) -> pd.DataFrame:
    """Return a raw county table."""
    rng = rng or np.random.default_rng(0)
    rows = []
    for i in range(counties):
        quotas = {f"bond_quota_wan_yuan_{y}": f"{quota * (0.6 + rng.random()):.0f}" for y in range(2023, 2029)}
        rows.append({"county_code": f"22010{i + 1}", "name": f"模拟{i + 1}县", "prefecture": "模拟市", **quotas})
    return pd.DataFrame(rows, index=range(2, counties + 2), dtype=str)


def tiny(seed: int, villages: int = 6, quota: float = 1500.0, **changes: Any) -> tuple[Scenario, Register]:
    """Return a random tiny world with every rule on."""
    rng = np.random.default_rng(seed)
    register = check.build(raw_villages(villages, rng=rng), raw_counties(quota=quota, rng=rng))
    return load("baseline", SETTINGS | {key.replace("__", "."): value for key, value in changes.items()}), register
