"""Checks of money, row by row, written again from the documents: quotas, averages, lawful sources, debt."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from model.selection.audit.reading import CENT, Case, Entry, Finding, Row, in_year

Cents = dict[str, int]
Place = tuple[str, int]
CLASSES = (
    "revenue",
    "household",
    "service",
    "training",
    "network",
    "contingency",
)  # what general bonds do not pay, most urgent first
SLACK = 1e-6


def quota(case: Case, _: Row) -> Iterator[Finding]:
    """General-bond money of each county and year."""
    paid, before = bonds_of(case, case.entries), bonds_of(case, [entry for entry in case.entries if entry.past])
    carry = case.scenario["money"]["carry_over"]
    for county in sorted({county for county, _ in paid}):
        sums: Counter[str] = Counter()
        for year in programme_years(case):
            sums.update(
                paid=paid[county, year], past=before[county, year], given=what_a_source_has(case, county, year, "general_bond")
            )
            limit = max(sums["given"], sums["past"])
            if sums["paid"] > limit:
                asked = f"at most {limit / 100:.2f} 万元"
                yield Finding("county_quota", f"{county}|{year}", asked, sums["paid"] / 100, (sums["paid"] - limit) / 100)
            if not carry:
                sums.clear()


def bonds_of(case: Case, listed: Sequence[Entry]) -> Counter[Place]:
    """Return general-bond money by county and year, cents."""
    drawn = Counter[Place]()
    for entry in listed:
        for year, cents in enumerate(_spread(_cost(case, entry, "public_good"), _profile(case, "public_good")), entry.cohort):
            drawn[entry.county, year] += cents
    return drawn


def reserves_of(case: Case) -> dict[Place, int]:
    """Return what must be kept for overruns by county and year, cents."""
    return {place: line["need"]["contingency"] for place, line in _ledger(case, case.entries).items()}


def average(case: Case, rule: Row) -> Iterator[Finding]:
    """The mean of general-bond money of each county's cohort, or of the province's."""
    standard = case.scenario["money"]["standard_bond_wan_yuan"] * case.scenario["money"]["intensity"]
    of_county = rule["scope"] == "county"
    money: dict[tuple[str, int], list[float]] = defaultdict(list)
    for entry in case.entries:
        if not entry.past or (not of_county and entry.cohort in case.ahead):
            money[entry.county if of_county else "province", entry.cohort].append(entry.bond)
    for (county, cohort), amounts in sorted(money.items()):
        mean, width = sum(amounts) / len(amounts), in_year(rule, cohort)["band"]
        low = standard * (1 - width) if rule["sides"] == "both" else 0.0
        high = standard * (1 + width)
        if not low - CENT <= mean <= high + CENT:
            off = low - mean if mean < low else mean - high
            yield Finding("county_average", f"{county}|{cohort}", f"{low:g} to {high:g} 万元", round(mean, 2), round(off, 2))


def lawful(case: Case, _: Row) -> Iterator[Finding]:
    """In each county and year, no group of works needs more than the sources that may pay for it have."""
    ledger, past = _ledger(case, case.entries), _ledger(case, [entry for entry in case.entries if entry.past])
    for county, year in sorted(ledger):
        room, need = _room(case, county, year, ledger[county, year]), ledger[county, year]["need"]
        told = past.get((county, year))
        fact = _unpaid(told["need"], _room(case, county, year, told)) if told else dict.fromkeys(CLASSES, 0)
        short = [
            (sum(need.get(w, 0) - fact[w] for w in group) - _reach(room, group), group)
            for size in range(1, len(CLASSES) + 1)
            for group in combinations(CLASSES, size)
        ]
        most, group = max(short, key=lambda found: found[0])
        if most > 0:
            asked = f"lawful money for {' + '.join(group)}"
            yield Finding("lawful_financing", f"{county}|{year}", asked, f"{most / 100:.2f} 万元 short", most / 100)


def debt_service(case: Case, rule: Row) -> Iterator[Finding]:
    """What general bonds cost counties whose revenue is known."""
    debt = case.scenario["money"]["debt"]
    drawn, before = bonds_of(case, case.entries), bonds_of(case, [entry for entry in case.entries if entry.past])
    for county in sorted({county for county, _ in drawn}):
        revenue = _number(case.counties[county].get("general_revenue_wan_yuan"))
        if revenue is None:
            continue
        owed = _number(case.counties[county].get("debt_service_wan_yuan")) or 0.0
        for year in range(programme_years(case)[0], programme_years(case)[-1] + debt["term_years"] + 1):
            cost, sunk = (_service(issued, county, year, debt) for issued in (drawn, before))
            limit = max(rule["share"] * revenue - owed, sunk)
            if cost > limit + SLACK * max(1.0, abs(limit)):
                asked = f"at most {limit:.2f} 万元"
                yield Finding("debt_service", f"{county}|{year}", asked, round(cost, 4), round(cost - limit, 4))


def _service(issued: Mapping[Place, int], county: str, year: int, debt: Row) -> float:
    cost, rates, first = 0.0, debt["rates"], debt["first_rate_year"]
    for (where, issue), cents in issued.items():
        age = year - issue
        if where != county or not 0 <= age <= debt["term_years"]:
            continue
        rate = rates[min(max(issue - first, 0), len(rates) - 1)]
        cost += cents / 100 * (debt["issue_fee"] if age == 0 else rate)
        cost += cents / 100 * (1 - debt["refinanced_share"]) * (age == debt["term_years"])
    return cost


def programme_years(case: Case) -> list[int]:
    """Return the years in which the programme's villages are paid."""
    cohorts, length = case.scenario["programme"]["cohorts"], len(case.scenario["money"]["payment_profile"])
    return list(range(cohorts[0], cohorts[-1] + length))


