"""Project: set the scene of a plan, play the programme many times, and summarise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from model.outcomes import intervals, kpis
from model.outcomes.finance import Financing
from model.showing import Shown, spread
from model.simulation.reference import planned
from model.simulation.replicate import Kept, replicate
from model.simulation.scene import Scene, pots, scene
from model.simulation.sites import sites
from model.vocabulary import Estimates, Plan, Register
from scenarios.study.prepare import Prepared, financing


@dataclass(frozen=True, repr=False)
class Projection(Shown):
    """What the projection says: ``kpis`` and ``counties`` with intervals, and every replication in ``estimates``."""

    term = "推演结果"

    estimates: Estimates
    kpis: pd.DataFrame
    counties: pd.DataFrame
    synthetic: bool

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        row = self.kpis[self.kpis["kpi"] == "accepted_by_target"].iloc[0]
        accepted = spread(row, 1)
        return {"replications": self.estimates.replications, "accepted_by_target": accepted, "synthetic": self.synthetic}


def staged(plan: Plan, prepared: Prepared, money: Financing | None = None) -> Scene:
    """Set the scene of a plan: what is built where, who pays when, and every setting of the chapters.

    ``money`` is what :func:`financing` says of the plan; it is settled here where it is not at hand.
    """
    return planned(undated(plan, prepared, money))


def undated(plan: Plan, prepared: Prepared, money: Financing | None = None) -> Scene:
    """Set the scene of a plan without the planned days of its works: :func:`planned` gives them, which takes a replication."""
    scenario, money = prepared.scenario, money or financing(plan, prepared)
    lawful = scenario.rules.lawful_financing.on
    settings, programme = scenario.simulation, scenario.programme
    placed = sites(prepared.register, plan, money.projects, prepared.accounts, settings, programme, lawful)
    goal, works, seed = scenario.rules.programme_band.low, prepared.accounts.works, scenario.run.seed
    stage = scene(prepared.register, placed, works, settings, programme, goal, seed, pots(money.sources))
    strength = scenario.money.intensity**settings.outcomes.intensity_return
    return replace(stage, strength=strength)


def project(
    plan: Plan,
    prepared: Prepared,
    money: Financing | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    kept: Kept | None = None,
) -> Estimates:
    """Simulate and summarise: play the programme with a plan, paid for as ``money`` says, as often as the scenario says."""
    return play(staged(plan, prepared, money), prepared.scenario.run.replications, workers, progress, kept)


def play(
    stage: Scene,
    replications: int,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    kept: Kept | None = None,
) -> Estimates:
    """Play a scene many times and summarise."""
    return kpis.estimates(replicate(stage, replications, kpis.summarise, workers, progress, kept))


def summary(estimates: Estimates, register: Register) -> Projection:
    """Summarise: means, chances and quantiles with their intervals, for the programme and by county."""
    prefecture = register.counties.set_index("county_code")["prefecture"]
    counties = intervals.county_table(estimates, prefecture)
    return Projection(estimates, intervals.kpi_table(estimates), counties, register.synthetic)
