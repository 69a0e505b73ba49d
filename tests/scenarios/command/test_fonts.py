"""Whether this machine has Chinese type is looked for by the names of files, and what to do is said where it has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.telling import chinese
from scenarios.command import fonts


@pytest.mark.parametrize(
    "name", ["NotoSansCJK-Regular.ttc", "msyh.ttc", "simsun.ttc", "PingFang.ttc", "wqy-microhei.ttc", "方正小标宋简体.ttf"]
)
def test_a_font_with_chinese_signs_is_known_by_its_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / name).write_bytes(b"")
    assert fonts.chinese_type((tmp_path,)) == (True, name)


def test_where_there_is_none_what_to_do_is_said(tmp_path: Path) -> None:
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"")
    (tmp_path / "simsun.txt").write_bytes(b"")
    fine, told = fonts.chinese_type((tmp_path, tmp_path / "nowhere"))
    assert not fine
    assert "install" in told
    assert chinese(told)


@pytest.mark.parametrize("system", ["win32", "darwin", "linux"])
def test_every_system_has_places(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.sys, "platform", system)
    assert all(isinstance(place, Path) for place in fonts.places())
