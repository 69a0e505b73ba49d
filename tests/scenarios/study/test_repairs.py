"""Repairs: each way suffices alone, asks no more than it must by much, never empties a cohort, and keeps to its time."""

from __future__ import annotations

import time
import tomllib
from dataclasses import replace

import numpy as np
import pytest
from worlds import tiny

from model.errors import NoPlanPossibleError
from model.words import ENGLISH
from scenarios import study
from solvers.answer import Limits
from solvers.solve import solve
from solvers.strategies.easing import Ease, least


def refused(**changes: object) -> tuple[study.Prepared, NoPlanPossibleError]:
    prepared = study.prepare(*tiny(5, villages=8, quota=3000, **changes))
    with pytest.raises(NoPlanPossibleError) as error:
        study.select(prepared)
    return prepared, error.value


def test_each_repair_is_lines_of_a_scenario_under_which_there_is_a_plan() -> None:
    prepared, error = refused(money__factor__general_bond=0.1)
    repairs = error.diagnosis.repairs
    assert "more_money" in {repair.way for repair in repairs}
    for repair in repairs:
        assert repair.verified
        stated = tomllib.loads("\n".join(repair.state))
        flat = {f"{section}.{key}": value for section, table in stated.items() for key, value in _flat(table)}
        assert flat == repair.changes
        again = study.prepare(prepared.scenario.with_changes(flat), prepared.register)
        assert solve(again.program, "exhaustive", Limits()).x is not None
        assert repair.changes.get("rules.cohort_band.low", 1) >= 1


def _flat(table: dict[str, object], prefix: str = ""):
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def test_what_a_way_asks_at_least_is_no_more_than_what_suffices() -> None:
    """The bound is checked against every choice of small worlds: no easing below it lets a choice fit."""
    checked = 0
    for seed in range(12):
        program = study.prepare(*tiny(seed, villages=6, quota=2000, money__factor__general_bond=0.15)).program
        name = np.array([block.rule for block in program.blocks], dtype=object)[program.row_rule]
        rows = np.flatnonzero((name == "county_quota") & (program.upper > 0))
        bound = least(program, [Ease(rows, program.upper[rows], "upper")], 1e3)
        if bound in (0.0, 1e3):
            continue
        blocks = []
        for block in program.blocks:
            eased = block.upper * (1 + 0.99 * bound) if block.rule == "county_quota" else block.upper
            blocks.append(replace(block, upper=eased))
        tight = replace(program, blocks=tuple(blocks))
        assert solve(tight, "exhaustive", Limits()).status == "infeasible"
        checked += 1
    assert checked


def test_the_search_for_repairs_keeps_to_the_time_limit() -> None:
    started = time.perf_counter()
    _, error = refused(money__factor__general_bond=0.1, run__time_limit=1.5)
    assert time.perf_counter() - started < 30  # a safety net, not a measure of speed
    assert error.diagnosis.reasons or error.diagnosis.infeasibility.rules


def test_reasons_stand_alone_and_the_ways_are_told() -> None:
    from scenarios.command.screen import diagnosis_text

    _, error = refused(money__factor__general_bond=0.1)
    text = diagnosis_text(error, as_json=False)
    ways = error.diagnosis.repairs
    assert ENGLISH("repairs_one" if len(ways) == 1 else "repairs") in text
    assert all(tried in text for _, tried in error.diagnosis.ended)
    assert (ENGLISH("conflict") in text) == (not error.diagnosis.reasons)
