"""Small worlds worked out by hand, day by day, and what must hold whatever the luck."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy import stats
from stages import PLACE, stage

from model.simulation.records import NEVER
from model.simulation.reference import simulate
from model.simulation.rules import relapse_rate
from model.simulation.scene import Scene


def dates(scene: Scene, kind: str, trace: Any) -> list[tuple[str, str, date]]:
    return [(e.entity[-1], e.task, scene.calendar.date(e.day)) for e in trace if e.kind == kind]


def test_one_village_day_by_day() -> None:
    """Declared and designed from 19 March, announced 1 May; money of 30 June and 31 March, 45 days under way; 25 days of work."""
    scene = stage([[("T14", 25.0)]])
    found = simulate(scene, 0, trace=True)
    assert dates(scene, "declared", found.trace) == [("1", "", date(2023, 3, 19))]
    assert dates(scene, "reviewed", found.trace) == [("1", "70.0", date(2023, 3, 19))]
    assert dates(scene, "selected", found.trace) == [("1", "", date(2023, 5, 1))]
    assert dates(scene, "designed", found.trace) == [("1", "", date(2023, 4, 28))]
    assert dates(scene, "started", found.trace) == [("1", "T14", date(2023, 8, 14))]
    assert dates(scene, "finished", found.trace) == [("1", "T14", date(2023, 9, 8))]
    assert dates(scene, "funded by bond", found.trace) == [("1", "1", date(2023, 8, 14)), ("1", "2", date(2024, 5, 15))]
    assert dates(scene, "completed", found.trace) == [("1", "", date(2024, 5, 15))]
    assert dates(scene, "accepted", found.trace) == [("1", "", date(2024, 5, 15))]


def test_outdoor_work_waits_for_the_thaw_and_indoor_work_does_not() -> None:
    """From 14 August 83 days are open before 5 November; 17 of 100 remain after 20 April."""
    scene = stage([[("T14", 100.0)], [("T19.9", 100.0)]], crews=2)
    finished = {village: day for village, _, day in dates(scene, "finished", simulate(scene, 0, True).trace)}
    assert finished == {"1": date(2024, 5, 7), "2": date(2023, 11, 22)}


def test_one_crew_serves_one_task_at_a_time_older_cohorts_first() -> None:
    scene = stage([[("T14", 10.0)]] * 3)
    assert [day for _, _, day in dates(scene, "started", simulate(scene, 0, True).trace)] == [
        date(2023, 8, 14),
        date(2023, 8, 24),
        date(2023, 9, 3),
    ]
    scene = stage([[("T14", 400.0)], [("T14", 10.0)], [("T14", 10.0)]], cohorts=[2023, 2025, 2024])
    order = [village for village, _, _ in dates(scene, "started", simulate(scene, 0, True).trace)]
    assert order == ["1", "3", "2"]


def test_a_task_waits_for_its_predecessors() -> None:
    scene = stage([[("T15.1", 20.0), ("T19.2", 10.0), ("T19.10", 5.0)]], crews=5)
    started = {task: day for _, task, day in dates(scene, "started", simulate(scene, 0, True).trace)}
    assert started["T19.2"] >= date(2023, 9, 3)
    assert started["T19.10"] > started["T19.2"]


def test_works_beyond_the_first_share_of_money_wait_for_the_second() -> None:
    scene = stage([[("T14", 70.0), ("T18.2", 30.0, (1, "bond"))]], crews=5)
    started = {task: day for _, task, day in dates(scene, "started", simulate(scene, 0, True).trace)}
    assert started == {"T14": date(2023, 8, 14), "T18.2": date(2024, 5, 15)}


def test_the_batch_given_before_the_year_pays_the_first_season() -> None:
    """Issued on 15 February and 45 days under way it waits for the announcement of 1 May, when the design is done."""
    scene = stage([[("T14", 25.0)]], funding__advance_share=1.0, funding__windows=["02-15", "05-27"])
    found = simulate(scene, 0, True)
    assert dates(scene, "funded by bond", found.trace) == [("1", "1", date(2023, 5, 1)), ("1", "2", date(2024, 3, 31))]
    assert dates(scene, "started", found.trace) == [("1", "T14", date(2023, 5, 1))]


def test_a_visit_has_a_fault_mended_before_the_examination() -> None:
    short = {
        "acceptance__defect_probability": 1.0,
        "acceptance__detection_probability": 1.0,
        "supervision__mended_probability": 1.0,
    }
    works = [[("T14", 10.0), ("T18.2", 250.0)]]
    alone = simulate(stage(works, crews=2, **short), 0).villages[0]
    seen = {"supervision__inspections_per_year": 40.0, "supervision__finding_probability": 1.0}
    watched = simulate(stage(works, crews=2, supervision__rectification_days_mean=1.0, **short, **seen), 0).villages[0]
    assert alone.rectifications == 0
    assert watched.rectifications > 0
    assert watched.examinations <= alone.examinations


def test_a_village_behind_its_own_schedule_is_taken_up() -> None:
    works = [[("T14", 60.0)]]
    late = stage(works, supervision__inspections_per_year=40.0, supervision__late_days=0.0, supervision__catch_up=0.5)
    due = tuple(replace(s, works=tuple(replace(w, due=150.0) for w in s.works)) for s in late.sites)
    slow, fast = simulate(late, 0).villages[0], simulate(late.with_sites(due), 0).villages[0]
    assert (slow.urged, fast.urged) == (False, True)
    assert max(fast.built.values()) < max(slow.built.values())


def test_a_certain_fault_that_is_never_mended_fails_after_the_last_retest() -> None:
    scene = stage(
        [[("T14", 5.0)]],
        acceptance__defect_probability=1.0,
        acceptance__detection_probability=1.0,
        acceptance__repair_probability=0.0,
    )
    record = simulate(scene, 0).villages[0]
    assert (record.accepted, record.examinations) == (NEVER, 3)
    assert record.failed < NEVER


def test_what_is_never_seen_is_accepted_and_comes_back() -> None:
    blind = {"acceptance__defect_probability": 1.0, "acceptance__detection_probability": 0.0}
    record = simulate(stage([[("T14", 5.0)]], upkeep__missed_per_year=5.0, **blind), 0).villages[0]
    assert record.passed_first
    assert record.missed_defects == 1
    assert len(record.relapses) == 1  # once: then it is mended
    assert not simulate(stage([[("T14", 5.0)]], **blind), 0).villages[0].relapses


def test_what_a_village_had_met_may_have_slipped_and_is_examined_too() -> None:
    scene = stage([[("T14", 5.0)]], acceptance__slip_probability=1.0, acceptance__detection_probability=1.0)
    met = scene.with_sites(tuple(replace(site, inherited=(1601,)) for site in scene.sites))
    assert simulate(scene, 0).villages[0].examinations == 1
    assert simulate(met, 0).villages[0].examinations > 1


def test_a_panel_may_refuse_a_village() -> None:
    record = simulate(stage([[("T14", 5.0)]], review__refusal_line=75.0), 0).villages[0]
    assert record.refused
    assert record.selected == NEVER


def test_overruns_are_paid_from_the_reserve_or_wait_or_are_left_out() -> None:
    dear = {"construction__overrun_sd": 0.8, "construction__participation_effect": 0.0}
    works = [[("T14", 5.0), ("T05", 5.0)]] * 40  # one binding, one not
    poor, rich = (simulate(stage(works, crews=99, pot=pot, **dear), 0) for pot in (0.0, 1e6))
    assert sum(v.gap for v in poor.villages) > 0
    assert any(v.descoped for v in poor.villages)
    assert all(v.completed < NEVER and not v.gap and not v.descoped for v in rich.villages)
    drawn = sum(amount for _, _, source, amount in rich.payments if source == "county_budget")
    assert drawn == pytest.approx(sum(v.reserve_drawn for v in rich.villages))


def test_works_wait_in_a_year_of_livelihood_works_alone() -> None:
    scene = stage([[("T14", 5.0), ("T19.3", 5.0)]], crews=2, funding__livelihood_years=[2023])
    started = {task: day for _, task, day in dates(scene, "started", simulate(scene, 0, True).trace)}
    assert started["T19.3"].year == 2023
    assert started["T14"].year == 2024


@pytest.mark.parametrize("state", ["", "building", "completed", "accepted", "failed", "relapsed"])
def test_a_village_of_history_starts_where_it_stands(state: str) -> None:
    scene = stage([[("T14", 50.0), ("T19.3", 20.0)]], upkeep__visits_per_year=1.0)
    day = scene.calendar.day(date(2024, 10, 1))
    told = scene.with_sites(tuple(replace(s, past=True, state=state, since=day if state else 0.0) for s in scene.sites))
    record = simulate(told, 0).villages[0]
    built = max(record.built.values())
    assert (built >= day) == bool(state)
    assert record.failed == (day if state == "failed" else NEVER)
    assert bool(record.relapses) == (state == "relapsed")
    if state in ("accepted", "relapsed"):
        assert record.accepted == day
    if state == "completed":
        assert record.completed == day <= record.accepted


def test_what_history_has_done_is_not_built_again() -> None:
    scene = stage([[("T14", 50.0), ("T19.3", 20.0)]])
    day = scene.calendar.day(date(2024, 10, 1))
    began = {"past": True, "state": "building", "since": day, "done": frozenset({1400})}
    told = scene.with_sites(tuple(replace(site, **began) for site in scene.sites))
    found = simulate(told, 0, True)
    assert [task for _, task, _ in dates(told, "started", found.trace)] == ["T19.3"]
    assert found.villages[0].completed < NEVER


def test_missed_faults_follow_the_binomial() -> None:
    """With one examination and no retest, a fault is accepted with probability defect x (1 - detection)."""
    settings = {
        "acceptance__defect_probability": 0.3,
        "acceptance__detection_probability": 0.6,
        "acceptance__retests": 0,
    }
    villages = [[("T14", 1.0)]] * 1500
    records = simulate(stage(villages, crews=1500, **settings), 0).villages
    missed = sum(record.missed_defects for record in records)
    failed = sum(record.failed < NEVER for record in records)
    assert stats.binomtest(missed, 1500, 0.3 * 0.4).pvalue > 0.001
    assert stats.binomtest(failed, 1500, 0.3 * 0.6).pvalue > 0.001


def test_relapse_follows_its_closed_form() -> None:
    """Until the end, a village that is never mended stays whole with probability exp(-rate x years)."""
    scene = stage([[("T14", 1.0)]] * 1500, crews=1500, upkeep__relapses_per_year=0.2, upkeep__visits_per_year=0.0)
    records = simulate(scene, 0).villages
    years = (scene.calendar.end_of(2030) - records[0].accepted) / 365.25
    whole = sum(not record.relapses for record in records)
    rate = relapse_rate(0.2, 2.0, scene.settings.upkeep.upkeep_effect)
    assert stats.binomtest(whole, 1500, float(np.exp(-rate * years))).pvalue > 0.001


def test_four_haves_lower_the_rate_of_relapse() -> None:
    assert relapse_rate(0.04, 0, 0.6) == 0.04
    assert relapse_rate(0.04, 4, 0.6) == pytest.approx(0.016)


def test_a_village_delisted_before_its_cohort_loses_its_place() -> None:
    luckless = {"pool__relapses_per_year": 50.0, "pool__visits_per_year": 100.0, "pool__delisting_probability": 1.0}
    found = simulate(stage([[("T14", 5.0)]], cohorts=[2026], **luckless), 0)
    assert found.villages[0].delisted_before
    assert found.villages[0].selected == NEVER
    assert [village for village, _ in found.delisted] == ["220102901001"]


def test_a_village_meets_the_same_luck_in_another_plan() -> None:
    """With crews for all, what happens to one village does not depend on the others."""
    luck = {"acceptance__defect_probability": 0.2, "spread": 0.3, "supervision__inspections_per_year": 3.0}
    many = stage([[("T14", 30.0), ("T15.1", 40.0)]] * 6, crews=99, **luck)
    few = replace(many, sites=many.sites[2:4], pool=many.pool[2:4])
    assert simulate(few, 4).villages == simulate(many, 4).villages[2:4]


def test_replications_differ_and_repeat() -> None:
    lucky = stage([[("T14", 30.0)]] * 3, crews=3, spread=0.3)
    assert simulate(lucky, 1).villages == simulate(lucky, 1).villages
    assert simulate(lucky, 1).villages != simulate(lucky, 2).villages


def test_an_unfinished_village_counts_to_the_end_of_the_projection() -> None:
    from model.outcomes.kpis import summarise

    scene = stage([[("T14", 5000.0)], [("T14", 5.0)]])
    found = simulate(scene, 0)
    assert found.villages[0].completed == NEVER
    end = scene.calendar.end_of(2030)
    figures = summarise(scene, found).kpis
    assert figures["days_to_completion", 0] == pytest.approx(end - found.villages[0].selected)
    assert figures["crew_wait_days", 0] == pytest.approx((end - found.villages[1].asked[PLACE["T14"]]) / 2)


def test_documents_that_come_as_the_window_closes_are_in_time() -> None:
    scene = stage([[("T14", 5.0)]] * 2, declaration__preparation_days_mean=30.0)
    found = simulate(scene, 0, True)
    assert [day for _, _, day in dates(scene, "declared", found.trace)] == [date(2023, 3, 31)] * 2
    assert [record.selected for record in found.villages] == [scene.calendar.yearly("05-01", 2023)] * 2


def test_a_whole_cohort_that_is_late_is_announced_all_the_same() -> None:
    found = simulate(stage([[("T14", 5.0)]] * 2, declaration__preparation_days_mean=80.0), 0)
    assert all(record.selected < NEVER for record in found.villages)


def test_what_nobody_pays_is_not_built() -> None:
    scene = stage([[("T14", 5.0, (0, "nobody")), ("T19.9", 5.0)], [("T05", 5.0, (0, "nobody")), ("T19.9", 5.0)]], crews=9)
    sites = tuple(replace(site, payments=tuple(p for p in site.payments if p[1] != "nobody")) for site in scene.sites)
    found = simulate(scene.with_sites(sites), 0, True)
    assert [record.completed < NEVER for record in found.villages] == [False, True]  # binding works wait, others are left out
    assert dates(scene, "without money", found.trace)[0][:2] == ("1", "T14")
    assert found.villages[1].descoped


def test_a_village_of_history_keeps_its_place() -> None:
    luckless = {"pool__relapses_per_year": 50.0, "pool__visits_per_year": 100.0, "pool__delisting_probability": 1.0}
    scene = stage([[("T14", 5.0)]] * 2, cohorts=[2024, 2024], **luckless)
    told = scene.with_sites((replace(scene.sites[0], past=True), scene.sites[1]))
    first, second = simulate(told, 0).villages
    assert (first.selected < NEVER, first.delisted_before) == (True, False)
    assert second.delisted_before
