"""Checks of a world before anything is solved: what is asked exists, and history fits the programme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.errors import Fault, InputError
from model.money.costs import works_of
from model.register.gaps import column
from model.register.project_list import told
from model.vocabulary import CLASSES, PACKAGES, PUBLIC, Register
from scenarios.world.spec import Scenario


def check_asks(scenario: Scenario, register: Register) -> None:
    """Refuse asks about villages, counties, cohorts and columns that do not exist."""
    known = set(register.villages["village_id"])
    faults = [
        Fault("scenario", "the village is not in the register", "Correct the code.", "locks", value=village)
        for village in sorted(scenario.locks.named() - known)
    ]
    asked = (
        ("locked", scenario.locks.villages, "locks.villages"),
        ("exclusion", scenario.locks.exclusive, "locks.exclusive"),
        ("dependence", scenario.locks.depends, "locks.depends"),
        ("resources", scenario.resources, "resources"),
        ("stability", register.announced, "register.announced"),
    )
    faults += [
        Fault("scenario", f"it is stated, but the rule {rule} is off", f"Set rules.{rule}.on = true, or remove it.", place)
        for rule, stated, place in asked
        if len(stated) and not scenario.rules.named()[rule].on
    ]
    faults += [*_cohorts(scenario), *_counties(scenario, register), *_columns(scenario, register)]
    if faults:
        raise InputError(faults)


def _cohorts(scenario: Scenario) -> list[Fault]:
    known = scenario.programme.cohorts
    return [
        Fault("scenario", "the programme has no such cohort", f"One of {known}.", "locks", value=str(lock.cohort))
        for lock in scenario.locks.villages
        if lock.cohort is not None and lock.cohort not in known
    ]


def _counties(scenario: Scenario, register: Register) -> list[Fault]:
    return [
        Fault("scenario", "the county is not in the county table", "Correct the code.", "money.county_quota", value=county)
        for county in sorted(set(scenario.money.county_quota) - set(register.counties["county_code"]))
    ]


def _columns(scenario: Scenario, register: Register) -> list[Fault]:
    return [
        Fault("scenario", "no such numeric column", "Name it in [register] extra_columns.", "resources", value=column)
        for column in scenario.asks.columns
        if column not in register.villages or register.villages[column].dtype.kind not in "iufb"
    ]


def check_amounts(scenario: Scenario, register: Register) -> None:
    """Refuse a total that is less than what general bonds pay for: the other works would cost less than nothing."""
    villages = register.villages
    if "total_cost_wan_yuan" not in villages:
        return
    works = works_of(villages, scenario.catalogue, scenario.money)
    standard = scenario.packages.holds(works.tasks)[PACKAGES.index("standard")]
    public = np.array([task.work_class == CLASSES[PUBLIC] for task in works.tasks])
    bond = column(villages, "general_bond_wan_yuan").fillna(pd.Series(works.cost[:, standard & public].sum(axis=1)))
    listed = villages["village_id"].isin(register.projects.get("village_id", []))  # whose amounts are not used
    short = villages[(villages["total_cost_wan_yuan"] < bond.round(2)) & ~listed]
    if short.empty:
        return
    shown = "; ".join(f"{r.village_id}: {r.total_cost_wan_yuan:g}" for r in short.head(3).itertuples())
    problem = f"{len(short)} villages cost less in all than the works their general bonds pay for"
    remedy = "Give the total of all works, bonds and others, or leave it blank."
    raise InputError(
        [Fault("register", problem, remedy, "total_cost_wan_yuan", value=shown + (" ..." if len(short) > 3 else ""))]
    )


def looked_at(scenario: Scenario, register: Register) -> list[str]:
    """Return what is to be looked at in counties' own project lists beside the works the scenario derives: no faults."""
    if register.projects.empty:
        return []
    return told(works_of(register.villages, scenario.catalogue, scenario.money), register.villages, register.projects)


def check_history(scenario: Scenario, register: Register) -> None:
    """Refuse a history that does not fit the programme: cohorts before the as-of year are history, the others are not."""
    programme = scenario.programme
    past = [cohort for cohort in programme.cohorts if cohort < programme.as_of]
    told = set(register.history["cohort"]) if len(register.history) else set()
    faults = [
        Fault("history", f"the cohort of {year} is before the as-of year and has no village", "Give it with --history FILE.")
        for year in past
        if year not in told
    ]
    faults += [
        Fault("history", "the cohort is no past cohort of the programme", f"Past cohorts are {past}.", "cohort", value=str(year))
        for year in sorted(told - set(past))
    ]
    if faults:
        raise InputError(faults)
