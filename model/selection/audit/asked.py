"""Checks of what people asked for: declarations, locks, an announced list, resources, neighbourhood, equity."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from model.selection.audit.policy import failures, may
from model.selection.audit.reading import CENT, SLIVER, Case, Entry, Finding, Row, band
from model.vocabulary import KM_PER_DEGREE


def declared_only(case: Case, _: Row) -> Iterator[Finding]:
    """Where a county has declared for a cohort, only declared villages join it."""
    asked = {(village["county_code"], int(year)) for village in case.register.values() if (year := _year(village))}
    for entry in case.new:
        if (entry.county, entry.cohort) in asked and _year(entry.village) != entry.cohort:
            yield Finding("declared_only", f"{entry.village_id}|{entry.cohort}", "declared for the cohort", "not declared", 1)


def _year(village: Row) -> int:
    value = village.get("declared_cohort", math.nan)
    return 0 if value is None or math.isnan(value) else int(value)


def county_order(case: Case, _: Row) -> Iterator[Finding]:
    """Of the villages a county declares for a cohort, an earlier one goes first."""
    chosen = {(entry.village_id, entry.cohort) for entry in case.new}
    queue: dict[tuple[str, int], list[tuple[float, str]]] = defaultdict(list)
    for code in may(case) - set(case.told):
        village = case.register[code]
        priority = village.get("county_priority", math.nan)
        if _year(village) in case.ahead and priority is not None and not math.isnan(priority) and priority > 0:
            queue[village["county_code"], _year(village)].append((priority, code))
    for place, ranked in sorted(queue.items()):
        for first, second in pairwise(sorted(ranked)):
            earlier, later, year = first[1], second[1], place[1]
            if (later, year) in chosen and (earlier, year) not in chosen:
                yield Finding("county_order", f"{earlier}|{later}", "the earlier one first", "the later one alone", 1)


def locked(case: Case, _: Row) -> Iterator[Finding]:
    """Locks."""
    for number, lock in enumerate(case.scenario["locks"]["villages"], 1):
        if lock["village_id"] in case.told:  # history has decided
            continue
        years = [e.cohort for e in case.entries if e.village_id == lock["village_id"] and lock["cohort"] in (None, e.cohort)]
        if (lock["action"] == "in") != (len(years) == 1):
            seen = ", ".join(map(str, years)) or "not selected"
            yield Finding("locked", f"{number}|{lock['village_id']}", f"{lock['action']}: {lock['reason']}", seen, 1)


def exclusion(case: Case, _: Row) -> Iterator[Finding]:
    """Of some villages at most so many."""
    for number, group in enumerate(case.scenario["locks"]["exclusive"], 1):
        count = sum(entry.village_id in group["villages"] for entry in case.entries)
        past = sum(entry.village_id in group["villages"] and entry.past for entry in case.entries)
        yield from band("exclusion", str(number), count, 0, max(group["most"], past))


def dependence(case: Case, _: Row) -> Iterator[Finding]:
    """A village only with, or after, the one it needs."""
    cohort = {entry.village_id: entry.cohort for entry in case.entries}
    past = {entry.village_id for entry in case.entries if entry.past}
    for link in case.scenario["locks"]["depends"]:
        own, other = link["village_id"], link["needs"]
        if own in cohort and own not in past and cohort.get(other, math.inf) > cohort[own]:
            seen = str(cohort.get(other, "not selected"))
            yield Finding("dependence", f"{own}|{other}", f"{other} selected by {cohort[own]}", seen, 1)


def stability(case: Case, rule: Row) -> Iterator[Finding]:
    """A share of an announced list stays in its cohorts."""
    listed = {v: year for v, year in case.announced.items() if year >= case.as_of and v not in case.told}
    if listed:
        kept = sum(listed.get(entry.village_id) == entry.cohort for entry in case.entries)
        least = math.ceil(rule["share"] * len(listed) - 1e-9)
        yield from band("stability", "announced", kept, least, math.inf)


def resources(case: Case, _: Row) -> Iterator[Finding]:
    """The analyst's own limits."""
    years = case.scenario["programme"]["cohorts"]
    for resource in case.scenario["resources"]:
        places = {
            "programme": ["programme"],
            "cohort": [str(year) for year in years],
            "county": sorted(case.counties),
            "county-cohort": [f"{code}|{year}" for code in sorted(case.counties) for year in years],
        }[resource["per"]]
        largest = max((abs(_amount(entry, resource)) for entry in case.entries), default=0.0)
        sliver = SLIVER * min(1.0, largest or 1.0)
        used: dict[str, float] = dict.fromkeys(places, 0.0)
        before: dict[str, float] = dict.fromkeys(places, 0.0)
        for entry in case.entries:
            amount = _amount(entry, resource)
            place = _place(entry, resource["per"])
            used[place] += amount
            before[place] += amount * entry.past
        fixed = {_place(entry, resource["per"]) for entry in case.entries if entry.past and entry.cohort < case.as_of}
        for place, amount in used.items():
            high = math.inf if resource["limit"] is None else max(resource["limit"], before[place])
            low = -math.inf if resource["least"] is None else resource["least"]
            only_past = place in fixed and resource["per"] in ("cohort", "county-cohort")
            if not only_past:
                yield from band("resources", f"{resource['name']}|{place}", amount, low, high, sliver)


