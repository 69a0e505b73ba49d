"""Key figures (指标) of one replication, and the tables of many.

Selected, completed and accepted villages are counted apart. Cumulative figures are those at the end of the year.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.outcomes.effects import course, gained, outcomes
from model.outcomes.race import places
from model.simulation.records import NEVER, Records, VillageRecord
from model.simulation.rules import DAYS_A_YEAR
from model.simulation.scene import GROUPS, Scene, group_of
from model.vocabulary import DIMENSIONS, Estimates

NO_YEAR = 0
NAN = float("nan")
PAYERS = ("collective", "county", "unpaid")  # of upkeep


@dataclass(frozen=True)
class Kpi:
    """A key figure: name, unit, Chinese and English name, and whether it is the chance of something."""

    name: str
    unit: str
    zh: str
    en: str
    chance: bool = False

    @property
    def ends(self) -> tuple[float, float]:
        """Between what it can lie: a share within 0 and 1, a count never below 0."""
        most = {"share": 1.0, "probability": 1.0, "points": 100.0}.get(self.unit, np.inf)
        return (1.0 if self.unit == "rank" else 0.0), most


YEARLY = (
    Kpi("selected", "village", "累计入选村数", "villages selected, cumulative"),
    Kpi("completed", "village", "累计完工村数", "villages completed, cumulative"),
    Kpi("accepted", "village", "累计验收合格村数", "villages accepted, cumulative"),
    Kpi("failed", "village", "累计验收不合格村数", "villages that failed acceptance, cumulative"),
    Kpi("under_construction", "village", "年末在建村数", "villages under construction at the end of the year"),
    Kpi("in_relapse", "village", "年末处于反弹状态村数", "accepted villages in relapse at the end of the year"),
    Kpi(
        "good_state",
        "share",
        "验收合格村保持良好比例",
        "share of accepted villages that are not in relapse at the end of the year",
    ),
    Kpi("pool_delisted", "village", "创建村累计摘牌数", "pool villages delisted, cumulative"),
    Kpi("followed", "village", "示范带动村数（累计）", "pool villages that follow an example, cumulative"),
    Kpi("bond_paid_wan_yuan", "万元", "当年到账一般债券资金", "general-bond money that landed in the year"),
    Kpi("special_paid_wan_yuan", "万元", "当年到账专项债券资金", "special-bond money that landed in the year"),
    Kpi("other_paid_wan_yuan", "万元", "当年到账其他资金", "other money that landed in the year"),
    Kpi("upkeep_collective_wan_yuan", "万元", "当年管护费用：村集体承担", "upkeep of the year that collectives pay"),
    Kpi("upkeep_county_wan_yuan", "万元", "当年管护费用：县级财政承担", "upkeep of the year that county budgets pay"),
    Kpi("upkeep_unpaid_wan_yuan", "万元", "当年管护费用：未落实", "upkeep of the year that nobody pays"),
    *(
        Kpi(f"index_{name}", "points", f"入选村{zh}指数", f"index of {name}, mean of selected villages")
        for name, zh in zip(DIMENSIONS, ("产业", "人才", "文化", "生态", "组织"), strict=True)
    ),
    Kpi("income_yuan", "yuan", "入选村农民人均收入", "rural income a person, mean of selected villages"),
    Kpi("collective_income_wan_yuan", "万元", "入选村集体收入", "collective income, mean of selected villages"),
    Kpi("residents", "person", "入选村常住人口", "residents, mean of selected villages"),
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
    Kpi("refused", "village", "评审未通过村数", "villages that a panel refused"),
    Kpi("taken_up", "village", "督导推动赶工村数", "villages behind their schedule that supervision took up"),
    Kpi(
        "followers_gain",
        "points",
        "创建村因观摩学习平均提高",
        "index points that pool villages gain by following an example, mean of the pool",
    ),
    Kpi("finished_in_cycle", "share", "创建周期内完工比例", "share of selected villages completed within their cycle"),
    Kpi("mended_share", "share", "督导问题整改率", "share of what visits found that was mended"),
    Kpi("accepted_27_months", "share", "公布后27个月内验收合格比例", "share accepted within 27 months of their announcement"),
    Kpi("accepted_48_months", "share", "公布后48个月内验收合格比例", "share accepted within 48 months of their announcement"),
    Kpi(
        "roads_begun_by_june",
        "share",
        "当年道路绿化工程6月底前开工比例",
        "share of a year's roads and greening begun by the end of June",
    ),
    Kpi(
        "roads_done_in_year",
        "share",
        "当年道路绿化工程当年完成比例",
        "share of a year's roads and greening finished in that year",
    ),
    Kpi("deferred", "village", "评审后修改方案村数", "villages whose proposal had to be revised"),
    Kpi("descoped_works", "work", "因资金未落实而取消的非约束工程数", "works left out for want of lawful money (none binding)"),
    Kpi("reserve_drawn_wan_yuan", "万元", "动用预备费", "reserve drawn for overruns"),
    Kpi(
        "overrun_found_wan_yuan",
        "万元",
        "预备费之外由县级结余资金落实",
        "money found beyond the reserve in what a plan left of purses",
    ),
    Kpi("money_gap_wan_yuan", "万元", "无合法来源的资金缺口", "money that no lawful source could pay by the end"),
    Kpi("special_failed_wan_yuan", "万元", "专项债发行失败金额", "special-bond money whose windows all failed"),
    Kpi("places_lost", "village", "因摘牌空缺名额", "places lost because a planned village was delisted"),
    Kpi("rectifications", "rectification", "督导整改次数", "rectifications after inspections"),
    Kpi("crew_wait_days", "day", "每村等候施工队累计天数", "days a village's tasks wait for a crew, summed over tasks"),
    Kpi("frozen_days", "day", "每村封冻停工累计天数", "days a village's tasks pause in frozen ground, summed over tasks"),
)
COUNTY = ("selected", "completed", "accepted")
UPKEEP = "upkeep_county_wan_yuan"
RACE = (
    Kpi("rank", "rank", "赛马名次", "place in the yearly ranking of counties"),
    Kpi("praised", "probability", "受表扬概率", "chance to be among the praised", True),
    Kpi("notified", "probability", "被通报概率", "chance to be among the notified", True),
)
KPIS: dict[str, Kpi] = {kpi.name: kpi for kpi in (*YEARLY, *WHOLE, *RACE)}


def kpi_label(name: str, lang: str) -> str:
    """Return what a key figure is called; one that is no longer worked out goes by its name."""
    return str(getattr(KPIS[name], lang)) if name in KPIS else name


@dataclass(frozen=True)
class Summary:
    """One replication in numbers: ``kpis`` by (name, year), ``counties`` by (name, county, year)."""

    replication: int
    kpis: dict[tuple[str, int], float]
    counties: dict[tuple[str, str, int], float]
    gains: np.ndarray[Any, Any]  # figures at the target day: without the programme, and what it adds, (2, figures, villages)
    finished: np.ndarray[Any, Any]  # day on which each village was completed, (V,)
    departments: dict[str, float]  # works finished by the target day, by lead department


def summarise(scene: Scene, records: Records) -> Summary:
    """Return the key figures of one replication."""
    years = list(scene.calendar.years)
    ends = [scene.calendar.end_of(year) for year in years]
    own = course(scene, records)
    kpis = {
        **_counts(records, years, ends),
        **_money(records, years, ends),
        **outcomes(scene, own, years, ends),
        **_whole(scene, records),
    }
    counties = _counties(scene, records, years, ends) | places(records.ranks, scene.settings.race.tail)
    finished = np.array([record.completed for record in records.villages])
    return Summary(records.replication, kpis, counties, np.array(gained(scene, own)), finished, _departments(scene, records))


def _departments(scene: Scene, records: Records) -> dict[str, float]:
    """Return how many works each lead department has finished by the target day."""
    done: dict[str, float] = {}
    for record in records.villages:
        for task, day in record.built.items():
            lead = scene.catalogue[task].departments[0]
            done[lead] = done.get(lead, 0.0) + (day < scene.target_day)
    return done


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
        table["good_state", year] = 1.0 - table["in_relapse", year] / table["accepted", year] if table["accepted", year] else NAN
        table["pool_delisted", year] = gone
    for year, count in zip(years, _cumulative([day for _, day in records.followed], ends), strict=True):
        table["followed", year] = count
    return table


def _money(records: Records, years: list[int], ends: list[float]) -> dict[tuple[str, int], float]:
    table = {(f"{group}_paid_wan_yuan", year): 0.0 for group in GROUPS for year in years}
    for _, day, source, amount in records.payments:
        table[f"{group_of(source)}_paid_wan_yuan", years[bisect_right(ends, day)]] += amount
    table |= {(f"upkeep_{payer}_wan_yuan", year): 0.0 for payer in PAYERS for year in years}
    for record in records.villages:
        for day, *amounts in record.upkeep:
            for payer, amount in zip(PAYERS, amounts, strict=True):
                table[f"upkeep_{payer}_wan_yuan", years[bisect_right(ends, day)]] += amount
    return table


def accepted_by_target(scene: Scene, records: Records) -> float:
    """Return how many villages are accepted by the target day."""
    return float(sum(record.accepted < scene.target_day for record in records.villages))


def _whole(scene: Scene, records: Records) -> dict[tuple[str, int], float]:
    villages = records.villages
    selected = [r for r in villages if r.selected < NEVER]
    examined = [r for r in villages if r.examinations]
    end = scene.calendar.end_of(scene.calendar.end.year)
    accepted = accepted_by_target(scene, records)
    figures = {
        "accepted_by_target": accepted,
        "target_reached": float(accepted >= scene.target_villages),
        "days_to_completion": _mean([min(r.completed, end) - r.selected for r in selected]),
        "first_pass_share": _mean([float(r.passed_first) for r in examined]),
        "missed_defects": float(sum(r.missed_defects for r in villages)),
        "refused": float(sum(r.refused for r in villages)),
        "taken_up": float(sum(r.urged for r in villages)),
        "followers_gain": _followers(scene, records),
        "mended_share": _share(sum(r.mended for r in villages), sum(r.rectifications for r in villages)),
        "accepted_27_months": _within(selected, 27, end),
        "accepted_48_months": _within(selected, 48, end),
        **_roads(scene, villages),
        "finished_in_cycle": _mean([float(_in_cycle(scene, r)) for r in selected]),
        "deferred": float(sum(r.deferred for r in villages)),
        "descoped_works": float(sum(len(r.descoped) for r in villages)),
        "reserve_drawn_wan_yuan": sum(r.reserve_drawn for r in villages),
        "overrun_found_wan_yuan": sum(r.overrun_found for r in villages),
        "money_gap_wan_yuan": sum(r.gap for r in villages),
        "special_failed_wan_yuan": sum(r.special_failed for r in villages),
        "places_lost": float(sum(r.delisted_before for r in villages)),
        "rectifications": float(sum(r.rectifications for r in villages)),
        "crew_wait_days": _mean([r.waited_for_crew for r in selected]),
        "frozen_days": _mean([r.frozen_days for r in selected]),
    }
    return {(name, NO_YEAR): value for name, value in figures.items()}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else NAN


def _within(selected: Sequence[VillageRecord], months: int, end: float) -> float:
    """Return the share accepted within so many months of their announcement, of villages that had as long."""
    days = months * DAYS_A_YEAR / 12
    return _mean([float(r.accepted - r.selected <= days) for r in selected if r.selected + days <= end])


def _roads(scene: Scene, villages: Sequence[VillageRecord]) -> dict[str, float]:
    """Return how much of a year's road works is begun by the end of June, and finished by its end."""
    roads = [
        place for place, task in enumerate(scene.catalogue) if task.quantity_unit == "km" and task.work_class == "public_good"
    ]
    calendar = scene.calendar
    begun = [(calendar.year_of(r.begun[t]), r.begun[t], r.built.get(t, NEVER)) for r in villages for t in roads if t in r.begun]
    june = {year: calendar.yearly("07-01", year) for year in calendar.years}
    return {
        "roads_begun_by_june": _mean([float(start < june[year]) for year, start, _ in begun]),
        "roads_done_in_year": _mean([float(done < calendar.end_of(year)) for year, _, done in begun]),
    }


