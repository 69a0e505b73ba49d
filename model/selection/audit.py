"""Audit (核查): an independent reading of every rule from plain tables, for any list, without a solver.

It shares no code with the rules: each check is written again, row by row, from the policy. It names every broken
rule, where it is broken and by how much.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

CENT = 0.005  # 万元
SLIVER = 1e-6


@dataclass(frozen=True)
class Finding:
    """One broken rule: where, what the rule asks, what the list has, and by how much it is broken."""

    rule: str
    where: str
    asked: str
    found: float | str
    excess: float


@dataclass(frozen=True)
class _Entry:
    """A village of the list, with what the register says of it."""

    village_id: str
    cohort: int
    package: str
    county: str
    bond: float
    past: bool
    village: Mapping[str, Any]


def audit(
    listed: pd.DataFrame,
    villages: pd.DataFrame,
    counties: pd.DataFrame,
    bond: pd.DataFrame,
    history: pd.DataFrame,
    scenario: Mapping[str, Any],
) -> list[Finding]:
    """Return every broken rule of a list; an empty list of findings says that every rule that is on holds.

    ``listed`` needs ``village_id`` and ``cohort``; ``package`` is standard where it is missing. ``bond`` holds the
    general-bond money of each package (a column each), by ``village_id``. What is past is a fact: where ``history`` alone
    breaks a limit, the limit is what history takes. ``scenario`` is the resolved scenario as plain tables.
    """
    register = {row["village_id"]: row for row in _rows(villages)}
    findings = list(_strangers(listed, register, scenario))
    as_of = scenario["programme"]["as_of"]
    told = {row["village_id"]: row for row in _rows(history)}
    entries = list(_entries(listed, register, bond.to_dict(), told, as_of))
    findings += _told(entries, told, as_of)
    ahead = [cohort for cohort in scenario["programme"]["cohorts"] if cohort >= as_of]
    new = [entry for entry in entries if not entry.past]
    rules = scenario["rules"]
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "eligible_only": lambda: _eligible(new, scenario["eligibility"]),
        "once_only": lambda: _once(entries),
        "cohort_band": lambda: _cohorts(entries, rules["cohort_band"], ahead),
        "programme_band": lambda: _programme(entries, rules["programme_band"]),
        "county_quota": lambda: _quota(entries, counties, scenario["money"]),
        "county_average": lambda: _average(new, rules["county_average"]["band"], scenario["money"]["standard_bond_wan_yuan"]),
        "county_minimum": lambda: _county_minimum(entries, villages, rules["county_minimum"], scenario["eligibility"]),
        "county_maximum": lambda: _county_maximum(new, rules["county_maximum"]["villages"]),
        "concurrent_capacity": lambda: _concurrent(entries, rules["concurrent_capacity"]["villages"], scenario["programme"]),
        "poverty_minimum": lambda: _poverty(
            new, villages, rules["poverty_minimum"]["share"], scenario["programme"]["cohort_target"], ahead
        ),
        "village_types": lambda: _types(new, rules["village_types"]),
    }
    for name, check in checks.items():
        if rules[name]["on"]:
            findings.extend(check())
    if missing := {name for name, rule in rules.items() if rule["on"]} - set(checks):
        raise ValueError(f"The audit does not know the rules {sorted(missing)}; add a check to model/selection/audit.py.")
    return findings


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _strangers(listed: pd.DataFrame, register: Mapping[str, Any], scenario: Mapping[str, Any]) -> Iterator[Finding]:
    for row in listed.to_dict("records"):
        if row["village_id"] not in register:
            yield Finding("register", str(row["village_id"]), "a village of the register", "unknown village", 1)
        if int(row["cohort"]) not in scenario["programme"]["cohorts"]:
            yield Finding("cohorts", str(row["village_id"]), "a cohort of the scenario", str(row["cohort"]), 1)
        if row.get("package", "standard") not in scenario["packages"]["offered"]:
            yield Finding("packages", str(row["village_id"]), "a package on offer", str(row["package"]), 1)


def _entries(
    listed: pd.DataFrame, register: Mapping[str, Any], bond: Mapping[Any, Any], told: Mapping[str, Any], as_of: int
) -> Iterator[_Entry]:
    for row in listed.to_dict("records"):
        village = register.get(row["village_id"])
        if village is not None:
            package = row.get("package", "standard")
            money = bond.get(package, bond["standard"])[row["village_id"]]
            fact = told.get(row["village_id"], {"cohort": None})
            past = int(row["cohort"]) == fact["cohort"] and int(row["cohort"]) < as_of
            if past and not math.isnan(fact["general_bond_wan_yuan"]):
                money = fact["general_bond_wan_yuan"]
            yield _Entry(row["village_id"], int(row["cohort"]), package, village["county_code"], money, past, village)


def _told(entries: list[_Entry], told: Mapping[str, Any], as_of: int) -> Iterator[Finding]:
    """History is in every list, and nothing else joins a past cohort."""
    listed = {entry.village_id for entry in entries if entry.past}
    for village, fact in sorted(told.items()):
        if fact["cohort"] < as_of and village not in listed:
            yield Finding("history", village, f"in the cohort of {fact['cohort']}", "not listed there", 1)
    for entry in entries:
        if entry.cohort < as_of and not entry.past:
            yield Finding("history", entry.village_id, f"a cohort from {as_of} on", entry.cohort, 1)


def _failures(village: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str]:
    """Return the declaration conditions a village fails, in words of the columns."""
    failed = []
    if asked["accepted"] and not village["accepted"]:
        failed.append("accepted")
    if village["industry_base"] < asked["min_industry_base"]:
        failed.append("industry_base")
    if village["party_leadership"] < asked["min_party_leadership"]:
        failed.append("party_leadership")
    for column in ("operation_plan", "creation_enthusiasm", "village_plan", "resident_consent"):
        if asked[column] and not village[column]:
            failed.append(column)
    if asked["no_hidden_debt_risk"] and village["hidden_debt_risk"]:
        failed.append("hidden_debt_risk")
    return failed


def _eligible(entries: list[_Entry], asked: Mapping[str, Any]) -> Iterator[Finding]:
    for entry in entries:
        if failed := _failures(entry.village, asked):
            yield Finding(
                "eligible_only",
                entry.village_id,
                "every declaration condition",
                "fails " + ", ".join(failed),
                len(failed),
            )


def _once(entries: list[_Entry]) -> Iterator[Finding]:
    for village, times in Counter(entry.village_id for entry in entries).items():
        if times > 1:
            yield Finding("once_only", village, "at most once", times, times - 1)


def _band(rule: str, where: str, count: int, low: float, high: float) -> Iterator[Finding]:
    if count < low:
        yield Finding(rule, where, f"at least {low:g}", count, low - count)
    if count > high:
        yield Finding(rule, where, f"at most {high:g}", count, count - high)


def _cohorts(entries: list[_Entry], rule: Mapping[str, Any], cohorts: list[int]) -> Iterator[Finding]:
    size = Counter(entry.cohort for entry in entries)
    for cohort in cohorts:
        yield from _band("cohort_band", str(cohort), size[cohort], rule["low"], rule["high"])


def _programme(entries: list[_Entry], rule: Mapping[str, Any]) -> Iterator[Finding]:
    high = max(rule["high"], sum(entry.past for entry in entries))
    yield from _band("programme_band", "programme", len(entries), rule["low"], high)


def _quota(entries: list[_Entry], counties: pd.DataFrame, money: Mapping[str, Any]) -> Iterator[Finding]:
    paid: dict[tuple[str, int], float] = defaultdict(float)
    before: dict[tuple[str, int], float] = defaultdict(float)
    for entry in entries:
        for offset, share in enumerate(money["payment_profile"]):
            paid[entry.county, entry.cohort + offset] += share * entry.bond
            before[entry.county, entry.cohort + offset] += share * entry.bond * entry.past
    table = {row["county_code"]: row for row in counties.to_dict("records")}
    for (county, year), amount in sorted(paid.items()):
        quota = max(table[county].get(f"bond_quota_wan_yuan_{year}", 0.0) * money["quota_factor"], before[county, year])
        if amount > quota + CENT:
            yield Finding(
                "county_quota",
                f"{county}|{year}",
                f"at most {quota:.2f} 万元",
                round(amount, 2),
                round(amount - quota, 2),
            )


def _average(entries: list[_Entry], band: float, standard: float) -> Iterator[Finding]:
    money: dict[tuple[str, int], list[float]] = defaultdict(list)
    for entry in entries:
        money[entry.county, entry.cohort].append(entry.bond)
    for (county, cohort), amounts in sorted(money.items()):
        mean = sum(amounts) / len(amounts)
        low, high = standard * (1 - band), standard * (1 + band)
        if not low - CENT <= mean <= high + CENT:
            off = low - mean if mean < low else mean - high
            yield Finding("county_average", f"{county}|{cohort}", f"{low:g} to {high:g} 万元", round(mean, 2), round(off, 2))


def _county_minimum(
    entries: list[_Entry], villages: pd.DataFrame, rule: Mapping[str, Any], asked: Mapping[str, Any]
) -> Iterator[Finding]:
    eligible = Counter(row["county_code"] for row in _rows(villages) if not _failures(row, asked))
    taken = Counter(entry.county for entry in entries)
    for county, number in sorted(eligible.items()):
        if number >= rule["min_eligible"] and taken[county] < rule["villages"]:
            yield Finding(
                "county_minimum",
                county,
                f"at least {rule['villages']}",
                taken[county],
                rule["villages"] - taken[county],
            )


def _county_maximum(entries: list[_Entry], most: int) -> Iterator[Finding]:
    for (county, cohort), count in sorted(Counter((e.county, e.cohort) for e in entries).items()):
        yield from _band("county_maximum", f"{county}|{cohort}", count, 0, most)


def _concurrent(entries: list[_Entry], most: int, programme: Mapping[str, Any]) -> Iterator[Finding]:
    for county in sorted({entry.county for entry in entries}):
        for year in programme["cohorts"]:
            building = [e for e in entries if e.county == county and year - programme["cycle_years"] < e.cohort <= year]
            limit = max(most, sum(entry.past for entry in building))
            yield from _band("concurrent_capacity", f"{county}|{year}", len(building), 0, limit)


def _poverty(
    entries: list[_Entry], villages: pd.DataFrame, share: str | float, target: int, cohorts: list[int]
) -> Iterator[Finding]:
    part = sum(villages["poverty_lifted"]) / len(villages) if share == "pool" else float(share)
    least = math.floor(part * target + 1e-9)
    poor = Counter(entry.cohort for entry in entries if entry.village["poverty_lifted"])
    for cohort in cohorts:
        yield from _band("poverty_minimum", str(cohort), poor[cohort], least, math.inf)


def _types(entries: list[_Entry], rule: Mapping[str, Any]) -> Iterator[Finding]:
    size = Counter(entry.cohort for entry in entries)
    count = Counter((entry.village["village_type"], entry.cohort) for entry in entries)
    for cohort, total in sorted(size.items()):
        for kind in ("jiju", "tese", "chengjiao"):
            share = count[kind, cohort] / total
            low, high = rule[f"{kind}_low"], rule[f"{kind}_high"]
            if not low - SLIVER <= share <= high + SLIVER:
                off = low - share if share < low else share - high
                yield Finding(
                    "village_types",
                    f"{kind}|{cohort}",
                    f"a share of {low:g} to {high:g}",
                    round(share, 4),
                    round(off, 4),
                )
