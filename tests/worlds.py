"""Small worlds that the tests share: they go through the real intake, scoring and building."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.money.costs import works_of
from model.register import check
from model.register.companions import Raw, RawCompanions
from model.scoring.score import score
from model.vocabulary import Register, Scores
from scenarios.world.load import load
from scenarios.world.spec import Scenario

HERE = Path(__file__).parent
SMALL = str(HERE / "situations" / "small.toml")

SETTINGS: dict[str, Any] = {
    "programme.cohorts": [2023, 2024],
    "programme.cohort_target": 2,
    "programme.programme_target": 4,
    "packages.offered": ["standard"],
    "objective.on_target": 0.0,
    "objective.on_average": 0.0,
    "rules.county_average.on": True,
    "rules.combined_programmes.on": False,
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
        rows.append(
            {
                "county_code": f"22010{i + 1}",
                "name": f"模拟{i + 1}县",
                "prefecture": "模拟市",
                **quotas,
                "general_revenue_wan_yuan": "60000",
            }
        )
    return pd.DataFrame(rows, index=range(2, counties + 2), dtype=str)


def tiny(seed: int, villages: int = 6, quota: float = 1500.0, **changes: Any) -> tuple[Scenario, Register]:
    """Return a random tiny world with every rule on."""
    rng = np.random.default_rng(seed)
    register = check.build(raw_villages(villages, rng=rng), raw_counties(quota=quota, rng=rng))
    return load("baseline", SETTINGS | {key.replace("__", "."): value for key, value in changes.items()}), register


FULL: dict[str, Any] = SETTINGS | {
    "rules.county_minimum.on": False,
    "rules.cohort_band.low": 1,
    "rules.cohort_band.high": 4,
    "rules.county_average.band": 0.4,
    "rules.county_average.scope": "county",
    "rules.programme_band.high": 7,
    "rules.county_maximum.villages": 3,
    "rules.concurrent_capacity.villages": 6,
    "rules.poverty_maximum.share": 1.0,
    "rules.industry_diversity.share": 0.75,
    "rules.combined_programmes.on": True,
    "rules.combined_programmes.border_low": 0.0,
    "rules.combined_programmes.model_town_low": 0.0,
    "rules.combined_programmes.tourism_village_low": 0.0,
    "rules.combined_programmes.cattle_village_low": 0.0,
    "rules.combined_programmes.department_pilot_low": 0.0,
    "rules.combined_programmes.model_village_low": 0.0,
    "rules.combined_programmes.model_town_high": 0.5,
    "rules.stability.share": 0.3,
    "rules.village_types.tese_high": 0.8,
    "rules.village_types.chengjiao_high": 1.0,
    "rules.poverty_minimum.share": 0.2,
    "rules.county_deviation.band": 0.9,
    "cohesion.within_km": 20.0,
    "cohesion.nearest": 2,
    "objective.cohesion": 2.0,
    "objective.on_target": 3.0,
    "objective.on_average": 2.0,
    "objective.equity": 0.05,
    "objective.risk": 0.3,
    "risk.scenarios": 4,
    "risk.tail": 0.5,
    "objective.columns": {"workers": 0.2},
}


def full(seed: int, villages: int = 10, varied: bool = False, **changes: Any) -> tuple[Scenario, Register]:
    """Return a random tiny world with every rule of the house on, every objective weighed, and something asked of each."""
    rng = np.random.default_rng(seed)
    raw = raw_villages(villages, rng=rng)
    ids = raw["village_id"].tolist()
    flags = ("border", "model_town", "tourism_village", "cattle_village", "department_pilot", "model_village")
    raw = raw.assign(
        **{name: (rng.random(villages) < 0.4).astype(int).astype(str) for name in flags},
        leading_industry=rng.choice(["玉米", "水稻"], villages),
        township=[f"模拟{int(t)}镇" for t in rng.integers(0, 3, villages)],
        town_seat_km=np.round(rng.uniform(0, 12, villages), 1).astype(str),
        longitude=np.round(125 + 0.3 * rng.random(villages), 4).astype(str),
        latitude=np.round(43 + 0.3 * rng.random(villages), 4).astype(str),
        workers=rng.integers(1, 9, villages).astype(str),
        declared_cohort="",
        county_priority="",
    )
    if varied:  # who may stand, and what counts, differ from village to village
        raw["created_year"] = rng.choice(["2021", "2022", "2023"], villages)
        raw["lifting_sustained"] = rng.choice(["1", "0"], villages, p=[0.8, 0.2])
        kinds = ["jiju", "tese", "chengjiao", "xingbian", "qianbing"]
        raw["village_type"] = rng.choice(kinds, villages, p=[0.35, 0.3, 0.2, 0.1, 0.05])
    declared = 2 * rng.permutation(villages // 2)[:3]  # of the first county alone
    for place, i in enumerate(declared):
        raw.loc[i + 2, ["declared_cohort", "county_priority"]] = ["2024", str(place + 1)]
    listed = pd.DataFrame({"village_id": ids[:3], "cohort": ["2023", "2024", "2023"]}, index=[2, 3, 4])
    companions = RawCompanions(announced=Raw(listed, "announced"))
    register = check.read(raw, raw_counties(quota=2500.0, rng=rng), extra=("workers",), raw=companions).register
    who = {"author": "甲", "reason": "试验"}
    asked: dict[str, Any] = {
        "locks.villages": [
            {"village_id": ids[0], "action": "in", **who},
            {"village_id": ids[1], "action": "out", "cohort": 2023, **who},
        ],
        "locks.exclusive": [{"villages": ids[2:5], "most": 2, **who}],
        "locks.depends": [{"village_id": ids[5], "needs": ids[0], **who}],
        "resources": [
            {"name": "workers", "column": "workers", "limit": 20.0, "per": "cohort"},
            {"name": "workers_here", "column": "workers", "limit": 18.0, "per": "county-cohort"},
            {"name": "least_workers", "column": "workers", "least": 4.0, "per": "programme"},
        ],
        "register.extra_columns": ["workers"],
    }
    return load("everything", FULL | asked | {key.replace("__", "."): value for key, value in changes.items()}), register


def scored(register: Register, scenario: Scenario) -> Scores:
    """Return the scores of a register."""
    works = works_of(register.villages, scenario.catalogue, scenario.money)
    return score(register, scenario.scoring, works, scenario.packages)