def _in_cycle(scene: Scene, record: VillageRecord) -> bool:
    """Whether a village was completed within the months that a cohort has (P23-CYCLE)."""
    return record.completed < scene.calendar.deadline(record.cohort, scene.cycle)


def _followers(scene: Scene, records: Records) -> float:
    """Return what pool villages that follow an example close of their own gaps, index points (P23-SPREAD)."""
    lacking = {village.number: village.lacking for village in scene.pool}
    gained = sum(lacking.get(number, 0.0) for number, _ in records.followed)
    return scene.settings.spread.gap_share * gained / max(len(scene.pool), 1)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _counties(scene: Scene, records: Records, years: list[int], ends: list[float]) -> dict[tuple[str, str, int], float]:
    """Return the villages of each county in each stage, and what the county pays for their upkeep."""
    by_county: dict[str, list[VillageRecord]] = {county.code: [] for county in scene.counties}
    for record in records.villages:
        by_county[record.county_code].append(record)
    table: dict[tuple[str, str, int], float] = {}
    for code, group in by_county.items():
        for name in COUNTY:
            counts = _cumulative([_MOMENT[name](record) for record in group], ends)
            table |= {(name, code, year): count for year, count in zip(years, counts, strict=True)}
        table |= {(UPKEEP, code, year): 0.0 for year in years}
        for day, _, county, _ in (paid for record in group for paid in record.upkeep):
            table[UPKEEP, code, years[bisect_right(ends, day)]] += county
    return table


def estimates(summaries: Sequence[Summary]) -> Estimates:
    """Return the figures of all replications as two long tables."""
    kpis = [(name, year, s.replication, value) for s in summaries for (name, year), value in s.kpis.items()]
    counties = [(name, code, year, s.replication, value) for s in summaries for (name, code, year), value in s.counties.items()]
    return Estimates(
        kpis=pd.DataFrame(kpis, columns=["kpi", "year", "replication", "value"]),
        county_kpis=pd.DataFrame(counties, columns=["kpi", "county_code", "year", "replication", "value"]),
        replications=len(summaries),
        gains=np.array([s.gains for s in summaries]),
        finished=np.array([s.finished for s in summaries]),
        departments=tuple(s.departments for s in summaries),
    )
