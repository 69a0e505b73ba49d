"""Naming: the village or county that is meant by a code or by a name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import pandas as pd

from model.errors import usage

MOST = 3  # names offered
BY_COUNTY = "money.county_quota"


def meant(asked: str, villages: pd.DataFrame, counties: Mapping[str, str]) -> tuple[str, str]:
    """Return ``village`` or ``county`` and its code; ``villages`` has village_id, name, county_code, ``counties`` names by code.

    Raises :class:`InputError` for what neither is, and for a name that several have.
    """
    if asked in set(villages["village_id"]):
        return "village", asked
    if asked in counties:
        return "county", asked
    own = villages[villages["name"] == asked].set_index("village_id")["county_code"]
    both = [("village", code) for code in own.index] + [("county", code) for code, name in counties.items() if name == asked]
    if len(both) == 1:
        return both[0]
    if both:
        places = "；".join(f"{code} {counties[own.get(code, code)]}" for _, code in both[:MOST])
        raise usage("several villages have this name", f"Give the code of one: {places}.", value=asked)
    near = difflib.get_close_matches(asked, [*villages["name"], *counties.values()], MOST, 0.5)
    remedy = f"Did you mean {'、'.join(near)}?" if near else "Give a name, or a code of 12 or 6 digits."
    raise usage("neither a village nor a county of the register", remedy, value=asked)


def village(asked: str, villages: pd.DataFrame, counties: Mapping[str, str]) -> str:
    """Return the code of the village that is meant. Raises :class:`InputError` as :func:`meant` does, and for a county."""
    kind, code = meant(asked, villages, counties)
    if kind == "county":
        raise usage("a county, where a village is asked for", "Give the name or the code of a village.", value=asked)
    return code


def coded(path: str, counties: Mapping[str, str]) -> str:
    """Return a dotted path in which the name of a county, whole, is its code.

    Raises :class:`InputError` for a county's own value whose county nobody knows.
    """
    codes = {name: code for code, name in counties.items()}
    within, _, last = path.rpartition(".")
    if within == BY_COUNTY and last not in counties and last not in codes:
        near = difflib.get_close_matches(last, [*codes, *counties], MOST, 0.5)
        remedy = f"Did you mean {'、'.join(near)}?" if near else "Give the name or the code of a county of the register."
        raise usage("no county of the register goes by this name or code", remedy, file="--set", value=last)
    return ".".join(codes.get(part, part) for part in path.split("."))
