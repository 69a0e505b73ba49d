"""Shortage: a register that is large enough and has too few eligible villages; which conditions keep most of them out.

No condition is eased: what the scenario itself made stricter than the documents' reading is named, with the lines that undo it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from model.policy.cards import cards
from model.register.eligibility import Eligibility, eligibility
from model.selection.precheck import CONDITIONS, Impossible
from model.words import CHINESE, ENGLISH, both
from scenarios.study.prepare import Prepared

MOST = 8  # conditions named


def explained(reason: Impossible, prepared: Prepared) -> Impossible:
    """Return a reason with what keeps villages out, where it is one of too few eligible ones; any other as it is."""
    if reason.remedy != CONDITIONS:
        return reason
    failed = Counter(clause for cell in prepared.eligible["failed_conditions"] for clause in str(cell).split(";") if clause)
    named = [(count, *both(f"condition_{clause}")) for clause, count in failed.most_common(MOST)]
    zh = "；".join(f"{text}{count}个" for count, text, _ in named)
    en = "; ".join(f"{count} {text}" for count, _, text in named)
    told = both("shortage_conditions", zh=zh, en=en)
    changed = {name: value for name, value in _usual().items() if getattr(prepared.scenario.eligibility, name) != value}
    more = _stricter(prepared, changed) if changed else both("shortage_data")
    state = tuple(f"eligibility.{name} = {_toml(value)}" for name, value in changed.items())
    return replace(reason, zh=reason.zh + told[0] + more[0], en=f"{reason.en} {told[1]} {more[1]}", state=state)


def _usual() -> dict[str, int | bool]:
    return {name: cards()[f"eligibility.{name}"].value for name in Eligibility.model_fields}


def _stricter(prepared: Prepared, changed: dict[str, int | bool]) -> tuple[str, str]:
    """Say which conditions the scenario has changed, and how many villages would be eligible without that."""
    stated = prepared.scenario.eligibility
    usual = stated.model_copy(update=changed)
    there = int(eligibility(prepared.register, usual, max(prepared.scenario.programme.cohorts))["eligible"].sum())
    levels = [told for name, value in changed.items() if (told := _levels(prepared, name, value))]
    parts = [
        both("shortage_changed", zh=card.zh, en=card.en, value=_plain(getattr(stated, name)), usual=_plain(value))
        for name, value in changed.items()
        for card in [cards()[f"eligibility.{name}"]]
    ]
    told = both("shortage_stricter", zh="、".join(zh for zh, _ in parts), en=", ".join(en for _, en in parts), there=there)
    return told[0] + "".join(f"{zh}。" for zh, _ in levels), told[1] + "".join(f" {en}." for _, en in levels)


def _levels(prepared: Prepared, name: str, usual: int | bool) -> tuple[str, str] | None:
    """Say how many villages are eligible at each level of a threshold, from the usual one to the stated; nothing of a switch."""
    stated = getattr(prepared.scenario.eligibility, name)
    if isinstance(usual, bool):
        return None
    counts = []
    for value in range(min(usual, stated), max(usual, stated) + 1):
        asked = prepared.scenario.eligibility.model_copy(update={name: value})
        there = int(eligibility(prepared.register, asked, max(prepared.scenario.programme.cohorts))["eligible"].sum())
        counts.append(both("shortage_level", value=value, there=there))
    card = cards()[f"eligibility.{name}"]
    zh = CHINESE("shortage_levels", zh=card.zh, levels="、".join(told for told, _ in counts))
    return zh, ENGLISH("shortage_levels", en=card.en, levels=", ".join(told for _, told in counts))


def _toml(value: int | bool) -> str:
    return str(value).lower()


def _plain(value: int | bool) -> str:
    return ("是" if value else "否") if isinstance(value, bool) else str(value)
