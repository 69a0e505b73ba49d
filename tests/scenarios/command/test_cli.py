"""The commands and their exit codes, as a shell sees them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from worlds import SMALL

from scenarios.command.cli import main


def shell(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "scenarios.command.cli", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False)


def baicun(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command as :func:`shell` does, without the seconds a process takes to start."""
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["baicun", *map(str, words)]
    try:
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            contextlib.chdir(cwd),
            patch.dict(os.environ),
            pytest.raises(SystemExit) as end,
        ):
            main()
    finally:
        sys.argv = before
    code = 0 if end.value.code is None else int(end.value.code)
    return subprocess.CompletedProcess(sys.argv, code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("analyst")


@pytest.fixture(scope="module")
def run_dir(place: Path) -> Path:
    done = shell("run", SMALL, "--quiet", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "gap" in done.stdout
    return place / done.stdout.splitlines()[-1]


def test_run_ends_with_its_folder(run_dir: Path) -> None:
    assert run_dir.name.startswith("small-")
    assert len(run_dir.name) == len("small-") + 12
    assert (run_dir / "report.html").is_file()


def test_audit_explain_rerun_and_report(run_dir: Path, place: Path) -> None:
    assert baicun("audit", run_dir, cwd=place).returncode == 0
    village = (run_dir / "plan.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")[0]
    told = baicun("explain", run_dir, village, cwd=place)
    assert (told.returncode, "In the cohort" in told.stdout) == (0, True)
    assert baicun("explain", run_dir, "123", cwd=place).returncode == 2
    facts = json.loads(baicun("explain", run_dir, village, "--json", cwd=place).stdout)
    assert (facts["kind"], facts["code"], type(facts["facts"]["cohort"])) == ("village", village, int)
    assert baicun("rerun", run_dir, "--quiet", cwd=place).stdout.strip() == "no difference"
    assert baicun("report", run_dir, cwd=place).returncode == 0


def test_a_list_that_breaks_rules_ends_with_5(run_dir: Path, place: Path) -> None:
    rows = (run_dir / "plan.csv").read_text(encoding="utf-8-sig").splitlines()
    (place / "list.csv").write_text("\n".join(rows[:5]), encoding="utf-8")
    done = baicun("audit", "list.csv", "--scenario", SMALL, cwd=place)
    assert done.returncode == 5
    assert "cohort_band" in done.stdout


def test_four_faults_end_with_2_and_leave_nothing(place: Path) -> None:
    assert baicun("register", "generate", "--villages", 150, "--seed", 3, "--out", "r.csv", cwd=place).returncode == 0
    assert baicun("register", "check", "r.csv", cwd=place).returncode == 0
    lines = (place / "r.csv").read_text(encoding="utf-8-sig").splitlines()
    cells = [line.split(",") for line in lines]
    households, county = cells[0].index("households"), cells[0].index("county_code")
    cells[0][households] = "housholds"
    cells[4][0] = cells[3][0]
    cells[6][households] = "-3"
    cells[8][county] = "229999"
    (place / "bad.csv").write_text("\n".join(map(",".join, cells)), encoding="utf-8")
    before = sorted((place / "runs").iterdir())
    for words in (("register", "check", "bad.csv"), ("run", SMALL, "--register", "bad.csv")):
        done = baicun(*words, "--counties", "r.counties.csv", cwd=place)
        assert done.returncode == 2
        for clue in (
            "row 1, column housholds",
            "row 5, column village_id",
            "row 7, column housholds",
            "row 9, column county_code",
        ):
            assert clue in done.stderr
        assert "Faults: 4" in done.stderr
    assert sorted((place / "runs").iterdir()) == before
    told = json.loads(baicun("register", "check", "bad.csv", "--counties", "r.counties.csv", "--json", cwd=place).stdout)
    assert len(told["faults"]) == 4


def test_no_plan_ends_with_3_and_names_what_clashes(place: Path) -> None:
    tenth = place / "tenth.toml"
    tenth.write_text(f'extends = "{Path(SMALL).as_posix()}"\n[money]\nfactor.general_bond = 0.05\n', encoding="utf-8")
    before = sorted((place / "runs").iterdir()) if (place / "runs").is_dir() else []
    done = baicun("select", "tenth.toml", "--time-limit", 5, cwd=place)
    assert done.returncode == 3
    assert "quotas" in done.stdout
    assert "quotas" in done.stdout
    asked = baicun("select", "tenth.toml", "--time-limit", 2, "--diagnose", "why.txt", cwd=place)
    assert (asked.returncode, asked.stdout) == (3, "")
    assert "quotas" in (place / "why.txt").read_text(encoding="utf-8")
    again = baicun("select", "tenth.toml", "--diagnose", "why.txt", cwd=place)
    assert again.returncode == 2  # a file that stands there is not replaced unasked
    told = json.loads(baicun("select", "tenth.toml", "--time-limit", 2, "--json", cwd=place).stdout)
    assert "county_quota" in {entry["rule"] for entry in told["clash"]}
    assert (sorted((place / "runs").iterdir()) if (place / "runs").is_dir() else []) == before


def test_no_plan_within_the_limits_ends_with_4(place: Path) -> None:
    done = baicun("select", "baseline", "--solver", "highs", "--time-limit", 0.01, "--out", "none", cwd=place)
    assert done.returncode == 4
    assert not (place / "none").exists()


def test_a_shell_and_a_call_end_alike(place: Path) -> None:
    """Guards the others: what a process of its own says and ends with is what the call says and ends with."""
    for words in (("scenarios",), ("run", "nowhere"), ("explain", "nowhere", "1", "--json")):
        one, two = shell(*words, cwd=place), baicun(*words, cwd=place)
        assert (one.returncode, one.stdout, one.stderr) == (two.returncode, two.stdout, two.stderr)


@pytest.mark.parametrize(
    "words",
    [("run", "nowhere"), ("run",), ("run", "baseline", "--gap", "x"), ("rerun", "nowhere"), ("run", "baseline", "--lang", "fr")],
)
def test_bad_usage_ends_with_2(words: tuple[str, ...], place: Path) -> None:
    done = baicun(*words, cwd=place)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_scenarios_diff_schema_and_doctor(place: Path) -> None:
    assert "tight-budget" in baicun("scenarios", cwd=place).stdout
    assert (
        "money.factor.general_bond 一般债券系数 P23-BOND: 1.0 -> 0.95"
        in baicun("diff", "baseline", "tight-budget", cwd=place).stdout
    )
    schema = json.loads(baicun("schema", cwd=place).stdout)
    assert "180-200" in json.dumps(schema["$defs"]["CohortBand"]["properties"]["low"], ensure_ascii=False)
    assert baicun("doctor", cwd=place).returncode == 0


def test_compare_runs_what_it_needs(place: Path) -> None:
    variant = place / "variant.toml"
    variant.write_text(f'extends = "{Path(SMALL).as_posix()}"\n[money]\nfactor.general_bond = 0.8\n', encoding="utf-8")
    done = baicun("compare", SMALL, "variant.toml", "--quiet", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "The best total merit differs by" in done.stdout
    assert (place / done.stdout.splitlines()[-1] / "outcomes.csv").is_file()
    told = json.loads(baicun("compare", SMALL, "variant.toml", "--quiet", "--json", cwd=place).stdout)
    assert told["optima"][0]["scenario"] == "variant"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("run", SMALL, "--solver", "pulp:NONSENSE"), 2),
        (("run", SMALL, "--solver", "exhaustive"), 2),
        (("run", SMALL, "--workers", "0"), 2),
        (("run", SMALL, "--counties", "nowhere.csv"), 2),
        (("register", "generate", "--seed", "-1", "--out", "x.csv"), 2),
        (("compare", SMALL, "nowhere"), 2),
        (("select", "baseline", "--solver", "highs", "--time-limit", "0.01"), 4),
    ],
)
def test_every_end_has_its_code_and_one_json_document(words: tuple[str, ...], code: int, place: Path) -> None:
    before = set((place / "runs").glob("*"))
    json_too = () if words[0] == "register" else ("--json",)
    done = baicun(*words, *json_too, cwd=place)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    if json_too:
        assert json.loads(done.stdout)["exit_code"] == code
    assert set((place / "runs").glob("*")) == before


