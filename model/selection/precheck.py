"""Precheck: what a person can see before any solver, in plain words, all at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from model.selection.matching import payable
from model.selection.problem import Problem
from model.selection.rules import Rules
from model.selection.rules.mix import number
from model.vocabulary import COMBINED, PLAN_TYPES
from model.words import both

WIDTH = 0.05  # of a band around its target: 190 to 210 villages around 200
CONDITIONS = "state_conditions"  # what is told where too few are eligible


@dataclass(frozen=True)
class Impossible:
    """One reason why no plan can exist: the rules concerned and the reason in both languages.

    ``alone``: the reason proves the case by counting, and every other one follows from it; ``state`` are then lines of a
    scenario file that would make room, and ``remedy`` the words that introduce them.
    """

    rules: tuple[str, ...]
    zh: str
    en: str
    alone: bool = False
    state: tuple[str, ...] = ()
    remedy: str = ""


def _reason(rules: tuple[str, ...], key: str, **values: object) -> Impossible:
    return Impossible(rules, *both(f"precheck_{key}", **values))


def precheck(problem: Problem, rules: Rules) -> list[Impossible]:
    """Return every plain reason why nothing can fit; an empty list promises nothing."""
    years = problem.horizon.cohorts[_undecided(problem)].tolist()
    if crossed := list(dict.fromkeys(reason for year in years for reason in _bands(problem, rules, year))):
        return crossed  # a slip in the file: nothing else need be looked at
    if apart := _cohorts_and_whole(rules, years, len(problem.horizon.cohorts)):
        return apart
    return [
        *dict.fromkeys(reason for year in years for reason in _shares(rules, problem.horizon.cohort_target, year)),
        *_too_few(problem, rules),
        *_too_little_money(problem, rules),
        *_too_few_poor(problem, rules),
        *_counties(problem, rules),
        *_averages(problem, rules),
        *_matching(problem, rules),
        *_programmes(problem, rules),
        *_locks(problem, rules),
        *_resources(problem, rules),
        *_list(problem, rules),
    ]


def _bands(problem: Problem, rules: Rules, year: int) -> list[Impossible]:
    each, reasons = problem.horizon.cohort_target, []
    targets = {"cohort_band": each, "programme_band": each * len(problem.horizon.cohorts)}
    for name, rule in (("cohort_band", rules.cohort_band), ("programme_band", rules.programme_band)):
        low, high = rule.at("low", year), rule.at("high", year)
        if rule.on and low > high:
            reason = _reason((name,), "band", term=rule.term, rule=name, low=low, high=high)
            reasons.append(replace(reason, alone=True, state=_around(name, low, high, targets[name]), remedy="state_band"))
    return reasons


def _around(rule: str, low: float, high: float, target: int) -> tuple[str, ...]:
    """Return the lines that put the ends of a band that lie on the wrong side of its target as far off it as the plan's own."""
    ends = {"low": (low > target, math.floor(target * (1 - WIDTH))), "high": (high < target, math.ceil(target * (1 + WIDTH)))}
    return ("[rules]", *(f"{rule}.{end} = {value}" for end, (wrong, value) in ends.items() if wrong))


def _cohorts_and_whole(rules: Rules, years: list[int], cohorts: int) -> list[Impossible]:
    """Cohorts that come to more, or to fewer, villages than the whole programme may have."""
    each, whole = rules.cohort_band, rules.programme_band
    if not (each.on and whole.on and years):
        return []
    low, high = (math.ceil(sum(each.at(end, year) for year in years)) for end in ("low", "high"))
    key = "sum_over" if low > whole.high else "sum_under" if len(years) == cohorts and high < whole.low else ""
    if not key:
        return []
    state = ("[rules]", f"programme_band.low = {low}", f"programme_band.high = {high}")
    told = {"n": len(years), "low": low, "high": high, "whole_low": whole.low, "whole_high": whole.high}
    return [replace(_reason(("cohort_band", "programme_band"), key, **told), alone=True, state=state, remedy="state_band")]


def _shares(rules: Rules, target: int, year: int) -> list[Impossible]:
    """Minima above maxima: poverty-lifted villages, village types, other programmes."""
    pairs: list[tuple[str, str, float, float]] = []
    least, most = rules.poverty_minimum, rules.poverty_maximum
    low, high = least.at("share", year), most.at("share", year)
    if least.on and most.on and not isinstance(low, str):
        pairs.append(("poverty_minimum", "脱贫村数", _villages(low, target), _villages(high, target)))
    if rules.combined_programmes.on:
        rule = rules.combined_programmes
        pairs += [
            (rule.name, name, _villages(rule.at(f"{name}_low", year), target), _villages(rule.at(f"{name}_high", year), target))
            for name in COMBINED
            if rule.at(f"{name}_low", year) != "pool"
        ]
    if rules.village_types.on and rules.cohort_band.on and rules.cohort_band.at("low", year) > 0:  # an empty cohort has no shares
        types = rules.village_types
        pairs += [(types.name, kind, types.at(f"{kind}_low", year), types.at(f"{kind}_high", year)) for kind in PLAN_TYPES]
        together = sum(types.at(f"{kind}_low", year) for kind in PLAN_TYPES)
        if together > 1 + 1e-9:
            return [*_crossed(pairs), _reason((types.name,), "types", least=together)]
    return _crossed(pairs)


