"""Precheck: what a person can see before any solver, in plain words, all at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from model.selection.matching import payable
from model.selection.problem import Problem
from model.selection.rules import Rules
from model.vocabulary import COMBINED, VILLAGE_TYPES


@dataclass(frozen=True)
class Impossible:
    """One reason why no plan can exist: the rules concerned and the reason in both languages."""

    rules: tuple[str, ...]
    zh: str
    en: str


def precheck(problem: Problem, rules: Rules) -> list[Impossible]:
    """Return every plain reason why nothing can fit; an empty list promises nothing."""
    return [
        *_bands(rules),
        *_shares(rules, problem.horizon.cohort_target),
        *_too_few(problem, rules),
        *_too_little_money(problem, rules),
        *_too_few_poor(problem, rules),
        *_counties(problem, rules),
        *_matching(problem, rules),
        *_programmes(problem, rules),
        *_locks(problem, rules),
        *_resources(problem, rules),
        *_list(problem, rules),
    ]


def _bands(rules: Rules) -> list[Impossible]:
    found = []
    for name, rule in (("cohort_band", rules.cohort_band), ("programme_band", rules.programme_band)):
        if rule.on and rule.low > rule.high:
            found.append(
                Impossible(
                    (name,),
                    f"{rule.term}：下限{rule.low}大于上限{rule.high}。",
                    f"{name}: the low end {rule.low} is above the high end {rule.high}.",
                )
            )
    return found


def _shares(rules: Rules, target: int) -> list[Impossible]:
    """Minima above maxima: poverty-lifted villages, village types, other programmes."""
    pairs: list[tuple[str, str, float, float]] = []
    low, high = rules.poverty_minimum, rules.poverty_maximum
    if low.on and high.on and not isinstance(low.share, str):
        pairs.append(("poverty_minimum", "脱贫村数", _villages(low.share, target), _villages(high.share, target)))
    if rules.combined_programmes.on:
        rule = rules.combined_programmes
        pairs += [
            (rule.name, name, _villages(getattr(rule, f"{name}_low"), target), _villages(getattr(rule, f"{name}_high"), target))
            for name in COMBINED
        ]
    if rules.village_types.on and rules.cohort_band.on and rules.cohort_band.low > 0:  # an empty cohort has no shares
        types = rules.village_types
        pairs += [(types.name, kind, getattr(types, f"{kind}_low"), getattr(types, f"{kind}_high")) for kind in VILLAGE_TYPES]
        least = sum(getattr(types, f"{kind}_low") for kind in VILLAGE_TYPES)
        if least > 1 + 1e-9:
            zh = f"村庄类型下限合计{least:g}，超过1。"
            pairs_reason = Impossible((types.name,), zh, f"village_types: the low shares add up to {least:g}, more than 1.")
            return [*_crossed(pairs), pairs_reason]
    return _crossed(pairs)


def _villages(share: float, target: int) -> float:
    """Return a share of the target cohort as the rules count it."""
    return float(math.floor(share * target + 1e-9))


def _crossed(pairs: list[tuple[str, str, float, float]]) -> list[Impossible]:
    return [
        Impossible(
            (rule,),
            f"{name}：下限{low:g}大于上限{high:g}。",
            f"{rule}: the low end of {name}, {low:g}, is above the high end {high:g}.",
        )
        for rule, name, low, high in pairs
        if low > high
    ]


def _counties(problem: Problem, rules: Rules) -> list[Impossible]:
    """A county that must take part and cannot: too few candidates, or none that its quotas pay for."""
    rule = rules.county_minimum
    if not rule.on or rule.villages == 0:
        return []
    counties = len(problem.counties.codes)
    eligible = np.bincount(problem.villages.county[problem.villages.eligible], minlength=counties)
    villages = np.unique(problem.choices.village)
    candidates = np.bincount(problem.villages.county[villages], minlength=counties)
    found = []
    cheapest = np.full(counties, np.inf)
    np.minimum.at(cheapest, problem.villages.county[villages], problem.funds.bond.min(axis=1)[villages])
    money = problem.quota.sum(axis=1)
    past = np.bincount(problem.villages.county[problem.choices.village[problem.choices.fixed]], minlength=counties)
    for c in np.flatnonzero((eligible >= rule.min_eligible) & (past == 0)):
        code = problem.counties.codes[c]
        if candidates[c] < rule.villages and rules.once_only.on:
            zh = f"县{code}可选村只有{candidates[c]}个，而每县至少{rule.villages}个。"
            en = f"County {code} has {candidates[c]} villages that may be selected, and county_minimum asks for {rule.villages}."
            found.append(Impossible(("county_minimum", "eligible_only"), zh, en))
        elif rules.county_quota.on and cheapest[c] > money[c] + 1e-6:
            zh = f"县{code}全部限额{money[c]:,.0f}万元，不够最省的一个村（{cheapest[c]:,.0f}万元），而每县至少{rule.villages}个。"
            en = f"County {code}'s quotas, {money[c]:,.0f} 万元, do not pay for its cheapest village ({cheapest[c]:,.0f} 万元)."
            found.append(Impossible(("county_minimum", "county_quota"), zh, en))
    return found


def _matching(problem: Problem, rules: Rules) -> list[Impossible]:
    """Counties that must take part and cannot match any village, and too few villages that anyone can match."""
    if not rules.lawful_financing.on or not problem.size:
        return []
    history = np.concatenate([problem.choices.fixed.astype(float), np.zeros(problem.width - problem.size)])
    able = payable(problem, history) | problem.choices.fixed
    villages = np.unique(problem.choices.village[able])
    found = []
    if rules.county_minimum.on and rules.county_minimum.villages:
        number = np.bincount(problem.villages.county[problem.villages.eligible], minlength=len(problem.counties.codes))
        paid = np.bincount(problem.villages.county[villages], minlength=len(problem.counties.codes))
        for c in np.flatnonzero((number >= rules.county_minimum.min_eligible) & (paid == 0)):
            code = problem.counties.codes[c]
            zh = f"县{code}除一般债券外的资金不够任何一个村配套，而每县至少{rules.county_minimum.villages}个。"
            en = f"County {code} has no lawful money beside bonds for even one village, and county_minimum asks for one."
            found.append(Impossible(("lawful_financing", "county_minimum"), zh, en))
    needed = _needed(problem, rules) + int(problem.choices.fixed.sum())
    if rules.once_only.on and len(villages) < needed:
        zh = f"除一般债券外的资金能配套的村只有{len(villages)}个，而规模要求至少{needed}个。"
        en = f"Only {len(villages)} villages can be matched with lawful money beside bonds; the bands ask for at least {needed}."
        found.append(Impossible(("lawful_financing", "cohort_band", "programme_band"), zh, en))
    return found


def _programmes(problem: Problem, rules: Rules) -> list[Impossible]:
    """Fewer villages of a programme than all cohorts ask for."""
    rule = rules.combined_programmes
    if not rule.on or not rules.once_only.on:
        return []
    villages = _candidates(problem)
    block = rule.rows(problem)
    found = []
    for j, name in enumerate(COMBINED):
        asked = int(
            block.lower[j * len(problem.horizon.cohorts) : (j + 1) * len(problem.horizon.cohorts)][_undecided(problem)].sum()
        )
        there = int(problem.villages.combined[villages, j].sum())
        if there < asked:
            zh = f"{name}：可选村只有{there}个，而各批合计要求至少{asked}个。"
            en = (
                f"combined_programmes: only {there} villages of {name} may be selected, and the cohorts ask for {asked} together."
            )
            found.append(Impossible((rule.name, "eligible_only"), zh, en))
    return found


def _locks(problem: Problem, rules: Rules) -> list[Impossible]:
    """Locks that clash with one another, with eligibility, or with history."""
    found = []
    candidates = set(problem.villages.ids[np.unique(problem.choices.village)])
    if rules.locked.on:
        inside = {lock.village_id: lock for lock in problem.asks.locks.villages if lock.action == "in"}
        for lock in problem.asks.locks.villages:
            other = inside.get(lock.village_id)
            if lock.action == "in" and lock.village_id not in candidates:
                zh = f"{lock.author}锁定入选的村{lock.village_id}不符合申报条件或不在备选范围。"
                en = f"{lock.author} locks village {lock.village_id} in, but it may not be selected."
                found.append(Impossible(("locked", "eligible_only"), zh, en))
            if lock.action == "out" and other and lock.cohort in (None, other.cohort):
                zh = f"村{lock.village_id}同时被{other.author}锁定入选、被{lock.author}排除。"
                en = f"Village {lock.village_id} is locked in by {other.author} and out by {lock.author}."
                found.append(Impossible(("locked",), zh, en))
        if rules.exclusion.on:
            for group in problem.asks.locks.exclusive:
                both = [village for village in group.villages if village in inside]
                if len(both) > group.most:
                    zh = f"{group.author}规定至多选{group.most}个的村中，有{len(both)}个被锁定入选：{'、'.join(both)}。"
                    en = f"{group.author} allows {group.most} of villages of which {len(both)} are locked in: {', '.join(both)}."
                    found.append(Impossible(("locked", "exclusion"), zh, en))
    return found


def _resources(problem: Problem, rules: Rules) -> list[Impossible]:
    """Resources whose minimum is above their limit, or beyond all that villages use."""
    if not rules.resources.on:
        return []
    found = []
    villages = np.unique(problem.choices.village)
    for resource in problem.asks.resources:
        if resource.least is None:
            continue
        if resource.limit is not None and resource.least > resource.limit:
            zh = f"资源{resource.name}：下限{resource.least:g}大于上限{resource.limit:g}。"
            en = f"Resource {resource.name}: the least, {resource.least:g}, is above the limit {resource.limit:g}."
            found.append(Impossible(("resources",), zh, en))
        most = float(np.maximum(problem.villages.uses[resource.column][villages], 0).sum())
        if rules.once_only.on and resource.least > most:
            zh = f"资源{resource.name}：全部备选村合计{most:,.6g}，达不到下限{resource.least:,.6g}。"
            en = f"Resource {resource.name}: all villages together have {most:,.6g}, less than {resource.least:,.6g}."
            found.append(Impossible(("resources",), zh, en))
    return found


def _list(problem: Problem, rules: Rules) -> list[Impossible]:
    """An announced list of which too many may no longer be selected."""
    if not rules.stability.on or not (problem.villages.announced > 0).any():
        return []
    block = rules.stability.rows(problem)
    able = int(block.matrix.sum())
    needed = int(block.lower[0])
    if able >= needed:
        return []
    zh = f"公布名单中仍可按原批次入选的只有{able}个，而要求至少保留{needed}个。"
    en = f"Only {able} villages of the announced list may still join their cohort, and stability asks for {needed}."
    return [Impossible(("stability", "eligible_only"), zh, en)]


def _needed(problem: Problem, rules: Rules) -> int:
    """Return the fewest villages the bands ask for beside history."""
    by_cohort = rules.cohort_band.low * int(_undecided(problem).sum()) if rules.cohort_band.on else 0
    return max(by_cohort, rules.programme_band.low - int(problem.choices.fixed.sum()) if rules.programme_band.on else 0)


def _candidates(problem: Problem) -> np.ndarray:
    """Return the villages that may still be selected."""
    return np.unique(problem.choices.village[~problem.choices.fixed])


def _undecided(problem: Problem) -> np.ndarray:
    """Return which cohorts are still to be decided."""
    return np.asarray(problem.horizon.cohorts >= problem.horizon.as_of)


def _too_few(problem: Problem, rules: Rules) -> list[Impossible]:
    candidates = len(_candidates(problem))
    needed = _needed(problem, rules)
    if not rules.once_only.on or candidates >= needed:
        return []
    return [
        Impossible(
            ("eligible_only", "cohort_band", "programme_band"),
            f"合格村只有{candidates}个，而规模要求至少{needed}个。",
            f"Only {candidates} villages may be selected, and the bands ask for at least {needed}.",
        )
    ]


def _too_little_money(problem: Problem, rules: Rules) -> list[Impossible]:
    """The cheapest villages of each county against its quotas: an upper bound on how many can be paid."""
    if not rules.county_quota.on or not rules.once_only.on:
        return []
    cheapest = np.sort(problem.funds.bond.min(axis=1)[_candidates(problem)]) if problem.size else np.empty(0)
    money = float(problem.quota.sum())
    payable = int(np.searchsorted(np.cumsum(cheapest), money + 1e-6, side="right"))
    needed = _needed(problem, rules)
    if payable >= needed or payable == len(cheapest):
        return []
    return [
        Impossible(
            ("county_quota", "cohort_band", "programme_band"),
            f"全部县级限额合计{money:,.0f}万元，最多可支付{payable}个最省的村，而规模要求至少{needed}个。",
            f"All county quotas add up to {money:,.0f} 万元, which pays for at most {payable} of the cheapest villages; "
            f"the bands ask for at least {needed}.",
        )
    ]


def _too_few_poor(problem: Problem, rules: Rules) -> list[Impossible]:
    if not rules.poverty_minimum.on:
        return []
    block = rules.poverty_minimum.rows(problem)
    needed = int(block.lower[_undecided(problem)].sum())
    poor = int(problem.villages.poverty[_candidates(problem)].sum())
    if not rules.once_only.on or poor >= needed:
        return []
    return [
        Impossible(
            ("poverty_minimum", "eligible_only"),
            f"合格脱贫村只有{poor}个，而各批合计要求至少{needed}个。",
            f"Only {poor} poverty-lifted villages may be selected, and the cohorts ask for at least {needed} together.",
        )
    ]
