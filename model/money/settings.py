"""The settings of money: standard, profiles, limits of sources, special bonds, people's own money, debt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated

import numpy as np
from pydantic import BaseModel, Field, model_validator

from model.register.waste_water import WasteWater
from model.strict import STRICT
from model.vocabulary import SOURCES

Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0, le=10)]
Profile = Annotated[list[Share], Field(min_length=1, max_length=4)]


def stretched(profile: Sequence[float], before: int, after: int) -> list[float]:
    """Return the shares by year of a profile over ``before`` months when the same course takes ``after`` months."""
    edges = [min(12.0 * i, before) for i in range(len(profile) + 1)]
    years = math.ceil(after / 12)
    at = np.minimum(12.0 * np.arange(years + 1), after) * before / after
    shares = np.diff(np.interp(at, edges, [0.0, *np.cumsum(profile)])).round(10).tolist()
    while len(shares) > 1 and shares[-1] <= 0:
        shares.pop()
    return [*shares[:-1], round(1.0 - sum(shares[:-1]), 10)]


class _Section(BaseModel):
    model_config = STRICT


class Profiles(_Section):
    """How the cost of a class of work is spread over the years of the cycle; public-good works follow ``payment_profile``.

    A profile may be shorter than that one: nothing is paid in the years it does not name.
    """

    revenue: Profile
    household: Profile
    service: Profile
    training: Profile
    network: Profile


class Factors(_Section):
    """A factor on each source; 0 removes it."""

    general_bond: Factor
    special_bond: Factor
    transfer_subsidy: Factor
    county_pool: Factor
    departmental: Factor
    county_budget: Factor
    social_capital: Factor
    villagers: Factor
    operator: Factor
    bank_loan: Factor


class Assumed(_Section):
    """What a source is assumed to have where the county table has no column for it: a share of the year's bond quota."""

    special_bond: Share
    transfer_subsidy: Share
    county_pool: Share
    departmental: Share
    county_budget: Share


class SpecialBonds(_Section):
    """What special bonds ask of a project: its income must cover principal and interest."""

    annual_income: Share
    coverage: float = Field(gt=0, le=5)
    term_years: int = Field(ge=1, le=30)
    rate: float = Field(ge=0, le=0.2)

    @property
    def most(self) -> float:
        """The largest share of a revenue-bearing work special bonds may pay.

        Income over the term, over principal and interest times the coverage that is asked.
        """
        income = self.annual_income * self.term_years
        return min(1.0, income / (self.coverage * (1.0 + self.rate * self.term_years)))


class People(_Section):
    """Money that is never forced: residents' own, social capital over each yuan of general-bond money, loans of market bodies.

    ``loan_share`` is over what income leaves of a revenue-bearing work.
    """

    villager_share: Share
    villager_wan_yuan: float = Field(ge=0, le=10)
    social_leverage: float = Field(ge=0, le=10)
    loan_share: Share


class Debt(_Section):
    """Terms of general bonds. ``rates``: by year of issue from ``first_rate_year`` on; the last stands for all later years."""

    term_years: int = Field(ge=1, le=30)
    first_rate_year: int = Field(ge=2000, le=2100)
    rates: list[Annotated[float, Field(ge=0, le=0.2)]] = Field(min_length=1)
    refinanced_share: Share
    issue_fee: float = Field(ge=0, le=0.05)

    def rate(self, year: int) -> float:
        """Return the interest rate of a year of issue."""
        return self.rates[min(max(year - self.first_rate_year, 0), len(self.rates) - 1)]


class Money(_Section):
    """Money of a scenario. Amounts in 万元; shares of 1."""

    standard_bond_wan_yuan: float = Field(gt=0, le=1e6)
    average_band: Share
    intensity: float = Field(gt=0, le=5)
    payment_profile: Profile
    profiles: Profiles
    factor: Factors
    assumed: Assumed
    late_share: Share
    county_quota: dict[Annotated[str, Field(pattern=r"^\d{6}$")], Annotated[float, Field(ge=0, le=10)]]
    quota_path: list[Annotated[float, Field(ge=0, le=10)]] = Field(min_length=1)
    after_table: Share
    carry_over: bool
    contingency_share: float = Field(ge=0, le=0.5)
    order: list[str]
    special: SpecialBonds
    people: People
    debt: Debt
    network_households: float = Field(gt=0, le=20000)
    network_elasticity: float = Field(ge=0, le=1)
    waste_water: WasteWater
    least_work_wan_yuan: float = Field(ge=0, le=1000)

    @property
    def average(self) -> float:
        """The general-bond money that a village should average, 万元: the standard at the scenario's intensity."""
        return self.standard_bond_wan_yuan * self.intensity

    @property
    def profile(self) -> tuple[list[float], ...]:
        """The payment profile of each class of work, in the order of ``CLASSES``; the reserve follows the bonds."""
        p, years = self.profiles, len(self.payment_profile)
        short = (p.revenue, p.household, p.service, p.training, p.network)
        padded = [[*profile, *[0.0] * (years - len(profile))] for profile in short]
        return (self.payment_profile, *padded, self.payment_profile)

    @model_validator(mode="after")
    def _profiles_add_up(self) -> Money:
        for profile in self.profile:
            if abs(sum(profile) - 1) > 1e-9:
                raise ValueError("payment_profile and each of profiles must add up to 1")
        if len({len(profile) for profile in self.profile}) > 1:
            raise ValueError("none of profiles may have more years than payment_profile")
        if sorted(self.order) != sorted(SOURCES):
            raise ValueError(f"order must name each source once: {', '.join(SOURCES)}")
        return self
