"""Quotas by county and year: the purse and the audit, which reckon apart, say the same; an unknown county is a fault."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from worlds import tiny

from model.errors import InputError
from model.selection.audit import _case
from model.selection.audit.money import what_a_source_has
from model.vocabulary import SOURCES
from scenarios import study
from scenarios.study.audit import _bond, _works
from scenarios.world.checks import check_asks

CHANGES: list[dict[str, Any]] = [
    {},
    {"money.quota_path": [0.9, 0.5]},
    {"money.county_quota": {"220101": 0.7}},
    {"money.quota_path": [1.0, 0.8, 1.2], "money.county_quota": {"220102": 0.0}, "money.late_share": 0.3},
]


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_purse_and_audit_agree(changes: dict[str, Any]) -> None:
    scenario, register = tiny(1)
    prepared = study.prepare(scenario.with_changes(changes), register)
    nobody = pd.DataFrame(columns=["village_id", "cohort"])
    case = _case(nobody, register, _bond(prepared), _works(prepared, nobody), prepared.scenario.tables())
    limit = prepared.accounts.purse.limit
    for c, county in enumerate(register.counties["county_code"]):
        for y, year in enumerate(prepared.accounts.years):
            ours, its = limit[c, y, SOURCES.index("general_bond")], what_a_source_has(case, county, int(year), "general_bond")
            assert ours == its, (county, year)


def test_the_path_goes_on_and_a_county_is_scaled_alone() -> None:
    scenario, register = tiny(1)
    plain = study.prepare(scenario, register).accounts.purse.limit[:, :, 0]
    cut = study.prepare(scenario.with_changes({"money.quota_path": [1.0, 0.5]}), register).accounts.purse.limit[:, :, 0]
    assert (cut[:, 0] == plain[:, 0]).all()
    assert np.abs(cut[:, 1:] - plain[:, 1:] / 2).max() <= 1
    own = study.prepare(scenario.with_changes({"money.county_quota": {"220101": 0.5}}), register).accounts.purse.limit[:, :, 0]
    assert (own[1] == plain[1]).all()
    assert np.abs(own[0] - plain[0] / 2).max() <= 1


def test_a_county_that_is_not_there_is_a_fault() -> None:
    scenario, register = tiny(1)
    with pytest.raises(InputError, match="not in the county table"):
        check_asks(scenario.with_changes({"money.county_quota": {"229999": 0.7}}), register)
