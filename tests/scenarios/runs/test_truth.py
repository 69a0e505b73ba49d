"""No number that is none, no rule that reaches the rest, no folder lost, and nothing cut short called the same."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import raw_counties, raw_villages, tiny

from model.errors import Fault, InputError
from model.simulation import replicate
from model.simulation.calendar import Calendar
from scenarios import study
from scenarios.files import tables
from scenarios.files.declaration import write_template
from scenarios.files.manifest import CUT_SHORT, read_manifest, sealed
from scenarios.runs import rerun, store
from scenarios.runs import run as runs
from scenarios.world import own
from scenarios.world.load import load
from scenarios.world.open import World, open_world


@pytest.fixture(scope="module")
def folder(small: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = runs.Options(tmp_path_factory.mktemp("truth") / "run", say=lambda _: None)
    return runs.run(small.scenario.with_changes({"run.gap": 0.02}), small.register, options, simulate=False)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400"])
@pytest.mark.parametrize(
    "key", ['objective."column:households"', "simulation.season.central_latitude", "money.factor.general_bond", "run.time_limit"]
)
def test_a_number_that_is_none_is_a_fault_of_the_file(key: str, number: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(f'extends = "baseline"\n{key} = {number}\n', encoding="utf-8")
    with pytest.raises(InputError):
        load(str(path))


@pytest.mark.parametrize(
    "changes",
    [
        {"simulation.season.central_latitude": 4.4},
        {"programme.end_date": "2026-12-31", "programme.target_date": "2026-12-31"},
        {"programme.start_date": "2024-02-01"},
    ],
)
def test_what_can_never_be_played_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InputError):
        load("baseline", changes)


def test_a_rule_of_ones_own_cannot_end_the_program_nor_reach_the_register() -> None:
    leaving = "import sys\n\ndef rule(x, data):\n    sys.exit(0)\n    yield\n"
    with pytest.raises(InputError, match="SystemExit"):
        own.of_sources({"a": "import sys\nsys.exit(0)\n"})
    scenario, register = tiny(5, villages=8, quota=6000)
    with pytest.raises(InputError, match="SystemExit"):
        _ = study.prepare(scenario, register, own.of_sources({"leaving": leaving})).program
    careless = "def rule(x, data):\n    data.villages['households'] = 1\n    del data.counties['name']\n    return []\n"
    before = register.villages.copy(), register.counties.copy()
    study.select(study.prepare(scenario, register, own.of_sources({"careless": careless})))
    pd.testing.assert_frame_equal(register.villages, before[0])
    pd.testing.assert_frame_equal(register.counties, before[1])


@pytest.mark.parametrize("cut", CUT_SHORT)
def test_what_was_cut_short_is_never_an_identical_run(cut: str, folder: Path, tmp_path: Path) -> None:
    import shutil

    twin = tmp_path / "run"
    shutil.copytree(folder, twin)
    path = twin / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert store.reusable(twin, manifest["identity"], force=False)
    manifest["solver"]["stopped_by"] = cut
    manifest["seal"] = sealed(manifest)
    path.write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(InputError, match="cut short"):
        store.reusable(twin, manifest["identity"], force=False)
    assert not store.reusable(twin, manifest["identity"], force=True)


def test_new_papers_do_not_change_who_made_the_numbers(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    twin = tmp_path / "run"
    shutil.copytree(folder, twin)
    before = read_manifest(twin)["versions"]
    monkeypatch.setattr(store, "versions", lambda: {**before, "source": "another"})
    rerun.report(twin)
    after = read_manifest(twin)
    assert after["versions"] == before
    assert after["papers"]["source"] == "another"
    with pytest.raises(InputError, match="another version of Baicun"):
        store.reusable(twin, after["identity"], force=False)


def test_what_took_the_place_meanwhile_stays_and_so_does_what_was_worked_out(tmp_path: Path) -> None:
    place = tmp_path / "run"

    def write() -> None:
        with store.written_whole(place) as draft:
            (draft / "mine.csv").write_text("1", encoding="utf-8")
            place.mkdir()
            (place / "notes.txt").write_text("yours", encoding="utf-8")

    with pytest.raises(InputError, match="meanwhile") as refused:
        write()
    assert (place / "notes.txt").read_text(encoding="utf-8") == "yours"
    kept = Path(refused.value.faults[0].value)
    assert (kept / "mine.csv").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([place.name, kept.name])


def test_a_place_that_cannot_be_written_to_is_told_before_anything_is_worked_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing can be written there"):
        store.reusable(tmp_path / ("n" * 250), "identity", force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be written"), store.written_whole(tmp_path / "run"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_a_worker_that_the_system_ends_is_told_as_such() -> None:
    with pytest.raises(replicate.WorkerLostError, match="memory"):
        list(replicate._done([partial(os._exit, 3)] * 4, 2))


def test_names_that_no_folder_or_sheet_may_have(tmp_path: Path) -> None:
    path = tmp_path / "my plan (1).toml"
    path.write_text('extends = "baseline"\n', encoding="utf-8")
    with pytest.raises(InputError, match="Rename the file"):
        load(str(path))
    counties = pd.DataFrame({"county_code": ["220122"], "name": ["甲/乙[县]"], "prefecture": ["某市"]})
    assert write_template(counties, tmp_path / "form.xlsx").is_file()


def test_a_misspelt_key_of_a_rule_names_the_rules_own_keys() -> None:
    with pytest.raises(InputError) as refused:
        load("baseline", {"rules.cohort_band.lwo": 3})
    assert "on, low (每批村数下限), high (每批村数上限)" in refused.value.faults[0].remedy


def test_a_status_that_no_solver_should_give_is_an_error_of_its_own() -> None:
    from solvers.adaptors import highs

    program = study.prepare(*tiny(5, villages=8, quota=6000)).program
    what = highs.arrays(program)
    broken = replace(what, objective=what.objective * float("nan"))
    from solvers.answer import Limits

    with pytest.raises(RuntimeError):
        highs.search(broken, Limits())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = " + "[" * 100_000 + "]" * 100_000, "brackets within brackets"),
        ("[run]\nseed = " + "9" * 9_000, "Exceeds the limit"),
        ('extends = "baseline"\n[simulation.funding]\nwindows = ["03-31", "03-31"]', "a date is there twice"),
        ('extends = "baseline"\n[programme]\nend_date = "2039-12-31"', "add those up to 2039"),
        ('extends = "baseline"\nown_rules = ["noise.py"]', "the rule's file is no text"),
    ],
)
def test_hostile_scenarios_get_a_sentence(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "noise.py").write_bytes(bytes(range(128, 256)))
    (tmp_path / "odd.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load(str(tmp_path / "odd.toml"))


def test_a_long_chain_of_scenarios_is_refused(tmp_path: Path) -> None:
    for i in range(200):
        (tmp_path / f"e{i}.toml").write_text(f'extends = "e{i + 1}.toml"\n', encoding="utf-8")
    with pytest.raises(InputError, match="too many scenarios extend"):
        load(str(tmp_path / "e0.toml"))


def test_the_order_of_dates_and_packages_means_nothing() -> None:
    one = load("baseline", {"simulation.funding.windows": ["10-31", "01-15", "06-30"], "packages.offered": ["enhanced", "basic"]})
    two = load("baseline", {"simulation.funding.windows": ["01-15", "06-30", "10-31"], "packages.offered": ["basic", "enhanced"]})
    assert one == two


def test_29_february_is_there_in_leap_years() -> None:
    calendar = Calendar(date(2023, 1, 1), date(2028, 12, 31))
    days = {year: calendar.date(calendar.yearly("02-29", year)) for year in (2023, 2024, 2028)}
    assert days == {2023: date(2023, 2, 28), 2024: date(2024, 2, 29), 2028: date(2028, 2, 29)}


def test_a_village_may_be_called_null(tmp_path: Path) -> None:
    names = pd.DataFrame({"village_id": ["220103900001", "220103900002"], "name": ["NA", "null"], "x": [1.0, float("nan")]})
    tables.write(names, tmp_path / "names.csv")
    again = tables.read(tmp_path / "names.csv")
    assert again["name"].tolist() == ["NA", "null"]
    assert again["x"].isna().tolist() == [False, True]


@pytest.mark.parametrize("factor", [1e-12, 1e-8, 1.0])
def test_a_limit_of_tiny_numbers_is_a_limit(factor: float) -> None:
    """The least and the next least that a plan can use differ by less than a solver's tolerance."""
    scenario, register = tiny(3)
    villages = register.villages.assign(use=factor * np.arange(1, len(register.villages) + 1))
    changes = {
        "register.extra_columns": ["use"],
        "rules.resources.on": True,
        "resources": [{"name": "small", "column": "use", "limit": 6.5 * factor, "per": "programme"}],
    } | {f"rules.{name}.on": False for name in scenario.rules.named() if name not in ("eligible_only", "once_only", "resources")}
    prepared = study.prepare(scenario.with_changes(changes), replace(register, villages=villages))
    plan = study.select(prepared).plan.table
    used = plan.merge(villages[["village_id", "use"]], on="village_id")["use"].sum()
    assert used <= 6.5 * factor
    over = villages.assign(cohort=2023)[["village_id", "cohort"]].tail(4)
    assert any(finding.rule == "resources" for finding in study.check(over, prepared))


def test_control_characters_never_reach_a_terminal() -> None:
    fault = Fault("a\x1b[31m.csv", "cell cannot be read", "Correct the code.", value="\x07\x9b")
    for text in (fault.told("zh"), fault.told("en"), str(fault)):
        assert not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in text)


def test_a_total_below_the_works_of_bonds_is_a_fault_and_not_dropped(tmp_path: Path) -> None:
    villages = raw_villages(6).assign(total_cost_wan_yuan="5000")
    villages.loc[3, "total_cost_wan_yuan"] = "12"
    villages.to_csv(tmp_path / "r.csv", index=False)
    raw_counties().to_csv(tmp_path / "r.counties.csv", index=False)
    with pytest.raises(InputError, match="1 villages cost less in all") as refused:
        open_world("baseline", {"register.file": str(tmp_path / "r.csv")})
    assert villages.loc[3, "village_id"] in refused.value.faults[0].value
