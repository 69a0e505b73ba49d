"""The synthetic register: seeded, calibrated, and never to be mistaken for a real one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import InputError
from model.register.synthetic import apportion, generate


@pytest.fixture(scope="module")
def register():
    return generate(2051, 2023)


def test_the_same_seed_gives_the_same_register(register) -> None:
    pd.testing.assert_frame_equal(register.villages, generate(2051, 2023).villages)
    assert not register.villages["score" if "score" in register.villages else "households"].equals(
        generate(2051, 7).villages["households"]
    )


def test_the_2022_half_has_the_documents_numbers(register) -> None:
    half = register.villages[register.villages["created_year"] == 2022]
    assert (half["border"].sum(), half["poverty_lifted"].sum()) == (119, 295)


def test_border_villages_lie_in_the_ten_border_counties(register) -> None:
    border = set(register.villages.loc[register.villages["border"], "county_code"])
    assert border == {"220582", "220602", "220621", "220623", "220681", "222402", "222404", "222405", "222406", "222426"}


def test_nothing_can_be_taken_for_a_real_village(register) -> None:
    assert register.synthetic
    assert register.villages["synthetic"].all()
    assert register.villages["name"].str.contains("模拟").all()
    assert (register.villages["village_id"].str[6:9].astype(int) >= 900).all()


def test_counties_without_rural_people_are_left_out(register) -> None:
    assert len(register.counties) == 59
    assert "220102" not in set(register.counties["county_code"])


def test_indicators_go_together_within_counties(register) -> None:
    villages = register.villages
    assert villages["lamp_pct"].corr(villages["hardened_road_pct"]) > 0.2
    between = villages.groupby("county_code")["index_ecology"].mean().std()
    shuffled = pd.Series(np.random.default_rng(0).permutation(villages["index_ecology"].to_numpy()))
    assert between > 1.5 * shuffled.groupby(villages["county_code"].to_numpy()).mean().std()


def test_costs_average_about_ten_million_yuan(register) -> None:
    assert register.villages["general_bond_wan_yuan"].median() == pytest.approx(1000, abs=20)


@pytest.mark.parametrize("villages", [100, 600, 5000, 30000])
def test_other_sizes(villages: int) -> None:
    found = generate(villages, 1).villages
    assert len(found) == villages
    assert found["village_id"].is_unique


def test_counties_beyond_jilin_are_invented_and_say_so() -> None:
    counties = generate(20000, 1).counties
    beyond = counties[~counties["county_code"].str.startswith("22")]
    assert len(beyond) == 2 * 59
    assert beyond["name"].str.startswith("模拟").all()
    assert not beyond["county_code"].str[:2].isin(["11", "12", "13", "14", "15", "21", "23", "31", "91"]).any()


def test_too_few_villages_are_refused() -> None:
    with pytest.raises(InputError, match="at least 100"):
        generate(10, 1)


@given(st.integers(0, 500), st.lists(st.floats(0.01, 100), min_size=1, max_size=8))
def test_apportion_shares_everything(total: int, weights: list[float]) -> None:
    share = apportion(total, np.array(weights))
    exact = total * np.array(weights) / sum(weights)
    assert share.sum() == total
    assert (np.abs(share - exact) < 1 + 1e-9).all()


@given(st.integers(0, 60), st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_apportion_keeps_caps(total: int, caps: list[int]) -> None:
    share = apportion(total, np.ones(len(caps)), np.array(caps))
    assert share.sum() == min(total, sum(caps))
    assert (share <= np.array(caps)).all()
