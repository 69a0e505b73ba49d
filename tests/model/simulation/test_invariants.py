"""What must hold whatever the settings and the luck, checked on hundreds of random worlds from their traces."""

from __future__ import annotations

import math
import os
from collections import Counter, defaultdict

import pytest
from stages import random_scene

from model.simulation.records import NEVER, Records
from model.simulation.reference import simulate
from model.simulation.scene import Scene, group_of
from model.simulation.world import World
from model.vocabulary import SOURCES

WORLDS = int(os.environ.get("BAICUN_WORLDS", "150"))
EPS = 1e-6


def check(scene: Scene, found: Records) -> None:
    sites = {site.village_id: site for site in scene.sites}
    _order(scene, found)
    _hands(scene, found, sites)
    _closed(scene, found, sites)
    _money(found, sites)
    _pots(scene, found)
    _villages(scene, found, sites)


def _order(scene: Scene, found: Records) -> None:
    """Nothing starts before it is announced, planned and funded, nor before its predecessors are done or left out."""
    days: dict[tuple[str, str, str], float] = {}
    for event in found.trace:
        days.setdefault((event.entity, event.kind, event.task), event.day)
    names = {task.id: task for task in scene.catalogue}
    ids = {task.name: task.id for task in scene.catalogue}
    for site in scene.sites:
        for work in site.works:
            task = scene.catalogue[work.task]
            start = days.get((site.village_id, "started", task.id))
            if start is None:
                continue
            assert days[site.village_id, "selected", ""] <= start
            assert days[site.village_id, "designed", ""] <= start
            assert work.money is not None
            landed = [d for (v, kind, _), d in days.items() if v == site.village_id and kind.startswith("funded")]
            assert min(landed) <= start
            for before in names[task.id].after:
                done = [days.get((site.village_id, kind, ids[before])) for kind in ("finished", "left out")]
                if any(scene.catalogue[w.task].name == before for w in site.works):
                    assert min(d for d in done if d is not None) <= start


def _hands(scene: Scene, found: Records, sites: dict) -> None:
    """No more crews or trainers work than stand there, or than follow the villages under way; who has begun goes on."""
    needs = {task.id: task.resource for task in scene.catalogue}
    rates = {"crew": scene.settings.construction.villages_per_crew, "trainer": scene.settings.construction.villages_per_trainer}
    standing = {(c.code, kind): n for c in scene.counties for kind, n in (("crew", c.crews), ("trainer", c.trainers))}
    busy: Counter[tuple[str, str]] = Counter()
    under_way: Counter[str] = Counter()
    for event in found.trace:
        if event.kind in ("selected", "completed"):
            under_way[sites[event.entity].county_code] += 1 if event.kind == "selected" else -1
        if event.kind in ("started", "finished") and needs[event.task] != "none":
            county, kind = place = sites[event.entity].county_code, needs[event.task]
            busy[place] += 1 if event.kind == "started" else -1
            assert busy[place] >= 0
            if event.kind == "started":
                assert busy[place] <= max(standing[place], math.ceil(under_way[county] / rates[kind]))


def _closed(scene: Scene, found: Records, sites: dict) -> None:
    """No outdoor work goes on in frozen ground, and no work at all around Spring Festival."""
    world = World(scene, found.replication, False)
    outdoor = {task.id: task.outdoor for task in scene.catalogue}
    since: dict[tuple[str, str], float] = {}
    for event in found.trace:
        if event.kind in ("started", "resumed"):
            since[event.entity, event.task] = event.day
        if event.kind in ("paused", "finished"):
            closed = world.closed(sites[event.entity].county_code, outdoor[event.task])
            start = since.pop((event.entity, event.task), event.day)
            for close, open_ in zip(closed.closes, closed.opens, strict=True):
                assert min(event.day, open_) - max(start, close) < EPS, (event, start, close, open_)


def _money(found: Records, sites: dict) -> None:
    """Every yuan has a source: what lands is what the plan owes, once, less what failed; the rest came from a county's pots."""
    paid, pots, failed, owed = (defaultdict(float) for _ in range(4))
    for county, _, source, amount in found.payments:
        assert source in SOURCES
        assert amount == pytest.approx(round(amount, 2))
        paid[county] += amount
    for record in found.villages:
        site = sites[record.village_id]
        if record.selected < NEVER:
            owed[record.county_code] += site.total
        pots[record.county_code] += record.reserve_drawn + record.overrun_found
        failed[record.county_code] += record.special_failed
        assert min(record.reserve_drawn, record.overrun_found, record.gap) >= 0
        if record.completed < NEVER:
            own = [event for event in found.trace if event.entity == record.village_id]
            landed = {(event.kind, event.task) for event in own if event.kind.startswith("funded")}
            lost = {event.task for event in own if event.kind == "special bonds failed"}
            assert len(landed) + len(lost) == len({(offset, group_of(source)) for offset, source, _ in site.payments})
    for county in set(paid) | set(owed):
        assert paid[county] <= owed[county] - failed[county] + pots[county] + EPS


