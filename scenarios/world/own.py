"""An analyst's own rules: Python files named in the scenario, or functions given in a notebook.

A file holds a function ``rule(x, data)``; its first line of documentation is the rule's name for people. ``data`` has the
tables ``villages`` and ``counties``, the ``cohorts`` still to be decided, and the ``packages``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from model.errors import Fault, InputError
from model.selection.audit import Finding
from model.selection.problem import Problem
from model.selection.program import RowBlock
from model.vocabulary import Register
from solvers.adaptors.algebra import Function, broken, rows

PREFIX = "own:"


@dataclass(frozen=True)
class OwnRule:
    """A rule of the analyst: its name, what it says of itself, and its function."""

    name: str
    title: str
    function: Function


@dataclass(frozen=True)
class Data:
    """What a rule may read beside the choices."""

    villages: pd.DataFrame
    counties: pd.DataFrame
    cohorts: tuple[int, ...]
    packages: tuple[str, ...]


def of_function(function: Function, name: str = "") -> OwnRule:
    """Return a function as a rule, named as it is or otherwise."""
    return OwnRule(PREFIX + (name or getattr(function, "__name__", "rule")), _first_line(function.__doc__), function)


def of_sources(sources: Mapping[str, str]) -> tuple[OwnRule, ...]:
    """Return the rules of some Python texts by name; raise every fault at once."""
    rules, faults = [], []
    for name, source in sources.items():
        space: dict[str, Any] = {}
        try:
            exec(compile(source, f"{name}.py", "exec"), space)
        except (Exception, SystemExit) as error:  # whatever the file does is theirs to mend
            faults.append(_fault(name, f"the rule's file cannot be run: {type(error).__name__}: {error}"))
            continue
        function = space.get("rule")
        if not callable(function):
            faults.append(_fault(name, "the file has no function `rule(x, data)`"))
            continue
        rules.append(replace(of_function(function, name), title=_first_line(function.__doc__ or space.get("__doc__"))))
    if faults:
        raise InputError(faults)
    return tuple(rules)


def _first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def blocks(own: Sequence[OwnRule], problem: Problem, width: int, register: Register) -> tuple[RowBlock, ...]:
    """Return the rules' rows. Raises :class:`InputError` with what a rule cannot be understood by."""
    keys = [
        (str(problem.villages.ids[v]), int(problem.horizon.cohorts[t]), problem.packages[k])
        for v, t, k in zip(problem.choices.village, problem.choices.cohort, problem.choices.package, strict=True)
    ]
    blocks_, faults = [], []
    for rule in own:
        try:
            blocks_.append(rows(rule.name, rule.function, keys, width, _data(problem, register)))
        except (Exception, SystemExit) as error:  # whatever the analyst's rule does is theirs to mend
            faults.append(_failed(rule, error))
    if faults:
        raise InputError(faults)
    return tuple(blocks_)


def _failed(rule: OwnRule, error: BaseException) -> Fault:
    return Fault(rule.name, f"the rule fails: {type(error).__name__}: {error}", "Correct the rule.")


def findings(own: Sequence[OwnRule], listed: pd.DataFrame, problem: Problem, register: Register) -> list[Finding]:
    """Return what a list breaks of the analyst's rules, by evaluating them with the list's numbers."""
    package = listed["package"] if "package" in listed else pd.Series("standard", index=listed.index)
    taken = set(zip(listed["village_id"], listed["cohort"].astype(int), package, strict=True))
    keys = zip(problem.choices.village, problem.choices.cohort, problem.choices.package, strict=True)
    chosen = dict.fromkeys(taken, 1)  # what has no column is on the list all the same
    chosen |= {
        (k := (str(problem.villages.ids[v]), int(problem.horizon.cohorts[t]), problem.packages[p])): int(k in taken)
        for v, t, p in keys
    }
    found, faults = [], []
    for rule in own:
        try:
            own_broken = list(broken(rule.function, dict(chosen), _data(problem, register)))
        except (Exception, SystemExit) as error:
            faults.append(_failed(rule, error))
            continue
        found += [Finding(rule.name, label, rule.title or rule.name, "broken", round(excess, 6)) for label, excess in own_broken]
    if faults:
        raise InputError(faults)
    return found


def _data(problem: Problem, register: Register) -> Data:
    """Return copies of what a rule may read, so that it changes nothing for others; cohorts are those still to be decided."""
    cohorts = tuple(int(year) for year in problem.horizon.cohorts if year >= problem.horizon.as_of)
    return Data(register.villages.copy(), register.counties.copy(), cohorts, problem.packages)


def _fault(name: str, problem: str) -> Fault:
    return Fault(f"{name}.py", problem, "Correct the file; docs/guides/own-rule.md shows one.")
