"""Rivalry: who has a village's place, what is in the way, and who is next in line, in sentences."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pandas as pd

from model.selection.plan import choice
from model.selection.rivals import Exchange, Exchanges
from model.selection.rules import term
from model.words import Words
from scenarios import study
from scenarios.files import tables
from scenarios.files.manifest import read_manifest
from scenarios.world.open import reopen

MOST = 3  # limits named in a sentence
SHOWN = 0.05  # points that a part must add to be named


class Rivalry:
    """The plan of a run in which one village may be exchanged for another."""

    def __init__(self, folder: Path, counties: pd.Series, words: Words) -> None:
        prepared = study.prepare(*reopen(folder))
        self.names = prepared.register.villages.set_index("village_id")["name"]
        self.folder, self.problem, self.words = folder, prepared.problem, words
        self.listed = tables.read(folder / "plan.csv")
        self.x = choice(self.problem, self.listed)
        self.exchanges = Exchanges(self.problem, prepared.program, self.x)
        self.counties = counties
        solver = read_manifest(folder)["solver"]
        self.certified = {"objective": solver["objective"], "within": solver["bound"] - solver["objective"]}
        self.open = ~self.problem.choices.fixed
        self.inside = self.x[: self.problem.size] > 0.5

    def outside(self, code: str) -> tuple[list[str], str | None]:
        """Say what keeps a village out, and whose place it could take most cheaply; return the sentences and that village."""
        village = self._village(code)
        found = self.exchanges.place_for(village)
        lines = [self._in_the_way(village)]
        lines.append(self._told("explain_holder", found, found.leaves) if found else self.words("explain_no_holder"))
        lines.append(self.words("explain_ask", folder=self.folder, code=code))
        return [line for line in lines if line], self._id(found.leaves) if found else None

    def inside_too(self, code: str) -> tuple[list[str], str | None]:
        """Say who would take a village's place most cheaply; return the sentence and that village."""
        village = self._village(code)
        if not (self.inside & self.open & (self.problem.choices.village == village)).any():
            return [], None
        found = self.exchanges.successor_of(village)
        line = self._told("explain_next", found, found.enters) if found else self.words("explain_no_next")
        return [line], self._id(found.enters) if found else None

    def _told(self, key: str, found: Exchange, other: int) -> str:
        """Tell an exchange: with whom, and what the objective makes of it."""
        problem = self.problem
        code = str(problem.counties.codes[problem.choice_county[other]])
        way = "same" if abs(found.gain) < SHOWN else "cost" if found.gain < 0 else "gain"
        cost = self.words(f"explain_{way}", by=abs(found.gain), **self.certified) + self._made_of(found)
        told = {
            "name": self._name(other),
            "county": self.counties[code],
            "score": problem.villages.score[problem.choices.village[other]],
        }
        years = {"cohort": int(problem.choice_year[found.leaves]), "joins": int(problem.choice_year[found.enters])}
        return self.words(key, cost=cost, **years, **told)

    def _made_of(self, found: Exchange) -> str:
        """Say what the difference is made of: the parts that show, which add up to it."""
        parts = {name: by for name, by in self.exchanges.made_of(found).items() if abs(by) >= SHOWN}
        if len(parts) < 1:
            return ""
        order = sorted(parts, key=lambda name: -abs(parts[name]))
        told = [self.words("explain_part", name=self._objective(name), by=parts[name]) for name in order]
        bonds = self.words("explain_bonds", **self._bonds(found)) if "on_average" in parts else ""
        return self.words("explain_made_of", parts=self.words("enumeration").join(told)) + bonds

    def _bonds(self, found: Exchange) -> dict[str, float]:
        """Return the general-bond money of both villages of an exchange beside the standard, 万元."""
        both = {"leaves": found.leaves, "enters": found.enters}
        bonds = {side: float(self.problem.choice_bond[column]) for side, column in both.items()}
        return bonds | {"standard": float(self.problem.funds.standard_bond)}

    def _objective(self, name: str) -> str:
        return self.words(f"part_{name}") if self.words.has(f"part_{name}") else name

    def nearest(self, codes: Collection[str]) -> str | None:
        """Return which of some villages that are out is nearest to being in."""
        ids = self.problem.villages.ids.astype(str)
        found = self.exchanges.nearest(np.flatnonzero(np.isin(ids, list(codes))))
        return None if found is None else str(ids[found])

    def _in_the_way(self, village: int) -> str:
        entering = self.exchanges.entering(village)
        broken = self.exchanges.in_the_way(entering) if entering is not None else []
        if not broken:
            return ""
        named = [self._limit(*row) for row in broken[:MOST]]
        told = self.words("enumeration").join(named)
        return self.words("explain_in_the_way", year=int(self.problem.choice_year[entering]), limits=told)

    def _limit(self, rule: str, label: str, beyond: float, unit: str) -> str:
        """Name a row by its rule and place, and by how much it would be broken."""
        place = self.words("explain_place").join(str(self.counties.get(part, part)) for part in label.split("|") if part)
        name = term(rule) if self.words.lang == "zh" else rule
        return self.words("explain_limit", rule=name, place=place, beyond=beyond, unit=self.words.unit(unit))

    def _village(self, code: str) -> int:
        return int(np.flatnonzero(self.problem.villages.ids.astype(str) == code)[0])

    def _id(self, column: int) -> str:
        return str(self.problem.villages.ids[self.problem.choices.village[column]])

    def _name(self, column: int) -> str:
        return str(self.names.get(self._id(column), self._id(column)))
