"""Audit: any list, its projects and its funding, checked against every rule without a solver."""

from __future__ import annotations

import pandas as pd

from model.money.costs import Costs
from model.policy import catalogue
from model.selection.audit import Finding, Works, audit, audit_projects
from model.vocabulary import CLASSES, PACKAGES
from scenarios.study.prepare import Prepared
from scenarios.world import own as own_rules


def check(listed: pd.DataFrame, prepared: Prepared) -> list[Finding]:
    """Audit any list of ``village_id`` and ``cohort``: return every rule it breaks, the analyst's own among them."""
    findings = audit(listed, prepared.register, _bond(prepared), _works(prepared, listed), prepared.scenario.tables())
    if not prepared.own:
        return findings
    return [*findings, *own_rules.findings(prepared.own, listed, prepared.problem, prepared.register)]


def check_projects(
    listed: pd.DataFrame, projects: pd.DataFrame, funding: pd.DataFrame | None, prepared: Prepared
) -> list[Finding]:
    """Audit a project list and its funding: lawful sources, owners, limits, and sums to the cent."""
    works, tables = _works(prepared, listed), prepared.scenario.tables()
    return audit_projects(listed, projects, funding, prepared.register, _bond(prepared), works, tables)


def _bond(prepared: Prepared) -> pd.DataFrame:
    """Return the general-bond money of each package, 万元, a column each, as plain data for the audit."""
    priced, ids = prepared.accounts.costs, prepared.register.villages["village_id"]
    return pd.DataFrame(priced.general_bond, index=ids, columns=list(PACKAGES))


def _works(prepared: Prepared, listed: pd.DataFrame) -> Works:
    """Return what the works of listed villages cost and the law of their money, as plain data for the audit."""
    priced: Costs = prepared.accounts.costs
    row = {village: i for i, village in enumerate(prepared.register.villages["village_id"])}
    asked = {village for village in listed["village_id"] if village in row}
    return Works(
        items=tuple((item.id, CLASSES[item.work_class], item.owner) for item in priced.items),
        cents={village: tuple(priced.cents[row[village]].tolist()) for village in asked},
        holds={package: tuple(held.tolist()) for package, held in zip(PACKAGES, priced.holds, strict=True)},
        payers={work_class: catalogue.planned_sources(work_class) for work_class in CLASSES},
        state=frozenset(name for name in catalogue.owners() if catalogue.owner(name)["state"]),
    )
