"""Explain answers in sentences, for a name or a code, for who is in, out or not eligible, and for a county."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.errors import InputError
from model.selection.plan import choice
from model.words import Words
from scenarios import study
from scenarios.files import tables
from scenarios.runs import run as runs
from scenarios.runs.explain import explained
from scenarios.world.open import reopen


@pytest.fixture(scope="module")
def folder(small, tmp_path_factory) -> Path:
    options = runs.Options(tmp_path_factory.mktemp("explain") / "run", say=lambda _: None)
    return runs.run(*small, options, simulate=False)


@pytest.fixture(scope="module")
def known(folder: Path) -> pd.DataFrame:
    eligible = tables.read(folder / "eligibility.csv")
    return tables.read(folder / "verdicts.csv").merge(eligible, on="village_id")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_village_is_explained_in_sentences(folder: Path, known: pd.DataFrame, lang: str) -> None:
    kinds = known.groupby(["selected", "eligible"]).head(2)
    for row in kinds.to_dict("records"):
        found = explained(folder, row["village_id"], lang)
        outlook = Words(lang)("explain_outlook") if found.facts["status"] == "outlook" else ""
        assert found.lines[0].endswith(row[f"reason_{lang}"] + outlook)
        told = "\n".join(found.lines)
        assert all(line.endswith(("。", ".", "）", ")", f"--in {found.code}")) for line in found.lines), found.lines
        assert "nan" not in told
        assert len(found.lines) >= (4 if row["selected"] else 2)
        assert ("baicun ask" in told) <= (not row["selected"])


def test_a_name_is_as_good_as_a_code(folder: Path, known: pd.DataFrame) -> None:
    code = known["village_id"].iloc[0]
    villages = tables.read(folder / "inputs" / "register.csv").set_index("village_id")
    assert explained(folder, f" {villages.loc[code, 'name']} ").code == code


def test_a_county_adds_up(folder: Path, known: pd.DataFrame) -> None:
    counties = tables.read(folder / "inputs" / "counties.csv")
    county = known.assign(county=known["village_id"].str[:6]).groupby("county")["selected"].sum()
    for code, name in zip(counties["county_code"], counties["name"], strict=True):
        found = explained(folder, name)
        assert (found.kind, found.code) == ("county", code)
        assert found.facts["selected"] == sum(found.facts["by_cohort"].values()) == county.get(code, 0)


def test_who_is_not_there_is_told_what_is_near(folder: Path) -> None:
    counties = tables.read(folder / "inputs" / "counties.csv")
    with pytest.raises(InputError, match="Did you mean"):
        explained(folder, counties["name"].iloc[0][:-1])
    with pytest.raises(InputError, match="neither a village nor a county"):
        explained(folder, "0")


def test_whose_place_it_could_take_is_an_exchange_that_holds(folder: Path, known: pd.DataFrame) -> None:
    """The audit, which shares nothing with the rules' rows, passes the list in which the two villages are exchanged."""
    prepared = study.prepare(*reopen(folder))
    before = prepared.program.value(choice(prepared.problem, plan := tables.read(folder / "plan.csv")))
    out = known[(known["selected"] == 0) & (known["eligible"] == 1)]["village_id"]
    tried = 0
    for code in out.head(5):
        found = explained(folder, code)
        rival = found.facts["rival"]
        if rival is None:
            continue
        tried += 1
        place = plan.loc[plan["village_id"] == rival, ["cohort"]].iloc[0]
        others = plan[plan["village_id"] != rival]
        lists = [
            pd.concat([others, pd.DataFrame([{"village_id": code, "cohort": year, "package": package}])], ignore_index=True)
            for year in sorted(plan["cohort"].unique())
            for package in prepared.scenario.packages.offered
        ]
        fine = [listed for listed in lists if not study.check(listed[["village_id", "cohort", "package"]], prepared)]
        assert fine, (code, rival, place)
        assert max(prepared.program.value(choice(prepared.problem, listed)) for listed in fine) <= before + 100
    assert tried


def test_what_is_in_the_way_is_what_the_audit_finds(folder: Path, known: pd.DataFrame) -> None:
    broken = known[known["reason_code"].str.contains("county_quota")]
    assert any(
        "万元" in line for code in broken["village_id"].head(3) for line in explained(folder, code).lines if "超出" in line
    )


def test_where_a_condition_asks_for_more_is_said(folder: Path, known: pd.DataFrame) -> None:
    short = known[known["failed_conditions"].fillna("").str.contains("P23-DECL-2")]["village_id"]
    assert any("党组织带头人现为" in line for line in explained(folder, short.iloc[0]).lines)
