"""Results do not depend on the number of workers."""

from __future__ import annotations

import pandas as pd

from model.outcomes.kpis import summarise
from model.simulation.replicate import takes, with_planned_days
from scenarios import study


def test_one_worker_or_two(small_selection: study.Selection) -> None:
    prepared = small_selection.prepared
    prepared = study.prepare(prepared.scenario.with_changes({"run.replications": 5}), prepared.register)
    one = study.project(small_selection.plan, prepared, workers=1)
    two = study.project(small_selection.plan, prepared, workers=2)
    pd.testing.assert_frame_equal(one.kpis, two.kpis)
    pd.testing.assert_frame_equal(one.county_kpis, two.county_kpis)


def test_planned_days_are_given_by_whoever_plays(small_selection: study.Selection) -> None:
    bare = study.undated(small_selection.plan, small_selection.prepared, small_selection.money)
    whole = study.staged(small_selection.plan, small_selection.prepared, small_selection.money)
    assert bare != whole
    assert with_planned_days(bare) == whole == with_planned_days(whole)
    first, second = (takes([(scene, r) for r in range(2)], summarise) for scene in (bare, whole))
    assert [one.kpis for one in first] == [two.kpis for two in second]


def test_progress_counts_up(small_selection: study.Selection) -> None:
    seen: list[tuple[int, int]] = []
    plan, prepared = small_selection.plan, small_selection.prepared
    study.project(plan, prepared, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(i, 4) for i in (1, 2, 3, 4)]
