"""What is written takes its place whole or not at all, though a file is open elsewhere, once or for ever, at any step."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import InputError
from model.register.synthetic import generate
from scenarios.files import placing
from scenarios.files.outtake import write_register
from scenarios.runs import store


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "PAUSE", 0.0)


def failing(monkeypatch: pytest.MonkeyPatch, at: int, times: int) -> Callable[[], int]:
    """Let the nth step and those after it fail as where a file is open elsewhere, so many times."""
    usual, count = os.replace, [0]

    def replace(one: Path, two: Path) -> None:
        count[0] += 1
        if at <= count[0] < at + times:
            raise PermissionError(13, "The process cannot access the file", str(two))
        usual(one, two)

    monkeypatch.setattr(os, "replace", replace)
    return lambda: count[0]


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.parametrize("at", [1, 2])
def test_files_wait_for_a_scanner(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for place in places:
        place.write_text("old", encoding="utf-8")
    failing(monkeypatch, at, 1)
    with placing.files(*places) as drafts:
        for draft in drafts:
            draft.write_text("new", encoding="utf-8")
    assert texts(tmp_path) == {"a.csv": "new", "b.csv": "new"}


@pytest.mark.parametrize("at", [1, 2])
def test_a_file_that_stays_open_is_named_and_nothing_is_lost(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for place in places:
        place.write_text("old", encoding="utf-8")
    failing(monkeypatch, at, placing.TRIES)
    with pytest.raises(InputError, match="open elsewhere"):
        _write(places)
    assert texts(tmp_path) == {"a.csv": "old", "b.csv": "old"}


def _write(places: list[Path]) -> None:
    with placing.files(*places) as drafts:
        for draft in drafts:
            draft.write_text("new", encoding="utf-8")


def sealed(folder: Path, text: str, force: bool = False) -> None:
    with store.written_whole(folder, force) as draft:
        (draft / "plan.csv").write_text(text, encoding="utf-8")
        store.seal(draft, {"kind": "run", "identity": "0" * 64})


@pytest.mark.parametrize("at", [1, 2])
def test_a_run_folder_that_stays_open_is_put_back_and_the_new_one_kept(at: int, tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "run"
    sealed(folder, "old")
    failing(monkeypatch, at, placing.TRIES)
    with pytest.raises(InputError, match="open elsewhere") as refused:
        sealed(folder, "new", force=True)
    assert (folder / "plan.csv").read_text(encoding="utf-8") == "old"
    kept = Path(refused.value.faults[0].value)
    assert (kept / "plan.csv").read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("at", [1, 2])
def test_a_run_folder_waits_for_a_scanner(at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "run"
    sealed(folder, "old")
    failing(monkeypatch, at, 2)
    sealed(folder, "new", force=True)
    assert (folder / "plan.csv").read_text(encoding="utf-8") == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_drafts_of_processes_that_are_no_more_are_swept(tmp_path: Path) -> None:
    place = tmp_path / "run"
    dead, mine = (tmp_path / f".run.{placing.HOST}-{pid}-abcd1234.tmp" for pid in (2**22 + 7, os.getpid()))
    other = tmp_path / ".run.00000000-1-abcd1234.tmp"
    for draft in (dead, mine, other):
        draft.mkdir()
    placing.sweep(place)
    assert [draft.exists() for draft in (dead, mine, other)] == [False, True, True]


@pytest.mark.parametrize("name", ["r.xlsx", "run"])
def test_what_a_process_that_was_killed_had_taken_away_comes_back(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    suffix = place.suffix
    old, draft = (tmp_path / f".{name}.{placing.HOST}-{2**22 + 7}-abcd1234.{kind}{suffix}" for kind in ("old", "tmp"))
    old.write_text("all there was", encoding="utf-8")
    draft.write_text("half", encoding="utf-8")
    placing.sweep(place)
    assert place.read_text(encoding="utf-8") == "all there was"
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_a_register_is_written_whole_or_not_at_all(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk in the middle of it leaves the register that stood there, and its county table."""
    out = tmp_path / f"r{suffix}"
    write_register(generate(150, 3), out)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scenarios.files.outtake.write_table", full)
    with pytest.raises(InputError, match="No space left"):
        write_register(generate(150, 4), out, force=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
