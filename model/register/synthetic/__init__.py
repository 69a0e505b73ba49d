"""A seeded synthetic register (模拟数据): Jilin's real county-level units, invented villages.

No real village's name or code can appear: names carry 模拟 and codes use township numbers from 900, which the
national coding does not assign. Every number it is calibrated to is a card of ``model/policy/calibration.toml`` or a
baseline of the task catalogue; ``docs/reference/calibration.md`` shows target beside obtained.
"""

from __future__ import annotations

import numpy as np

from model.errors import usage
from model.register.schema import village_columns
from model.register.synthetic.counties import county_table, needed_units, units
from model.register.synthetic.indicators import commitments, conditions, indicators
from model.register.synthetic.people import kinds, people, programmes
from model.register.synthetic.places import places
from model.register.synthetic.pool import pool
from model.register.synthetic.traits import traits
from model.vocabulary import Register

__all__ = ["generate", "units"]
MOST_VILLAGES = 500_000


def generate(villages: int, seed: int) -> Register:
    """Return a synthetic register of so many villages (100 to 500,000) and its county table.

    The same arguments give the same register. Raises :class:`InputError` for other numbers.
    """
    if not 100 <= villages <= MOST_VILLAGES:
        problem = f"a synthetic register has at least 100 and at most {MOST_VILLAGES:,} villages"
        raise usage(problem, "Ask for another number.", value=str(villages))
    if seed < 0:
        raise usage("a seed is a whole number of at least 0", "Give another --seed.", value=str(seed))
    rng = np.random.default_rng(seed)
    counties = needed_units(villages)
    table = places(pool(counties, villages, rng), counties, rng)
    table = programmes(kinds(people(table, counties, rng), counties, rng), rng)
    hidden = traits(table, counties, rng)
    table = indicators(table, counties, hidden, rng)
    table = commitments(conditions(table, hidden, rng), hidden, rng).assign(synthetic=True)
    quotas = county_table(counties, table, rng)
    named = [column.name for column in village_columns() if column.name in table]
    return Register(table[named].sort_values("village_id", ignore_index=True), quotas, synthetic=True)
