"""People: households and registered people, village types, leading industries, and the programmes a village is part of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.policy.cards import calibration
from model.vocabulary import PLAN_TYPES

Array = np.ndarray[Any, Any]
INDUSTRIES = {
    "east": ("人参", "食用菌", "林下经济", "乡村旅游", "水稻", "肉牛"),
    "centre": ("玉米", "水稻", "肉牛", "蔬菜", "农产品加工", "乡村旅游"),
    "west": ("杂粮杂豆", "肉羊", "玉米", "肉牛", "辣椒", "水稻"),
}
EAST = "白山市|通化市|延边朝鲜族自治州"
WEST = "白城市|松原市"
VILLAGE_PROGRAMMES = ("tourism_village", "cattle_village", "department_pilot", "model_village")
INSTRUMENTS = ("morality_bank", "ten_household_groups")


def _number(path: str) -> float:
    return float(calibration()[path].value)


def people(table: pd.DataFrame, counties: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return households, residents, registered people and the share of old people, from the county's census figures."""
    county = table["county"].to_numpy()
    persons = counties["household_size"].to_numpy()[county]
    mean = (counties["rural_population"] / counties["villages"]).to_numpy()[county] / persons
    sigma = _number("size.household_spread")
    households = np.maximum(20, mean * np.exp(sigma * rng.standard_normal(len(table)) - sigma**2 / 2)).round().astype(int)
    yanbian = counties["prefecture"].str.contains("延边").to_numpy()[county]
    ratio = np.where(yanbian, _number("people.resident_ratio_yanbian"), _number("people.resident_ratio"))
    ratio = np.where(table["border"], _number("people.resident_ratio_border"), ratio)
    aged = counties["aged_pct"].to_numpy()[county]
    residents = (households * persons).round().astype(int)
    return table.assign(
        households=households,
        residents=residents,
        registered_people=np.round(residents / np.clip(ratio + 0.06 * rng.standard_normal(len(table)), 0.12, 1.0)).astype(int),
        aged_pct=np.clip(aged + 3.0 * rng.standard_normal(len(table)), 2, 60).round(1),
        ethnic_township=rng.random(len(table)) < (counties["ethnic_township_villages"] / counties["villages"]).to_numpy()[county],
    )


def kinds(table: pd.DataFrame, counties: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the village type and the leading industry."""
    county = table["county"].to_numpy()
    district = counties["name"].str.endswith("区").to_numpy()[county]
    chance = np.tile([_number(f"types.{kind}") for kind in PLAN_TYPES], (len(table), 1))
    chance[district, 2] *= 3.0
    chance[~district, 2] *= 0.75
    chance[table["border"].to_numpy(), 1] *= 2.0
    prefecture = counties["prefecture"]
    region = np.select([prefecture.str.contains(EAST), prefecture.str.contains(WEST)], [0, 2], default=1)
    names = np.array(list(INDUSTRIES.values()))
    return table.assign(
        village_type=np.array(PLAN_TYPES)[_pick(chance, rng)],
        leading_industry=names[region[county], rng.integers(0, names.shape[1], len(table))],
    )


def _pick(weights: Array, rng: np.random.Generator) -> Array:
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return np.asarray(np.minimum((rng.random(len(weights))[:, None] > edges).sum(axis=1), weights.shape[1] - 1))


def programmes(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the five further programmes (P23-COMBINE) and the instruments of participation (P22-FARMER)."""
    town = table["county_code"] + table["township"]
    model_towns = rng.random(town.nunique()) < _number("programmes.model_town")
    flags = {"model_town": model_towns[pd.factorize(town)[0]]}
    flags |= {name: rng.random(len(table)) < _number(f"programmes.{name}") for name in VILLAGE_PROGRAMMES}
    share = np.where(table["created_year"] == 2022, _number("participation.share_2022"), _number("participation.share_2021"))
    flags |= {name: rng.random(len(table)) < share for name in INSTRUMENTS}
    return table.assign(**flags)
