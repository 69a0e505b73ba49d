"""A programme's list marks a register: by code, by name in one column or three, in either script; nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from worlds import raw_villages

from model.errors import InputError
from model.register.divisions import official
from model.register.match import Gazetteer
from model.register.names import canonical
from scenarios.files import marking


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    return Gazetteer(official())


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register of eight official villages."""
    some = official()[official()["village"].str.endswith("村")].drop_duplicates("town_code").iloc[100:108]
    table = raw_villages(8).assign(
        village_id=some["village_id"].to_numpy(),
        name=some["village"].to_numpy(),
        county_code=some["village_id"].str[:6].to_numpy(),
    )
    table.to_csv(tmp_path / "register.csv", index=False)
    return tmp_path / "register.csv"


def listed(folder: Path, rows: list[list[str]], name: str = "list.csv") -> Path:
    pd.DataFrame(rows).to_csv(folder / name, index=False, header=False, encoding="utf-8-sig")
    return folder / name


def names(register: Path) -> list[tuple[str, str, str, str]]:
    ids = pd.read_csv(register, dtype=str)["village_id"]
    known = official().set_index("village_id").loc[ids]
    return list(zip(known["prefecture"], known["county"], known["town"], known["village"], strict=True))


def test_every_official_village_is_found_by_its_own_name_and_never_another(places: Gazetteer) -> None:
    some = official().sample(400, random_state=1)
    for row in some.to_dict("records"):
        found = places.match(f"吉林省{row['prefecture']}{row['county']}{row['town']}{row['village']}")
        assert row["village_id"] in found.codes
        if found.kind == "matched":
            assert found.codes == (row["village_id"],)


def test_names_in_one_column_or_three_in_either_script_mark_the_same(register: Path, tmp_path: Path) -> None:
    from opencc import OpenCC

    whole = [[str(i), f"吉林省{p}{c}{t}{v}"] for i, (p, c, t, v) in enumerate(names(register)[:5], 1)]
    old = [[number, OpenCC("s2t").convert(entry)] for number, entry in whole]
    three = [[c, t, v] for _, c, t, v in names(register)[:5]]
    marked = [
        marking.mark(register, listed(tmp_path, [["序号", "名单"], *whole]), "tourism_village"),
        marking.mark(register, listed(tmp_path, [["序号", "名單"], *old], "old.csv"), "乡村旅游精品村"),
        marking.mark(register, listed(tmp_path, [["县（市、区）", "乡镇", "村名"], *three], "three.csv"), "tourism_village"),
    ]
    for found in marked:
        assert found.villages == 5
        assert found.counts()["matched"] == 5
        assert found.table["tourism_village"].tolist() == ["1"] * 5 + ["0"] * 3


def test_blank_cells_take_the_county_above_and_titles_are_no_entries(register: Path, tmp_path: Path) -> None:
    (_, county, town, village), *_ = names(register)
    rows = [
        ["附件1", "", ""],
        ["某批名单", "", ""],
        ["县", "乡镇", "村"],
        [county, town, village],
        ["", "", "没有的村"],
        ["合计", "", "2"],
    ]
    found = marking.mark(register, listed(tmp_path, rows), "tourism_village")
    assert found.piles["entry"].tolist() == [f"{county}{town}{village}", f"{county}{town}没有的村"]
    assert found.counts()["matched"] == 1


def test_what_is_not_certain_waits_for_a_person_and_comes_back(register: Path, tmp_path: Path) -> None:
    (_, county, town, village), *_ = names(register)
    wrong = f"{county}{town}{village[:-1]}字村"
    sheet = listed(tmp_path, [["名单"], [wrong]])
    found = marking.mark(register, sheet, "tourism_village")
    assert found.counts()["unmatched"] == 1
    assert found.villages == 0
    assert village in found.piles["suggestions"].iloc[0]
    target, confirm = marking.write(found, register, sheet, None, force=False)
    assert target.is_file()
    book = openpyxl.load_workbook(confirm)
    rows = book.active
    code = next(cell.column for cell in rows[1] if cell.value == "确认村代码")
    rows.cell(2, code).value = official().set_index(["county", "town", "village"]).loc[(county, town, village), "village_id"]
    book.save(confirm)
    again = marking.mark(register, sheet, "tourism_village", confirm)
    assert again.villages == 1
    with pytest.raises(InputError, match="exists"):
        marking.write(found, register, sheet, None, force=False)


def test_a_list_of_towns_marks_whole_towns_and_codes_are_codes(register: Path, tmp_path: Path) -> None:
    (_, county, town, _), *_ = names(register)
    found = marking.mark(register, listed(tmp_path, [["名单"], [f"{county}{town}"]]), "model_town")
    assert (found.counts()["town"], found.villages) == (1, 1)
    code = pd.read_csv(register, dtype=str)["village_id"].iloc[3]
    coded = marking.mark(register, listed(tmp_path, [["村代码"], [code], ["229999999999"]]), "cattle_village")
    assert coded.counts() == {"matched": 1, "town": 0, "official": 0, "ambiguous": 0, "unmatched": 1}


def test_what_is_already_marked_stays_and_other_villages_are_told(register: Path, tmp_path: Path) -> None:
    table = pd.read_csv(register, dtype=str)
    table.assign(border=["1"] + ["0"] * 7).to_csv(register, index=False)
    outside = official()[~official()["village_id"].isin(table["village_id"])].iloc[0]
    found = marking.mark(register, listed(tmp_path, [["名单"], [f"{outside.county}{outside.town}{outside.village}"]]), "边境村")
    assert found.counts()["official"] == 1
    assert found.table["border"].tolist()[0] == "1"


def test_a_mark_must_be_a_flag_of_the_register(register: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such mark"):
        marking.mark(register, listed(tmp_path, [["名单"], ["某村"]]), "households")


def test_names_are_made_canonical() -> None:
    assert canonical(" 1. 吉林省長春市　九臺區（二）") == "吉林省长春市九台区"
