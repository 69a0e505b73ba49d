r"""From baseline to gap to project (现状、差距、项目; clause P23-LISTS).

.. math:: g_{vj} = \max(0,\ \pm(\theta_j - a_{vj})), \qquad q_{vj} = \kappa_j \, n_{vj} \, s_{vj}, \qquad c_{vj} = u_j \, q_{vj}

The gap :math:`g` of village *v* in task *j* is what its state :math:`a` lacks of the target :math:`\theta`; the share of
work :math:`s` is the gap over 100 for percentages, the gap itself for counts, and 1 for works that are done whole. The
quantity :math:`q` is :math:`\kappa` times the village's size *n*, in whole units, the cost *u* each. What would cost less than
the least work is maintenance, and no work. The size is 1 for what is built once,
the households for what is built in homes, and :math:`\bar n (n / \bar n)^\varepsilon` for networks, denser in larger villages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.policy.catalogue import Task
from model.showing import Shown

Array = np.ndarray[Any, Any]
STEPS = {"km": 0.1, "m2": 10.0}  # what is measured is built in such steps, everything else by the piece


@dataclass(frozen=True, repr=False)
class Projects(Shown):
    """The works every village needs. Arrays have shape (villages, tasks).

    ``gap`` is in the indicator's unit, ``work`` the share of the full work (0-1), ``quantity`` in the task's quantity unit,
    ``cost`` in 万元 to the cent; ``forgone`` the share of the full work that a county's project list leaves undone.
    """

    term = "差距与工程"

    tasks: tuple[Task, ...]
    gap: Array
    work: Array
    quantity: Array
    cost: Array
    forgone: Array


def projects(
    villages: pd.DataFrame,
    tasks: tuple[Task, ...],
    reference: float,
    elasticity: float,
    prices: Mapping[str, Array] | None = None,
    least: float = 0.0,
) -> Projects:
    """Return gaps, quantities and costs, one row per village; ``reference`` and ``elasticity`` scale networks.

    ``prices`` are unit costs by village of tasks that have no single one, ``least`` what a work that builds costs at least, 万元.
    """
    households = villages["households"].to_numpy(float)
    size = {"village": 1.0, "household": households, "network": reference * (households / reference) ** elasticity}
    gap = np.where(_elsewhere(villages, tasks), 0.0, np.column_stack([lacking(villages, task) for task in tasks]))
    quantity = np.column_stack([_quantity(gap[:, j], task) * size[task.per] for j, task in enumerate(tasks)])
    work = np.column_stack([_share(gap[:, j], task) for j, task in enumerate(tasks)])
    step = np.array([STEPS.get(task.quantity_unit, 1.0) for task in tasks])
    quantity = np.round(np.ceil(np.round(quantity / step, 6)) * step, 4)
    given = prices or {}
    each = [np.broadcast_to(given.get(task.name, np.float64(task.unit_cost_wan_yuan)), len(villages)) for task in tasks]
    cost = np.round(quantity * np.column_stack(each), 2)
    small = (cost < least) & np.array([task.resource == "crew" for task in tasks])
    work, quantity, cost = (np.where(small, 0.0, part) for part in (work, quantity, cost))
    return Projects(tasks, gap, work, quantity, cost, forgone=np.zeros_like(gap))


def state(villages: pd.DataFrame, task: Task) -> Array:
    """Return the state of an indicator in every village.

    Where the register says nothing it is the catalogue's baseline, rounded to a whole number where it counts something.
    """
    known = task.baseline if task.unit.startswith("%") else float(np.floor(task.baseline + 0.5))
    if task.indicator not in villages:
        return np.full(len(villages), known)
    return villages[task.indicator].fillna(known).to_numpy(float)


def column(table: pd.DataFrame, name: str, missing: Any = np.nan) -> pd.Series:
    """Return a column that a table need not have; where it has none, a value that stands for it in every row."""
    return table[name] if name in table else pd.Series(missing, index=table.index)


def _elsewhere(villages: pd.DataFrame, tasks: tuple[Task, ...]) -> Array:
    """Return which tasks another programme already pays for in each village, shape (V, J): it has no gap there."""
    paid = column(villages, "paid_elsewhere", "").fillna("").str.split(";")
    return np.array([[task.id in named for task in tasks] for named in paid], dtype=bool).reshape(len(villages), len(tasks))


def lacking(villages: pd.DataFrame, task: Task) -> Array:
    """Return what each village lacks of a task's target, in the indicator's unit; 0 where it is reached."""
    short = task.target - state(villages, task)
    return np.maximum(short if task.direction == "up" else -short, 0.0).round(9)


def _quantity(gap: Array, task: Task) -> Array:
    amount = (gap > 0).astype(float) if task.whole else gap / 100.0 if task.unit == "%" else gap
    return np.asarray(task.quantity * amount)


def _share(gap: Array, task: Task) -> Array:
    return (gap > 0).astype(float) if task.whole else np.minimum(gap / task.full_gap, 1.0)
