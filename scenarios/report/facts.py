"""What the documents are made of: a run folder's own tables, read back and joined once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import usage
from model.showing import Shown, spread
from scenarios.files import tables
from scenarios.files.manifest import read_manifest
from scenarios.world.formats import scenario_tables


@dataclass(frozen=True, repr=False)
class Facts(Shown):
    """A run folder read back."""

    term = "一次运行"

    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Facts:
        """Return the facts of a finished run folder."""
        return cls(folder, read_manifest(folder))

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        stated = {key: self.manifest[key] for key in ("scenario", "as_of", "seed", "replications", "synthetic")}
        solver = {key: value for key, value in self.manifest["solver"].items() if key != "name" and value is not None}
        if "gap" in solver:
            solver["gap"] = f"{solver['gap']:.3%}"
        return {"folder": str(self.folder), **stated, **solver, **self._accepted()}

    def _accepted(self) -> dict[str, object]:
        if self.kpis is None:
            return {}
        row = self.kpis[self.kpis["kpi"] == "accepted_by_target"].iloc[0]
        return {"accepted_by_target": spread(row, 1)}

    def table(self, name: str) -> pd.DataFrame | None:
        """Return a table of the folder, or nothing where the run has none."""
        path = self.folder / f"{name}.csv"
        return tables.read(path) if path.is_file() else None

    def need(self, name: str) -> pd.DataFrame:
        """Return a table that the run must have. Raises :class:`InputError` where it has none."""
        table = self.table(name)
        if table is None:
            raise usage(f"the run has no {name}.csv", "Give a run of `baicun run`.", file=str(self.folder))
        return table

    @cached_property
    def villages(self) -> pd.DataFrame:
        """The register as used."""
        return tables.read(self.folder / "inputs" / "register.csv")

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """The resolved scenario as plain tables, as today's program states it."""
        return scenario_tables(self.folder)

    @property
    def target_year(self) -> int:
        """The year of the programme's target date."""
        return int(self.scenario["programme"]["target_date"][:4])

    @property
    def debt_end(self) -> int:
        """The year in which general bonds of the target year fall due: pictures of debt end there."""
        return self.target_year + int(self.scenario["money"]["debt"]["term_years"])

    @cached_property
    def county_table(self) -> pd.DataFrame:
        """The county table as used."""
        return tables.read(self.folder / "inputs" / "counties.csv")

    @cached_property
    def announced(self) -> pd.DataFrame:
        """The list that was announced, with its cohorts; no rows where none was given."""
        path = self.folder / "inputs" / "announced.csv"
        return tables.read(path) if path.is_file() else pd.DataFrame({"village_id": [], "cohort": []})

    @cached_property
    def counties(self) -> pd.DataFrame:
        """The county table, with selected and eligible villages, money, and a place for the map."""
        table = self.county_table.set_index("county_code")
        place = self.villages.groupby("county_code")[["longitude", "latitude"]].mean()
        for axis in ("longitude", "latitude"):
            known = table[axis] if axis in table else pd.Series(float("nan"), index=table.index)
            table[axis] = known.fillna(place[axis])
        eligible = self.villages.merge(tables.read(self.folder / "eligibility.csv"), on="village_id")
        grouped = self.plan.groupby("county_code")
        table["eligible"] = eligible.groupby("county_code")["eligible"].sum()
        table["villages"] = grouped.size()
        table["bond"] = grouped["general_bond_wan_yuan"].sum()
        counted = ["eligible", "villages", "bond"]
        table[counted] = table[counted].fillna(0)
        return table[table["longitude"].notna()].reset_index()

    @cached_property
    def plan(self) -> pd.DataFrame:
        """The plan with the register's and county table's columns."""
        listed = tables.read(self.folder / "plan.csv")
        own = [c for c in self.villages.columns if c not in listed.columns or c == "village_id"]
        joined = listed.merge(self.villages[own], on="village_id", how="left", validate="m:1")
        county = self.county_table[["county_code", "name", "prefecture"]]
        return joined.merge(county.rename(columns={"name": "county"}), on="county_code", how="left")

    @cached_property
    def kpis(self) -> pd.DataFrame | None:
        """The key figures, if the run has a projection."""
        return self.table("kpis")

    @cached_property
    def quota_by_year(self) -> pd.Series:
        """The sum of what counties may draw of general bonds by year, 万元, as the scenario has it."""
        sources = self.table("sources")
        if sources is None:  # an earlier version kept none
            columns = {f"bond_quota_wan_yuan_{year}": year for year in self.plan["cohort"].unique()}
            return self.county_table.rename(columns=columns)[list(columns.values())].sum()
        bonds = sources[sources["source"] == "general_bond"]
        return bonds.groupby("year")["limit_wan_yuan"].sum()
