"""Key figures (指标) of one replication, and the tables of many.

Selected, completed and accepted villages are counted apart. Cumulative figures are those at the end of the year.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from model.simulation.records import NEVER, Records, VillageRecord
from model.simulation.scene import Scene
from model.vocabulary import Estimates

NO_YEAR = 0


@dataclass(frozen=True)
class Kpi:
    """A key figure: name, unit, Chinese and English name, and whether it is the chance of something."""

    name: str
    unit: str
    zh: str
    en: str
    chance: bool = False


YEARLY = (
    Kpi("selected", "village", "累计入选村数", "villages selected, cumulative"),
    Kpi("completed", "village", "累计完工村数", "villages completed, cumulative"),
    Kpi("accepted", "village", "累计验收合格村数", "villages accepted, cumulative"),
    Kpi("failed", "village", "累计验收不合格村数", "villages that failed acceptance, cumulative"),
    Kpi("under_construction", "village", "年末在建村数", "villages under construction at the end of the year"),
    Kpi("in_relapse", "village", "年末处于反弹状态村数", "accepted villages in relapse at the end of the year"),
    Kpi("pool_delisted", "village", "创建村累计摘牌数", "pool villages delisted, cumulative"),
    Kpi("bond_paid_wan_yuan", "万元", "当年到账一般债券资金", "general-bond money that landed in the year"),
)
WHOLE = (
    Kpi("accepted_by_target", "village", "目标日期前验收合格村数", "villages accepted by the target date"),
    Kpi(
        "target_reached",
        "probability",
        "目标日期前达到总规模下限的概率",
        "chance that the programme band is reached by the target date",
        True,
    ),
    Kpi(
        "days_to_completion",
        "day",
        "公布至完工平均天数（未完工计至推演截止）",
        "mean days from announcement to completion, or to the end of the projection",
    ),
    Kpi("first_pass_share", "share", "首次验收通过率", "share of examined villages that pass at first"),
    Kpi("missed_defects", "indicator", "验收漏检指标数", "short indicators that acceptance missed"),
    Kpi("places_lost", "village", "因摘牌空缺名额", "places lost because a planned village was delisted"),
    Kpi("rectifications", "rectification", "督导整改次数", "rectifications after inspections"),
    Kpi("crew_wait_days", "day", "每村等候施工队累计天数", "days a village's tasks wait for a crew, summed over tasks"),
    Kpi("frozen_days", "day", "每村封冻停工累计天数", "days a village's tasks pause in frozen ground, summed over tasks"),
)
COUNTY = ("selected", "completed", "accepted")
KPIS: dict[str, Kpi] = {kpi.name: kpi for kpi in (*YEARLY, *WHOLE)}


@dataclass(frozen=True)
class Summary:
    """One replication in numbers: ``kpis`` by (name, year), ``counties`` by (name, county, year)."""

    replication: int
    kpis: dict[tuple[str, int], float]
    counties: dict[tuple[str, str, int], float]


def summarise(scene: Scene, records: Records) -> Summary:
    """Return the key figures of one replication."""
    years = list(scene.calendar.years)
    ends = [scene.calendar.end_of(year) for year in years]
    kpis = {**_counts(records, years, ends), **_money(records, years, ends), **_whole(scene, records)}
    return Summary(records.replication, kpis, _counties(scene, records, years, ends))


_MOMENT: dict[str, Callable[[VillageRecord], float]] = {
    "selected": lambda r: r.selected,
    "completed": lambda r: r.completed,
    "accepted": lambda r: r.accepted,
    "failed": lambda r: r.failed,
}


def _cumulative(moments: Sequence[float], ends: Sequence[float]) -> list[int]:
    ordered = sorted(moments)
    return [bisect_right(ordered, end - 1e-9) for end in ends]


def _counts(records: Records, years: list[int], ends: list[float]) -> dict[tuple[str, int], float]:
    table: dict[tuple[str, int], float] = {}
    for name, moment in _MOMENT.items():
        for year, count in zip(years, _cumulative([moment(r) for r in records.villages], ends), strict=True):
            table[name, year] = count
    for year, end, gone in zip(years, ends, _cumulative([day for _, day in records.delisted], ends), strict=True):
        table["under_construction", year] = table["selected", year] - table["completed", year]
        table["in_relapse", year] = sum(any(a < end <= b for a, b in r.relapses) for r in records.villages)
        table["pool_delisted", year] = gone
    return table


def _money(records: Records, years: list[int], ends: list[float]) -> dict[tuple[str, int], float]:
    table = {("bond_paid_wan_yuan", year): 0.0 for year in years}
    for _, day, amount in records.payments:
        table["bond_paid_wan_yuan", years[bisect_right(ends, day)]] += amount
    return table


def _whole(scene: Scene, records: Records) -> dict[tuple[str, int], float]:
    villages = records.villages
    selected = [r for r in villages if r.selected < NEVER]
    examined = [r for r in villages if r.examinations]
    end = scene.calendar.end_of(scene.calendar.end.year)
    accepted = sum(r.accepted < scene.target_day for r in villages)
    figures = {
        "accepted_by_target": float(accepted),
        "target_reached": float(accepted >= scene.target_villages),
        "days_to_completion": _mean([min(r.completed, end) - r.selected for r in selected]),
        "first_pass_share": _mean([float(r.passed_first) for r in examined]),
        "missed_defects": float(sum(r.missed_defects for r in villages)),
        "places_lost": float(sum(r.delisted_before for r in villages)),
        "rectifications": float(sum(r.rectifications for r in villages)),
        "crew_wait_days": _mean([r.waited_for_crew for r in selected]),
        "frozen_days": _mean([r.frozen_days for r in selected]),
    }
    return {(name, NO_YEAR): value for name, value in figures.items()}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _counties(scene: Scene, records: Records, years: list[int], ends: list[float]) -> dict[tuple[str, str, int], float]:
    by_county: dict[str, list[VillageRecord]] = {county.code: [] for county in scene.counties}
    for record in records.villages:
        by_county[record.county_code].append(record)
    return {
        (name, code, year): count
        for name in COUNTY
        for code, group in by_county.items()
        for year, count in zip(years, _cumulative([_MOMENT[name](r) for r in group], ends), strict=True)
    }


def estimates(summaries: Sequence[Summary]) -> Estimates:
    """Return the figures of all replications as two long tables."""
    kpis = [(name, year, s.replication, value) for s in summaries for (name, year), value in s.kpis.items()]
    counties = [(name, code, year, s.replication, value) for s in summaries for (name, code, year), value in s.counties.items()]
    return Estimates(
        kpis=pd.DataFrame(kpis, columns=["kpi", "year", "replication", "value"]),
        county_kpis=pd.DataFrame(counties, columns=["kpi", "county_code", "year", "replication", "value"]),
        replications=len(summaries),
    )
