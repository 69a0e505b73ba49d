"""Costs: sums of projects where a register gives none; given amounts are kept, and the other packages follow."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError
from worlds import raw_counties, raw_villages

from model.money.costs import costs, works_of
from model.register import check
from model.register.synthetic import generate
from scenarios.world.load import load

BASIC, STANDARD, ENHANCED = range(3)


def _costs(raw):
    scenario = load("baseline")
    villages = check.build(raw, raw_counties()).villages
    works = works_of(villages, scenario.catalogue, scenario.money)
    return works, costs(villages, works, scenario.packages)


def test_a_missing_amount_is_the_sum_of_the_works_a_general_bond_may_pay() -> None:
    works, found = _costs(raw_villages(3).assign(general_bond_wan_yuan=""))
    public = np.array([task.work_class == "public_good" for task in works.tasks])
    binding = np.array([task.binding for task in works.tasks])
    assert found.general_bond[:, BASIC] == pytest.approx(works.cost[:, public & binding].sum(axis=1))
    assert found.total[:, ENHANCED] == pytest.approx(works.cost.sum(axis=1))


def test_given_amounts_are_kept_and_other_packages_keep_their_ratio() -> None:
    raw = raw_villages(3)
    _, derived = _costs(raw.assign(general_bond_wan_yuan=""))
    _, found = _costs(raw.assign(general_bond_wan_yuan=["", "777", ""], total_cost_wan_yuan=["", "1500", ""]))
    row = int(np.flatnonzero(found.general_bond[:, STANDARD] == 777.0)[0])
    ratio = derived.general_bond[row, BASIC] / derived.general_bond[row, STANDARD]
    assert found.general_bond[row, BASIC] == pytest.approx(777 * ratio, abs=0.01)
    assert found.total[row, STANDARD] == 1500.0
    others = np.arange(3) != row
    assert (found.general_bond[others] == derived.general_bond[others]).all()


def test_a_total_is_never_below_its_bond_money() -> None:
    _, found = _costs(raw_villages(2).assign(general_bond_wan_yuan="900", total_cost_wan_yuan="100"))
    assert (found.total >= found.general_bond).all()


def test_packages_are_nested_in_money() -> None:
    scenario = load("baseline")
    villages = generate(300, 4).villages
    found = costs(villages, works_of(villages, scenario.catalogue, scenario.money), scenario.packages)
    for amounts in (found.general_bond, found.total):
        assert (np.diff(amounts, axis=1) >= 0).all()


def test_packages_that_are_not_nested_are_refused() -> None:
    packages = load("baseline").packages
    with pytest.raises(ValidationError, match="nested"):
        packages.model_validate(
            packages.model_dump() | {"contents": {"basic": ["鼓励"], "standard": ["约束"], "enhanced": ["约束"]}}
        )


def test_the_payment_profile_must_add_up() -> None:
    with pytest.raises(ValidationError, match="add up to 1"):
        load("baseline").money.model_validate({**load("baseline").money.model_dump(), "payment_profile": [0.6, 0.6]})
