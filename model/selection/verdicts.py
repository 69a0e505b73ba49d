"""Verdicts (结论): for each village, in or out, and why, in plain words.

A village that was left out although it may be selected is told which rules its entry would break in the cohort where
it would break fewest (the one worth most among equals), everything else staying as it is. One that may not be selected hears the
conditions it fails, by their clauses: P23-POOL, P23-DECL-1, P23-DECL-2, P23-DECL-3, P23-DECL-4, P23-PLAN,
P23-FARMER, P23-TYPE.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from model.selection.matching import payable
from model.selection.problem import Problem
from model.selection.program import TOLERANCE, Program
from model.selection.rivals import PRICED, off
from model.selection.rules import term
from model.words import both

Array = np.ndarray[Any, Any]
Blocked = tuple[int, list[str], float, dict[str, float]]
TELLING = 0.5  # points that a part of a cost must have to be named


def verdicts(problem: Problem, program: Program, x: Array, eligible: pd.DataFrame) -> pd.DataFrame:
    """Return ``village_id``, ``selected``, ``reason_code``, ``reason_zh``, ``reason_en`` for every village."""
    cohort_of = np.zeros(len(problem.villages.ids), dtype=int)
    chosen = np.flatnonzero(x[: problem.size] > 0.5)
    cohort_of[problem.choices.village[chosen]] = problem.horizon.cohorts[problem.choices.cohort[chosen]]
    past = set(problem.choices.village[problem.choices.fixed].tolist())
    blockers = _fewest_blockers(problem, program, x)
    rows = [_verdict(i, cohort_of[i], failed, blockers, past) for i, failed in enumerate(eligible["failed_conditions"])]
    table = pd.DataFrame(rows, columns=["selected", "reason_code", "reason_zh", "reason_en"])
    table.insert(0, "village_id", problem.villages.ids.astype(str))
    return table


def _verdict(i: int, cohort: int, failed: str, blockers: dict[int, Blocked], past: set[int]) -> tuple[Any, ...]:
    if i in past:
        return True, "history", *both("verdict_history", year=cohort)
    if cohort:
        return True, "selected", *both("verdict_selected", year=cohort)
    if i not in blockers:
        named = [(clause, *both(f"condition_{clause}")) for clause in failed.split(";")]
        zh, en = "；".join(f"{zh}（{c}）" for c, zh, _ in named), "; ".join(f"{en} ({c})" for c, _, en in named)
        return False, "ineligible", *both("verdict_ineligible", zh=zh, en=en)
    year, rules, worth, off = blockers[i]
    gain = worth - sum(off.values())
    if not rules:
        code = "within_gap" if gain > 0 else "on_target" if worth > 0 else "no_gain"
        parts = [both(f"verdict_off_{rule}", off=cost) for rule, cost in off.items() if cost >= TELLING]
        told = {"parts_zh": "、".join(zh for zh, _ in parts), "parts_en": " and ".join(en for _, en in parts)}
        return False, code, *both(f"verdict_{code}", year=year, worth=worth, **told)
    zh, en = "、".join(term(rule) for rule in rules), ", ".join(rules)
    return False, "+".join(rules), *both("verdict_breaks", year=year, zh=zh, en=en)


def _fewest_blockers(problem: Problem, program: Program, x: Array) -> dict[int, Blocked]:
    """Return, by village that has columns, the cohort its entry breaks fewest rules in, those, its worth, and what it costs."""
    matrix = sparse.csc_array(program.matrix[:, : problem.size])
    activity = program.matrix @ x
    column = np.repeat(np.arange(matrix.shape[1]), np.diff(matrix.indptr))
    after = activity[matrix.indices] + matrix.data
    outside = (after > program.upper[matrix.indices] + TOLERANCE) | (after < program.lower[matrix.indices] - TOLERANCE)
    follows = (
        np.diff(sparse.csr_array(program.matrix[:, problem.size :]).indptr) > 0
    )  # rows of auxiliary columns, which would move along
    broken = outside & ~follows[matrix.indices]
    rule_of = program.row_rule[matrix.indices[broken]]
    names = [block.rule for block in program.blocks]
    pairs = np.unique(np.column_stack([column[broken], rule_of]), axis=0)
    if "lawful_financing" in names:
        unpaid = np.flatnonzero(~payable(problem, x) & (x[: problem.size] < 0.5))
        money = np.full(len(unpaid), names.index("lawful_financing"))
        pairs = np.concatenate([pairs, np.column_stack([unpaid, money])])
    count = np.bincount(pairs[:, 0], minlength=problem.size)
    by_column: dict[int, list[str]] = {}
    for j, rule in pairs:
        by_column.setdefault(int(j), []).append(names[rule])
    worth = program.objective[: problem.size]
    off = _further_off(problem, program, x)
    gain = worth - sum(off.values(), start=np.zeros(problem.size))
    order = np.lexsort((problem.choices.cohort, -gain, count, problem.choices.village))
    villages, first = np.unique(problem.choices.village[order], return_index=True)
    best = order[first]
    return {
        int(v): (
            int(problem.choice_year[j]),
            by_column.get(int(j), []),
            float(worth[j]),
            {rule: float(cost[j]) for rule, cost in off.items()},
        )
        for v, j in zip(villages, best, strict=True)
    }


def _further_off(problem: Problem, program: Program, x: Array) -> dict[str, Array]:
    """Return what one more village costs by taking sizes, and averages, further from where they should be, by column."""
    cost: dict[str, Array] = {}
    for block in (block for block in program.blocks if block.rule in PRICED):
        own, away = sparse.csc_array(block.matrix[:, : problem.size]), sparse.csr_array(block.matrix[:, problem.size :])
        price = -program.objective[problem.size + away.indices] / np.abs(away.data)  # a column of its own in each row
        activity, column = own @ x[: problem.size], np.repeat(np.arange(problem.size), np.diff(own.indptr))
        more = off(block, activity[own.indices] + own.data, own.indices) - off(block, activity[own.indices], own.indices)
        cost[block.rule] = np.bincount(column, price[own.indices] * more, minlength=problem.size)
    return cost
