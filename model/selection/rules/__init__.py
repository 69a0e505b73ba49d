"""The rules of selection. The list of rules that are on *is* the policy; each stands beside its formula and clause."""

from __future__ import annotations

from typing import ClassVar, cast

from pydantic import BaseModel

from model.selection.rules.counties import ConcurrentCapacity, CountyMaximum, CountyMinimum
from model.selection.rules.declared import CountyOrder, DeclaredOnly
from model.selection.rules.equity import CountyDeviation
from model.selection.rules.financing import LawfulFinancing
from model.selection.rules.locks import Dependence, Exclusion, Locked, Stability
from model.selection.rules.mix import CombinedProgrammes, IndustryDiversity, PovertyMaximum, PovertyMinimum, VillageTypes
from model.selection.rules.money import CountyAverage, CountyQuota, DebtService
from model.selection.rules.resources import Resources
from model.selection.rules.rule import Rule
from model.selection.rules.size import CohortBand, EligibleOnly, OnceOnly, ProgrammeBand
from model.selection.rules.space import Neighbours, TownCluster
from model.showing import Shown
from model.strict import STRICT

__all__ = ["RULES", "TERMS", "Rule", "Rules", "term"]


class Rules(Shown, BaseModel):
    """Every rule, on or off: the section ``[rules]`` of a scenario."""

    term: ClassVar[str] = "遴选规则"

    model_config = STRICT

    eligible_only: EligibleOnly
    once_only: OnceOnly
    cohort_band: CohortBand
    programme_band: ProgrammeBand
    county_quota: CountyQuota
    county_average: CountyAverage
    lawful_financing: LawfulFinancing
    county_minimum: CountyMinimum
    county_maximum: CountyMaximum
    concurrent_capacity: ConcurrentCapacity
    poverty_minimum: PovertyMinimum
    village_types: VillageTypes
    poverty_maximum: PovertyMaximum
    combined_programmes: CombinedProgrammes
    industry_diversity: IndustryDiversity
    declared_only: DeclaredOnly
    county_order: CountyOrder
    locked: Locked
    exclusion: Exclusion
    dependence: Dependence
    stability: Stability
    resources: Resources
    neighbours: Neighbours
    town_cluster: TownCluster
    county_deviation: CountyDeviation
    debt_service: DebtService

    def named(self) -> dict[str, Rule]:
        """Return the rules by name, in the order above."""
        return {name: getattr(self, name) for name in type(self).model_fields}

    def switched_on(self) -> dict[str, Rule]:
        """Return the rules that are on."""
        return {name: rule for name, rule in self.named().items() if rule.on}


TERMS = {name: cast("type[Rule]", field.annotation).term for name, field in Rules.model_fields.items()} | {
    "history": "已公布批次",
    "on_target": "规模目标",  # rows of objectives, not of rules: what a plan is away from a target, and the like
    "on_average": "村均标准目标",
    "cohesion": "集中连片目标",
    "equity": "县际均衡目标",
    "risk": "风险目标",
}


def term(rule: str) -> str:
    """Return the Chinese name of a rule, or of an objective that has rows; an analyst's own rule goes by its own."""
    return TERMS.get(rule, rule)


RULES: dict[str, type[Rule]] = {name: cast("type[Rule]", field.annotation) for name, field in Rules.model_fields.items()}
