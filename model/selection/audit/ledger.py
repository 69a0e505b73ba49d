"""Checks of a project list (项目清单) and its funding: who pays, whether the law lets them, and whether it all adds up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.selection.audit.money import most_borrowed, what_a_source_has
from model.selection.audit.reading import CENT, Entry, Finding, Row, World

BONDS = ("general_bond", "special_bond")


def ledger(world: World, projects: Sequence[Row], funding: Sequence[Row] | None) -> list[Finding]:
    """Return every fault of a project list and of the funding beside it."""
    lines = [row | {"source": row["source"] if isinstance(row["source"], str) else ""} for row in map(dict, projects)]
    return [
        *_lines(world, lines),
        *_villages(world, lines),
        *_parts(world, lines),
        *_sources(world, lines),
        *(_funding(world, lines, funding) if funding is not None else ()),
    ]


def _lines(world: World, lines: Sequence[Row]) -> Iterator[Finding]:
    """Each line: a known work, a source that may pay for its class, an owner that may hold what bonds build."""
    known = {task: (work_class, owner) for task, work_class, owner in world.works.items}
    past = {entry.village_id for entry in world.entries if entry.past}
    for line in lines:
        where = f"{line['village_id']} {line['task_id']}"
        if line["task_id"] not in known:
            yield Finding("projects", where, "a task of the catalogue", str(line["task_id"]), 1)
            continue
        payers = world.works.payers[known[line["task_id"]][0]]
        amount = float(line["cost_wan_yuan"])
        if line["source"] not in payers and not (line["source"] == "" and line["village_id"] in past):
            yield Finding("source_eligibility", where, " / ".join(payers), line["source"] or "no source", amount)
        if line["source"] in BONDS and line["asset_owner"] not in world.works.state:
            yield Finding("asset_owner", where, "a county department or township", str(line["asset_owner"]), amount)
        if amount < 0:
            yield Finding("projects", where, "an amount of at least 0", amount, -amount)


def _villages(world: World, lines: Sequence[Row]) -> Iterator[Finding]:
    """The works of each village cost what its package costs, and bonds pay what the plan says."""
    cost, bond = _sums(lines, "village_id"), _sums([x for x in lines if x["source"] == "general_bond"], "village_id")
    entries = {entry.village_id: entry for entry in world.entries}
    for village in sorted(set(cost) | set(entries)):
        if village not in entries:
            yield Finding("projects", village, "a village of the list", "not listed", cost[village])
            continue
        asked = sum(cents for _, cents in _held(world, entries[village]))
        yield from _differs("projects", village, asked / 100, cost[village])
        yield from _differs("general_bond", village, entries[village].bond, bond[village])


def _parts(world: World, lines: Sequence[Row]) -> Iterator[Finding]:
    """Special bonds pay no more of a work than its income carries; residents no more than their share and will."""
    money = world.scenario["money"]
    entries = {entry.village_id: entry for entry in world.entries}
    whole = {(v, task): cents / 100 for v, entry in entries.items() for task, cents in _held(world, entry)}
    owners = {task: owner for task, _, owner in world.works.items}
    paid: dict[str, Counter[tuple[str, str]]] = {"special_bond": Counter(), "villagers": Counter()}
    for line in lines:
        if line["source"] in paid:
            paid[line["source"]][line["village_id"], line["task_id"]] += line["cost_wan_yuan"]
    limits = {"special_bond": most_borrowed(money), "villagers": money["people"]["villager_share"]}
    for source, share in limits.items():
        for (village, task), amount in sorted(paid[source].items()):
            able = share * whole.get((village, task), 0.0)
            if source == "special_bond" and owners.get(task) == "utility":
                able = 0.0
            if amount > able + CENT:
                rule = "special_bond_coverage" if source == "special_bond" else "villager_share"
                yield Finding(rule, f"{village} {task}", f"at most {able:.2f} 万元", round(amount, 2), round(amount - able, 2))
    for village, amount in sorted(_sums([x for x in lines if x["source"] == "villagers"], "village_id").items()):
        row = world.register.get(village, {"households": 0, "resident_consent": False})
        will = money["people"]["villager_wan_yuan"] * money["factor"]["villagers"]
        able = row["households"] * bool(row["resident_consent"]) * will
        if amount > able + CENT:
            yield Finding("villager_willingness", village, f"at most {able:.2f} 万元", round(amount, 2), round(amount - able, 2))


def _sources(world: World, lines: Sequence[Row]) -> Iterator[Finding]:
    """No source pays more in a county and year than it has; social capital no more than its leverage on bonds."""
    drawn: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for line in lines:
        if line["village_id"] in world.register:
            county = world.register[line["village_id"]]["county_code"]
            drawn[county, int(line["year"])][line["source"]] += round(line["cost_wan_yuan"] * 100)
    leverage = world.scenario["money"]["people"]["social_leverage"]
    for (county, year), amounts in sorted(drawn.items()):
        for source, cents in sorted(amounts.items()):
            if source in ("", "villagers", "general_bond"):  # checked by village, or by the rule county_quota
                continue
            has = what_a_source_has(world, county, year, source)
            if source == "social_capital":
                has = min(has, int(leverage * amounts["general_bond"] + 0.5))
            if cents > has:
                asked = f"at most {has / 100:.2f} 万元"
                yield Finding("source_limit", f"{county}|{year}|{source}", asked, cents / 100, (cents - has) / 100)


def _funding(world: World, lines: Sequence[Row], funding: Sequence[Row]) -> Iterator[Finding]:
    """The funding table is the sum of the project list."""
    sums: Counter[tuple[str, int, str]] = Counter()
    for line in lines:
        if line["village_id"] in world.register:
            county = world.register[line["village_id"]]["county_code"]
            sums[county, int(line["year"]), line["source"]] += round(line["cost_wan_yuan"] * 100)
    told: Counter[tuple[str, int, str]] = Counter()
    for row in funding:
        source = row["source"] if isinstance(row["source"], str) else ""
        told[row["county_code"], int(row["year"]), source] += round(row["amount_wan_yuan"] * 100)
    for place in sorted(set(sums) | set(told)):
        yield from _differs("funding", "|".join(map(str, place)), sums[place] / 100, told[place] / 100)


def _differs(rule: str, where: str, asked: float, found: float) -> Iterator[Finding]:
    if abs(asked - found) > CENT:
        yield Finding(rule, where, f"{asked:.2f} 万元", round(found, 2), round(abs(asked - found), 2))


def _sums(lines: Sequence[Row], key: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in lines:
        found[line[key]] += line["cost_wan_yuan"]
    return found


def _held(world: World, entry: Entry) -> list[tuple[str, int]]:
    works: Mapping[str, Any] = world.works.holds
    held = works.get(entry.package, works["standard"])
    costs = zip(world.works.items, world.works.cents[entry.village_id], held, strict=True)
    return [(task, cents) for (task, _, _), cents, there in costs if there]
