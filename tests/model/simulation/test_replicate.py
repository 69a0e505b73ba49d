"""Results do not depend on the number of workers."""

from __future__ import annotations

import pandas as pd

from scenarios import study


def test_one_worker_or_two(small_selection: study.Selection) -> None:
    prepared = small_selection.prepared
    scenario = prepared.scenario.with_changes({"run.replications": 5})
    one = study.project(scenario, prepared.register, small_selection.plan, workers=1)
    two = study.project(scenario, prepared.register, small_selection.plan, workers=2)
    pd.testing.assert_frame_equal(one.kpis, two.kpis)
    pd.testing.assert_frame_equal(one.county_kpis, two.county_kpis)


def test_progress_counts_up(small_selection: study.Selection) -> None:
    prepared = small_selection.prepared
    seen: list[tuple[int, int]] = []
    study.project(
        prepared.scenario, prepared.register, small_selection.plan, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(i, 4) for i in (1, 2, 3, 4)]
