"""Turnover: what must leave when a number moves, counted so that chance inside the gap is no change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from model.errors import InputError
from model.policy.cards import cards
from scenarios.runs import run as runs
from scenarios.runs import store
from scenarios.runs.turnover import Base, run, turnover, uncertain
from scenarios.world.open import World
from solvers.decomposition import decomposed

OVER = ["scoring.aspects.foundation", "scoring.discount"]


@pytest.fixture(scope="module")
def folder(small: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a run that was taken apart, however small it is: only so is anything remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decomposed, "FEW_CHOICES", 0)
        options = runs.Options(tmp_path_factory.mktemp("turnover") / "run", say=lambda _: None)
        yield runs.run(small.scenario.with_changes({"run.gap": 0.002}), small.register, options, simulate=False)


def test_scoring_and_timing_are_asked_unless_told_which() -> None:
    assert set(OVER) <= set(uncertain())
    assert all(cards()[path].low is not None for path in uncertain())


def test_what_leaves_is_on_the_list_and_what_enters_is_not(folder: Path) -> None:
    found = turnover(folder, OVER, pairs=0)
    plan = pd.read_csv(folder / "plan.csv", dtype={"village_id": str}, encoding="utf-8-sig")
    signed = set(plan.loc[plan["status"] == "recommended", "village_id"])
    assert found.signed == len(signed)
    assert list(found.settings.groupby("parameter").size()) == [1, 2, 2]  # the run's own setting, then both ends
    assert set(found.moves.loc[found.moves["change"] == "leave", "village_id"]) <= signed
    assert not set(found.moves.loc[found.moves["change"] == "enter", "village_id"]) & signed
    told = found.moves[found.moves["change"] == "leave"].groupby(["parameter", "end"]).size()
    for row in found.settings.to_dict("records"):
        assert told.get((row["parameter"], row["end"]), 0) == row["leave"]
    most = found.settings.iloc[1:].groupby("parameter", sort=False)["leave"].max()
    assert found.settings["end"].iloc[0] == "own"
    assert most.is_monotonic_decreasing
    assert most.max() > 0


def test_a_number_that_changes_nothing_moves_nobody(folder: Path) -> None:
    nothing = turnover(folder, ["scoring.expert_noise"], pairs=0)  # no expert has scored
    assert list(nothing.settings.iloc[1:]["leave"]) == [0.0, 0.0]
    assert nothing.moves[nothing.moves["end"] != "own"].empty


def test_what_changes_no_plan_is_not_played_and_a_plan_that_stays_has_its_cohorts_and_packages(folder: Path) -> None:
    said: list[str] = []
    nothing = turnover(folder, ["scoring.expert_noise"], said.append, pairs=2)
    assert said[-1] == "playing 1 settings, 2 replications each"
    assert len(nothing.figures)
    assert (nothing.figures["difference"] == 0).all()
    base = Base.of(folder, lambda _: None, 1, 2)
    again = base.asked({"scoring.reach_households": base.prepared.scenario.scoring.reach_households + 1})  # hardly another
    assert again.stage is not None
    assert [(s.village_id, s.cohort, len(s.works)) for s in again.stage.sites] == [
        (s.village_id, s.cohort, len(s.works)) for s in base.scenes[1].sites
    ]


def test_staying_is_worth_a_share_of_the_gap(folder: Path) -> None:
    """The whole list exchanged for nothing more costs the gap; so the run's own setting replaces few."""
    solver = store.open_run(folder)["solver"]
    found = turnover(folder, ["scoring.expert_noise"], pairs=0)
    assert found.loyalty * found.signed == pytest.approx(max(solver["gap"], 0.002) * solver["objective"])
    assert found.chance <= 0.1 * found.signed


def test_a_ranked_objective_is_refused_and_never_asked_without_its_ranks(small: World, tmp_path: Path) -> None:
    options = runs.Options(tmp_path / "run", say=lambda _: None)
    ranked = small.scenario.with_changes({"run.gap": 0.02, "objective.order": ["combined"]})
    with pytest.raises(InputError, match="ranked objective"):
        turnover(runs.run(ranked, small.register, options, simulate=False), OVER[:1], pairs=0)


def test_without_a_memory_the_same_is_asked_from_the_beginning(
    small: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decomposed, "FEW_CHOICES", 10_000)
    options = runs.Options(tmp_path / "run", say=lambda _: None)
    whole = runs.run(small.scenario.with_changes({"run.gap": 0.002}), small.register, options, simulate=False)
    told: list[str] = []
    found = turnover(whole, OVER[:1], told.append, pairs=0)
    assert "takes longer" in told[0]
    assert found.settings["leave"].notna().all()


def test_a_folder_holds_it_with_its_page_and_is_reused(folder: Path) -> None:
    said: list[str] = []
    options = runs.Options(say=said.append)
    found, target = run(folder, OVER, options, 0)
    page = (target / "report.html").read_text(encoding="utf-8")
    assert cards()[str(found.worst["parameter"].iloc[0])].zh in page
    assert said
    said.clear()
    again, same = run(folder, OVER[::-1], options, 0)
    assert same == target
    assert not said
    pd.testing.assert_frame_equal(again.settings, found.settings, check_dtype=False)


def test_what_cannot_be_asked_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such parameter"):
        turnover(folder, ["scoring.no_such"])
    with pytest.raises(InputError, match="no range"):
        turnover(folder, ["scoring.method"])
    with pytest.raises(InputError):
        turnover(tmp_path)
    with pytest.raises(InputError):
        store.open_run(run(folder, OVER, runs.Options(say=lambda _: None), 0)[1])  # a turnover is no run


MIXED = [
    "scoring.discount",
    "money.intensity",
    "simulation.acceptance.wait_days_mean",
    "simulation.supervision.finding_probability",
]


def test_key_figures_follow_the_list_and_the_settings_in_the_same_luck(folder: Path) -> None:
    found = turnover(folder, MIXED, pairs=2)
    assert set(found.figures["parameter"]) <= set(MIXED)
    waits = found.figures[(found.figures["parameter"] == MIXED[2]) & (found.figures["kpi"] == "accepted_by_target")]
    assert waits.set_index("end")["difference"]["low"] >= waits.set_index("end")["difference"]["high"]
    assert set(found.elasticities["parameter"]) == set(MIXED[2:])  # a tenth of what moves the list is less than chance
    same = found.settings[found.settings["parameter"] == MIXED[2]]
    assert list(same["leave"]) == [0.0, 0.0]


def test_any_number_of_workers_gives_the_same_bytes_and_levers_stand_apart(folder: Path, tmp_path: Path) -> None:
    pages = []
    for workers in (1, 2):
        options = runs.Options(tmp_path / str(workers), workers=workers, say=lambda _: None)
        _, target = run(folder, MIXED[1:3], options, 2)
        pages.append({path.name: path.read_bytes() for path in sorted(target.iterdir()) if path.name != "timings.json"})
    assert pages[0] == pages[1]
    assert "turnover_elasticities.csv" in pages[0]
    page = pages[0]["report.html"].decode("utf-8")
    assert page.index("政策杠杆：可以选择的") < page.index("假设：无从知晓的")
