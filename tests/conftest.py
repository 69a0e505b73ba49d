"""Fixtures: prepared worlds of two sizes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import pytest
from worlds import SMALL, tiny

from model.errors import Fault, InputError
from model.selection.audit import Finding
from model.telling import chinese
from scenarios import study
from scenarios.world.open import World

os.environ["BAICUN_LANG"] = "en"  # tests read what the code writes; those of the language set another


@pytest.fixture(scope="session", autouse=True)
def a_home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let nothing that is known of this machine reach a test, nor a test this machine."""
    os.environ["BAICUN_HOME"] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session", autouse=True)
def every_fault_is_told_in_chinese() -> Iterator[None]:
    """Let every fault that any test meets fail the test where the table of Chinese texts lacks a part of it."""
    usual = InputError.__init__

    def checked(self: InputError, faults: list[Fault]) -> None:
        usual(self, faults)
        texts = [text for fault in self.faults for text in (fault.problem, fault.remedy, fault.expected)]
        assert not (lacking := [text for text in texts if chinese(text) is None]), lacking

    with patch.object(InputError, "__init__", checked):
        yield


@pytest.fixture(scope="session", autouse=True)
def every_finding_is_told_in_chinese() -> Iterator[None]:
    """Let every finding of an audit that any test meets fail the test where a part of it has no Chinese."""
    usual = Finding.__init__

    def checked(self: Finding, *args: Any, **named: Any) -> None:
        usual(self, *args, **named)
        ours = (self.found,) if self.rule.startswith("own:") else (self.asked, self.found)  # own rules have words of their own
        said = [text for text in ours if isinstance(text, str) and re.search("[A-Za-z]{3}", text)]
        lacking = [text for text in said if chinese(text) is None]
        assert not lacking, lacking

    with patch.object(Finding, "__init__", checked):
        yield


@pytest.fixture
def tiny_world() -> Callable[..., study.Prepared]:
    """Return a maker of prepared tiny worlds."""
    return lambda seed, **changes: study.prepare(*tiny(seed, **changes))


@pytest.fixture(scope="session")
def small() -> World:
    """Return the small world: 150 villages."""
    return study.open_world(SMALL)


@pytest.fixture(scope="session")
def small_selection(small: World) -> study.Selection:
    """Return an audited plan of the small world."""
    return study.select(study.prepare(*small))
