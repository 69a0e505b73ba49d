"""Checks of a project list (项目清单) and its funding: who pays, whether the law lets them, and whether it all adds up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.selection.audit.money import bonds_of, most_borrowed, programme_years, reserves_of, what_a_source_has
from model.selection.audit.reading import CENT, SLIVER, Case, Entry, Finding, Row

BONDS = ("general_bond", "special_bond")
PARTS = {"special_bond": "special_bond_coverage", "bank_loan": "loan_share", "villagers": "villager_share"}  # and their rules


def ledger(case: Case, projects: Sequence[Row], funding: Sequence[Row] | None) -> list[Finding]:
    """Return every fault of a project list and of the funding beside it."""
    lines = [row | {"source": row["source"] if isinstance(row["source"], str) else ""} for row in map(dict, projects)]
    return [
        *_lines(case, lines),
        *_villages(case, lines),
        *_parts(case, lines),
        *_sources(case, lines),
        *(_funding(case, lines, funding) if funding is not None else ()),
    ]


def _lines(case: Case, lines: Sequence[Row]) -> Iterator[Finding]:
    """Each line: a known work, a source that may pay for its class, an owner that may hold what bonds build."""
    known = {task: (work_class, owner) for task, work_class, owner in case.works.items}
    past = {entry.village_id for entry in case.entries if entry.past}
    starts = _starts(case)
    for line in lines:
        where = f"{line['village_id']} {line['task_id']}"
        if line["task_id"] not in known:
            yield Finding("projects", where, "a task of the catalogue", str(line["task_id"]), 1)
            continue
        payers = case.works.payers[known[line["task_id"]][0]]
        work_class, usual = known[line["task_id"]]
        amount = float(line["cost_wan_yuan"])
        yield from _written(line, where, work_class, _cycle(case, starts.get(line["village_id"], [])))
        if line["source"] not in payers and not (line["source"] == "" and line["village_id"] in past):
            yield Finding("source_eligibility", where, " / ".join(payers), line["source"] or "no source", amount)
        if line["source"] in BONDS and line["asset_owner"] not in case.works.state:
            yield Finding("asset_owner", where, "a county department or township", str(line["asset_owner"]), amount)
        if line["source"] not in BONDS and line["asset_owner"] != usual:
            yield Finding("asset_owner", where, usual, str(line["asset_owner"]), amount)


def _starts(case: Case) -> dict[str, list[int]]:
    """Return the cohorts in which each village stands."""
    starts: dict[str, list[int]] = defaultdict(list)
    for entry in case.entries:
        starts[entry.village_id].append(entry.cohort)
    return starts


def _cycle(case: Case, cohorts: Sequence[int]) -> list[int]:
    """Return the years in which a village of these cohorts is paid."""
    length = len(case.scenario["money"]["payment_profile"])
    return [cohort + i for cohort in cohorts for i in range(length)]


def _written(line: Row, where: str, work_class: str, cycle: Sequence[int]) -> Iterator[Finding]:
    """What a line says beside its money: whole cents, a quantity, its class, years of the village's cycle."""
    amount = float(line["cost_wan_yuan"])
    if amount < 0 or abs(amount * 100 - round(amount * 100)) > SLIVER:
        yield Finding("projects", where, "whole cents of at least 0", amount, abs(amount))
    if _known(line.get("quantity")) and float(line["quantity"]) < 0:
        yield Finding("projects", where, "a quantity of at least 0", float(line["quantity"]), 1)
    if _known(line.get("work_class")) and line["work_class"] != work_class:
        yield Finding("projects", where, work_class, str(line["work_class"]), 1)
    years = [line["year"], *([line["start_year"]] if _known(line.get("start_year")) else [])]
    for year in years:
        if cycle and int(year) not in cycle:
            yield Finding("projects", where, f"a year of its cycle, {min(cycle)} to {max(cycle)}", int(year), 1)


def _known(cell: Any) -> bool:
    return cell is not None and cell != "" and cell == cell


def _villages(case: Case, lines: Sequence[Row]) -> Iterator[Finding]:
    """The works of each village cost what its package costs, and bonds pay what the plan says."""
    cost, bond = _sums(lines, "village_id"), _sums([x for x in lines if x["source"] == "general_bond"], "village_id")
    entries = {entry.village_id: entry for entry in case.entries}
    by_work: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        by_work[line["village_id"]][line["task_id"]] += line["cost_wan_yuan"]
    for village in sorted(set(cost) | set(entries)):
        if village not in entries:
            yield Finding("projects", village, "a village of the list", "not listed", cost[village])
            continue
        asked = dict(_held(case, entries[village]))
        yield from _differs("projects", village, sum(asked.values()) / 100, cost[village])
        for task in sorted(set(asked) | set(by_work[village])):
            yield from _differs("projects", f"{village} {task}", asked.get(task, 0) / 100, by_work[village][task])
        yield from _differs("general_bond", village, entries[village].bond, bond[village])


