"""Eligibility (申报条件): which villages may be selected, and which condition each excluded one fails.

Every exclusion names the clause of its condition; the thresholds are in ``[eligibility]`` of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from pydantic import BaseModel, Field

from model.register.schema import STANDING
from model.strict import STRICT
from model.vocabulary import Register


class Eligibility(BaseModel):
    """Which conditions hold, and their thresholds."""

    model_config = STRICT

    accepted: bool
    min_industry_base: int = Field(ge=1, le=5)
    operation_plan: bool
    min_party_leadership: int = Field(ge=1, le=5)
    creation_enthusiasm: bool
    no_hidden_debt_risk: bool
    village_plan: bool
    resident_consent: bool
    no_relocation: bool
    years_in_pool: int = Field(ge=0, le=5)


def conditions(register: Register, asked: Eligibility, last: int) -> dict[str, pd.Series]:
    """Return, by clause, which villages fail a condition that is asked for (a boolean a village); ``last`` is the last cohort."""
    villages = register.villages
    return {
        "P23-POOL": (~villages["accepted"] & asked.accepted) | (joining(villages, asked) > last),
        "P23-DECL-1": (villages["industry_base"] < asked.min_industry_base)
        | (~villages["operation_plan"] & asked.operation_plan),
        "P23-DECL-2": villages["party_leadership"] < asked.min_party_leadership,
        "P23-DECL-3": ~villages["creation_enthusiasm"] & asked.creation_enthusiasm,
        "P23-DECL-4": _in_debt(register) & asked.no_hidden_debt_risk,
        "P23-PLAN": ~villages["village_plan"] & asked.village_plan,
        "P23-FARMER": ~villages["resident_consent"] & asked.resident_consent,
        "P23-TYPE": (villages["village_type"] == "qianbing") & asked.no_relocation,
    }


ASKED = {  # by clause: the columns that are read, and the threshold or switch each is held against
    "P23-POOL": {"accepted": "accepted"},
    "P23-DECL-1": {"industry_base": "min_industry_base", "operation_plan": "operation_plan"},
    "P23-DECL-2": {"party_leadership": "min_party_leadership"},
    "P23-DECL-3": {"creation_enthusiasm": "creation_enthusiasm"},
    "P23-PLAN": {"village_plan": "village_plan"},
    "P23-FARMER": {"resident_consent": "resident_consent"},
}


def shortfalls(village: Mapping[str, Any], failed: Iterable[str], asked: Eligibility) -> list[tuple[str, int, int]]:
    """Return the columns in which a village falls short of conditions it fails: column, what it has, what is asked for."""
    held = [(column, getattr(asked, name)) for clause in failed for column, name in ASKED.get(clause, {}).items()]
    return [(column, int(village[column]), int(limit)) for column, limit in held if int(village[column]) < int(limit)]


def joining(villages: pd.DataFrame, asked: Eligibility) -> pd.Series:
    """Return the first cohort that can take each village: the pool grows, and a cohort takes only who is in."""
    return villages["created_year"] + asked.years_in_pool


def _in_debt(register: Register) -> pd.Series:
    """Return which villages have a hidden-debt risk: their county's government, or they themselves where that is known."""
    villages, counties = register.villages, register.counties
    risky = counties["county_code"][counties[STANDING]] if STANDING in counties else ()
    own = villages.get(STANDING, False)
    return villages["county_code"].isin(risky) | own


def eligibility(register: Register, asked: Eligibility, last: int) -> pd.DataFrame:
    """Return ``village_id``, ``eligible`` and ``failed_conditions`` (clause ids joined by ``;``); ``last`` is the last cohort."""
    failed = pd.DataFrame(conditions(register, asked, last))
    names = [";".join(failed.columns[row]) for row in failed.to_numpy()]
    return pd.DataFrame(
        {"village_id": register.villages["village_id"], "eligible": ~failed.any(axis=1), "failed_conditions": names}
    )
