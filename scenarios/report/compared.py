"""A comparison in sentences: what was changed, what becomes of the list and of the target, and what to say in a meeting."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.policy.cards import cards
from model.selection.rules import term
from model.vocabulary import PACKAGES
from model.words import Words
from scenarios.report.rounding import rounded

MOST_CHANGES = 3
MOST_PLACES = 6  # of one county
YEAR = re.compile(r"20\d\d")
LEAST_MOVED = 3  # villages by which a group must change to be told of
CYCLE = "programme.cycle_months"


def told(comparison: Any, lang: str, scenario: str) -> list[str]:
    """Return what is said of a scenario: what was changed, what becomes of the list to be signed, and of the target."""
    words, lines, signed = Words(lang), list[str](), comparison.signed
    for row in signed[signed["scenario"] == scenario].to_dict("records"):
        name = row["scenario"]
        changes = comparison.changes[comparison.changes["scenario"] == name]
        apart = _unlike(comparison, name, words)
        lines.append(words("compare_head", scenario=name, changes=named_changes(changes, words, comparison.counties)) + apart)
        kept = {str(key): value for key, value in row.items()}
        as_many = "compare_signed_as_many" if row["first"] == row["second"] else "compare_signed"
        lines.append(words(as_many if row["enter"] or row["leave"] else "compare_same_list", **kept))
        if row["enter"] or row["leave"]:
            lines += [*_whither(comparison, name, words), *_groups(comparison, name, words), *_within(kept, words)]
            lines += _kept(comparison, name, kept, words)
        lines += [*_where(comparison, name, words), *_money(comparison, name, words)]
        lines += [*_target(comparison, name, words), *([] if apart else [_merit(comparison, name, words)])]
    return lines


def _whither(comparison: Any, scenario: str, words: Words) -> list[str]:
    """Say how many that leave the cohort to be signed only change cohort, and how many that enter stood in another."""
    as_of = comparison.signed.loc[comparison.signed["scenario"] == scenario, "as_of"].iloc[0]
    lists = comparison.lists[comparison.lists["scenario"] == scenario]
    leave = lists[(lists["cohort_first"] == as_of).fillna(False)]
    enter = lists[(lists["cohort_second"] == as_of).fillna(False)]
    later, before = int(leave["cohort_second"].notna().sum()), int(enter["cohort_first"].notna().sum())
    gone, new = int(lists["cohort_second"].isna().sum()), int(lists["cohort_first"].isna().sum())
    told = {"later": later, "out": len(leave) - later, "before": before, "new": len(enter) - before}
    return [words("compare_whither", **told), words("compare_whole", gone=gone, joined=new, moved=len(lists) - gone - new)]


def _within(row: dict[str, Any], words: Words) -> list[str]:
    """Say how much of it may be chance: to what gap both are certified, and how many villages the gap alone may exchange."""
    alone = row["exchangeable"]
    told = [words("compare_gaps", **row)]
    proved = row["held_status"] == "infeasible" or (row["held_loss_low"] or 0.0) > 0  # some of it is due to the change
    if alone is None or math.isnan(alone) or not alone or proved:
        return told
    share = "all" if row["leave"] <= alone else "some"
    return [*told, words(f"compare_exchangeable_{share}", n=int(alone), **row)]


def _kept(comparison: Any, scenario: str, row: dict[str, Any], words: Words) -> list[str]:
    """Say whether the first list could be kept as it is, and at what cost, or what it would break."""
    broken = comparison.kept[comparison.kept["scenario"] == scenario]
    loss = None if row["kept"] is None or math.isnan(row["kept"]) else (row["kept"], row["kept_loss"], row["kept_loss_most"])
    return [*kept_told(broken, loss, comparison.counties, words), *_held(row, words)]


def _held(row: dict[str, Any], words: Words) -> list[str]:
    """Say whether the cohort to be signed could stay when later ones are arranged anew."""
    status = row["held_status"]
    if not isinstance(status, str) or not status:
        return []
    lost = None if row["held"] is None or math.isnan(row["held"]) else (row["held_loss_low"], row["held_loss_high"])
    return [held_told(status, row["first"], lost, row["held"], words)]


def held_told(status: str, n: int, lost: tuple[float, float] | None, worth: float, words: Words) -> str:
    """Say whether so many villages could be held, and between what the best total merit falls by it."""
    if lost is None:
        return words("compare_held_never" if status == "infeasible" else "compare_held_unknown", n=n)
    low, high = lost
    size = max(1.0, abs(worth))
    key = "compare_held" if low > 0 else "compare_held_most"
    return words(key, n=n, low=low, high=max(0.0, high), share=max(0.0, high) / size)


def kept_told(
    broken: pd.DataFrame, loss: tuple[float, float, float] | None, counties: Mapping[str, str], words: Words
) -> list[str]:
    """Say what a list that is kept would break, or what it is worth: its merit, and by how much, and at most, it is less."""
    if len(broken):
        rules = [_broken(str(rule), own, counties, words) for rule, own in broken.groupby("rule", sort=False)]
        return [words("compare_kept_breaks", rules=words("list_comma").join(rules))]
    if loss is None:
        return []
    worth, less, most = loss
    return [words("compare_kept", loss=less, most=most, share=most / max(1.0, abs(worth + most)))]


def _when(place: str, words: Words) -> str:
    """Return what else tells a place, a year as it is said."""
    return words("in_year", year=place) if YEAR.fullmatch(place) else place


def _broken(rule: str, own: pd.DataFrame, counties: Mapping[str, str], words: Words) -> str:
    """Name a rule, and the counties in which a list would break it by most: when, and by how much."""
    named = own[own["county_code"] != ""].sort_values("excess", ascending=False, kind="stable")
    name = term(rule) if words.lang == "zh" else rule
    most, n = named.drop_duplicates("county_code"), named["county_code"].nunique()
    if most.empty:
        return name
    shown = named.sort_values("place", kind="stable") if n == 1 else most  # of one county, year by year
    told = [
        words(
            "compare_excess",
            county=counties.get(r["county_code"], r["county_code"]),
            place=_when(str(r["place"]), words),
            by=r["excess"],
        )
        + words.unit(r["unit"])
        for r in shown.head(MOST_PLACES if n == 1 else MOST_CHANGES).to_dict("records")
    ]
    key = "compare_broken_in" if len(named) == len(told) else "compare_broken_most"
    return words(key, rule=name, n=n, places=len(named), counties=words("enumeration").join(told))


def _groups(comparison: Any, scenario: str, words: Words) -> list[str]:
    """Say which groups of villages become more or fewer in the cohort to be signed: those of other programmes, and lifted."""
    groups = comparison.groups[comparison.groups["scenario"] == scenario]
    moved = groups[(groups["second"] - groups["first"]).abs() >= LEAST_MOVED]
    told = [words("compare_group", **row | {"name": words(f"row_{row['group']}")}) for row in moved.to_dict("records")]
    return [words("compare_groups", groups=words("list_comma").join(told))] if told else []


def _where(comparison: Any, scenario: str, words: Words) -> list[str]:
    """Name the counties in which most villages of the cohort to be signed leave, and in which most enter."""
    row = comparison.signed[comparison.signed["scenario"] == scenario].iloc[0]
    lists = comparison.lists[comparison.lists["scenario"] == scenario]
    leave = lists.loc[(lists["cohort_first"] == row["as_of"]).fillna(False), "county"].value_counts(sort=False)
    enter = lists.loc[(lists["cohort_second"] == row["as_of"]).fillna(False), "county"].value_counts(sort=False)
    lines = []
    for key, counts in (("compare_leave_in", leave), ("compare_enter_in", enter)):
        named = most_told(counts, words)
        lines += [words(key, counties=words("list_comma").join(named))] if named else []
    return lines


def most_told(counts: pd.Series, words: Words) -> list[str]:
    """Name the counties with the largest counts; where more than there is room for have the same, tell how many they are."""
    ordered = counts.sort_index().sort_values(ascending=False, kind="stable")
    if len(ordered) <= MOST_CHANGES or ordered.iloc[MOST_CHANGES - 1] > ordered.iloc[MOST_CHANGES]:
        return [words("compare_county", county=county, n=n) for county, n in ordered.head(MOST_CHANGES).items()]
    tie = ordered.iloc[MOST_CHANGES]
    above = [words("compare_county", county=county, n=n) for county, n in ordered[ordered > tie].items()]
    return [*above, words("compare_tied", more=words("compare_others") if above else "", n=int((ordered == tie).sum()), each=tie)]


def _money(comparison: Any, scenario: str, words: Words) -> list[str]:
    """Say what becomes of the whole list and its money, and of money a village and the packages it comes from."""
    row = {str(k): v for k, v in comparison.totals[comparison.totals["scenario"] == scenario].iloc[0].to_dict().items()}
    lines = [words("compare_totals", **{k: v / 1e4 if "bond" in k or "cost" in k else v for k, v in row.items()})]
    means = {f"mean_{side}": row[f"general_bond_{side}"] / max(1, row[f"villages_{side}"]) for side in ("first", "second")}
    moved = [
        words("compare_package", name=words(f"package_{name}"), first=row[f"{name}_first"], second=row[f"{name}_second"])
        for name in PACKAGES
        if row[f"{name}_first"] != row[f"{name}_second"]
    ]
    return [*lines, words("compare_means", packages=words("enumeration").join(moved), **means)] if moved else lines


def meeting(comparison: Any, scenario: str, lang: str) -> str:
    """Return what a person would say of a scenario in a meeting, in one breath."""
    words = Words(lang)
    signed = comparison.signed[comparison.signed["scenario"] == scenario].iloc[0]
    totals = comparison.totals[comparison.totals["scenario"] == scenario].iloc[0]
    title = comparison.titles[scenario][lang == "en"]
    said = words("meeting_list", title=title, leave=signed["leave"], enter=signed["enter"], first=signed["first"])
    said += _may_stand(signed, words)
    bond = (totals["general_bond_second"] - totals["general_bond_first"]) / 1e4
    said += words("meeting_money", second=totals["general_bond_second"] / 1e4, difference=bond)
    outcomes = comparison.outcomes[comparison.outcomes["scenario"] == scenario].set_index("kpi")
    if "accepted_by_target" in outcomes.index:
        own = outcomes.loc["accepted_by_target"]
        key = "meeting_accepted" if own["certain"] else "meeting_same"
        said += words(key, year=comparison.target_year, **rounded(own))
    return said


def _may_stand(row: Any, words: Words) -> str:
    """Say in a clause whether the villages to be signed could stay; nothing where that is not known."""
    worth, most = row["kept"], row["kept_loss_most"]
    if worth is not None and not math.isnan(worth):
        return words("meeting_kept", share=most / max(1.0, abs(worth + most)))
    if row["held_status"] == "infeasible":
        return words("meeting_never", n=row["first"])
    if row["held"] is None or math.isnan(row["held"]):
        return ""
    return words("meeting_held", n=row["first"], share=max(0.0, row["held_loss_high"]) / max(1.0, abs(row["held"])))


def named_changes(changes: pd.DataFrame, words: Words, counties: Mapping[str, str]) -> str:
    """Name what differs (``parameter``, ``first``, ``second``) by its card, counties by their names."""
    told_changes = []
    if CYCLE in set(changes["parameter"]):  # the profiles of payment follow it
        changes = changes[~changes["parameter"].str.startswith(("money.payment_profile", "money.profiles"))]
    for row in changes.head(MOST_CHANGES).to_dict("records"):
        label = _label(row["parameter"], words, counties)
        unit = _unit(row["parameter"], words)
        first, second = (_plain(row[side], unit) for side in ("first", "second"))
        key = "compare_change" if first and second else "compare_set" if second else "compare_unset"
        told_changes.append(words(key, name=label, first=first, second=second))
    if len(changes) > MOST_CHANGES:
        told_changes.append(words("compare_more", n=len(changes) - MOST_CHANGES))
    return words("list_comma").join(told_changes) or words("compare_nothing")


def _plain(value: str, unit: str) -> str:
    """Return a value of a scenario as it is read: a list without its brackets, a number with its unit."""
    bare = value.removeprefix("[").removesuffix("]").replace("'", "")
    return f"{bare}{unit}" if bare and bare[0].isdigit() else bare


def _unit(path: str, words: Words) -> str:
    """Return the unit of a parameter where people would say it."""
    unit = cards()[path].unit if path in cards() else ""
    return words(f"unit_{unit}") if unit in ("village", "month", "day") and words.lang == "zh" else ""


def _label(path: str, words: Words, counties: Mapping[str, str]) -> str:
    """Return what a parameter, or a part of one, is called."""
    known, (within, _, part) = cards(), path.rpartition(".")
    if path in known:
        return str(getattr(known[path], words.lang))
    return f"{getattr(known[within], words.lang)} {counties.get(part, part)}" if within in known else path


def _target(comparison: Any, scenario: str, words: Words) -> list[str]:
    """Say what becomes of the villages accepted by the target date, what the difference is made of, and of which targets."""
    outcomes = comparison.outcomes[comparison.outcomes["scenario"] == scenario]
    own = outcomes[outcomes["kpi"] == "accepted_by_target"]
    if own.empty:
        return []
    row, year = own.iloc[0], comparison.target_year
    lines = [words("compare_certain" if row["certain"] else "compare_uncertain", year=year, **rounded(row))]
    moved = outcomes[outcomes["year"] == year].set_index("kpi")["difference"]
    if row["certain"] and {"selected", "under_construction"} <= set(moved.index):
        parts = {name: moved[name] for name in ("selected", "under_construction")}
        rest = parts["selected"] - parts["under_construction"] - row["difference"]
        signed = {"selected": parts["selected"], "building": -parts["under_construction"], "rest": -rest}
        lines.append(words("compare_made_of", **signed))
    goals = comparison.goals[scenario]
    if goals[0] != goals[1]:
        shares = {side: row[side] / goal for side, goal in zip(("first", "second"), goals, strict=True)}
        lines.append(words("compare_share", goal_first=goals[0], goal_second=goals[1], **shares))
    return lines


def _unlike(comparison: Any, scenario: str, words: Words) -> str:
    """Say that two plans are not measured alike, and in what; nothing where they are."""
    row = comparison.optima[comparison.optima["scenario"] == scenario].iloc[0]
    if not (math.isnan(row["difference"]) and row["apart"]):
        return ""
    keys = words("enumeration").join(_label(f"objective.{name}", words, {}) for name in row["apart"].split(";"))
    return words("compare_unlike", keys=keys)


def _merit(comparison: Any, scenario: str, words: Words) -> str:
    """Say between what the best merits differ, or why that is not known."""
    row = comparison.optima[comparison.optima["scenario"] == scenario].iloc[0]
    if math.isnan(row["difference"]):
        return words("compare_no_certificate")
    return words("compare_optimum", low=row["low"], high=row["high"], verdict=words("sure" if row["certain"] else "unsure"))
