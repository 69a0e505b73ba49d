"""Every written column is defined, once, and every folder says so of its own tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from worlds import SMALL

from model.columns import tables as described
from scenarios import study
from scenarios.files import dictionary, tables
from scenarios.runs import compare, turnover, why
from scenarios.runs import run as runs


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Folders of every kind."""
    place = tmp_path_factory.mktemp("dictionary")
    quiet = {"say": lambda _: None}
    folder = runs.run(*study.open_world(SMALL, {"run.replications": 2, "run.gap": 0.02}), runs.Options(place / "run", **quiet))
    compared, _ = compare.compare_worlds([folder, folder], runs.Options(place / "compare", **quiet))
    _, moved = turnover.run(folder, ["scoring.reach_share"], runs.Options(place / "turnover", **quiet), 2)
    _, studied = why.run(folder, 2, 2, runs.Options(place / "why", **quiet))
    return [folder, compared, moved, studied]


def test_every_written_column_is_defined_in_order_and_every_defined_one_is_written(written: list[Path]) -> None:
    seen = set()
    for folder in written:
        for path in sorted(folder.glob("*.csv")):
            if path.name not in dictionary.NAMES:
                headings = list(tables.read(path))
                assert headings == [column.name for column in described()[path.stem].columns], path.name
                seen.add(path.stem)
    assert seen == set(described())


def test_a_folder_describes_its_own_tables(written: list[Path]) -> None:
    for folder in written:
        told = tables.read(folder / "columns.csv")
        assert not told[["zh", "en"]].isna().any().any()
        package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
        for resource in package["resources"]:
            path = folder / resource["path"]
            assert [field["name"] for field in resource["schema"]["fields"]] == list(tables.read(path))
            assert set(told.loc[told["table"] == resource["path"], "column"]) == set(tables.read(path))


def test_units_and_words_are_in_both_languages() -> None:
    for table in described().values():
        assert table.zh
        assert table.en
        for column in table.columns:
            assert column.zh, column
            assert column.en, column
            assert column.meaning, column
