"""The accounts (资金账): what works every village needs, what they cost, when they draw money, and what each source has.

Worked out once for a world; selection, audit and projection read the same numbers. Whole cents (0.01 万元) throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.money.costs import Costs, costs, works_of
from model.money.draws import Draws, draws
from model.money.purse import Purse, purse
from model.money.settings import Money
from model.policy.catalogue import Task
from model.register.gaps import Projects
from model.register.packages import Packages
from model.register.project_list import in_place
from model.showing import Shown
from model.vocabulary import Register

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, repr=False)
class Accounts(Shown):
    """Money of a world: V villages, C counties, J works, K packages, Y years.

    ``works``: gaps and quantities (V, J); ``costs``: cents of each work and what each package holds; ``draws``: cents of each
    package in each year of its cycle; ``purse``: cents each source has in each county and year; ``years``: (Y,). ``money`` and
    ``packages`` are the settings all of it follows from.
    """

    term = "资金账"

    works: Projects
    costs: Costs
    draws: Draws
    purse: Purse
    years: Array
    money: Money
    packages: Packages

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        return {"villages": len(self.costs.cents), "works": len(self.costs.items), "years": self.years.tolist()}


def accounts(register: Register, tasks: tuple[Task, ...], packages: Packages, money: Money, cohorts: list[int]) -> Accounts:
    """Return the accounts of a register; ``cohorts`` are the years of the programme's cohorts, in rising order."""
    years = np.arange(cohorts[0], cohorts[-1] + len(money.payment_profile))
    works = in_place(works_of(register.villages, tasks, money), register.villages, register.projects)
    priced = costs(register.villages, works, packages, register.history, money.intensity, register.projects)
    return Accounts(
        works=works,
        costs=priced,
        draws=draws(priced, money, register.villages),
        purse=purse(register.counties, years, money),
        years=years,
        money=money,
        packages=packages,
    )
