"""Works: what one village needs, from gap to quantity to cost, and who may pay for it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.errors import usage
from model.money.costs import CENTS
from model.policy.catalogue import sources_of
from scenarios.study.prepare import Prepared

COLUMNS = ["task_id", "name", "force", "gap", "quantity", "unit", "cost_wan_yuan", "work_class", "may_pay"]


def works(prepared: Prepared, village_id: str) -> pd.DataFrame:
    """Return one row per task in which a village falls short, costs as in its accounts.

    Raises :class:`InputError` for a village that is not in the register.
    """
    at = np.flatnonzero(prepared.register.villages["village_id"] == village_id)
    if not len(at):
        raise usage("the village is not in the register", "Check the code: 12 digits.", value=village_id)
    i, needed, costs = int(at[0]), prepared.accounts.works, prepared.accounts.costs
    rows = [
        (
            task.id,
            task.zh,
            task.force,
            needed.gap[i, j],
            needed.quantity[i, j],
            task.quantity_unit,
            costs.cents[i, j] / CENTS,
            task.work_class,
            ", ".join(sources_of(task.work_class)),
        )
        for j, task in enumerate(needed.tasks)
        if needed.gap[i, j] > 0
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
