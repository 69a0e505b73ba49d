"""Who pays for what (资金来源): a plan's money by project, by county, year and source, and what its bonds cost.

Everything is counted in whole cents (0.01 万元), so projects, sources and plan add up without a remainder.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.money.accounts import Accounts
from model.money.costs import CENTS, Costs
from model.money.debt import fees, interest, outstanding, principal
from model.money.network import BOND, Listed, bonds, network, unpaid_history, with_quota
from model.money.settings import Debt, Money
from model.money.settle import settle
from model.money.split import split
from model.showing import Shown
from model.vocabulary import CLASSES, CONTINGENCY, PACKAGES, SOURCES, Plan, Register

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, repr=False)
class Financing(Shown):
    """The tables of a plan's money, in 万元.

    ``projects`` (``projects.csv``), ``funding`` (``funding.csv``), ``sources``: what each source had and paid in each county and
    year, ``debt``: bonds over their life, ``measures``: ratios with their denominators. Money that no source can pay has a
    blank source: it is history, or a list that breaks the rules. ``flow`` has shape (counties, years, sources, classes).
    """

    term = "资金来源"

    projects: pd.DataFrame
    funding: pd.DataFrame
    sources: pd.DataFrame
    debt: pd.DataFrame
    measures: pd.DataFrame
    flow: Array

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by the name of their file."""
        return {
            "projects": self.projects,
            "funding": self.funding,
            "sources": self.sources,
            "debt": self.debt,
            "money": self.measures,
        }

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        amount = self.projects["cost_wan_yuan"]
        unpaid = float(amount[self.projects["source"] == ""].sum())
        bond = float(amount[self.projects["source"] == "general_bond"].sum())
        return {"total": float(amount.sum()), "bond": bond, "unpaid": unpaid}


def financing(plan: Plan, register: Register, accounts: Accounts) -> Financing:
    """Return who pays for what in a plan."""
    villages, counties, years = register.villages, register.counties, accounts.years
    listed = _listed(plan, register)
    room, flow, gap, lacking = _settled(accounts, listed)
    paid = split(accounts, listed, flow, lacking)
    projects = _projects(paid, accounts.costs, villages)
    return Financing(
        projects,
        _funding(projects, villages),
        _sources(counties, years, room, flow, gap),
        _debt(counties, years, flow, accounts.money),
        _measures(projects),
        flow.reshape(len(counties), len(years), len(SOURCES), len(CLASSES)) / CENTS,
    )


def _listed(plan: Plan, register: Register) -> Listed:
    """Return a plan as indices, in line by cohort, score and code."""
    table = plan.table.sort_values(["cohort", "score", "village_id"], ascending=[True, False, True], kind="stable")
    return Listed(
        village=register.villages["village_id"].searchsorted(table["village_id"]).astype(np.int64),
        county=register.counties["county_code"].searchsorted(table["county_code"]).astype(np.int64),
        package=table["package"].map({name: i for i, name in enumerate(PACKAGES)}).to_numpy(np.int64),
        cohort=table["cohort"].to_numpy(np.int64),
        past=(table["status"] == "history").to_numpy(),
    )


def _settled(accounts: Accounts, listed: Listed) -> tuple[Array, Array, Array, Array]:
    """Return what sources had (C, Y, S), the flow (N, S, W), what no source pays (N, W), and what of it is history's."""
    money, limit = accounts.money, accounts.purse.limit
    net = network(accounts.draws, listed, accounts.years, limit)
    earlier = network(accounts.draws, listed.of(listed.past), accounts.years, limit)
    room = with_quota(limit, bonds(net, limit), bonds(earlier, limit), money.carry_over)
    net.limit[:, BOND] = room[:, :, BOND].ravel()
    lacking = unpaid_history(earlier, limit)
    net.need[:] -= lacking
    flow, gap = settle(net, [SOURCES.index(name) for name in money.order])
    return room, flow, gap + lacking, lacking


def _projects(paid: pd.DataFrame, costs: Costs, villages: pd.DataFrame) -> pd.DataFrame:
    """Return one row per work, source and year of payment; quantities are shared out as the money is."""
    ids = np.array([item.id for item in costs.items])[paid["item"]]
    units = np.array([item.unit for item in costs.items])[paid["item"]]
    whole = costs.cents[paid["village"], paid["item"]]
    quantity = costs.quantity[paid["village"], paid["item"]] * paid["cents"] / np.maximum(whole, 1)
    start = paid.groupby(["village", "item", "cohort"])["year"].transform("min")
    return pd.DataFrame(
        {
            "village_id": villages["village_id"].to_numpy()[paid["village"]],
            "task_id": ids,
            "quantity": quantity.round(6),
            "unit": units,
            "cost_wan_yuan": paid["cents"] / CENTS,
            "source": paid["source"],
            "start_year": start,
            "asset_owner": paid["owner"],
            "year": paid["year"],
            "work_class": np.array(CLASSES)[[item.work_class for item in costs.items]][paid["item"]],
        }
    )


