"""A folder that a colleague sends runs no code unasked; headings and libraries that nobody knows are told."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from worlds import SMALL

from model.errors import InputError
from model.register.synthetic import generate
from scenarios import study
from scenarios.command.libraries import libraries
from scenarios.files.outtake import write_register
from scenarios.runs import run as runs
from scenarios.runs.audit import audited
from scenarios.world import trust
from scenarios.world.intake import take
from scenarios.world.open import reopen

RULE = "def rule(x, data):\n    yield\n    return\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a run with an own rule, of a machine that this one does not know."""
    monkeypatch.setenv(trust.HOME, str(tmp_path / "there"))
    mark = tmp_path / "ran"
    source = f"from pathlib import Path\n\ndef rule(x, data):\n    Path({str(mark)!r}).touch()\n    return iter(())\n"
    (tmp_path / "mine.py").write_text(source, encoding="utf-8")
    own = f'extends = "{Path(SMALL).as_posix()}"\nown_rules = ["mine.py"]\n[run]\ngap = 0.02\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    world = study.open_world(tmp_path / "own.toml")
    made = runs.run(*world, runs.Options(tmp_path / "run", say=lambda _: None), simulate=False)
    reopen(made)  # where it was made it runs
    mark.unlink()
    monkeypatch.setenv(trust.HOME, str(tmp_path / "here"))
    return made


def test_rules_of_a_stranger_are_shown_and_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="own rules come from elsewhere"):
        audited(folder)
    assert not (folder.parent / "ran").exists()
    monkeypatch.setenv(trust.ALLOWED, "1")
    assert audited(folder).findings == []
    assert (folder.parent / "ran").exists()


def test_a_heading_is_given_its_meaning(tmp_path: Path) -> None:
    write_register(generate(150, 3), tmp_path / "r.csv")
    text = (tmp_path / "r.csv").read_text(encoding="utf-8-sig").replace("households", "人家数", 1)
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="required column is missing"):
        take(tmp_path / "r.csv", None)
    taken = take(tmp_path / "r.csv", None, mapping={"人家数": "households"})
    assert any("人家数 is read as households" in note for note in taken.notes)
    (tmp_path / "r.map.toml").write_text('"人家数" = "households"\n', encoding="utf-8")
    assert len(take(tmp_path / "r.csv", None).register.villages) == 150
    for meant in ({"人家数": "nothing"}, {"没有的": "households"}):
        with pytest.raises(InputError, match="no such"):
            take(tmp_path / "r.csv", None, mapping=meant)


def test_a_missing_or_old_library_is_named_with_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(fine for _, fine, _ in libraries())
    usual = metadata.version

    def version(name: str) -> str:
        if name == "simpy":
            raise metadata.PackageNotFoundError(name)
        return "1.0" if name == "pandas" else usual(name)

    monkeypatch.setattr(metadata, "version", version)
    told = {name: words for name, fine, words in libraries() if not fine}
    assert set(told) == {"library simpy", "library pandas"}
    assert all("pip install" in words for words in told.values())