def _number(cell: Any) -> float | None:
    return None if cell is None or math.isnan(cell) else float(cell)


def _in_table(row: Row, name: str, year: int, after: float) -> float:
    """Return an amount of the county table; after its last year that one's, times a share."""
    last = max((int(column[-4:]) for column in row if column.startswith(f"{name}_wan_yuan_")), default=year)
    share = after if year > last else 1.0
    return share * (_number(row.get(f"{name}_wan_yuan_{min(year, last)}")) or 0.0)


def _profile(case: Case, work_class: str) -> Sequence[float]:
    money = case.scenario["money"]
    profile = list(money["profiles"].get(work_class, money["payment_profile"]))
    return [*profile, *[0.0] * (len(money["payment_profile"]) - len(profile))]


def _spread(cents: int, profile: Sequence[float]) -> list[int]:
    """Return an amount by year of the cycle, rounded to the cent so that nothing is lost."""
    yearly, upto, before = [], 0.0, 0
    for place, share in enumerate(profile):
        upto += share
        now = cents if place == len(profile) - 1 else math.floor(cents * upto + 0.5)
        yearly.append(now - before)
        before = now
    return yearly


def _held(case: Case, entry: Entry) -> list[tuple[str, str, int]]:
    """Return class, owner and cents of the works of an entry."""
    works = case.works
    package = works.holds.get(entry.package, works.holds["standard"])
    return [
        (work_class, owner, cents)
        for (_, work_class, owner), cents, held in zip(works.items, works.cents[entry.village_id], package, strict=True)
        if held and cents
    ]


def _cost(case: Case, entry: Entry, work_class: str) -> int:
    return sum(cents for name, _, cents in _held(case, entry) if name == work_class)


def _ledger(case: Case, listed: Sequence[Entry]) -> dict[Place, dict[str, Any]]:
    """Return, by county and year, the need of each class and what villages open: ``borrow``, ``loans``, ``homes``, ``social``."""
    places: dict[Place, dict[str, Any]] = {}
    for entry in listed:
        works, money = _held(case, entry), case.scenario["money"]
        whole = sum(cents for name, _, cents in works if name != "network")  # operators keep their own reserve
        reserve = math.floor(money["contingency_share"] * whole + SLACK)
        willing = entry.village["households"] * bool(entry.village["resident_consent"]) * money["people"]["villager_wan_yuan"]
        own = _spread(math.floor(100 * money["factor"]["villagers"] * willing + SLACK), _profile(case, "household"))
        for offset in range(len(money["payment_profile"])):
            line = places.setdefault((entry.county, entry.cohort + offset), {"need": Counter(), "opened": Counter()})
            for name in CLASSES[:-1]:
                line["need"][name] += _spread(sum(c for n, _, c in works if n == name), _profile(case, name))[offset]
            line["need"]["contingency"] += _spread(reserve, _profile(case, "contingency"))[offset]
            bond = _spread(_cost(case, entry, "public_good"), _profile(case, "public_good"))[offset]
            paid = _in_turn([c for n, _, c in works if n == "revenue"], _profile(case, "revenue"), offset)
            part = [math.floor(most_borrowed(money) * p + SLACK) for p in paid]
            lent = [math.floor(money["people"]["loan_share"] * (p - s) + SLACK) for p, s in zip(paid, part, strict=True)]
            at_home = _in_turn([c for n, _, c in works if n == "household"], _profile(case, "household"), offset)
            home = sum(math.floor(money["people"]["villager_share"] * p + SLACK) for p in at_home)
            line["opened"]["borrow"] += sum(part)
            line["opened"]["loans"] += sum(lent)
            line["opened"]["homes"] += min(home, own[offset])
            line["opened"]["social"] += math.floor(money["people"]["social_leverage"] * bond + SLACK)
    return places


