"""Presolve: what a person can see before any solver, in plain words, all at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.selection.problem import Problem
from model.selection.rules import Rules


@dataclass(frozen=True)
class Impossible:
    """One reason why no plan can exist: the rules concerned and the reason in both languages."""

    rules: tuple[str, ...]
    zh: str
    en: str


def presolve(nouns: Problem, rules: Rules) -> list[Impossible]:
    """Return every plain reason why nothing can fit; an empty list promises nothing."""
    return [*_bands(rules), *_too_few(nouns, rules), *_too_little_money(nouns, rules), *_too_few_poor(nouns, rules)]


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


def _needed(nouns: Problem, rules: Rules) -> int:
    """Return the fewest villages the bands ask for over all cohorts."""
    by_cohort = rules.cohort_band.low * len(nouns.cohorts) if rules.cohort_band.on else 0
    return max(by_cohort, rules.programme_band.low if rules.programme_band.on else 0)


def _too_few(nouns: Problem, rules: Rules) -> list[Impossible]:
    candidates = len(np.unique(nouns.column_village))
    needed = _needed(nouns, rules)
    if not rules.once_only.on or candidates >= needed:
        return []
    return [
        Impossible(
            ("eligible_only", "cohort_band", "programme_band"),
            f"合格村只有{candidates}个，而规模要求至少{needed}个。",
            f"Only {candidates} villages may be selected, and the bands ask for at least {needed}.",
        )
    ]


def _too_little_money(nouns: Problem, rules: Rules) -> list[Impossible]:
    """The cheapest villages of each county against its quotas: an upper bound on how many can be paid."""
    if not rules.county_quota.on or not rules.once_only.on:
        return []
    cheapest = np.sort(nouns.bond.min(axis=1)[np.unique(nouns.column_village)]) if nouns.size else np.empty(0)
    money = float(nouns.quota.sum())
    payable = int(np.searchsorted(np.cumsum(cheapest), money + 1e-6, side="right"))
    needed = _needed(nouns, rules)
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


def _too_few_poor(nouns: Problem, rules: Rules) -> list[Impossible]:
    if not rules.poverty_minimum.on:
        return []
    block = rules.poverty_minimum.rows(nouns)
    needed = int(block.lower.sum())
    poor = int(nouns.poverty[np.unique(nouns.column_village)].sum())
    if not rules.once_only.on or poor >= needed:
        return []
    return [
        Impossible(
            ("poverty_minimum", "eligible_only"),
            f"合格脱贫村只有{poor}个，而各批合计要求至少{needed}个。",
            f"Only {poor} poverty-lifted villages may be selected, and the cohorts ask for at least {needed} together.",
        )
    ]
