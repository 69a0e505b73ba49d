"""A starter is a scenario that changes nothing; with every remark taken off it still is, and each number says what it means."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.errors import InputError
from model.words import Words
from scenarios.world import starter
from scenarios.world.load import differences, load

LINE = re.compile(r"^# (\[|[\w\"-]+ = )")


@pytest.mark.parametrize("name", ["baseline", "everything", "months-18"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_starter_changes_nothing_with_its_remarks_or_without_them(name: str, lang: str, tmp_path: Path) -> None:
    path = starter.write(tmp_path / "my.toml", name, Words(lang))
    text = path.read_text(encoding="utf-8")
    assert differences(load(name), load(str(path))) == {}
    bare = "\n".join(line.removeprefix("# ") if LINE.match(line) else line for line in text.splitlines())
    (tmp_path / "bare.toml").write_text(bare.replace("title_zh", "#"), encoding="utf-8")
    assert differences(load(name), load(str(tmp_path / "bare.toml"))) == {}
    assert len(re.findall(LINE.pattern, text, re.M)) > 150


def test_a_starter_replaces_nothing_and_extends_what_is_there(tmp_path: Path) -> None:
    starter.write(tmp_path / "my.toml", "baseline", Words("zh"))
    with pytest.raises(InputError, match="the file exists"):
        starter.write(tmp_path / "my.toml", "baseline", Words("zh"))
    with pytest.raises(InputError, match="Did you mean baseline"):
        starter.write(tmp_path / "other.toml", "baselin", Words("zh"))
