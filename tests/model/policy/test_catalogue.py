"""The task catalogue: complete, true to the plan, and every number with its source."""

from __future__ import annotations

import pytest

from model.policy import catalogue
from model.policy.cards import CONFIDENCE
from model.policy.catalogue import department, owner, sources_of, tasks
from model.policy.clauses import clauses
from model.register.schema import by_name, village_columns
from scenarios.world.load import load


def test_every_task_clause_of_the_plan_is_there() -> None:
    asked = {name for name in clauses() if name.startswith("P23-T") and name[5].isdigit()} - {"P23-TOTAL", "P23-TYPE"}
    assert {task.clause for task in tasks() if not task.asked} == asked
    assert {task.clause for task in tasks() if task.asked} == {"P23-BOND"}  # what a county may build though no task names it
    assert {int(task.id.split(".")[0][1:]) for task in tasks()} == set(range(1, 25))
    assert sum(task.id.startswith("T19.") and not task.asked for task in tasks()) == 11


def test_each_task_has_its_indicator_in_the_register() -> None:
    columns = by_name(village_columns())
    assert all(task.indicator in columns for task in tasks())
    assert len({task.indicator for task in tasks()}) == len(tasks())


def test_targets_the_plan_states_are_the_clauses_values() -> None:
    stated = {
        path.split(".")[1]: card for path, card in _cards().items() if path.endswith(".target") and card.confidence == "document"
    }
    for task in tasks():
        if task.name in stated and task.id != "T15.2" and task.unit != "yes/no":
            assert task.target == float(clauses()[task.clause].value), task.id


def _cards():
    return {card.path: card for card in catalogue.cards()}


@pytest.mark.parametrize("card", list(catalogue.cards()), ids=lambda card: card.path)
def test_each_number_has_a_date_a_source_a_confidence_and_a_range(card) -> None:
    assert card.date
    assert card.source
    assert card.confidence in CONFIDENCE
    if card.low is None:
        assert card.confidence in ("document", "reading")
    else:
        assert card.low <= card.value <= card.high


def test_every_predecessor_comes_first() -> None:
    seen: set[str] = set()
    for task in tasks():
        assert set(task.after) <= seen
        seen.add(task.name)


def test_what_a_general_bond_builds_is_owned_by_the_state() -> None:
    """P23-ASSET: county departments and townships own what bonds build."""
    for task in tasks():
        if {"general_bond"} & set(sources_of(task.work_class)):
            assert owner(task.owner)["state"], task.name
        if task.owner == "household":
            assert not {"general_bond", "special_bond"} & set(sources_of(task.work_class)), task.name


def test_general_bonds_pay_for_public_good_works_alone() -> None:
    assert "general_bond" in sources_of("public_good")
    assert "special_bond" in sources_of("revenue")
    for other in ("revenue", "household", "service", "training"):
        assert "general_bond" not in sources_of(other)
    for other in ("public_good", "household", "service", "training"):
        assert "special_bond" not in sources_of(other)


def test_departments_have_both_names() -> None:
    for task in tasks():
        assert task.departments
        assert all(all(department(name)) for name in task.departments)


def test_keys_for_random_numbers_are_the_plans_own() -> None:
    assert {task.id: task.key for task in tasks()}["T19.11"] == 1911
    assert len({task.key for task in tasks()}) == len(tasks())


def test_a_scenario_may_state_a_tasks_numbers() -> None:
    changed = load("baseline", {"tasks.sewage.unit_cost_wan_yuan": 3.0})
    assert {task.name: task.unit_cost_wan_yuan for task in changed.catalogue}["sewage"] == 3.0


def test_an_unknown_task_is_a_fault() -> None:
    with pytest.raises(Exception, match="no task"):
        load(
            "baseline",
            {
                "tasks.canal": {
                    "target": 1.0,
                    "baseline": 0.0,
                    "quantity": 1.0,
                    "unit_cost_wan_yuan": 1.0,
                    "work_days": 1.0,
                    "days_spread": 0.1,
                }
            },
        )
