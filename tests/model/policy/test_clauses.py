"""Every clause is met by a named element or listed as unmet, and no element names a clause that does not exist."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from model.policy.clauses import clauses, unmet

ROOT = Path(__file__).parents[3]


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
    assert set(elements) | set(unmet()) == set(clauses())
    assert not set(elements) & set(unmet())


def test_only_known_forces_and_addressees() -> None:
    assert {clause.force for clause in clauses().values()} == {"约束", "力争", "鼓励", "原则", "程序", "背景"}
    assert {clause.applies_to for clause in clauses().values()} == {"pool", "upgrade"}


def test_gists_are_in_both_languages() -> None:
    assert all(clause.gist_zh and clause.gist_en for clause in clauses().values())


def test_every_element_has_its_test(elements: dict[str, list[Any]]) -> None:
    for found in elements.values():
        for element in found:
            assert (ROOT / element.test).is_file(), element