def _amount(entry: Entry, resource: Row) -> float:
    """Return what an entry uses of a resource; nothing where its cell is blank."""
    value = entry.village.get(resource["column"], 0.0)
    return 0.0 if value is None or math.isnan(value) else float(value)


def _place(entry: Entry, per: str) -> str:
    return {
        "programme": "programme",
        "cohort": str(entry.cohort),
        "county": entry.county,
        "county-cohort": f"{entry.county}|{entry.cohort}",
    }[per]


def neighbours(case: Case, rule: Row) -> Iterator[Finding]:
    """A selected village has so many of its neighbours selected."""
    near = _near(case)
    candidates = may(case)
    chosen = {entry.village_id for entry in case.entries}
    for entry in case.new:
        around = near[entry.village_id] & candidates
        yield from band("neighbours", entry.village_id, len(around & chosen), min(rule["least"], len(around)), math.inf)


def _near(case: Case) -> dict[str, set[str]]:
    """Return each village's neighbours: as given, or one among the nearest few of the other within the distance."""
    near: dict[str, set[str]] = {code: set() for code in case.register}
    for one, two in case.given_neighbours or _nearest(case):
        if one != two:
            near[one].add(two)
            near[two].add(one)
    return near


def _nearest(case: Case) -> Iterator[tuple[str, str]]:
    cohesion = case.scenario["cohesion"]
    counties: dict[str, list[str]] = defaultdict(list)
    for code, village in case.register.items():
        counties[village["county_code"]].append(code)
    for own in counties.values():
        middle = sum(case.register[code]["latitude"] for code in own) / len(own)
        shrink = math.cos(math.radians(middle))
        place = {code: (case.register[code]["longitude"] * shrink, case.register[code]["latitude"]) for code in own}
        for code in own:
            x, y = place[code]
            far = sorted((KM_PER_DEGREE * math.hypot(place[o][0] - x, place[o][1] - y), o) for o in own if o != code)
            yield from ((code, other) for distance, other in far[: cohesion["nearest"]] if distance < cohesion["within_km"])


def town_cluster(case: Case, rule: Row) -> Iterator[Finding]:
    """A township takes part with several villages, or with none."""

    def town(village: Row) -> tuple[str, str]:
        return village["county_code"], str(village.get("township", ""))

    open_to = Counter(town(case.register[code]) for code in may(case))
    chosen = Counter(town(entry.village) for entry in case.entries)
    past = Counter(town(entry.village) for entry in case.entries if entry.past)
    for place, count in sorted(chosen.items()):
        if past[place] == 0:
            yield from band("town_cluster", " ".join(place), count, min(rule["least"], open_to[place]), math.inf)


def county_deviation(case: Case, rule: Row) -> Iterator[Finding]:
    """Money an eligible village of each county, near the mean of all."""
    asked = case.scenario["eligibility"]
    eligible = Counter(village["county_code"] for village in case.register.values() if not failures(village, asked, case.last))
    counted = {county: number for county, number in eligible.items() if number >= 5}
    money: dict[str, float] = defaultdict(float)
    for entry in case.entries:
        money[entry.county] += entry.bond
    if not counted:
        return
    mean = sum(money[county] for county in counted) / sum(counted.values())
    for county, number in sorted(counted.items()):
        low, high = (1 - rule["band"]) * mean * number, (1 + rule["band"]) * mean * number
        if not low - CENT <= money[county] <= high + CENT:
            off = low - money[county] if money[county] < low else money[county] - high
            yield Finding("county_deviation", county, f"{low:.2f} to {high:.2f} 万元", round(money[county], 2), round(off, 2))
