"""A register smaller than the programme is told so by counting, before anything is solved, with lines that make room."""

from __future__ import annotations

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
