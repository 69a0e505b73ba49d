"""Audit (核查): an independent reading of every rule from plain tables, for any list, without a solver.

It shares no code with the rules: each check is written again, row by row, from the policy. It names every broken
rule, where it is broken and by how much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from model.selection.audit import asked, money, policy
from model.selection.audit.ledger import ledger
from model.selection.audit.reading import Case, Finding, Row, Works, entries, plain, rows
from model.vocabulary import Register

__all__ = ["Finding", "Works", "audit", "audit_projects"]

Check = Callable[[Case, Row], Iterator[Finding]]
CHECKS: dict[str, Check] = {
    "eligible_only": policy.eligible,
    "once_only": policy.once,
    "cohort_band": policy.cohorts,
    "programme_band": policy.programme,
    "county_quota": money.quota,
    "county_average": money.average,
    "lawful_financing": money.lawful,
    "county_minimum": policy.county_minimum,
    "county_maximum": policy.county_maximum,
    "concurrent_capacity": policy.concurrent,
    "poverty_minimum": policy.poverty_minimum,
    "poverty_maximum": policy.poverty_maximum,
    "village_types": policy.types,
    "combined_programmes": policy.combined,
    "industry_diversity": policy.diversity,
    "declared_only": asked.declared_only,
    "county_order": asked.county_order,
    "locked": asked.locked,
    "exclusion": asked.exclusion,
    "dependence": asked.dependence,
    "stability": asked.stability,
    "resources": asked.resources,
    "neighbours": asked.neighbours,
    "town_cluster": asked.town_cluster,
    "county_deviation": asked.county_deviation,
    "debt_service": money.debt_service,
}


def audit(
    listed: pd.DataFrame, register: Register, bond: pd.DataFrame, works: Works, scenario: Mapping[str, Any]
) -> list[Finding]:
    """Return every broken rule of a list; an empty list of findings says that every rule that is on holds.

    ``listed`` needs ``village_id`` and ``cohort``; ``package`` is standard where it is missing. ``bond`` holds the
    general-bond money of each package (a column each), by ``village_id``, and ``works`` what each work costs. What is past is a
    fact: where history alone
    breaks a limit, the limit is what history takes. ``scenario`` is the resolved scenario as plain tables.
    """
    case = _case(listed, register, bond, works, scenario)
    findings = [*_strangers(listed, case), *policy.history(case)]
    on = {name: rule for name, rule in scenario["rules"].items() if rule["on"]}
    if missing := set(on) - set(CHECKS):
        raise ValueError(f"The audit does not know the rules {sorted(missing)}; add a check to model/selection/audit.")
    for name, rule in on.items():
        findings.extend(CHECKS[name](case, rule))
    return findings


def audit_projects(
    listed: pd.DataFrame,
    projects: pd.DataFrame,
    funding: pd.DataFrame | None,
    register: Register,
    bond: pd.DataFrame,
    works: Works,
    scenario: Mapping[str, Any],
) -> list[Finding]:
    """Return every fault of a project list and its funding (columns of ``projects.csv`` and ``funding.csv``) beside a list."""
    case = _case(listed, register, bond, works, scenario)
    return ledger(case, plain(projects), None if funding is None else plain(funding))


def _case(listed: pd.DataFrame, register: Register, bond: pd.DataFrame, works: Works, scenario: Mapping[str, Any]) -> Case:
    told, counties = rows(register.history, "village_id"), rows(register.counties, "county_code")
    villages = {
        code: {**village, "county_debt_risk": bool(counties[village["county_code"]].get("hidden_debt_risk"))}
        for code, village in rows(register.villages, "village_id").items()
    }
    near = register.neighbours.to_dict("records")
    return Case(
        entries=list(entries(listed, villages, bond.to_dict(), told, scenario["programme"]["as_of"])),
        register=villages,
        counties=counties,
        told=told,
        announced={row["village_id"]: int(row["cohort"]) for row in register.announced.to_dict("records")},
        given_neighbours=[(row["village_id"], row["neighbour_id"]) for row in near],
        scenario=scenario,
        works=works,
    )


def _strangers(listed: pd.DataFrame, case: Case) -> Iterator[Finding]:
    for row in listed.to_dict("records"):
        past = row["village_id"] in case.told
        if row["village_id"] not in case.register:
            yield Finding("register", str(row["village_id"]), "a village of the register", "unknown village", 1)
        if int(row["cohort"]) not in case.scenario["programme"]["cohorts"]:
            yield Finding("cohorts", str(row["village_id"]), "a cohort of the scenario", str(row["cohort"]), 1)
        if not past and row.get("package", "standard") not in case.scenario["packages"]["offered"]:
            yield Finding("packages", str(row["village_id"]), "a package on offer", str(row.get("package", "standard")), 1)