def _parts(case: Case, lines: Sequence[Row]) -> Iterator[Finding]:
    """Special bonds pay no more of a work than its income carries; residents no more than their share and will."""
    money = case.scenario["money"]
    entries = {entry.village_id: entry for entry in case.entries}
    whole = {(v, task): cents / 100 for v, entry in entries.items() for task, cents in _held(case, entry)}
    paid: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in PARTS}
    for line in lines:
        if line["source"] in paid:
            paid[line["source"]][line["village_id"], line["task_id"]] += line["cost_wan_yuan"]
    special, people = most_borrowed(money), money["people"]
    limits = {"special_bond": special, "bank_loan": people["loan_share"] * (1 - special), "villagers": people["villager_share"]}
    for source, share in limits.items():
        for (village, task), amount in sorted(paid[source].items()):
            able = share * whole.get((village, task), 0.0)
            if amount > able + CENT:
                yield Finding(
                    PARTS[source], f"{village} {task}", f"at most {able:.2f} 万元", round(amount, 2), round(amount - able, 2)
                )
    for village, amount in sorted(_sums([x for x in lines if x["source"] == "villagers"], "village_id").items()):
        row = case.register.get(village, {"households": 0, "resident_consent": False})
        will = money["people"]["villager_wan_yuan"] * money["factor"]["villagers"]
        able = row["households"] * bool(row["resident_consent"]) * will
        if amount > able + CENT:
            yield Finding("villager_willingness", village, f"at most {able:.2f} 万元", round(amount, 2), round(amount - able, 2))


def _sources(case: Case, lines: Sequence[Row]) -> Iterator[Finding]:
    """No source pays more in a county and year than it has; social capital no more than its leverage on bonds."""
    drawn: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line["village_id"] in case.register:
            county = case.register[line["village_id"]]["county_code"]
            drawn[county, int(line["year"])][line["source"]] += round(line["cost_wan_yuan"] * 100)
    leverage = case.scenario["money"]["people"]["social_leverage"]
    for (county, year), amounts in sorted(drawn.items()):
        for source, cents in sorted(amounts.items()):
            if source in ("", "villagers", "general_bond"):  # by village, or below
                continue
            has = what_a_source_has(case, county, year, source)
            if source == "social_capital":
                has = min(has, int(leverage * amounts["general_bond"] + 0.5))
            if cents > has:
                asked = f"at most {has / 100:.2f} 万元"
                yield Finding("source_limit", f"{county}|{year}|{source}", asked, cents / 100, (cents - has) / 100)

    yield from _quotas(case, drawn)
    yield from _reserves(case, drawn)


def _quotas(case: Case, drawn: Mapping[tuple[str, int], Counter[str]]) -> Iterator[Finding]:
    """General bonds of a list stay within quotas in the years in which the list pays; what history drew is a fact."""
    past = bonds_of(case, [entry for entry in case.entries if entry.past])
    carry = case.scenario["money"]["carry_over"]
    for county in sorted({county for county, _ in drawn}):
        paid = fact = given = 0
        for year in programme_years(case):
            paid, fact = paid + drawn[county, year]["general_bond"], fact + past[county, year]
            given += what_a_source_has(case, county, year, "general_bond")
            if paid > max(given, fact):
                asked = f"at most {max(given, fact) / 100:.2f} 万元"
                yield Finding("source_limit", f"{county}|{year}|general_bond", asked, paid / 100, (paid - max(given, fact)) / 100)
            if not carry:
                paid = fact = given = 0


def _reserves(case: Case, drawn: Mapping[tuple[str, int], Counter[str]]) -> Iterator[Finding]:
    """What may pay for overruns is not spent on works: the reserve of each county and year stays."""
    keepers = case.works.payers["contingency"]
    past = {entry.county for entry in case.entries if entry.past}  # what history could not keep is a fact
    for (county, year), reserve in sorted(reserves_of(case).items()):
        has = sum(what_a_source_has(case, county, year, source) for source in keepers)
        spent = sum(drawn[county, year][source] for source in keepers)
        if county not in past and spent + reserve > has:
            asked = f"{reserve / 100:.2f} 万元 kept in reserve"
            yield Finding("reserve", f"{county}|{year}", asked, (has - spent) / 100, (spent + reserve - has) / 100)


def _funding(case: Case, lines: Sequence[Row], funding: Sequence[Row]) -> Iterator[Finding]:
    """The funding table is the sum of the project list."""
    sums: Counter[tuple[str, int, str]] = Counter()
    for line in lines:
        if line["village_id"] in case.register:
            county = case.register[line["village_id"]]["county_code"]
            sums[county, int(line["year"]), line["source"]] += round(line["cost_wan_yuan"] * 100)
    told: Counter[tuple[str, int, str]] = Counter()
    for row in funding:
        source = row["source"] if isinstance(row["source"], str) else ""
        told[row["county_code"], int(row["year"]), source] += round(row["amount_wan_yuan"] * 100)
    for place in sorted(set(sums) | set(told)):
        yield from _differs("funding", "|".join(map(str, place)), sums[place] / 100, told[place] / 100)


def _differs(rule: str, where: str, asked: float, seen: float) -> Iterator[Finding]:
    if abs(asked - seen) > CENT:
        yield Finding(rule, where, f"{asked:.2f} 万元", round(seen, 2), round(abs(asked - seen), 2))


def _sums(lines: Sequence[Row], key: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for line in lines:
        sums[line[key]] += line["cost_wan_yuan"]
    return sums


def _held(case: Case, entry: Entry) -> list[tuple[str, int]]:
    works: Mapping[str, Any] = case.works.holds
    held = works.get(entry.package, works["standard"])
    costs = zip(case.works.items, case.works.cents[entry.village_id], held, strict=True)
    return [(task, cents) for (task, _, _), cents, there in costs if there]
