"""What passes is one live line in a terminal, and plain lines elsewhere; what stays ends it."""

from __future__ import annotations

import io

import pytest

from scenarios.command import moving

MOMENT = "   12 s  plan 50,720.4, bound 50,864.1, gap 0.283%  (combined)"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_elsewhere_lines_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert not moving.moving(MOMENT, MOMENT)
    assert not moving._live


def test_in_a_terminal_a_moment_takes_the_place_of_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert moving.moving(MOMENT, MOMENT)
    assert moving.moving(MOMENT, "[b]方案")  # brackets are no markup
    assert not moving.moving("plan: within the gap", "")
    assert not moving._live
    assert "[b]方案" in terminal.getvalue()


def test_a_bar_ends_with_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    show = moving.bar("推演")
    for done in (1, 2):
        show(done, 2)
    assert capsys.readouterr().err.startswith("推演 2/2")
    monkeypatch.setattr("sys.stderr", Terminal())
    for done in (1, 2):
        show(done, 2)
    assert not moving._live
