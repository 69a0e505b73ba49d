"""Findings of an audit in sentences: rules, places, what is asked and what there is, by the names that officials read."""

from __future__ import annotations

import re
from collections.abc import Mapping

from model.selection.audit import Finding
from model.selection.rules import term
from model.telling import in_chinese
from model.words import Words

YEAR = re.compile(r"20\d\d")


def told(finding: Finding, counties: Mapping[str, str], words: Words) -> str:
    """Return a finding in a line; ``counties`` are their names by code."""
    rule = term(finding.rule) if words.lang == "zh" else finding.rule
    rule = words(f"finding_{finding.rule}") if words.has(f"finding_{finding.rule}") else rule
    place = words("finding_comma").join(_place(part, counties, words) for part in finding.where.split("|"))
    asked, found = (_value(value, words) for value in (finding.asked, finding.found))
    return words("audit_finding", rule=rule, where=place, asked=asked, found=found, excess=finding.excess)


def _place(part: str, counties: Mapping[str, str], words: Words) -> str:
    if part in counties:
        return f"{counties[part]}（{part}）" if words.lang == "zh" else f"{counties[part]} ({part})"
    if YEAR.fullmatch(part):
        return words("in_year", year=part)
    return next((words(key) for key in (f"row_{part}", part) if words.has(key)), part)


def _value(value: object, words: Words) -> str:
    return in_chinese(value) if words.lang == "zh" and isinstance(value, str) else f"{value}"
