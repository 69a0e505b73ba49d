"""Verdicts: what they say is true of the program."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import SETTINGS, raw_counties, raw_villages, tiny

from model.register import check
from model.words import both
from scenarios import study
from scenarios.world.load import load


@pytest.mark.parametrize("seed", range(6))
def test_a_village_left_out_would_break_just_the_rules_named(seed: int) -> None:
    selection = study.select(study.prepare(*tiny(seed, villages=9)))
    for row in selection.verdicts.to_dict("records"):
        if row["selected"] or row["reason_code"] in ("ineligible", "no_gain", "on_target", "within_gap"):
            continue
        broken = []
        for cohort in selection.prepared.scenario.programme.cohorts:  # the audit shares no code with the verdicts
            entry = {"village_id": row["village_id"], "cohort": cohort, "package": "standard"}
            listed = pd.concat([selection.plan.table, pd.DataFrame([entry])], ignore_index=True)
            found = study.check(listed, selection.prepared)
            broken.append({finding.rule for finding in found})
        assert set(row["reason_code"].split("+")) in broken
        assert min(map(len, broken)) == len(row["reason_code"].split("+"))


def test_an_ineligible_village_hears_its_condition_and_clause() -> None:
    raw = raw_villages(6)
    raw.loc[2, "hidden_debt_risk"] = "是"
    register = check.build(raw, raw_counties(quota=9000.0))
    changes = SETTINGS | {"rules.county_average.on": False, "rules.village_types.on": False, "rules.poverty_minimum.on": False}
    found = study.select(study.prepare(load("baseline", changes), register)).verdicts
    verdict = found[found["village_id"] == raw.loc[2, "village_id"]].iloc[0]
    zh, en = both("condition_P23-DECL-4")
    assert (verdict["reason_code"], bool(verdict["selected"])) == ("ineligible", False)
    assert zh in verdict["reason_zh"]
    assert "P23-DECL-4" in verdict["reason_zh"]
    assert en in verdict["reason_en"]
