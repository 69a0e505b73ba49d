"""The scenario (情景): what may be changed, section by section. Numbers not stated are those of their parameter cards."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from model.money.settings import Money
from model.policy.cards import defaults
from model.policy.catalogue import Numbers, Task, tasks, with_numbers
from model.register.eligibility import Eligibility
from model.register.packages import Packages
from model.scoring.settings import Scoring
from model.selection.asks import Asks, Cohesion, Locks, Resource
from model.selection.objectives import Objective, Risk
from model.selection.rules import Rules
from model.showing import Shown
from model.simulation.settings import Simulation
from model.strict import STRICT
from model.vocabulary import Programme
from scenarios.world.layers import refitted, stated

NAME = r"[\w.-]+"  # of a scenario, and of its folders


class _Section(BaseModel):
    model_config = STRICT


class RegisterSource(_Section):
    """Where the register comes from: files, or a synthetic register of so many villages and a seed.

    ``history`` and ``scores`` name the cohorts already announced and experts' score sheets, ``announced`` a list that stability
    is measured against, ``neighbours`` pairs of villages, ``projects`` counties' own project lists; all may come beside either.
    """

    file: str = ""
    counties: str = ""
    history: str = ""
    scores: list[str] = Field(default_factory=list)
    announced: str = ""
    neighbours: str = ""
    projects: str = ""
    extra_columns: list[str] = Field(default_factory=list)
    synthetic_villages: int = Field(ge=100, le=500_000)
    synthetic_seed: int = Field(ge=0)


class Run(_Section):
    """How it is solved and played; work is deterministic, the time limit is a safety net."""

    seed: int = Field(ge=0, lt=2**32)
    replications: int = Field(ge=2, le=100_000)
    gap: float = Field(ge=0, lt=1)
    work: int = Field(ge=1)
    time_limit: float = Field(gt=0)
    memory_limit: int = Field(ge=0)
    solver: str
    lang: Literal["zh", "en"]


class Scenario(Shown, _Section):
    """A whole scenario, resolved: nothing is left to a default."""

    term: ClassVar[str] = "情景"

    name: str = Field(pattern=f"^{NAME}$")
    title_zh: str = ""
    title_en: str = ""
    programme: Programme
    register_: RegisterSource = Field(alias="register")
    eligibility: Eligibility
    scoring: Scoring
    tasks: dict[str, Numbers]
    packages: Packages
    money: Money
    rules: Rules
    own_rules: dict[str, str] = Field(default_factory=dict)  # name -> Python source
    locks: Locks = Field(default_factory=Locks)
    resources: list[Resource] = Field(default_factory=list)
    cohesion: Cohesion
    objective: Objective
    risk: Risk
    simulation: Simulation
    run: Run

    @model_validator(mode="after")
    def _profile_fits_cycle(self) -> Scenario:
        if len(self.money.payment_profile) != self.programme.cycle_years:
            years = self.programme.cycle_years
            raise ValueError(f"money.payment_profile must have one share for each of the {years} years of programme.cycle_months")
        return self

    @model_validator(mode="after")
    def _years_are_cohorts(self) -> Scenario:
        if faults := [fault for rule in self.rules.named().values() for fault in rule.odd_years(self.programme.cohorts)]:
            raise ValueError("; ".join(faults))
        return self

    @model_validator(mode="after")
    def _festivals_are_known(self) -> Scenario:
        season, last = self.simulation.season, int(self.programme.end_date[:4])
        known = [int(day[:4]) for day in season.spring_festivals]
        if season.festival_days_before + season.festival_days_after > 0 and max(known, default=0) < last:
            raise ValueError(f"simulation.season.spring_festivals end before programme.end_date: add those up to {last}")
        return self

    @field_validator("tasks")
    @classmethod
    def _known_tasks(cls, stated: dict[str, Numbers]) -> dict[str, Numbers]:
        known = [task.name for task in tasks()]
        if unknown := sorted(set(stated) - set(known)):
            raise ValueError(f"there is no task {', '.join(unknown)}; the tasks are {', '.join(known)}")
        return stated

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        told = {"scenario": self.name, "title": self.title_zh or self.title_en, "as_of": self.programme.as_of}
        return told | {"cohorts": self.programme.cohorts, "rules": len(self.rules.switched_on())}

    @property
    def catalogue(self) -> tuple[Task, ...]:
        """The task catalogue with this scenario's numbers."""
        return with_numbers(self.tasks)

    @property
    def asks(self) -> Asks:
        """What people ask of the selection beside the policy."""
        columns = {resource.column for resource in self.resources} | set(self.objective.columns)
        return Asks(self.locks, tuple(self.resources), self.cohesion, tuple(sorted(columns)))

    def tables(self) -> dict[str, Any]:
        """Return the scenario as plain nested tables, as its TOML file states it."""
        return self.model_dump(by_alias=True)

    def with_changes(self, changes: dict[str, Any]) -> Scenario:
        """Return a scenario that differs in the values at dotted paths, such as ``{"money.factor.general_bond": 0.8}``."""
        tables = self.tables()
        for path, value in changes.items():
            *parents, leaf = path.split(".")
            branch = tables
            for parent in parents:
                branch = branch[parent]
            if leaf not in branch:
                raise KeyError(f"{path} is not a parameter; see `baicun schema`.")
            branch[leaf] = value
        return Scenario.model_validate(refitted(self.tables(), tables, stated(changes)))


def base() -> dict[str, Any]:
    """Return the tables every scenario starts from: the cards' values, and every rule off."""
    tables = defaults()
    for name in Rules.model_fields:
        tables["rules"].setdefault(name, {})["on"] = False
    return tables
