"""The flow chart of a county (流程图): step under step, with the dates that the plan gives each cohort."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from model.policy.clauses import clauses
from model.policy.procedure import Step, procedure
from model.words import CHINESE


def boxes(plan: pd.DataFrame, works: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield of each step what stands in its box, and what stands beside it."""
    dated = works.assign(cohort=works["village_id"].map(plan.set_index("village_id")["cohort"]))
    for i, step in enumerate(procedure(), 1):
        when = _when(step, dated)
        beside = CHINESE("course_beside", what=step.what, when=f"{when}\n" if when else "", basis=_basis(step))
        yield f"{i}. {step.zh}\n{step.who}", beside


def _basis(step: Step) -> str:
    clause = clauses()[step.clause]
    return CHINESE(f"course_{step.basis}", document=clause.document, section=clause.section, clause=step.clause)


def _when(step: Step, works: pd.DataFrame) -> str:
    """Return the dates of a step, a line a cohort; nothing where the plan knows none."""
    if not step.when:
        return ""
    told = []
    for cohort, own in works.groupby("cohort"):
        ends = {
            "paid": (own["year"].min(), own["year"].max()),
            "start": (own["planned_start"].dropna().min(), own["planned_start"].dropna().max()),
            "works": (own["planned_start"].dropna().min(), own["planned_finish"].dropna().max()),
            "finish": (own["planned_finish"].dropna().min(), own["planned_finish"].dropna().max()),
            "deadline": (own["deadline"].dropna().max(),) * 2,
        }[step.when]
        if not any(pd.isna(end) for end in ends):
            key = "course_by" if step.when == "deadline" else "course_once" if ends[0] == ends[1] else "course_span"
            told.append(CHINESE(key, cohort=cohort, first=ends[0], last=ends[1]))
    return "\n".join(told)
