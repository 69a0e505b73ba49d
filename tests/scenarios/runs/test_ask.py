"""A run is asked again: certified, from what is remembered or from the beginning, and faults are told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.errors import InputError, NoPlanPossibleError
from model.selection.plan import choice
from model.selection.rivals import Exchanges
from model.words import CHINESE
from scenarios.command import screen
from scenarios.command.options import stated
from scenarios.report.reply import told
from scenarios.runs import memory, store
from scenarios.runs import run as runs
from scenarios.runs.ask import ask
from scenarios.study import prepare
from scenarios.world.open import World, reopen
from solvers.adaptors.highs import completed
from solvers.decomposition import decomposed


@pytest.fixture(scope="module", autouse=True)
def apart() -> Iterator[None]:
    """Take programs apart however small they are: only so is anything remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decomposed, "FEW_CHOICES", 0)
        yield


@pytest.fixture(scope="module")
def folder(small: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = runs.Options(tmp_path_factory.mktemp("ask") / "run", say=lambda _: None)
    return runs.run(small.scenario.with_changes({"run.gap": 0.005}), small.register, options, simulate=False)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype={"village_id": str}, encoding="utf-8-sig")


def certified(folder: Path) -> dict[str, float]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["solver"]


def test_what_is_remembered_stands_beside_the_run_and_is_no_part_of_it(folder: Path) -> None:
    manifest = store.open_run(folder)
    kept = memory.place(folder, manifest["identity"])
    assert kept.is_file()
    assert not any(name.endswith(".npz") for name in manifest["files"])
    program = prepare(*reopen(folder)).program
    known = memory.recall(folder, manifest["identity"], program)
    assert known.objective == pytest.approx(manifest["solver"]["objective"])
    kept.rename(kept.with_suffix(".away"))
    assert memory.recall(folder, manifest["identity"], program) is None
    kept.write_bytes(b"no archive")
    assert memory.recall(folder, manifest["identity"], program) is None
    kept.with_suffix(".away").replace(kept)


def test_a_village_in_and_a_village_out(folder: Path) -> None:
    plan, before = table(folder, "plan"), certified(folder)
    outside = next(v for v in table(folder, "scores")["village_id"] if _may_join(folder, v) and v not in set(plan["village_id"]))
    inside = plan["village_id"].iloc[0]
    told: list[str] = []
    with_it = ask(folder, inside=[outside], say=told.append)
    assert told[0] == "asked from what is remembered"
    assert outside in set(with_it.plan["village_id"])
    without = ask(folder, outside=[inside])
    assert inside not in set(without.plan["village_id"])
    for reply in (with_it, without):
        assert reply.low <= reply.high <= 0.0  # a lock never adds anything
        assert reply.answer.objective <= before["bound"] + 1e-6
    assert (with_it.changes["village_id"] == outside).any()


def _may_join(folder: Path, village: str) -> bool:
    eligibility = table(folder, "eligibility").set_index("village_id")["eligible"]
    return bool(eligibility.get(village, 0))


def test_a_reply_is_shown_in_words_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inside = table(folder, "plan")["village_id"].iloc[0]
    reply = ask(folder, outside=[inside])
    screen.show_reply(reply, as_json=False)
    words = capsys.readouterr().out
    assert ("can raise nothing" in words) == (reply.high == 0.0)
    assert "The cohort of 2023 to be signed: " in words
    assert f"({inside}): 2023 -> out" in words
    screen.show_reply(reply, as_json=False, lang="zh")
    assert f"（{inside}）：2023年批次 → 未入选" in capsys.readouterr().out
    screen.show_reply(reply, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["optimum_moves"]["low"] <= told["optimum_moves"]["high"]
    moved = next(row for row in told["changes"] if row["village_id"] == inside)
    assert (moved["cohort_before"], moved["cohort_after"]) == (2023, None)
    assert moved["name"]


def test_other_values_are_asked_at_their_paths(folder: Path) -> None:
    fewer = ask(folder, {"rules.programme_band.high": 35})
    assert len(fewer.plan) <= 35
    other = ask(folder, {"objective.combined": 5.0})
    assert other.low != other.low  # measured otherwise: optima are not compared


def test_what_cannot_be_asked_is_said(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        ask(folder, {"rules.no_such_rule.on": True})
    with pytest.raises(InputError):
        ask(folder, inside=["000000000000"])
    with pytest.raises(NoPlanPossibleError):
        ask(folder, {"rules.programme_band.high": 3})
    with pytest.raises(InputError):
        ask(tmp_path)


def test_values_are_read_as_in_a_scenario_file() -> None:
    assert stated(["a.b=3", "c = 0.5", "d=true", "e=county", 'f=["x"]']) == {
        "a.b": 3,
        "c": 0.5,
        "d": True,
        "e": "county",
        "f": ["x"],
    }
    with pytest.raises(InputError, match="PATH=VALUE"):
        stated(["no value"])


def test_a_question_about_one_village_is_answered_by_the_exchange_that_explain_names(folder: Path) -> None:
    prepared = prepare(*reopen(folder))
    plan = table(folder, "plan")
    exchanges = Exchanges(prepared.problem, prepared.program, completed(prepared.program, choice(prepared.problem, plan)))
    ids, inside = prepared.problem.villages.ids.astype(str), set(plan["village_id"])
    tried = 0
    for at in np.flatnonzero(prepared.eligible["eligible"].to_numpy())[:30]:
        asked = {"outside": [ids[at]]} if ids[at] in inside else {"inside": [ids[at]]}
        found = (exchanges.successor_of if ids[at] in inside else exchanges.place_for)(int(at))
        if found is None or found.gain < -0.002 * certified(folder)["objective"]:
            continue
        reply = ask(folder, **asked)
        moved = {ids[prepared.problem.choices.village[column]] for column in (found.leaves, found.enters)}
        assert set(reply.changes["village_id"]) == moved
        assert reply.answer.objective == pytest.approx(certified(folder)["objective"] + found.gain, abs=1e-3)
        assert reply.high <= 0.0
        tried += 1
        if tried == 4:
            break
    assert tried


def test_a_question_about_money_says_whether_the_list_may_stand(folder: Path) -> None:
    county = str(table(folder, "plan")["county_code"].astype(str).mode()[0])
    reply = ask(folder, {f"money.county_quota.{county}": 0.6})
    assert set(reply.kept.broken["county_code"]) == {county}
    lines = told(reply, CHINESE)
    (line,) = [line for line in lines if line.startswith("整个原名单")]
    years = reply.kept.broken.query("rule == 'county_quota'")["place"]
    assert all(f"{year}年超" in line for year in years)  # of one county every year, not the worst alone
    assert any(line.startswith("只保留待签批的") for line in lines)
    assert any(reply.counties[county] in line and "变为" in line for line in lines)
    if reply.held.x is None:  # then the villages of other counties may stand, or it is said that they may not
        assert reply.apart[0] == {county}
        assert any(line.startswith(f"{reply.counties[county]}以外待签批的") for line in lines)
    easy = ask(folder, {"rules.programme_band.high": 200})
    assert easy.kept.broken.empty
    assert easy.held is None
