"""A reply in sentences: what was asked, what it does to total merit, to the list to be signed, and to the whole list."""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.words import Words
from scenarios.report.compared import held_told, kept_told, most_told, named_changes

FEW = 3  # counties named
SHOWN, MOST = 12, 80  # villages named, and at most where more of the cohort to be signed move


def told(reply: Any, words: Words) -> list[str]:
    """Return what is told of a reply, the villages that move last."""
    answer = reply.answer
    status = words(f"status_{answer.status}")
    certified = {"objective": answer.objective, "bound": answer.bound, "gap": answer.gap}
    lines = [*_asked(reply, words), words("ask_found", status=status, **certified), *_merit(reply, words)]
    entered, left = (reply.changes[f"cohort_{when}"].isna() for when in ("before", "after"))
    n = {"enter": int(entered.sum()), "leave": int(left.sum())}
    lines += _kept(reply, words)
    lines.append(words("ask_changes", move=len(reply.changes) - sum(n.values()), **n))
    lines += [*_asked_counties(reply, words), *_counties(reply, entered, left, words), _money(reply, words)]
    lines += _villages(reply, words)
    return lines


def _asked(reply: Any, words: Words) -> list[str]:
    """Say again what was asked, so that a slip of the pen is seen."""
    parts = [named_changes(reply.asked, words, reply.counties)] if len(reply.asked) else []
    parts += [words("ask_in", names=words("enumeration").join(reply.inside))] if reply.inside else []
    parts += [words("ask_out_of", names=words("enumeration").join(reply.outside))] if reply.outside else []
    return [words("ask_head", asked=words("list_comma").join(parts))] if parts else []


def _merit(reply: Any, words: Words) -> list[str]:
    """Say between what the optimum moves, and what becomes of the list to be signed."""
    size = max(1.0, abs(reply.before))
    by, (left, entered) = reply.answer.objective - reply.before, reply.signed
    signed = {"year": reply.as_of, "leave": left, "enter": entered}
    if reply.low != reply.low:
        return [words("ask_unlike"), words("ask_signed_only", **signed)]
    ends = {"low": -reply.low, "share": -reply.low / size}
    never = reply.narrowed and reply.high == 0.0
    moves = words("ask_none_better", **ends) if never else words("ask_moves", low=reply.low, high=reply.high)
    return [moves, words("ask_signed", by=by, share=by / size, **signed)]


def _kept(reply: Any, words: Words) -> list[str]:
    """Say whether the run's list could be kept as it is."""
    if reply.kept is None:
        return []
    worth, answer = reply.kept.objective, reply.answer
    loss = None if worth is None else (worth, answer.objective - worth, answer.bound - worth)
    lines = kept_told(reply.kept.broken, loss, reply.counties, words)
    if reply.held is None:
        return lines
    n, held = int((reply.listed["status"] == "recommended").sum()), reply.held
    return [*lines, held_told(held.status, n, reply.losses(held), held.objective, words), *_apart(reply, words)]


def _apart(reply: Any, words: Words) -> list[str]:
    """Say whether the villages to be signed of counties that do not fall short could stay."""
    if reply.apart is None:
        return []
    short, n, found = reply.apart
    names = words("enumeration").join(reply.counties[code] for code in sorted(short))
    told = {"n": n, "counties": names if len(short) <= FEW else words("ask_those", n=len(short))}
    if (lost := reply.losses(found)) is None:
        return [words("ask_apart_never" if found.status == "infeasible" else "ask_apart_unknown", **told)]
    low, high = (max(0.0, end) for end in lost)
    return [words("ask_apart" if low > 0 else "ask_apart_most", low=low, high=high, **told)]


def _asked_counties(reply: Any, words: Words) -> list[str]:
    """Say what becomes of the counties that were asked of."""
    codes = [part for path in reply.asked["parameter"] for part in path.split(".") if part in reply.counties]
    lines = []
    for code in dict.fromkeys(codes):
        both = {side: plan[plan["county_code"] == code] for side, plan in (("first", reply.listed), ("second", reply.plan))}
        bonds = {f"bond_{side}": float(own["general_bond_wan_yuan"].sum()) for side, own in both.items()}
        counts = {side: len(own) for side, own in both.items()}
        counts |= {f"signed_{side}": int((own["cohort"] == reply.as_of).sum()) for side, own in both.items()}
        lines.append(words("ask_county", county=reply.counties[code], **counts, **bonds))
    return lines


def _counties(reply: Any, entered: pd.Series, left: pd.Series, words: Words) -> list[str]:
    """Name the counties that lose and win most villages of the whole list."""
    lines = []
    for key, which in (("ask_leave_in", left), ("ask_enter_in", entered)):
        counts = reply.changes.loc[which, "county"].value_counts(sort=False)
        lines += [words(key, counties=words("list_comma").join(most_told(counts, words)))] if len(counts) > 1 else []
    return lines


def _money(reply: Any, words: Words) -> str:
    def sums(plan: pd.DataFrame) -> tuple[float, ...]:
        return len(plan), *(float(plan[f"{name}_wan_yuan"].sum()) / 1e4 for name in ("general_bond", "total_cost"))

    names = ("villages", "bond", "total")
    both = {"first": sums(reply.listed), "second": sums(reply.plan)}
    return words("ask_money", **{f"{n}_{side}": v for side, values in both.items() for n, v in zip(names, values, strict=True)})


def _first(reply: Any) -> pd.DataFrame:
    """Return the changes, first those of the cohort to be signed, then those of counties that were asked of (``near``)."""
    codes = tuple(part for path in reply.asked["parameter"] for part in path.split(".") if part in reply.counties)
    before, after = ((reply.changes[f"cohort_{when}"] == reply.as_of).fillna(False) for when in ("before", "after"))
    asked = reply.changes["village_id"].str.startswith(codes) if codes else False
    place = (~(before | after)) * 1 + (~(before | after | asked)) * 1
    ordered: pd.DataFrame = reply.changes.assign(place=place, near=place < 2).sort_values("place", kind="stable")
    return ordered


def _villages(reply: Any, words: Words) -> list[str]:
    lines = []
    near = int(_first(reply)["near"].sum()) if len(reply.changes) else 0
    shown = max(SHOWN, min(MOST, near))
    for row in _first(reply).head(shown).to_dict("records"):
        before, after = (_cohort(row[key], words) for key in ("cohort_before", "cohort_after"))
        named = {key: row[key] for key in ("county", "name", "village_id")}
        lines.append(words("ask_change", before=before, after=after, **named))
    more = len(reply.changes) - shown
    return [*lines, words("ask_more", n=more), words("ask_noise")] if more > 0 else lines


def _cohort(cohort: Any, words: Words) -> str:
    return words("ask_out") if pd.isna(cohort) else words("of_year", year=int(cohort))
