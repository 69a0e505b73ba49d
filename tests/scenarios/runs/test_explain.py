"""Explain answers in sentences, for a name or a code, for who is in, out or not eligible, and for a county."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from model.errors import InputError
from scenarios.files import tables
from scenarios.runs import run as runs
from scenarios.runs.explain import explained


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
    kinds = known.groupby(["selected", "eligible"]).head(6)
    for row in kinds.to_dict("records"):
        found = explained(folder, row["village_id"], lang)
        assert found.lines[0].endswith(row[f"reason_{lang}"])
        assert all(line.endswith(("。", ".", "）", ")")) for line in found.lines), found.lines
        told = "\n".join(found.lines)
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
