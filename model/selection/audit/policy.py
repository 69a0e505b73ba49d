"""Checks of the policy's own rules, row by row, written again from the documents."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from model.selection.audit.reading import SLIVER, Case, Entry, Finding, Row, band, in_year


def failures(village: Mapping[str, Any], asked: Mapping[str, Any], cohort: int) -> list[str]:
    """Return the declaration conditions a village fails for a cohort, in words of the columns."""
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
    if asked["no_hidden_debt_risk"] and (village.get("hidden_debt_risk") or village["county_debt_risk"]):
        failed.append("hidden_debt_risk")
    if asked["no_relocation"] and village["village_type"] == "qianbing":
        failed.append("village_type")
    if village["created_year"] + asked["years_in_pool"] > cohort:
        failed.append("created_year")
    return failed


def may(case: Case) -> set[str]:
    """Return the villages that may be selected: eligible ones where the rule is on, and history."""
    asked = case.scenario["eligibility"] if case.scenario["rules"]["eligible_only"]["on"] else None
    return {code for code, row in case.register.items() if code in case.told or not asked or not failures(row, asked, case.last)}


def history(case: Case) -> Iterator[Finding]:
    """History is in every list, and nothing else joins a past cohort."""
    listed = {entry.village_id for entry in case.entries if entry.past}
    for village, fact in sorted(case.told.items()):
        if fact["cohort"] < case.as_of and village not in listed:
            yield Finding("history", village, f"in the cohort of {fact['cohort']}", "not listed there", 1)
    for entry in case.entries:
        if entry.past and entry.package != case.told[entry.village_id]["package"]:
            asked = f"package {case.told[entry.village_id]['package']}"
            yield Finding("history", entry.village_id, asked, entry.package, 1)
        if entry.cohort < case.as_of and not entry.past:
            yield Finding("history", entry.village_id, f"a cohort from {case.as_of} on", entry.cohort, 1)


def eligible(case: Case, _: Row) -> Iterator[Finding]:
    """Declaration conditions."""
    for entry in case.new:
        if failed := failures(entry.village, case.scenario["eligibility"], entry.cohort):
            asked = "every declaration condition"
            yield Finding("eligible_only", entry.village_id, asked, "fails " + ", ".join(failed), len(failed))


def once(case: Case, _: Row) -> Iterator[Finding]:
    """Each village at most once."""
    for village, times in Counter(entry.village_id for entry in case.entries).items():
        if times > 1:
            yield Finding("once_only", village, "at most once", times, times - 1)


def cohorts(case: Case, rule: Row) -> Iterator[Finding]:
    """The size of each cohort."""
    size = Counter(entry.cohort for entry in case.entries)
    for cohort in case.ahead:
        asked = in_year(rule, cohort)
        yield from band("cohort_band", str(cohort), size[cohort], asked["low"], asked["high"])


def programme(case: Case, rule: Row) -> Iterator[Finding]:
    """The size of the whole; what history alone exceeds is a fact."""
    high = max(rule["high"], sum(entry.past for entry in case.entries))
    yield from band("programme_band", "programme", len(case.entries), rule["low"], high)


def county_minimum(case: Case, rule: Row) -> Iterator[Finding]:
    """Counties with enough eligible villages take part."""
    asked = case.scenario["eligibility"]
    number = Counter(village["county_code"] for village in case.register.values() if not failures(village, asked, case.last))
    taken = Counter(entry.county for entry in case.entries)
    for county, count in sorted(number.items()):
        if count >= rule["min_eligible"]:
            yield from band("county_minimum", county, taken[county], rule["villages"], math.inf)


def county_maximum(case: Case, rule: Row) -> Iterator[Finding]:
    """Villages of a county in a cohort."""
    for (county, cohort), count in sorted(Counter((e.county, e.cohort) for e in case.new).items()):
        yield from band("county_maximum", f"{county}|{cohort}", count, 0, in_year(rule, cohort)["villages"])


def concurrent(case: Case, rule: Row) -> Iterator[Finding]:
    """Villages a county builds at once."""
    length = math.ceil(case.scenario["programme"]["cycle_months"] / 12)
    by_county: dict[str, list[Entry]] = defaultdict(list)
    for entry in case.entries:
        by_county[entry.county].append(entry)
    for county, own in sorted(by_county.items()):
        for year in case.scenario["programme"]["cohorts"]:
            building = [entry for entry in own if year - length < entry.cohort <= year]
            limit = max(in_year(rule, year)["villages"], sum(entry.past for entry in building))
            yield from band("concurrent_capacity", f"{county}|{year}", len(building), 0, limit)


def _poor(case: Case) -> Counter[int]:
    return Counter(entry.cohort for entry in case.new if _lifted(entry.village))


def _lifted(village: Row) -> bool:
    """Poverty-lifted and in good standing, where the register says which are."""
    return bool(village["poverty_lifted"] and village.get("lifting_sustained", True))


def poverty_minimum(case: Case, rule: Row) -> Iterator[Finding]:
    """Poverty-lifted villages of each cohort, at least."""
    lifted = sum(_lifted(village) for village in case.register.values())
    for cohort in case.ahead:
        share = in_year(rule, cohort)["share"]
        part = lifted / len(case.register) if share == "pool" else float(share)
        least = math.floor(part * case.scenario["programme"]["cohort_target"] + 1e-9)
        yield from band("poverty_minimum", str(cohort), _poor(case)[cohort], least, math.inf)


def poverty_maximum(case: Case, rule: Row) -> Iterator[Finding]:
    """Poverty-lifted villages of each cohort, at most."""
    for cohort in case.ahead:
        most = math.floor(in_year(rule, cohort)["share"] * case.scenario["programme"]["cohort_target"] + 1e-9)
        yield from band("poverty_maximum", str(cohort), _poor(case)[cohort], 0, most)


def types(case: Case, rule: Row) -> Iterator[Finding]:
    """The share of each village type in a cohort."""
    size = Counter(entry.cohort for entry in case.new)
    count = Counter((entry.village["village_type"], entry.cohort) for entry in case.new)
    for cohort, total in sorted(size.items()):
        for kind in ("jiju", "tese", "chengjiao"):
            share = count[kind, cohort] / total
            low, high = (in_year(rule, cohort)[f"{kind}_{side}"] for side in ("low", "high"))
            if not low - SLIVER <= share <= high + SLIVER:
                off = round(low - share if share < low else share - high, 4)
                yield Finding("village_types", f"{kind}|{cohort}", f"a share of {low:g} to {high:g}", round(share, 4), off)


def combined(case: Case, rule: Row) -> Iterator[Finding]:
    """Villages of other programmes in each cohort."""
    target = case.scenario["programme"]["cohort_target"]
    for name in ("border", "model_town", "tourism_village", "cattle_village", "department_pilot", "model_village"):
        count = Counter(entry.cohort for entry in case.new if entry.village.get(name))
        low = rule[f"{name}_low"]
        if low == "pool":  # of the whole programme
            share = sum(bool(village.get(name)) for village in case.register.values()) / len(case.register)
            programme = case.scenario["programme"]
            whole = min(programme["programme_target"], target * len(programme["cohorts"]))
            least = math.floor(share * whole + 1e-9)
            having = sum(bool(entry.village.get(name)) for entry in case.entries)
            yield from band("combined_programmes", f"{name}|programme", having, least, math.inf)
        for cohort in case.ahead:
            least, most = (in_year(rule, cohort)[f"{name}_{side}"] for side in ("low", "high"))
            low = 0 if least == "pool" else math.floor(least * target + 1e-9)
            high = math.floor(most * target + 1e-9) if most < 1 else math.inf
            yield from band("combined_programmes", f"{name}|{cohort}", count[cohort], low, high)


def diversity(case: Case, rule: Row) -> Iterator[Finding]:
    """The share of one leading industry in a county; a single village is always allowed, and so is what history has."""
    total = Counter(entry.county for entry in case.entries)
    count = Counter((entry.county, entry.village["leading_industry"]) for entry in case.entries)
    past = Counter((entry.county, entry.village["leading_industry"]) for entry in case.entries if entry.past)
    past_total = Counter(entry.county for entry in case.entries if entry.past)
    for (county, industry), number in sorted(count.items()):
        excess = number - rule["share"] * total[county] - (1 - rule["share"])
        before = past[county, industry] - rule["share"] * past_total[county] - (1 - rule["share"])
        if excess > max(0.0, before) + SLIVER:
            asked = f"a share of at most {rule['share']:g}"
            yield Finding("industry_diversity", f"{county}|{industry}", asked, number, round(excess, 4))