def _villages(share: float, target: int) -> float:
    """Return a share of the target cohort as the rules count it."""
    return float(math.floor(share * target + 1e-9))


def _crossed(pairs: list[tuple[str, str, float, float]]) -> list[Impossible]:
    return [
        _reason((rule,), "crossed", rule=rule, name=name, low=low, high=high) for rule, name, low, high in pairs if low > high
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
    reasons = []
    cheapest = np.full(counties, np.inf)
    np.minimum.at(cheapest, problem.villages.county[villages], problem.funds.bond.min(axis=1)[villages])
    money = problem.quota.sum(axis=1)
    past = np.bincount(problem.villages.county[problem.choices.village[problem.choices.fixed]], minlength=counties)
    for c in np.flatnonzero((eligible >= rule.min_eligible) & (past == 0)):
        code = problem.counties.codes[c]
        if candidates[c] < rule.villages and rules.once_only.on:
            there = {"there": candidates[c], "asked": rule.villages}
            reasons.append(_reason(("county_minimum", "eligible_only"), "county_candidates", code=code, **there))
        elif rules.county_quota.on and cheapest[c] > money[c] + 1e-6:
            there = {"money": money[c], "cheapest": cheapest[c], "asked": rule.villages}
            reasons.append(_reason(("county_minimum", "county_quota"), "county_money", code=code, **there))
    return reasons


def _averages(problem: Problem, rules: Rules) -> list[Impossible]:
    """A county that must take part and whose villages all cost too little, or too much, for its average."""
    part, average = rules.county_minimum, rules.county_average
    if not part.on or not part.villages or not average.on or average.scope != "county":
        return []
    band = average.yearly("band", problem.horizon.cohorts).max()  # of the cohort that leaves most room
    low = (1 - band) * problem.funds.standard_bond if average.sides == "both" else -math.inf
    high = (1 + band) * problem.funds.standard_bond
    counties, county = len(problem.counties.codes), problem.choice_county
    eligible = np.bincount(problem.villages.county[problem.villages.eligible], minlength=counties)
    dearest, cheapest, there = np.full(counties, -np.inf), np.full(counties, np.inf), np.zeros(counties, dtype=int)
    np.maximum.at(dearest, county, problem.choice_bond)
    np.minimum.at(cheapest, county, problem.choice_bond)
    np.add.at(there, problem.villages.county[np.unique(problem.choices.village)], 1)
    reasons = []
    for c in np.flatnonzero((eligible >= part.min_eligible) & (there > 0)):
        facts = {"code": problem.counties.codes[c], "there": there[c]}
        if dearest[c] < low - 1e-6:
            reasons.append(_reason((average.name, part.name), "county_low", **facts, dearest=dearest[c], low=low))
        if cheapest[c] > high + 1e-6:
            reasons.append(_reason((average.name, part.name), "county_high", **facts, cheapest=cheapest[c], high=high))
    return reasons


def _matching(problem: Problem, rules: Rules) -> list[Impossible]:
    """Counties that must take part and cannot match any village, and too few villages that anyone can match."""
    if not rules.lawful_financing.on or not problem.size:
        return []
    history = np.concatenate([problem.choices.fixed.astype(float), np.zeros(problem.width - problem.size)])
    able = payable(problem, history) | problem.choices.fixed
    villages = np.unique(problem.choices.village[able])
    reasons = []
    if rules.county_minimum.on and rules.county_minimum.villages:
        number = np.bincount(problem.villages.county[problem.villages.eligible], minlength=len(problem.counties.codes))
        paid = np.bincount(problem.villages.county[villages], minlength=len(problem.counties.codes))
        for c in np.flatnonzero((number >= rules.county_minimum.min_eligible) & (paid == 0)):
            code = problem.counties.codes[c]
            asked = rules.county_minimum.villages
            reasons.append(_reason(("lawful_financing", "county_minimum"), "county_match", code=code, asked=asked))
    needed = _needed(problem, rules) + int(problem.choices.fixed.sum())
    if rules.once_only.on and len(villages) < needed:
        concerned = ("lawful_financing", "cohort_band", "programme_band")
        reasons.append(_reason(concerned, "match", there=len(villages), asked=needed))
    return reasons


def _programmes(problem: Problem, rules: Rules) -> list[Impossible]:
    """Fewer villages of a programme than all cohorts ask for."""
    rule = rules.combined_programmes
    if not rule.on or not rules.once_only.on:
        return []
    villages = _candidates(problem)
    target, past = problem.horizon.cohort_target, problem.choices.village[problem.choices.fixed]
    reasons = []
    for j, name in enumerate(COMBINED):
        low, has = getattr(rule, f"{name}_low"), problem.villages.combined[:, j]
        ahead = problem.horizon.cohorts[_undecided(problem)]
        if low == "pool":
            asked = rule.of_pool(problem, j) - int(has[past].sum())
        else:
            asked = sum(number(rule.at(f"{name}_low", int(year)), has, target) for year in ahead)
        there = int(problem.villages.combined[villages, j].sum())
        if there < asked:
            reasons.append(_reason((rule.name, "eligible_only"), "programmes", name=name, there=there, asked=asked))
    return reasons


def _locks(problem: Problem, rules: Rules) -> list[Impossible]:
    """Locks in conflict with one another, with eligibility, or with history."""
    if not rules.locked.on:
        return []
    inside = {lock.village_id: lock for lock in problem.asks.locks.villages if lock.action == "in"}
    candidates = set(problem.villages.ids[np.unique(problem.choices.village)])
    reasons = []
    for lock in problem.asks.locks.villages:
        other, village = inside.get(lock.village_id), lock.village_id
        if lock.action == "in" and village not in candidates:
            reasons.append(_reason(("locked", "eligible_only"), "lock_ineligible", author=lock.author, village=village))
        if lock.action == "out" and other and lock.cohort in (None, other.cohort):
            reasons.append(_reason(("locked",), "lock_both", village=village, author=other.author, other=lock.author))
    return [*reasons, *_exclusions(problem, set(inside))] if rules.exclusion.on else reasons


def _exclusions(problem: Problem, inside: set[str]) -> list[Impossible]:
    """Groups that exclude one another and have too many of their villages locked in."""
    reasons = []
    for group in problem.asks.locks.exclusive:
        both_in = [village for village in group.villages if village in inside]
        if len(both_in) > group.most:
            named = {"count": len(both_in), "zh": "、".join(both_in), "en": ", ".join(both_in)}
            reasons.append(_reason(("locked", "exclusion"), "exclusion", author=group.author, most=group.most, **named))
    return reasons


def _resources(problem: Problem, rules: Rules) -> list[Impossible]:
    """Resources whose minimum is above their limit, or beyond all that villages use."""
    if not rules.resources.on:
        return []
    reasons = []
    villages = np.unique(problem.choices.village)
    for resource in problem.asks.resources:
        if resource.least is None:
            continue
        if resource.limit is not None and resource.least > resource.limit:
            limits = {"least": resource.least, "limit": resource.limit}
            reasons.append(_reason(("resources",), "resource_band", name=resource.name, **limits))
        most = float(np.maximum(problem.villages.uses[resource.column][villages], 0).sum())
        if rules.once_only.on and resource.least > most:
            reasons.append(_reason(("resources",), "resource_least", name=resource.name, most=most, least=resource.least))
    return reasons


def _list(problem: Problem, rules: Rules) -> list[Impossible]:
    """An announced list of which too many may no longer be selected."""
    if not rules.stability.on or not (problem.villages.announced > 0).any():
        return []
    block = rules.stability.rows(problem)
    able = int(block.matrix.sum())
    needed = int(block.lower[0])
    if able >= needed:
        return []
    return [_reason(("stability", "eligible_only"), "list", able=able, needed=needed)]


def _needed(problem: Problem, rules: Rules) -> int:
    """Return the fewest villages the bands ask for beside history."""
    years = problem.horizon.cohorts[_undecided(problem)]
    by_cohort = int(rules.cohort_band.yearly("low", years).sum()) if rules.cohort_band.on else 0
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
    concerned = ("eligible_only", "cohort_band", "programme_band")
    reason = _reason(concerned, "too_few", there=candidates, asked=needed, villages=len(problem.villages.ids))
    ahead = int(_undecided(problem).sum())
    if len(problem.villages.ids) >= needed:  # the register is large enough: conditions keep its villages out
        return [replace(reason, alone=True, remedy=CONDITIONS)]
    return [replace(reason, alone=True, state=_smaller(candidates // ahead, ahead), remedy="state_small")]


def _smaller(each: int, cohorts: int) -> tuple[str, ...]:
    """Return the lines of a scenario file for cohorts a tenth below what there is, so that rules have a choice."""
    size = max(1, each * 9 // 10)
    low, high = size * 9 // 10, size * 11 // 10
    return (
        "[programme]",
        f"cohort_target = {size}",
        f"programme_target = {size * cohorts}",
        "[rules]",
        f"cohort_band.low = {low}",
        f"cohort_band.high = {max(high, size)}",
        f"programme_band.low = {low * cohorts}",
        f"programme_band.high = {max(high, size) * cohorts}",
    )


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
    concerned = ("county_quota", "cohort_band", "programme_band")
    return [_reason(concerned, "money", money=money, payable=payable, asked=needed)]


def _too_few_poor(problem: Problem, rules: Rules) -> list[Impossible]:
    if not rules.poverty_minimum.on:
        return []
    block = rules.poverty_minimum.rows(problem)
    needed = int(block.lower[_undecided(problem)].sum())
    poor = int(problem.villages.poverty[_candidates(problem)].sum())
    if not rules.once_only.on or poor >= needed:
        return []
    return [_reason(("poverty_minimum", "eligible_only"), "poor", there=poor, asked=needed)]
