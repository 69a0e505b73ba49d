"""Whom a list favours: worked out on a synthetic register, beside lists that are made on purpose."""

from __future__ import annotations

import numpy as np
import pytest

from model.outcomes import favours
from scenarios import study


@pytest.fixture(scope="module")
def prepared() -> study.Prepared:
    return study.prepare(*study.open_world("baseline", {"register.synthetic_villages": 300}))


@pytest.fixture(scope="module")
def table(prepared: study.Prepared):
    accounts = prepared.accounts
    bond = accounts.costs.general_bond[:, 1]
    return favours.each(prepared.register.villages, prepared.scores, accounts.works, prepared.scenario.packages, bond)


def test_a_list_of_the_most_gain_is_above_every_lot_and_one_of_the_least_below(prepared: study.Prepared, table) -> None:
    eligible = prepared.eligible["eligible"].to_numpy()
    pool = np.flatnonzero(eligible)
    by_gain = pool[np.argsort(table["gain"].to_numpy()[pool])]
    for part, below in ((by_gain[-40:], 1.0), (by_gain[:40], 0.0)):
        found = favours.beside(table, {"list": part, "eligible_pool": pool}, eligible, seed=1).set_index("group")
        assert found.loc["list", "lots_below"] == below
        assert found.loc["list", "villages"] == found.loc["lot", "villages"] == 40
        assert found.loc["lot", "gain"] == pytest.approx(found.loc["eligible_pool", "gain"], rel=0.01)
        assert found.loc["list", "gain_total"] == pytest.approx(40 * found.loc["list", "gain"])


def test_lots_are_the_same_every_time(prepared: study.Prepared, table) -> None:
    eligible = prepared.eligible["eligible"].to_numpy()
    groups = {"list": np.flatnonzero(eligible)[:20]}
    first, again = (favours.beside(table, groups, eligible, seed=3) for _ in range(2))
    assert first.equals(again)


def test_conditions_of_modern_life_are_the_binding_ones_of_tasks_14_to_20(prepared: study.Prepared) -> None:
    works = prepared.accounts.works
    complete = prepared.register.villages.iloc[:3].copy()
    for task in works.tasks:
        complete[task.indicator] = task.target
    complete.loc[complete.index[1], "lamp_pct"] = 20.0  # task 19, binding
    complete.loc[complete.index[2], "clean_heating_pct"] = 0.0  # task 19, not binding
    register = prepared.register
    whole = study.prepare(prepared.scenario, type(register)(complete, register.counties, synthetic=True))
    bond = whole.accounts.costs.general_bond[:, 1]
    table = favours.each(complete, whole.scores, whole.accounts.works, whole.scenario.packages, bond)
    assert list(table["modern_life"]) == [True, False, True]
    assert list(table["modern_life_after"]) == [True, True, True]
    assert list(table["conditions"] - table["conditions"].max()) == [0, -1, 0]