def test_a_diagnosis_that_cannot_be_written_is_shown(place: Path) -> None:
    tenth = place / "tenth.toml"
    tenth.write_text(f'extends = "{Path(SMALL).as_posix()}"\n[money]\nfactor.general_bond = 0.05\n', encoding="utf-8")
    done = baicun("select", "tenth.toml", "--time-limit", 2, "--diagnose", "no/such/folder/why.txt", cwd=place)
    assert done.returncode == 3
    assert "quotas" in done.stdout


def test_a_comparison_that_fails_takes_no_finished_run_away(place: Path) -> None:
    tenth = place / "tenth.toml"
    tenth.write_text(f'extends = "{Path(SMALL).as_posix()}"\n[money]\nfactor.general_bond = 0.05\n', encoding="utf-8")
    other = place / "runs" / "another-terminal"  # finished while the comparison runs
    before = set((place / "runs").glob("*"))
    other.mkdir()
    (other / "manifest.json").write_text("{}", encoding="utf-8")
    done = baicun("compare", SMALL, "tenth.toml", "--seed", 77, "--quiet", cwd=place)
    assert done.returncode == 3
    (finished,) = set((place / "runs").glob("*")) - before - {other}
    assert finished.name in done.stderr
    assert (finished / "manifest.json").is_file()
    assert other.is_dir()
    shutil.rmtree(other)


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_comparison_never_replaces_a_folder_with_an_analysts_notes(force: tuple[str, ...], place: Path) -> None:
    variant = place / "variant.toml"
    variant.write_text(f'extends = "{Path(SMALL).as_posix()}"\n[money]\nfactor.general_bond = 0.8\n', encoding="utf-8")
    words = ("compare", SMALL, "variant.toml", "--quiet")
    folder = place / baicun(*words, cwd=place).stdout.splitlines()[-1]
    notes = folder / "my notes.txt"
    notes.write_text("what the meeting said", encoding="utf-8")
    done = baicun(*words, *force, cwd=place)
    assert done.returncode == (2 if force else 0), done.stderr  # the same comparison is there already
    assert ("my notes.txt" in done.stderr) == bool(force)
    other = baicun("compare", SMALL, "variant.toml", "--replications", 3, "--quiet", "--out", folder, *force, cwd=place)
    assert other.returncode == 2
    assert notes.read_text(encoding="utf-8") == "what the meeting said"
