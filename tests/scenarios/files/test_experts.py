"""Experts' score sheets: read beside the register, with blanks and recusals; who stands apart is pointed out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import scored

from model.errors import InputError
from model.register.synthetic import generate
from model.scoring import review
from model.scoring.weigh import shares
from model.vocabulary import ASPECTS
from scenarios.files.companions import Beside
from scenarios.files.experts import told, write_sheet
from scenarios.files.outtake import write_register
from scenarios.files.reading import read_table
from scenarios.world.intake import read_register, take
from scenarios.world.load import load

ZH = {"foundation": "基础条件", "matching": "配套投入", "outcome": "目标成效", "pathway": "实施路径"}


@pytest.fixture(scope="module")
def register_file(tmp_path_factory) -> Path:
    return write_register(generate(100, 3), tmp_path_factory.mktemp("experts") / "r.csv")[0]


def sheet(folder: Path, name: str, villages: pd.Series, seed: int, severity: float = 0.0, noise: float = 4.0, **cells) -> Path:
    truth = np.random.default_rng(1).uniform(45, 85, (len(villages), 4))
    points = np.clip(truth + severity + noise * np.random.default_rng(seed).standard_normal(truth.shape), 0, 100).round(1)
    table = pd.DataFrame(points, columns=[ZH[a] for a in ASPECTS]).astype(object)
    table.insert(0, "村代码", villages.to_numpy())
    table["回避"] = "否"
    for cell, value in cells.items():
        column, row = cell.rsplit("_", 1)
        table.loc[int(row), ZH.get(column, column)] = value
    path = folder / f"{name}.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture
def five(register_file, tmp_path) -> list[Path]:
    villages = read_register(register_file, None).villages["village_id"].iloc[:30]
    return [sheet(tmp_path, f"专家{i}", villages, i) for i in range(5)]


def test_scores_are_the_mean_of_who_scored(register_file, five) -> None:
    register = take(register_file, None, with_it=Beside(scores=tuple(five))).register
    assert set(register.experts["expert"]) == {f"专家{i}" for i in range(5)}
    first = register.villages["village_id"].iloc[0]
    own = [float(pd.read_csv(path, dtype={"村代码": str}).loc[0, "基础条件"]) for path in five]
    table = scored(register, load("baseline")).table.set_index("village_id")
    alone = scored(replace(register, experts=register.experts.iloc[:0]), load("baseline")).table.set_index("village_id")
    county = register.villages.set_index("village_id")["county_code"]
    middle = review.means(register.experts)["foundation"].groupby(county).mean()[county[first]]
    low, high = sorted((middle, np.mean(own)))  # drawn toward the county's mean
    assert low < table.loc[first, "foundation"] < high
    assert abs(table.loc[first, "foundation"] - np.mean(own)) < 0.3 * (high - low)
    unscored = register.villages["village_id"].iloc[-1]
    assert table.loc[unscored, "foundation"] == alone.loc[unscored, "foundation"]


def test_blanks_and_recusals_are_not_counted(register_file, tmp_path) -> None:
    villages = read_register(register_file, None).villages["village_id"].iloc[:30]
    one = sheet(tmp_path, "甲", villages, 1, foundation_0="", 回避_1="是")
    two = sheet(tmp_path, "乙", villages, 2)
    experts = take(register_file, None, with_it=Beside(scores=(one, two))).register.experts
    means = review.means(experts)
    second = experts[experts["expert"] == "乙"].set_index("village_id")
    assert means.loc[villages.iloc[0], "foundation"] == second.loc[villages.iloc[0], "foundation"]
    assert (means.loc[villages.iloc[1]] == second.loc[villages.iloc[1], list(ASPECTS)].astype(float)).all()
    row = review.standing(experts).set_index("expert").loc["甲"]
    assert (row["missing"], row["recused"]) == (1, 1)


def test_a_severe_and_a_contrary_expert_are_pointed_out_and_kept(register_file, five, tmp_path) -> None:
    villages = read_register(register_file, None).villages["village_id"].iloc[:30]
    harsh = sheet(tmp_path, "严", villages, 9, severity=-18.0)
    random = sheet(tmp_path, "乱", villages, 10, noise=60.0)
    experts = take(register_file, None, with_it=Beside(scores=(*five, harsh, random))).register.experts
    outlying = review.standing(experts).query("outlying")["expert"].tolist()
    assert "严" in outlying
    assert "乱" in outlying
    assert len(outlying) == 2
    assert {"严", "乱"} <= set(experts["expert"])
    assert sum("outlying" in line for line in told(experts)) == 2


def test_like_experts_are_not_accused(register_file, five) -> None:
    experts = take(register_file, None, with_it=Beside(scores=tuple(five))).register.experts
    assert not review.standing(experts)["outlying"].any()


def test_a_blank_sheet_comes_back_as_it_was_filled(register_file, tmp_path) -> None:
    villages = read_register(register_file, None).villages
    path = write_sheet(villages, tmp_path / "sheet.xlsx")
    from model.register.companions import EXPERTS

    reading = read_table(path, EXPERTS)
    assert list(reading.table["村代码"]) == list(villages["village_id"])
    assert reading.faults == []


def test_every_fault_of_every_sheet_is_told(register_file, five, tmp_path) -> None:
    villages = read_register(register_file, None).villages["village_id"].iloc[:30]
    wrong = sheet(tmp_path, "错", villages, 3, foundation_2=120.0, matching_4="优", 村代码_5="220102999999")
    twice = sheet(tmp_path, "重", pd.concat([villages, villages.iloc[:1]]), 4)
    with pytest.raises(InputError) as caught:
        take(register_file, None, with_it=Beside(scores=(*five, wrong, twice)))
    found = {(fault.file, fault.row, fault.value) for fault in caught.value.faults}
    assert ("错.csv", 4, "120.0") in found
    assert ("错.csv", 6, "优") in found
    assert ("错.csv", 7, "220102999999") in found
    assert any(file == "重.csv" and row == 32 for file, row, _ in found)
    assert len(found) == 4


def test_the_score_says_how_sure_the_experts_are(register_file, five) -> None:
    """Five experts of noise 4: an aspect's mean is sure to 4 / sqrt(5); unscored villages fall back on the cards."""
    scoring = load("baseline").scoring
    register = take(register_file, None, with_it=Beside(scores=tuple(five))).register
    error = review.error(register.experts, register.villages["village_id"], scoring.expert_noise, scoring.experts_a_village)
    assert error["foundation"].iloc[:30].mean() == pytest.approx(4 / np.sqrt(5), rel=0.15)
    table = scored(register, load("baseline")).table
    weights = scoring.aspects
    most = 4 / np.sqrt(5) * np.sqrt(sum(w**2 for w in shares(weights.model_dump()).values()))
    assert 0.5 * most < table["score_se"].iloc[:30].mean() < 1.15 * most
    assert table["score_se"].iloc[-1] == 0.0  # derived from facts: no expert said it
