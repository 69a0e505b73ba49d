"""A list kept as it is in another world: what it would break is what the audit finds, and its worth is checked on every row."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from model.errors import InputError
from model.selection.plan import choice
from model.selection.rivals import Exchanges
from scenarios import study
from scenarios.command.options import stated
from scenarios.report.compared import most_told
from scenarios.report.rounding import rounded
from scenarios.runs.naming import coded, village
from solvers.adaptors.highs import completed


def test_a_list_kept_in_its_own_world_is_worth_what_was_certified(small_selection: study.Selection) -> None:
    own = study.kept(small_selection.plan.table, small_selection.prepared)
    assert own.broken.empty
    assert own.objective == pytest.approx(small_selection.answer.objective)


def test_what_it_would_break_elsewhere_is_what_the_audit_finds(small_selection: study.Selection) -> None:
    listed = small_selection.plan.table
    for changes in ({"money.factor.general_bond": 0.5}, {"rules.cohort_band.high": 3}, {"packages.offered": ["basic"]}):
        asked = study.again(small_selection.prepared, changes)
        found = study.kept(listed, asked)
        assert found.objective is None
        assert found.broken["rule"].tolist() == [f.rule for f in study.check(listed, asked)]
        assert len(found.broken)
    short = study.kept(listed, study.again(small_selection.prepared, {"money.factor.general_bond": 0.5})).broken
    quota = short[short["rule"] == "county_quota"]
    assert quota["county_code"].isin(small_selection.prepared.register.counties["county_code"]).all()


def test_the_parts_of_an_exchange_add_up_to_what_the_objective_makes_of_it(small_selection: study.Selection) -> None:
    prepared, listed = small_selection.prepared, small_selection.plan.table
    problem, program = prepared.problem, prepared.program
    x = completed(program, choice(problem, listed))
    assert x is not None
    exchanges = Exchanges(problem, program, x)
    inside = np.flatnonzero((x[: problem.size] > 0.5) & ~problem.choices.fixed)
    taken = np.isin(problem.choices.village, problem.choices.village[inside])
    outside = np.flatnonzero(~taken & ~problem.choices.fixed)
    tried = 0
    for leaving in inside:
        found = exchanges.cheapest(np.array([leaving]), outside)
        if found is None:
            continue
        parts = exchanges.made_of(found)
        assert sum(parts.values()) == pytest.approx(found.gain)
        moved = x.copy()
        moved[found.leaves], moved[found.enters] = 0.0, 1.0
        whole = completed(program, moved)
        assert whole is not None
        assert program.value(whole) - program.value(x) == pytest.approx(found.gain, abs=1e-4)
        tried += 1
    assert tried > 3


def test_the_nearest_village_is_one_of_those_asked_for(small_selection: study.Selection) -> None:
    problem, x = small_selection.prepared.problem, small_selection.answer.choice
    exchanges = Exchanges(problem, small_selection.prepared.program, x)
    inside = set(problem.choices.village[x[: problem.size] > 0.5].tolist())
    outside = np.array([v for v in range(len(problem.villages.ids)) if v not in inside])
    nearest = exchanges.nearest(outside)
    assert nearest in outside
    fewest = len({rule for rule, *_ in exchanges.in_the_way(exchanges.entering(nearest))})
    others = [exchanges.entering(int(v)) for v in outside]
    assert fewest == min(len({rule for rule, *_ in exchanges.in_the_way(j)}) for j in others if j is not None)
    assert exchanges.nearest(np.array([], dtype=int)) is None


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ((881.3, 704.6, -176.7, -181.8, -171.8), ("881", "705", "-177", "-182", "-172")),
        ((56.2, 55.1, -1.1, -2.0, -0.04), ("56.20", "55.10", "-1.10", "-2.00", "-0.04")),
        ((56.2, 55.1, -1.1, -2.3, 0.04), ("56.2", "55.1", "-1.1", "-2.3", "+0.0")),
        ((0.5, 0.52, 0.02, 0.01, 0.03), ("0.50", "0.52", "+0.02", "+0.01", "+0.03")),
    ],
)
def test_values_and_their_difference_are_read_with_the_same_decimals(row: tuple[float, ...], told: tuple[str, ...]) -> None:
    names = ("first", "second", "difference", "ci_low", "ci_high")
    assert tuple(rounded(dict(zip(names, row, strict=True))).values()) == told


def test_counties_that_are_tied_are_counted_and_never_ranked() -> None:
    from model.words import CHINESE

    apart = pd.Series({"甲县": 5, "乙县": 4, "丙县": 3, "丁县": 2})
    assert most_told(apart, CHINESE) == ["甲县5个", "乙县4个", "丙县3个"]
    tied = pd.Series({"甲县": 5, "乙县": 4, "丙县": 4, "丁县": 4})
    assert most_told(tied, CHINESE) == ["甲县5个", "另有3个县（市、区）各4个"]
    assert most_told(pd.Series({"甲县": 1, "乙县": 1, "丙县": 1, "丁县": 1}), CHINESE) == ["4个县（市、区）各1个"]


def test_a_percentage_and_the_name_of_a_county_are_taken(small_selection: study.Selection) -> None:
    assert stated(["a.甲县=70%", "b = 12.5％", "c=-3%", "d=7"]) == {"a.甲县": 0.7, "b": 0.125, "c": -0.03, "d": 7}
    register = small_selection.prepared.register
    counties = dict(zip(register.counties["county_code"], register.counties["name"], strict=True))
    code, name = next(iter(counties.items()))
    assert coded(f"money.county_quota.{name}", counties) == f"money.county_quota.{code}"
    with pytest.raises(InputError, match="a county, where a village"):
        village(name, register.villages, counties)
    first = register.villages.iloc[0]
    assert village(first["village_id"], register.villages, counties) == first["village_id"]
