"""The synthetic register: seeded, calibrated, and never to be mistaken for a real one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import InputError
from model.policy.cards import calibration
from model.register.synthetic import generate
from model.register.synthetic.apportion import apportion
from model.register.synthetic.likeness import likeness


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
    between = villages.groupby("county_code")["lamp_pct"].mean().std()
    shuffled = pd.Series(np.random.default_rng(0).permutation(villages["lamp_pct"].to_numpy()))
    assert between > 1.5 * shuffled.groupby(villages["county_code"].to_numpy()).mean().std()


def test_it_came_out_as_it_was_calibrated(register) -> None:
    for figure in likeness(register):
        assert figure.obtained == pytest.approx(figure.target, rel=0.08, abs=0.02), figure


def test_neighbours_are_alike_beyond_their_county(register) -> None:
    """Correlation of what counties leave unexplained: high within 5 km, none beyond 150 km."""
    villages = register.villages
    named = ["sewage_treated_pct", "lamp_pct", "hardened_road_pct", "green_length_pct", "water_24h_pct", "waste_coverage_pct"]
    level = ((villages[named] - villages[named].mean()) / villages[named].std()).mean(axis=1)
    rest = level - level.groupby(villages["county_code"]).transform("mean")
    rest = (rest / rest.std()).to_numpy()
    east = 111 * villages["longitude"].to_numpy() * np.cos(np.radians(43.5))
    north = 111 * villages["latitude"].to_numpy()
    distance = np.hypot(east[:, None] - east, north[:, None] - north)
    product = np.outer(rest, rest)
    near, far = (distance < 5) & (distance > 0), distance > 150
    assert product[near].mean() > 0.1
    assert abs(product[far].mean()) < 0.03


def test_yanbian_has_its_villages_of_2022(register) -> None:
    half = register.villages[register.villages["created_year"] == 2022]
    prefecture = half["county_code"].map(register.counties.set_index("county_code")["prefecture"])
    assert prefecture.str.contains("延边").sum() == calibration()["pool.yanbian_2022"].value


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