def _pots(scene: Scene, found: Records) -> None:
    """No county draws more from its pots than was in them."""
    drawn: dict[str, float] = defaultdict(float)
    for record in found.villages:
        drawn[record.county_code] += record.reserve_drawn + record.overrun_found
    for county, amount in drawn.items():
        assert amount <= sum(pot.held + pot.left for pot in scene.pots[county]) / 100 + EPS


def _villages(scene: Scene, found: Records, sites: dict) -> None:
    """Every village is in one place, in order; none is accepted with an unmet binding indicator unless a check missed it."""
    assert [record.village_id for record in found.villages] == sorted(sites)
    delisted, binding = dict(found.delisted), {n: task for n, task in enumerate(scene.catalogue) if task.binding}
    for record in found.villages:
        assert record.handed_in <= record.reviewed or record.reviewed == NEVER
        assert record.selected == NEVER or record.reviewed <= record.selected
        assert record.completed == NEVER or record.selected <= record.completed
        assert min(record.accepted, record.failed) >= record.completed or record.completed == NEVER
        assert record.accepted == NEVER or record.failed == NEVER
        assert not ((record.delisted_before or record.refused) and record.selected < NEVER)
        assert record.village_id not in delisted or record.selected == NEVER
        if record.completed < NEVER:
            asked = {work.task for work in sites[record.village_id].works}
            assert asked & set(binding) <= set(record.built)
            assert asked == set(record.built) | {n for n in asked if scene.catalogue[n].key in record.descoped}
        if record.accepted < NEVER and record.missed_defects == 0:
            seen = [e for e in found.trace if e.entity == record.village_id and e.kind == "not passed"]
            assert len(seen) <= scene.settings.acceptance.retests
    followers = [number for number, _ in found.followed]
    assert len(followers) == len(set(followers))
    for ranks in found.ranks.values():
        assert len(ranks) == len(set(ranks))


@pytest.mark.parametrize("block", range(10))
def test_invariants_hold_in_every_random_world(block: int) -> None:
    for seed in range(block * WORLDS // 10, (block + 1) * WORLDS // 10):
        scene = random_scene(seed)
        check(scene, simulate(scene, seed % 5, trace=True))


def test_the_random_worlds_see_every_kind_of_event() -> None:
    """Guards the test above: between them the worlds do everything the programme can do."""
    seen: set[str] = set()
    for seed in range(60):
        seen |= {event.kind for event in simulate(random_scene(seed), 0, trace=True).trace}
    assert seen >= {
        "declared", "window closed", "reviewed", "selected", "place lost", "designed", "funded by bond", "funded by special",
        "funded by other", "special bonds failed", "started", "paused", "resumed", "finished",
        "left out", "overrun", "without money", "completed",
        "inspected", "visited", "taken up", "rectifying", "refused", "upkeep unpaid",
        "ranked", "notified", "examined", "not passed", "accepted", "failed", "relapsed",
        "seen in relapse", "mended", "delisted", "followed",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_money_and_villages_are_conserved_at_every_moment(seed: int) -> None:
    """Played in steps of three weeks: every village is in one stage, stages never go back, money only comes in as owed."""
    from model.simulation.reference import Play

    rank = {name: i for i, name in enumerate(("planned", "declared", "reviewed", "building", "completed", "accepted", "failed"))}
    scene = random_scene(seed)
    play = Play(scene, 2)
    play.adopt(scene.sites)
    total = sum(site.total for site in scene.sites) + sum(p.held + p.left for own in scene.pots.values() for p in own) / 100
    before, paid = dict.fromkeys((site.village_id for site in scene.sites), "planned"), 0.0
    for day in range(21, int(scene.calendar.end_of(2030)), 21):
        state = play.until(float(day))
        assert set(state.stage) == set(before)
        assert all(stage == "lost" or rank[stage] >= rank[before[village]] for village, stage in state.stage.items())
        now = sum(state.paid.values())
        assert paid - EPS <= now <= total + EPS
        before, paid = {v: "planned" if stage == "lost" else stage for v, stage in state.stage.items()}, now
