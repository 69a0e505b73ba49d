"""Every clause is traced: how far it is met, by which elements, and which tests fail when it no longer is."""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from model.policy.clauses import clauses, trace

ROOT = Path(__file__).parents[3]
LEAST_WHOLE = 70


@pytest.fixture(scope="module")
def elements() -> dict[str, list[Any]]:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    pages = importlib.util.module_from_spec(spec)
    sys.modules["generate"] = pages
    spec.loader.exec_module(pages)
    return pages.elements()


def test_no_element_names_an_unknown_clause(elements: dict[str, list[Any]]) -> None:
    assert set(elements) <= set(clauses())


def test_every_clause_is_accounted_for_once(elements: dict[str, list[Any]]) -> None:
    unmet = {name for name, found in trace().items() if found.extent == "none"}
    assert set(elements) | unmet == set(clauses())
    assert not set(elements) & unmet


def test_only_known_forces_and_addressees() -> None:
    assert {clause.force for clause in clauses().values()} == {"约束", "力争", "鼓励", "原则", "程序", "背景"}
    assert {clause.applies_to for clause in clauses().values()} == {"pool", "upgrade"}


def test_gists_are_in_both_languages() -> None:
    assert all(clause.gist_zh and clause.gist_en for clause in clauses().values())


def test_every_clause_is_traced_and_what_is_missing_is_said() -> None:
    assert set(trace()) == set(clauses())
    assert {found.extent for found in trace().values()} <= {"whole", "part", "none"}
    for name, found in trace().items():
        assert bool(found.missing_zh and found.missing_en) == (found.extent != "whole"), name
    assert sum(found.extent == "whole" for found in trace().values()) >= LEAST_WHOLE


def test_every_clause_that_is_met_has_tests_that_are_there() -> None:
    tests = tomllib.loads((ROOT / "tests" / "trace.toml").read_text(encoding="utf-8"))
    assert set(tests) == {name for name, found in trace().items() if found.extent != "none"}
    for clause, named in tests.items():
        for test in named:
            file, _, function = test.partition("::")
            assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8"), (clause, test)
