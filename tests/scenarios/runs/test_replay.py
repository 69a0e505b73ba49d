"""One replication played again: its trace, a village's story, a county's schedule; and projections that go on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from worlds import SMALL

from model.errors import InputError
from model.outcomes.face import figures
from model.policy.catalogue import tasks
from model.words import Words, event_words
from scenarios import study
from scenarios.files import tables
from scenarios.runs import replay
from scenarios.runs import run as runs
from scenarios.runs.keep import Keep


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("replay") / "run"
    return runs.run(*study.open_world(SMALL), runs.Options(out=target, say=lambda _: None))


def test_the_trace_of_a_replication_is_what_its_figures_were_made_from(folder: Path) -> None:
    found = replay.replay(folder, 2)
    table = replay.trace(found)
    accepted = table[(table["kind"] == "accepted") & (table["date"] <= "2028-12-31")]
    told = tables.read(folder / "replications.csv")
    figure = told[(told["kpi"] == "accepted_by_target") & (told["replication"] == 2)]["value"].iloc[0]
    assert len(accepted) == figure
    assert table["day"].is_monotonic_increasing
    assert len(table) == found.records.events


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_story_is_told_in_words(folder: Path, lang: str) -> None:
    found = replay.replay(folder, 0)
    village = found.records.villages[0].village_id
    lines = replay.story(found, village, lang)
    assert Words(lang)("synthetic") in lines
    assert any(event_words("selected", lang) in line for line in lines)
    assert len(lines) == 2 + sum(event.entity == village for event in found.records.trace)


def test_a_village_without_events_and_one_that_is_unknown(folder: Path) -> None:
    found = replay.replay(folder, 0)
    quiet = next(code for code in found.villages if not any(event.entity == code for event in found.records.trace))
    assert replay.story(found, quiet, "en")[-1] == Words("en")("story_nothing")
    with pytest.raises(InputError):
        replay.story(found, "999999999999", "zh")
    with pytest.raises(InputError):
        replay.replay(folder, 99)


def test_schedules_shade_frozen_ground_and_show_every_village(folder: Path) -> None:
    from scenarios.runs import schedule

    found = replay.replay(folder, 0)
    code = found.records.villages[0].county_code
    drawn = schedule.county(found, code, Words("zh"))
    assert len(drawn.layout.shapes) >= 7
    rows = {row for bar in drawn.data for row in bar.y}
    assert len(rows) == sum(r.county_code == code and r.handed_in < float("inf") for r in found.records.villages)
    own = schedule.village(found, found.records.villages[0].village_id, Words("en"))
    titles = {f"{task.id} {task.en}" for task in tasks()}
    assert {row for bar in own.data for row in bar.y} <= titles
    assert "plotly" in schedule.page(found, code, "zh")
    plan = schedule.county(replay.replay(folder), code, Words("zh"))
    assert "计划" in plan.layout.title.text
    band, middle = (trace for trace in plan.data if trace.type == "scatter")
    assert set(band.y) == set(middle.y) <= rows
    assert all(a <= m <= b for a, b, m in zip(band.x[::3], band.x[1::3], middle.x, strict=True))
    assert not [trace for trace in drawn.data if trace.type == "scatter"]  # one replication has no band
    named_alike = replace(found, villages=dict.fromkeys(found.villages, "同名村"))
    assert len({row for bar in schedule.county(named_alike, code, Words("zh")).data for row in bar.y}) == len(rows)
    with pytest.raises(InputError):
        schedule.page(found, "000000", "zh")


def test_an_interrupted_projection_goes_on_where_it_stopped(tmp_path: Path) -> None:
    scenario, register = study.open_world(SMALL, {"run.replications": 6})
    prepared = study.prepare(scenario, register)
    plan = study.select(prepared).plan
    whole = study.project(plan, prepared)
    kept, seen = Keep(tmp_path / "kept"), []

    class StopError(Exception):
        pass

    def stop_at_three(done: int, _: int) -> None:
        if done == 3:
            raise StopError

    with pytest.raises(StopError):
        study.project(plan, prepared, progress=stop_at_three, kept=kept)
    assert len(kept.load()) == 3
    (tmp_path / "kept" / "000009-broken.json").write_text("{", encoding="utf-8")
    again = study.project(plan, prepared, progress=lambda done, _: seen.append(done), kept=kept)
    assert seen == [4, 5, 6]
    pd.testing.assert_frame_equal(again.kpis, whole.kpis)
    pd.testing.assert_frame_equal(again.county_kpis, whole.county_kpis)


def test_a_finished_run_keeps_nothing_beside_it(folder: Path) -> None:
    assert [path.name for path in folder.parent.iterdir()] == ["run"]


def test_stress_des_is_made_from_the_run(folder: Path) -> None:
    text = (folder / "STRESS-DES.md").read_text(encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["identity"][:12] in text
    assert f"seed {manifest['seed']}" in text
    assumed = tables.read(folder / "assumptions.csv")
    for name in assumed.loc[assumed["parameter"].str.startswith("simulation."), "parameter"]:
        assert f"`{name}`" in text
    for number in range(1, 10):
        assert f"Chapter {number}" in text


def test_published_figures_stand_beside_the_models(folder: Path) -> None:
    table = tables.read(folder / "face_validity.csv")
    assert set(table["figure"]) <= {figure["name"] for figure in figures()}
    assert (table["ratio"] - table["model"] / table["published"]).abs().max() < 1e-6
    assert table["source"].str.len().min() > 10


def test_the_race_says_how_sure_a_place_is(folder: Path) -> None:
    found = tables.read(folder / "county_kpis.csv")
    rank = found[(found["kpi"] == "rank") & (found["year"] == 2028)]
    assert (rank["mean"] >= 1).all()
    chance = found[found["kpi"].isin(["praised", "notified"])]
    assert chance["mean"].between(0, 1).all()
    assert chance["ci_low"].ge(0).all()
    assert chance["ci_high"].le(1).all()


def test_any_list_can_be_projected(folder: Path, tmp_path: Path) -> None:
    listed = tables.read(folder / "plan.csv")[["village_id", "cohort"]].head(20)
    listed.to_csv(tmp_path / "list.csv", index=False)
    quiet = {"say": lambda _: None}
    given = runs.simulate_again(folder, runs.Options(out=tmp_path / "given", **quiet), tmp_path / "list.csv", {})
    assert len(tables.read(given / "plan.csv")) == 20
    ranked = runs.simulate_again(folder, runs.Options(out=tmp_path / "ranked", **quiet), None, {}, "ranking")
    assert json.loads((ranked / "manifest.json").read_text(encoding="utf-8"))["solver"]["objective"] is None
    for projected in (given, ranked):
        assert {"projects.csv", "funding.csv", "kpis.csv", "STRESS-DES.md"} <= {path.name for path in projected.iterdir()}
    with pytest.raises(InputError):
        runs.simulate_again(folder, runs.Options(out=tmp_path / "no", **quiet), None, {}, "nobody")


def test_every_quantity_has_its_words() -> None:
    from model.money.costs import UNLISTED

    units = {task.quantity_unit for task in tasks()} | {item.unit for item in UNLISTED}
    assert all(Words("zh").has(f"quantity_{unit}") for unit in units)