def _in_turn(costs: Sequence[int], profile: Sequence[float], offset: int) -> list[int]:
    """Return what each of a class's works draws in a year when they are paid one after another."""
    yearly = _spread(sum(costs), profile)
    start, end = sum(yearly[:offset]), sum(yearly[: offset + 1])
    shares, upto = [], 0
    for cents in costs:
        shares.append(max(0, min(upto + cents, end) - max(upto, start)))
        upto += cents
    return shares


def most_borrowed(money: Row) -> float:
    """Return the part of a work that its income lets special bonds pay."""
    special = money["special"]
    due = special["coverage"] * (1 + special["rate"] * special["term_years"])
    return float(min(1.0, special["annual_income"] * special["term_years"] / due))


def what_a_source_has(case: Case, county: str, year: int, source: str) -> int:
    """Return what a source has in a county and year, whole cents."""
    money, row = case.scenario["money"], case.counties[county]
    bond = _in_table(row, "bond_quota", year, money["after_table"])
    factor = money["factor"][source]
    if source == "general_bond":
        before = _in_table(row, "bond_quota", year - 1, money["after_table"])
        bond, before = (quota * money["county_quota"].get(county, 1.0) for quota in (bond, before))
        late, path, place = money["late_share"], money["quota_path"], year - programme_years(case)[0]
        bond, before = (
            quota * factor * path[min(at, len(path) - 1)] if at >= 0 else 0.0
            for quota, at in ((bond, place), (before, place - 1))
        )
        amount = bond - late * bond + late * before
    elif any(name.startswith(f"{source}_wan_yuan_") for name in row):
        amount = _in_table(row, source, year, money["after_table"]) * factor
    elif source in money["assumed"]:
        amount = money["assumed"][source] * bond * factor
    else:
        amount = math.inf if factor else 0.0
    return math.floor(amount * 100 + SLACK) if math.isfinite(amount) else 2**50


def _room(case: Case, county: str, year: int, line: Mapping[str, Any]) -> Mapping[str, tuple[int, Mapping[str, int]]]:
    """Return, by source, what it has and how much of each class it may pay."""
    opened, room = line["opened"], {}
    for source in case.scenario["money"]["order"]:
        has = 2**50 if source == "villagers" else what_a_source_has(case, county, year, source)
        has = min(has, opened["social"]) if source == "social_capital" else has
        narrow = {
            ("special_bond", "revenue"): opened["borrow"],
            ("bank_loan", "revenue"): opened["loans"],
            ("villagers", "household"): opened["homes"],
        }
        lanes = {w: narrow.get((source, w), 2**50) for w in CLASSES if source in case.works.payers[w]}
        room[source] = (has, lanes)
    return room


def _reach(room: Mapping[str, tuple[int, Mapping[str, int]]], group: Sequence[str]) -> int:
    return sum(min(has, sum(lanes.get(w, 0) for w in group)) for has, lanes in room.values())


def _unpaid(need: Mapping[str, int], room: Mapping[str, tuple[int, Mapping[str, int]]]) -> Cents:
    """Return what of each class no source can pay when urgent classes go first."""
    paid: Cents = {}
    for place, work_class in enumerate(CLASSES):
        earlier = CLASSES[:place]
        groups = [g for size in range(place + 1) for g in combinations(earlier, size)]
        left = min(_reach(room, (*g, work_class)) - sum(paid[w] for w in g) for g in groups)
        paid[work_class] = max(0, min(need[work_class], left))
    return {w: need[w] - paid[w] for w in CLASSES}
