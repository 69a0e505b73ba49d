"""An outside reader: the objective of a run with everything on, recomputed from the files of its folder alone."""

from __future__ import annotations

import json
import math
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import SMALL

from scenarios import study
from scenarios.runs import run as runs
from scenarios.world.load import library

ON = {f"rules.{rule}.on": True for rule, table in library()["everything"]["rules"].items() if table.get("on")}
EVERYTHING = ON | {
    "rules.county_deviation.band": 5.0,
    "rules.stability.on": True,
    "rules.neighbours.least": 0,
    "rules.town_cluster.least": 1,
    "rules.combined_programmes.border_low": 0.0,
    "rules.combined_programmes.model_town_low": 0.0,
    "rules.combined_programmes.tourism_village_low": 0.0,
    "rules.combined_programmes.cattle_village_low": 0.0,
    "rules.combined_programmes.department_pilot_low": 0.0,
    "rules.combined_programmes.model_village_low": 0.0,
    "objective.cohesion": 0.5,
    "objective.equity": 0.2,
    "objective.risk": 0.1,
    "objective.columns": {"households": 0.001},
    "run.gap": 0.02,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    options = runs.Options(out=tmp_path_factory.mktemp("outside") / "run", say=lambda _: None)
    return runs.run(*study.open_world(SMALL, EVERYTHING), options, simulate=False)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / name, encoding="utf-8-sig", dtype={"village_id": str, "county_code": str})


def test_the_objective_is_what_the_files_say(folder: Path) -> None:
    scenario = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    plan, scores = table(folder, "plan.csv"), table(folder, "scores.csv").set_index("village_id")
    villages = table(folder, "inputs/register.csv").set_index("village_id")
    weight = scenario["objective"]
    merits = {row.village_id: merit(scores.loc[row.village_id], row.package, row.cohort, scenario) for row in plan.itertuples()}
    total = weight["merit"] * sum(merits.values())
    chosen = villages.loc[plan["village_id"]]
    total += weight["town_seat"] * (100 * (1 - chosen["town_seat_km"] / scenario["cohesion"]["town_km"]).clip(0, 1)).sum()
    flags = ["border", "model_town", "tourism_village", "cattle_village", "department_pilot", "model_village"]
    total += weight["combined"] * chosen[flags].sum().sum()
    total += weight["columns"]["households"] * chosen["households"].sum()
    total += weight["cohesion"] * pairs_together(villages, set(plan["village_id"]), scenario["cohesion"])
    total -= weight["on_target"] * off_target(plan, scenario["programme"])
    total -= weight["on_average"] * off_average(plan, scenario)
    total += weight["equity"] * least_money(folder, plan, villages)
    total += weight["risk"] * tail(plan, villages, merits, scenario["risk"], table(folder, "inputs/counties.csv"))
    assert total == pytest.approx(manifest["solver"]["objective"], rel=1e-6)
    assert table(folder, "objectives.csv")["contribution"].sum() == pytest.approx(manifest["solver"]["objective"], rel=1e-9)


def merit(row: pd.Series, package: str, cohort: int, scenario: dict) -> float:
    ahead, s = cohort - scenario["programme"]["as_of"], scenario["scoring"]
    unready = (1 - row["readiness"]) * (1 - s["readiness_floor"]) * (1 - s["readiness_gap_closed"]) ** ahead
    return row[f"score_{package}"] * s["discount"] ** ahead * (1 - unready)


def off_target(plan: pd.DataFrame, programme: dict) -> int:
    ahead = [cohort for cohort in programme["cohorts"] if cohort >= programme["as_of"]]
    cohorts = sum(abs((plan["cohort"] == cohort).sum() - programme["cohort_target"]) for cohort in ahead)
    return cohorts + abs(len(plan) - programme["programme_target"])


def off_average(plan: pd.DataFrame, scenario: dict) -> float:
    standard, band = scenario["money"]["standard_bond_wan_yuan"], scenario["money"]["average_band"]
    money = pd.concat([plan.groupby(by)["general_bond_wan_yuan"].agg(["sum", "size"]) for by in ("county_code", "cohort")])
    low = ((1 - band) * standard * money["size"] - money["sum"]).clip(lower=0)
    high = (money["sum"] - (1 + band) * standard * money["size"]).clip(lower=0)
    return float((low + high).sum() / standard)


def pairs_together(villages: pd.DataFrame, chosen: set[str], cohesion: dict) -> int:
    pairs = set()
    for _, own in villages.groupby("county_code"):
        shrink = math.cos(math.radians(own["latitude"].mean()))
        for one, here in own.iterrows():
            away = 111.195 * np.hypot((own["longitude"] - here["longitude"]) * shrink, own["latitude"] - here["latitude"])
            near = away.drop(one).nsmallest(cohesion["nearest"])
            pairs |= {frozenset((one, other)) for other in near[near < cohesion["within_km"]].index}
    return sum(pair <= chosen for pair in pairs)


def least_money(folder: Path, plan: pd.DataFrame, villages: pd.DataFrame) -> float:
    eligible = table(folder, "eligibility.csv").set_index("village_id")["eligible"]
    number = villages.loc[eligible[eligible == 1].index].groupby("county_code").size()
    money = plan.groupby("county_code")["general_bond_wan_yuan"].sum()
    return float((money.reindex(number.index).fillna(0) / number)[number >= 5].min())


def tail(plan: pd.DataFrame, villages: pd.DataFrame, merits: dict[str, float], risk: dict, counties: pd.DataFrame) -> float:
    def draws(*key: int) -> np.ndarray:
        return np.random.default_rng([risk["seed"], *key]).standard_normal(risk["scenarios"])

    kinds = {name: draws(2, i) for i, name in enumerate(("jiju", "tese", "chengjiao"))}
    places = {code: draws(1, int(code)) for code in counties["county_code"]}
    variance = risk["common"] ** 2 + risk["county"] ** 2 + risk["village_type"] ** 2
    outcome = np.zeros(risk["scenarios"])
    for row in plan.itertuples():
        fortune = risk["common"] * draws(0) + risk["county"] * places[row.county_code]
        fortune = fortune + risk["village_type"] * kinds[villages.loc[row.village_id, "village_type"]]
        outcome += merits[row.village_id] * np.exp(fortune - variance / 2)
    worst = np.sort(outcome)
    share = risk["tail"] * risk["scenarios"]
    whole = int(share)
    return float((worst[:whole].sum() + (share - whole) * worst[min(whole, len(worst) - 1)]) / share)


def test_the_reported_shares_of_money_add_up(folder: Path) -> None:
    equity, plan = table(folder, "equity.csv"), table(folder, "plan.csv")
    money = plan.groupby("county_code")["general_bond_wan_yuan"].sum()
    for row in equity.itertuples():
        assert row.general_bond_wan_yuan == pytest.approx(money.get(row.county_code, 0.0))
        assert row.each_wan_yuan == pytest.approx(row.general_bond_wan_yuan / row.eligible)


def test_yardsticks_stand_beside_the_plan(folder: Path) -> None:
    found = table(folder, "yardsticks.csv").set_index("method")
    assert list(found.index) == ["program", "ranking", "value_for_money"]
    assert found.loc["program", "broken"] == 0
    assert found.loc["ranking", "mean_score"] > found.loc["program", "mean_score"] - 15
