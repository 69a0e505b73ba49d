"""Codes for names (以名定码): a list that names villages gets the register's codes; nothing is guessed.

A name counts where county, town and village agree; without a town, where the register has one village of that name in the
county. A code that the register does not have gives way to the name beside it: codes change, and villages keep theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from model.errors import Fault
from model.register.divisions import official
from model.register.match import Gazetteer, Match
from model.register.names import canonical, village_core
from model.register.parse import heading_key, ways
from model.register.rows import row_name
from model.register.schema import Column

CODE = Column("village_id", "村代码", "code", True, digits=12, also=("行政村代码",))
NAMED = (
    Column("county", "县名", "text", also=("县", "县市区", "区县", "县区", "所属县", "所在县", "县级")),
    Column("township", "乡镇", "text", also=("镇", "乡", "乡镇街道", "所属乡镇", "所在乡镇", "街道")),
    Column("name", "村名", "text", also=("村", "行政村", "村名称", "村屯")),
)


PARTS = tuple(column.name for column in NAMED)


@dataclass(frozen=True)
class Coded:
    """A raw table with a code in every row that has a name, what could not be told, and what was understood."""

    table: pd.DataFrame
    faults: list[Fault]
    notes: list[str]


class Places:
    """The villages of a register by name; ``counties`` gives the names of counties."""

    def __init__(self, villages: pd.DataFrame, counties: pd.DataFrame) -> None:
        self.ids = set(villages.get("village_id", ()))
        self._villages, self._counties = villages, counties

    @cached_property
    def own(self) -> pd.DataFrame:
        """The register's villages as a gazetteer takes them."""
        villages, known = self._villages, {"village_id", "name", "county_code"} <= set(self._villages)
        if not known or not {"county_code", "name"} <= set(self._counties):
            return pd.DataFrame(columns=["village_id", "village", "town_code", "town", "county", "prefecture"], dtype=str)
        names = self._counties.drop_duplicates("county_code").set_index("county_code")
        town = villages["township"].fillna("") if "township" in villages else pd.Series("", index=villages.index)
        return pd.DataFrame(
            {
                "village_id": villages["village_id"],
                "village": villages["name"],
                "town_code": villages["county_code"] + " " + town,
                "town": town,
                "county": villages["county_code"].map(names["name"]).fillna(""),
                "prefecture": villages["county_code"].map(names["prefecture"]).fillna("") if "prefecture" in names else "",
            }
        )

    @cached_property
    def gazetteers(self) -> tuple[Gazetteer, Gazetteer]:
        """The register's names, then the official ones."""
        places = self.own
        return Gazetteer(places[places["county"] != ""]), Gazetteer(official())

    def match(self, county: str, town: str, village: str) -> Match:
        """Return what a name means: codes of the register alone."""
        entry = f"{county}{town}{village}"
        found = [gazetteer.match(entry) for gazetteer in self.gazetteers]
        codes = next((own for match in found if (own := tuple(c for c in match.codes if c in self.ids))), ())
        if not codes and not town:
            codes = self._alone(county, village)
        return Match(entry, codes, suggestions=tuple(c for match in found for c in match.suggestions if c in self.ids))

    def _alone(self, county: str, village: str) -> tuple[str, ...]:
        """Return the villages of a county that go by a name."""
        own = self.gazetteers[0].counties.get(canonical(county), set())
        inside = self.own[self.own["county"].isin(own)]
        cores = inside["village"].map(lambda name: village_core(canonical(name)))
        return tuple(inside.loc[cores == village_core(canonical(village)), "village_id"])

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.own["village_id"], self.own["village"].map(lambda name: village_core(canonical(name))), strict=True))

    def alike(self, code: str, name: str) -> bool:
        """Whether a village of the register goes by a name, as far as one can tell."""
        core = village_core(canonical(name))
        return not core or core.endswith(self._names.get(code, core))

    def told(self, code: str) -> str:
        """Return a village's place, name and code."""
        row = self.own[self.own["village_id"] == code].iloc[0]
        return f"{row['county']}{row['town']}{row['village']} {code}"


def coded(raw: pd.DataFrame, places: Places, file: str, sheets: Sequence[str] = ()) -> Coded:
    """Return a raw table whose rows with names have codes of the register; one that has good codes is as it was.

    ``sheets`` are the joined ones of a workbook.
    """
    headings = _headings(raw)
    if "name" not in headings or raw.empty:
        return Coded(raw, [], [])
    blank = pd.Series("", index=raw.index)
    cells = {name: raw[headings[name]].fillna("").str.strip() if name in headings else blank for name in (CODE.name, *PARTS)}
    codes = cells[CODE.name]
    asked = [row for row in raw.index if codes[row] not in places.ids and cells["name"][row]]
    found = {row: places.match(*(cells[name][row] for name in PARTS)) for row in asked}
    good = {row: match.codes[0] for row, match in found.items() if match.kind == "matched"}
    faults = [
        _fault(file, headings["name"], row, match, places)
        for row, match in found.items()
        if row not in good and not codes[row]  # a code that is wrong is told where codes are read
    ]
    notes = [f"{file}: {len(good)} villages go by their names, which the register has"] if good else []
    odd = [row for row in raw.index if codes[row] in places.ids and not places.alike(codes[row], cells["name"][row])]
    other = {row: places.match(*(cells[name][row] for name in PARTS)) for row in odd}
    two = [row for row in odd if other[row].kind == "matched" and other[row].codes[0] != codes[row]]
    faults += [_of_two(file, headings["name"], row, codes[row], other[row], places) for row in two]
    if odd := [row for row in odd if row not in two]:
        rows = ", ".join(row_name(int(row), sheets) for row in odd[:5]) + (" ..." if len(odd) > 5 else "")
        notes.append(f"{file}: {len(odd)} codes stand beside another name than the register's: the code counts (rows {rows})")
    column = headings.get(CODE.name, CODE.zh)
    return Coded(raw.assign(**{column: [good.get(row, codes[row]) for row in raw.index]}), faults, notes)


def _headings(raw: pd.DataFrame) -> Mapping[str, str]:
    """Return the heading of the code and of each part of a place that a table has."""
    known = ways((CODE, *NAMED))
    return {known[key].name: str(heading) for heading in reversed(list(raw)) if (key := heading_key(str(heading))) in known}


def _fault(file: str, heading: str, row: int, match: Match, places: Places) -> Fault:
    several = len(match.codes) > 1
    problem = "several villages of the register go by this name" if several else "no village of the register goes by this name"
    like = "、".join(places.told(code) for code in (match.codes or match.suggestions)[:3])
    return Fault(file, problem, "Write its code.", heading, row=int(row), value=match.entry, expected=like)


def _of_two(file: str, heading: str, row: int, code: str, match: Match, places: Places) -> Fault:
    """Return the fault of a row whose code is one village's and whose name another's."""
    problem = "the code is one village's and the name another's"
    asked = f"{places.told(code)} / {places.told(match.codes[0])}"
    return Fault(file, problem, "Correct the one that is wrong.", heading, row=int(row), value=match.entry, expected=asked)
