"""Verdicts (结论): for each village, in or out, and why, in plain words.

A village that was left out although it may be selected is told which rules its entry would break in the cohort where
it would break fewest (the one worth most among equals), everything else staying as it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from model.selection.matching import payable
from model.selection.problem import Problem
from model.selection.program import TOLERANCE, Program
from model.selection.rules import term

Array = np.ndarray[Any, Any]

CONDITIONS = {
    "P23-POOL": ("未通过千村示范验收", "not accepted under the Thousand-Village Demonstration"),
    "P23-DECL-1": ("产业基础或后续运营规划不符合", "industry base or operation plan falls short"),
    "P23-DECL-2": ("村党组织带头人不符合", "party leadership falls short"),
    "P23-DECL-3": ("缺乏创建积极性", "no enthusiasm to create"),
    "P23-DECL-4": ("存在政府隐性债务风险", "hidden-debt risk"),
    "P23-PLAN": ("无村庄规划", "no village plan"),
    "P23-FARMER": ("未经村民同意", "no consent of residents"),
}


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


def _verdict(
    i: int, cohort: int, failed: str, blockers: dict[int, tuple[int, list[str], float]], past: set[int]
) -> tuple[Any, ...]:
    if i in past:
        return True, "history", f"已列入{cohort}年批次。", f"Was in the cohort of {cohort}."
    if cohort:
        return True, "selected", f"列入{cohort}年批次。", f"In the cohort of {cohort}."
    if i not in blockers:
        zh = "；".join(f"{CONDITIONS[c][0]}（{c}）" for c in failed.split(";"))
        en = "; ".join(f"{CONDITIONS[c][1]} ({c})" for c in failed.split(";"))
        return False, "ineligible", f"不符合申报条件：{zh}。", f"Not eligible: {en}."
    year, rules, gain = blockers[i]
    if not rules and gain <= 0:
        zh = f"其他村不变时可加入{year}年批次，但不会提高目标值。"
        return False, "no_gain", zh, f"Could join {year} with all else as it is, but would not raise the objective."
    if not rules:
        return (
            False,
            "within_gap",
            f"其他村不变时可加入{year}年批次；未入选属最优间隙以内的取舍。",
            f"Could join {year} with all else as it is; left out within the certified gap.",
        )
    zh = "、".join(term(rule) for rule in rules)
    return (
        False,
        "+".join(rules),
        f"其他村不变时，最宽松的{year}年批次也将突破：{zh}。",
        f"With all else as it is, even in {year} its entry would break: {', '.join(rules)}.",
    )


def _fewest_blockers(problem: Problem, program: Program, x: Array) -> dict[int, tuple[int, list[str], float]]:
    """Return, for each village that has columns, the cohort its entry would break fewest rules in, and those rules."""
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
    order = np.lexsort((problem.choices.cohort, -program.objective[: problem.size], count, problem.choices.village))
    villages, first = np.unique(problem.choices.village[order], return_index=True)
    best = order[first]
    return {
        int(v): (int(problem.horizon.cohorts[problem.choices.cohort[j]]), by_column.get(int(j), []), float(program.objective[j]))
        for v, j in zip(villages, best, strict=True)
    }
