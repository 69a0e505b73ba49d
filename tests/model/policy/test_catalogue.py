"""The catalogue of works."""

from __future__ import annotations

from model.policy.catalogue import tasks
from model.register.schema import by_name, village_columns


def test_each_task_has_its_indicator_in_the_register() -> None:
    columns = by_name(village_columns())
    assert all(task.indicator in columns for task in tasks())


def test_targets_are_those_of_the_plan() -> None:
    target = {task.id: task.target for task in tasks()}
    assert (target["T16.2"], target["T17.3"], target["T18.2"], target["T19.10"]) == (100, 50, 90, 100)


def test_baselines_stay_within_reach_of_targets() -> None:
    assert all(0 <= task.baseline <= max(task.target, 1) for task in tasks())