def _funding(projects: pd.DataFrame, villages: pd.DataFrame) -> pd.DataFrame:
    county = villages.set_index("village_id")["county_code"].reindex(projects["village_id"]).to_numpy()
    cents = np.rint(projects["cost_wan_yuan"] * CENTS).astype(np.int64)
    named = projects.assign(county_code=county, amount_wan_yuan=cents)
    sums = named.groupby(["county_code", "year", "source"])["amount_wan_yuan"].sum() / CENTS
    return sums.reset_index()


def _sources(counties: pd.DataFrame, years: Array, room: Array, flow: Array, gap: Array) -> pd.DataFrame:
    """Return what each source had, paid for works, and holds in reserve; a blank source is what none could pay."""
    shape = (len(counties), len(years), -1)
    works = flow[:, :, :CONTINGENCY].sum(axis=2).reshape(shape)
    held = flow[:, :, CONTINGENCY].reshape(shape)
    code, year, source = (axis.ravel() for axis in np.meshgrid(counties["county_code"], years, SOURCES, indexing="ij"))
    table = pd.DataFrame({"county_code": code, "year": year.astype(int), "source": source})
    table["limit_wan_yuan"] = np.where(np.isfinite(room.ravel()), room.ravel(), np.nan) / CENTS
    table["paid_wan_yuan"] = works.ravel() / CENTS
    table["reserve_wan_yuan"] = held.ravel() / CENTS
    table["left_wan_yuan"] = (table["limit_wan_yuan"] - table["paid_wan_yuan"] - table["reserve_wan_yuan"]).round(2) + 0.0
    short = np.flatnonzero(gap.sum(axis=1) > 0)
    lacking = pd.DataFrame(
        {
            "county_code": np.repeat(counties["county_code"].to_numpy(), len(years))[short],
            "year": np.tile(years, len(counties))[short],
            "source": "",
            "paid_wan_yuan": gap[short, :CONTINGENCY].sum(axis=1) / CENTS,
            "reserve_wan_yuan": gap[short, CONTINGENCY] / CENTS,
        }
    )
    return pd.concat([table, lacking], ignore_index=True) if len(lacking) else table


def _debt(counties: pd.DataFrame, years: Array, flow: Array, money: Money) -> pd.DataFrame:
    """Return the programme's bonds over their life by county: owed at the year's end, interest and fee, principal, refinanced."""
    special = Debt.model_validate(
        {**money.debt.model_dump(), "term_years": money.special.term_years, "rates": [money.special.rate]}
    )
    parts = []
    for name, terms in (("general_bond", money.debt), ("special_bond", special)):
        issued = flow[:, SOURCES.index(name)].sum(axis=1).reshape(len(counties), len(years)) / CENTS
        life = np.arange(years[0], years[-1] + terms.term_years + 1)
        due = issued @ principal(years, life, terms)
        amounts = {
            "issued_wan_yuan": issued @ (life[None, :] == years[:, None]).astype(float),
            "outstanding_wan_yuan": issued @ outstanding(years, life, terms),
            "interest_wan_yuan": issued @ interest(years, life, terms),
            "fee_wan_yuan": issued @ fees(years, life, terms),
            "principal_wan_yuan": due,
            "refinanced_wan_yuan": due * terms.refinanced_share,
        }
        table = pd.DataFrame({key: value.ravel() for key, value in amounts.items()}).round(4)
        table["service_wan_yuan"] = (
            table["interest_wan_yuan"] + table["fee_wan_yuan"] + table["principal_wan_yuan"] - table["refinanced_wan_yuan"]
        ).round(4)
        table.insert(0, "bond", name)
        table.insert(0, "year", np.tile(life, len(counties)))
        table.insert(0, "county_code", np.repeat(counties["county_code"].to_numpy(), len(life)))
        parts.append(table[table["county_code"].isin(counties["county_code"][issued.sum(axis=1) > 0])])
    return pd.concat(parts, ignore_index=True)


def _measures(projects: pd.DataFrame) -> pd.DataFrame:
    """Return the ratios people speak of, each with what it is over (P23-LEVER)."""
    by_source = projects.groupby("source")["cost_wan_yuan"].sum()
    total, bond = float(by_source.sum()), float(by_source.get("general_bond", 0.0))
    own = float(by_source.reindex(["social_capital", "villagers"]).fillna(0.0).sum())
    unpaid = float(by_source.get("", 0.0))
    rows = [
        ("multiplier", "all money / general-bond money", total - unpaid, bond),
        ("other_over_bond", "all other money / general-bond money", total - unpaid - bond, bond),
        ("own_over_public", "social capital and residents' money / public money", own, total - unpaid - own),
        ("unpaid", "money without a lawful source / all money", unpaid, total),
    ]
    table = pd.DataFrame(rows, columns=["measure", "meaning", "numerator_wan_yuan", "denominator_wan_yuan"])
    table[["numerator_wan_yuan", "denominator_wan_yuan"]] = table[["numerator_wan_yuan", "denominator_wan_yuan"]].round(2)
    ratio = table["numerator_wan_yuan"] / table["denominator_wan_yuan"].where(table["denominator_wan_yuan"] > 0)
    table["ratio"] = ratio
    return table
