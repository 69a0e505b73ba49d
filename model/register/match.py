"""Match: entries of a list that names places become codes; what agrees on county, town and village, and nothing is guessed.

An entry is one text, whatever its parts stood in: 吉林省磐石市石嘴镇永丰村, or 磐石市, 石嘴镇 and 永丰村 in three cells.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from model.register.names import canonical, county_core, town_core, village_core

OFFICE = re.compile(r"^(街道)?办事处")  # 波泥河街道街道办事处清水村
SUGGESTED = 3
LIKE = 0.5  # how alike names are that are suggested
ALIASES = {
    "九台市": "九台区",
    "双阳县": "双阳区",
    "江源县": "江源区",
    "扶余县": "扶余市",
    "前郭县": "前郭尔罗斯蒙古族自治县",
    "伊通县": "伊通满族自治县",
    "长白县": "长白朝鲜族自治县",
}


@dataclass(frozen=True)
class Match:
    """What an entry means: codes that agree (one: matched; several: ambiguous), a whole town's code, or suggestions."""

    entry: str
    codes: tuple[str, ...] = ()
    town: str = ""
    suggestions: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """``matched``, ``town``, ``ambiguous`` or ``unmatched``."""
        if len(self.codes) == 1:
            return "matched"
        return "ambiguous" if self.codes else "town" if self.town else "unmatched"


class Gazetteer:
    """Places by name; the table has ``village_id``, ``village``, ``town_code``, ``town``, ``county`` and ``prefecture``."""

    def __init__(self, places: pd.DataFrame) -> None:
        self._places = places.drop_duplicates("village_id")

    @cached_property
    def counties(self) -> dict[str, set[str]]:
        """Each way to write a county, and the counties it means."""
        ways: dict[str, set[str]] = defaultdict(set)
        for county in self._places["county"].unique():
            core = county_core(county)
            for way in (county, core, f"{core}市", f"{core}县", f"{core}区"):
                ways[canonical(way)].add(county)
        for old, new in ALIASES.items():
            ways[canonical(old)].add(new)
        return ways

    @cached_property
    def prefectures(self) -> list[str]:
        """Each way to write a prefecture, the longest first."""
        names = self._places["prefecture"].unique()
        ways = {way for name in names for way in (name, f"{county_core(name)}市", f"{county_core(name)}州", county_core(name))}
        return sorted(map(canonical, ways), key=lambda way: (-len(way), way))

    @cached_property
    def towns(self) -> dict[str, dict[str, set[str]]]:
        """By county, each way to write a town, and the codes it means."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        pairs = self._places[["county", "town", "town_code"]].drop_duplicates()
        for county, town, code in pairs.itertuples(index=False):
            whole = canonical(town)
            core = town_core(whole)
            for way in (whole, core, *(f"{core}{kind}" for kind in ("镇", "乡", "街道", "街", "满族镇", "朝鲜族乡", "朝鲜族镇"))):
                found[county][way].add(code)
        return found

    @cached_property
    def villages(self) -> dict[str, list[tuple[str, str]]]:
        """By town, the name and code of each village."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for code, village, town in self._places[["village_id", "village", "town_code"]].itertuples(index=False):
            found[town].append((canonical(village), code))
        return found

    def match(self, entry: str) -> Match:
        """Return what an entry means."""
        text = canonical(entry).removeprefix("吉林省")
        exact: list[str] = []
        whole: set[str] = set()
        counties = self._in_counties(text)
        for county, rest in counties:
            for places, village in self._in_towns(county, rest):
                if not village:
                    whole |= places
                exact += [code for place in sorted(places) for code in self._named(place, village)]
        codes = tuple(dict.fromkeys(exact))
        town = next(iter(whole)) if len(whole) == 1 and not codes else ""
        if codes or town:
            return Match(entry, codes, town)
        near = (code for county, rest in counties for code in self._near(county, rest))
        return Match(entry, suggestions=tuple(dict.fromkeys(near))[:SUGGESTED])

    def _in_counties(self, text: str) -> list[tuple[str, str]]:
        """Return the counties a text may begin with, after a prefecture or none, and what is left; the longest way alone."""
        rests = [text, *(text.removeprefix(way) for way in self.prefectures if text.startswith(way) and len(text) > len(way))]
        found: dict[str, tuple[int, str]] = {}
        for rest in rests:
            for way, counties in self.counties.items():
                if rest.startswith(way):
                    used = len(text) - len(rest) + len(way)
                    for county in counties:
                        if used > found.get(county, (0, ""))[0]:
                            found[county] = (used, rest[len(way) :])
        return [(county, rest) for county, (_, rest) in sorted(found.items())]

    def _in_towns(self, county: str, rest: str) -> list[tuple[set[str], str]]:
        """Return the towns of a county a text may begin with, and what is left, the longest way first."""
        ways = [way for way in self.towns[county] if rest.startswith(way)]
        longest = sorted(ways, key=lambda way: (-len(way), way))
        return [(self.towns[county][way], OFFICE.sub("", rest[len(way) :])) for way in longest]

    def _named(self, town: str, village: str) -> list[str]:
        """Return the villages of a town that go by a name: by the whole name, else by what is left of it without its kind."""
        if not village:
            return []
        whole = [code for name, code in self.villages[town] if name == village]
        core = village_core(village)
        return whole or [code for name, code in self.villages[town] if village_core(name) == core]

    def _near(self, county: str, rest: str) -> list[str]:
        """Return the villages of a county whose town and name are most like a text."""
        known = {
            f"{town_core(canonical(town))}{village_core(canonical(village))}": code
            for town, village, code in self._of(county)[["town", "village", "village_id"]].itertuples(index=False)
        }
        cores = [rest, village_core(rest)]
        like = difflib.get_close_matches(cores[1], list(known), SUGGESTED * 2, LIKE)
        own = [code for name, code in known.items() if any(core.endswith(name[-3:]) and len(name) > 3 for core in cores[1:])]
        return [*(known[name] for name in like), *own]

    def _of(self, county: str) -> pd.DataFrame:
        return self._places[self._places["county"] == county]


def matched(entries: Iterable[str], gazetteer: Gazetteer) -> list[Match]:
    """Return what each entry means."""
    return [gazetteer.match(entry) for entry in entries]
