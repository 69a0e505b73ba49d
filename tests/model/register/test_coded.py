"""Lists that name villages: what agrees gets the register's code, and nothing is guessed."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import raw_counties, raw_villages

from model.errors import InputError
from model.register import check
from model.register.companions import Raw, RawCompanions
from model.register.divisions import official
from model.vocabulary import Register
from scenarios.files import lists


def taken(history: pd.DataFrame, villages: pd.DataFrame | None = None) -> check.Checked:
    """Return a register with a history beside it."""
    raw = Raw(history.set_axis(range(2, len(history) + 2)), "past.xlsx")
    return check.read(raw_villages(6) if villages is None else villages, raw_counties(), raw=RawCompanions(history=raw))


def test_a_history_of_names_gets_the_registers_codes() -> None:
    named = pd.DataFrame({"县（市、区）": ["模拟1县", "模拟2县"], "行政村": ["模拟1村", "模拟2"], "年度": ["2023", "2023"]})
    checked = taken(named)
    assert list(checked.register.history["village_id"]) == ["220101901001", "220102901002"]
    assert any("2 villages go by their names" in note for note in checked.notes)


def test_an_old_code_gives_way_to_the_name_beside_it() -> None:
    named = pd.DataFrame({"村代码": ["220199999999"], "县": ["模拟1县"], "村名": ["模拟1村"], "批次": ["2023"]})
    assert list(taken(named).register.history["village_id"]) == ["220101901001"]


def test_a_good_code_counts_beside_a_name_that_nobody_has_and_that_is_told() -> None:
    named = pd.DataFrame({"村代码": ["220101901001"], "县": ["模拟1县"], "村名": ["改名村"], "批次": ["2023"]})
    checked = taken(named)
    assert list(checked.register.history["village_id"]) == ["220101901001"]
    assert any("beside another name" in note for note in checked.notes)


def test_a_code_beside_another_villages_name_is_a_fault() -> None:
    named = pd.DataFrame({"村代码": ["220101901001"], "县": ["模拟1县"], "村名": ["模拟3村"], "批次": ["2023"]})
    with pytest.raises(InputError, match="the code is one village's and the name another's"):
        taken(named)


@pytest.mark.parametrize(
    ("county", "village", "problem", "expected"),
    [
        ("模拟1县", "无此村", "no village of the register goes by this name", ""),
        ("模拟1县", "同名村", "several villages of the register go by this name", "220101901001"),
    ],
)
def test_what_is_not_certain_is_a_fault_with_what_is_like_it(county: str, village: str, problem: str, expected: str) -> None:
    villages = raw_villages(6)
    villages["township"] = ["甲镇", "甲镇", "乙镇", "乙镇", "甲镇", "甲镇"]
    villages["name"] = villages["name"].replace({"模拟1村": "同名村", "模拟3村": "同名村"})
    with pytest.raises(InputError) as refused:
        taken(pd.DataFrame({"县": [county], "村": [village], "批次": ["2023"]}), villages)
    (fault,) = refused.value.faults
    assert (fault.problem, fault.row) == (problem, 2)
    assert expected in fault.expected


def test_the_town_tells_villages_of_one_name_apart() -> None:
    villages = raw_villages(6)
    villages["township"] = ["甲镇", "甲镇", "乙镇", "乙镇", "甲镇", "甲镇"]
    villages["name"] = villages["name"].replace({"模拟1村": "同名村", "模拟3村": "同名村"})
    named = pd.DataFrame({"县": ["模拟1县"], "乡镇": ["乙镇"], "村": ["同名村委会"], "批次": ["2023"]})
    assert list(taken(named, villages).register.history["village_id"]) == ["220101901003"]


def test_real_names_are_known_from_the_official_divisions_in_either_writing() -> None:
    place = official()[official()["county"] == "磐石市"].iloc[40]
    villages, counties = raw_villages(6), raw_counties()
    villages.loc[2, ["village_id", "county_code", "name"]] = [place["village_id"], "220284", "register's own name"]
    counties.loc[4] = counties.loc[3].replace({"220102": "220284", "模拟2县": "磐石市"})
    listed = pd.DataFrame({"县": ["磐石"], "乡镇": [place["town"]], "村": [place["village"]], "批次": ["2023"]})
    raw = RawCompanions(history=Raw(listed.set_axis([2]), "past.xlsx"))
    assert list(check.read(villages, counties, raw=raw).register.history["village_id"]) == [place["village_id"]]


def test_a_list_for_the_audit_may_name_its_villages() -> None:
    register: Register = check.build(raw_villages(6), raw_counties())
    table = pd.DataFrame({"县名": ["模拟1县", "模拟2县"], "村名": ["模拟1村", "模拟2村"], "批次": [2023, 2024]})
    assert list(lists.list_of(table, register)["village_id"]) == ["220101901001", "220102901002"]
