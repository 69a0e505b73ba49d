"""One at a time: a parameter moves an outcome the way it should, with the same luck."""

from __future__ import annotations

import pytest

from model.errors import InputError
from scenarios import study
from scenarios.runs.sensitivity import one_at_a_time, outcome_of


def test_effects_have_the_right_sign_and_an_interval(small_selection: study.Selection) -> None:
    prepared = small_selection.prepared
    measure = outcome_of(prepared.register, small_selection.plan, "missed_defects")
    paths = ["simulation.acceptance.detection_probability", "simulation.acceptance.defect_probability"]
    table = one_at_a_time(prepared.scenario, paths, measure).set_index("path")
    assert table.loc[paths[0], "low"] > 0 > table.loc[paths[0], "high"]
    assert table.loc[paths[1], "low"] < 0 < table.loc[paths[1], "high"]
    assert (table["low_ci_low"] <= table["low"]).all()
    assert (table["low"] <= table["low_ci_high"]).all()


def test_a_parameter_without_a_range_is_refused(small_selection: study.Selection) -> None:
    with pytest.raises(InputError, match="no range"):
        one_at_a_time(small_selection.prepared.scenario, ["run.seed"], lambda _: None)
