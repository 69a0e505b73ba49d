"""A register smaller than the programme is told so by counting, before anything is solved, with lines that make room."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.errors import NoPlanPossibleError
from scenarios import study
from scenarios.command.screen import diagnosis_text
from scenarios.world.load import load, read_toml
from scenarios.world.open import open_world


def test_a_small_register_is_told_what_to_state_and_what_it_states_has_a_plan(tmp_path) -> None:
    scenario, register = open_world("baseline", {"register.synthetic_villages": 150})
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(scenario, register))
    diagnosis = refused.value.diagnosis
    (reason,) = diagnosis.reasons
    assert reason.alone
    assert not diagnosis.repairs
    text = diagnosis_text(refused.value, as_json=False)
    assert "may be selected, and the bands ask for" in text
    own = tmp_path / "own.toml"
    own.write_text('extends = "baseline"\n[register]\nsynthetic_villages = 150\n' + "\n".join(reason.state), encoding="utf-8")
    assert set(reason.state) <= set(text.replace("  ", "").splitlines())
    stated = load(str(own))
    assert stated.rules.cohort_band.low > 0
    assert stated.programme.programme_target == len(stated.programme.cohorts) * stated.programme.cohort_target
    plan = study.select(study.prepare(*open_world(str(own), {"run.gap": 0.02}))).plan.table
    assert len(plan) >= stated.rules.programme_band.low
    assert read_toml(own)["programme"]["cohort_target"] == stated.programme.cohort_target


@pytest.mark.parametrize(
    ("band", "said"),
    [((60, 70), "come to 180 villages, more than the 78"), ((10, 12), "come to 36 villages, fewer than the 66")],
)
def test_cohorts_that_do_not_fit_the_whole_are_told_by_their_sum(band: tuple[int, int], said: str) -> None:
    """Whoever changes the cohorts and forgets the programme is told the sum and the lines, and those lines have a plan."""
    low, high = band
    own = {"rules.cohort_band.low": low, "rules.cohort_band.high": high, "programme.cohort_target": high}
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(*open_world("practice", own)))
    (reason,) = refused.value.diagnosis.reasons
    assert said in reason.en
    assert reason.alone
    stated = [line.split(" = ") for line in reason.state if " = " in line]
    mended = own | {f"rules.{path}": int(value) for path, value in stated}
    assert len(study.select(study.prepare(*open_world("practice", mended | {"run.gap": 0.05}))).plan.table) >= 3 * low


def test_where_conditions_keep_villages_out_they_are_named_and_only_what_the_scenario_changed_is_put_back() -> None:
    stricter = {"eligibility.min_industry_base": 5, "eligibility.min_party_leadership": 5}
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(*open_world("practice", stricter)))
    (reason,) = refused.value.diagnosis.reasons
    assert set(reason.state) == {"eligibility.min_industry_base = 2", "eligibility.min_party_leadership = 2"}
    assert "小" not in reason.zh.split("。")[0]
    assert "party leadership falls short" in reason.en
    scenario, register = open_world("practice")
    there = int(study.prepare(scenario, register).eligible["eligible"].sum())
    assert f"without that {there} villages are eligible" in reason.en
    one = {"eligibility.min_industry_base": 5}
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(*open_world("practice", one)))
    assert f"2: {there}, 3: " in refused.value.diagnosis.reasons[0].en  # how many there are at each level
    poor = register.villages.assign(village_plan=False)  # the data, not the scenario
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(scenario, replace(register, villages=poor)))
    (reason,) = refused.value.diagnosis.reasons
    assert not reason.state
    assert "not to be eased" in reason.en
    assert "not to be eased" in diagnosis_text(refused.value, as_json=False)


@pytest.mark.parametrize(("end", "value", "usual"), [("low", 60, 22), ("high", 1, 26)])
def test_a_slip_in_a_band_is_put_back_to_what_it_was(end: str, value: int, usual: int) -> None:
    with pytest.raises(NoPlanPossibleError) as refused:
        study.select(study.prepare(*open_world("practice", {f"rules.cohort_band.{end}": value})))
    (reason,) = refused.value.diagnosis.reasons
    assert reason.state == ("[rules]", f"cohort_band.{end} = {usual}")
