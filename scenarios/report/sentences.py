"""Sentences that the page and the workbook share."""

from __future__ import annotations

import math

from model.outcomes.equity import measures
from model.words import Words
from scenarios.report.facts import Facts


def recommended(facts: Facts, words: Words) -> str:
    """Say how many villages are recommended, and their money."""
    first = facts.plan[facts.plan["status"] == "recommended"]
    bond = first["general_bond_wan_yuan"]
    return words("recommended_line", year=facts.manifest["as_of"], count=len(first), bond=bond.sum(), mean=bond.mean())


def director(facts: Facts, words: Words) -> list[str]:
    """Say what a director asks first: how many of the target, with what chance, what is missed, and which counties fail."""
    if facts.kpis is None:
        return []
    kpis = facts.kpis.set_index("kpi")
    goal, year = int(facts.scenario["programme"]["programme_target"]), facts.target_year
    accepted = kpis.loc["accepted_by_target"]
    chance = kpis.loc["target_reached"]
    lines = [words("director_target", goal=goal, year=year, mean=accepted["mean"], p05=accepted["p05"], p95=accepted["p95"])]
    lines.append(words("director_chance", chance=chance["mean"], low=chance["ci_low"], high=chance["ci_high"]))
    at_target = facts.kpis[facts.kpis["year"] == year].set_index("kpi")["mean"]
    if accepted["mean"] < goal and {"selected", "under_construction"} <= set(at_target.index):
        never, building = goal - at_target["selected"], at_target["under_construction"]
        rest = goal - accepted["mean"] - never - building
        lines.append(words("director_missed", missed=goal - accepted["mean"], never=never, building=building, rest=rest))
    if failing := _without_any(facts):
        lines.append(words("director_counties", n=len(failing), names=words("enumeration").join(failing)))
    return lines


def _without_any(facts: Facts) -> list[str]:
    """Return the counties with villages in the list of which none is expected to be accepted by the target date."""
    table = facts.table("county_kpis")
    if table is None:
        return []
    part = table[(table["kpi"] == "accepted") & (table["year"] == facts.target_year) & (table["mean"] < 0.5)]
    inside = facts.plan.drop_duplicates("county_code").set_index("county_code")["county"]
    return [str(inside[code]) for code in part["county_code"] if code in inside.index]


def how_good(facts: Facts, words: Words) -> str:
    """Say what the gap means: how much better any plan could be, rounded up, and in villages."""
    solver = facts.manifest["solver"]
    if solver["objective"] is None:
        return words("gap_none")
    mean = max(solver["objective"] / max(len(facts.plan), 1), 1e-9)
    villages = (solver["bound"] - solver["objective"]) / mean
    told = words(
        "gap_line",
        gap=math.ceil(solver["gap"] * 1e4) / 1e4,
        objective=solver["objective"],
        bound=solver["bound"],
        villages=villages,
    )
    tied = solver.get("exchangeable")
    return told + words("exchangeable_line", count=tied) if tied else told


def money_line(facts: Facts, words: Words) -> str:
    """Say what other money comes with a yuan of general bonds, over what, and whether anything is unpaid."""
    table = facts.table("money")
    if table is None:
        return ""
    row = {str(measure["measure"]): measure for measure in table.to_dict("records")}
    told = words(
        "money_line",
        total=row["multiplier"]["numerator_wan_yuan"],
        bond=row["multiplier"]["denominator_wan_yuan"],
        ratio=row["multiplier"]["ratio"],
        own=row["own_over_public"]["numerator_wan_yuan"],
    )
    unpaid = row["unpaid"]["numerator_wan_yuan"]
    return told + (words("unpaid_line", amount=unpaid) if unpaid > 0 else "")


def favour_line(facts: Facts, words: Words) -> str:
    """Say whom the list favours, how often a lot brings less, and what villages need beside the standard."""
    table = facts.table("favours")
    if table is None:
        return ""
    row = {str(group["group"]): group for group in table.to_dict("records")}
    own, pool = row["list"], row["eligible_pool"]
    side = "weaker" if own["attainment"] < pool["attainment"] else "stronger"
    told = words(
        "favour_line",
        attainment=own["attainment"],
        pool=pool["attainment"],
        side=words(side),
        gain=own["gain"],
        lot=row["lot"]["gain"],
        below=own["lots_below"],
    )
    if "signed" in row and row["signed"]["villages"]:
        first = row["signed"]
        stated = {key: first[key] for key in ("attainment", "gain", "readiness")}
        told += words("signed_line", **stated, pool_ready=pool["readiness"])
    return told + words("need_line", need=pool["general_bond_wan_yuan"], own=own["general_bond_wan_yuan"])


def equity_line(facts: Facts, words: Words) -> str:
    """Say how evenly the money falls on counties; nothing where too few can be compared."""
    table = facts.table("equity")
    if table is None or table.empty:
        return ""
    return words("equity_line", counties=len(table), **measures(table))
