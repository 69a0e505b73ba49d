r"""Shadow prices: what one more unit of a row's bound could add to the optimum.

.. math:: 0 \le z^*(b + \delta e_i) - z^*(b) \le z_{LP} + \delta\, \pi_i - z

A wider bound never hurts, which gives the low end. The linear relaxation is concave in its bounds, so its duals bound it after
the change; less the plan in hand, :math:`z`, this gives the high end. The estimate :math:`\delta \pi_i` is what the relaxation
gains, which no gap certifies.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from model.selection.program import Program
from solvers.adaptors import highs

COLUMNS = ["rule", "label", "unit", "bound", "step", "estimate", "low", "high"]


def shadow_prices(program: Program, objective: float, step: float, rules: tuple[str, ...], unit: str) -> pd.DataFrame:
    """Return what ``step`` more of each upper bound of some rules may add to the optimum, largest estimate first.

    ``objective`` is that of the plan in hand. Columns: rule, label, unit, bound, step, estimate, low, high.
    """
    relaxed, duals = highs.relax(highs.arrays(program))
    named = [(block.rule, block.labels[i], block.unit) for block in program.blocks for i in range(len(block.labels))]
    asked = [
        i
        for i, (rule, _, own_unit) in enumerate(named)
        if rule in rules and own_unit == unit and np.isfinite(program.upper[i]) and not program.lower[i] > -np.inf
    ]
    rows = []
    for i in asked:
        gain = step * max(duals[i], 0.0)
        high = max(relaxed + gain - objective, 0.0)
        rows.append((*named[i], program.upper[i], step, gain, 0.0, high))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)
