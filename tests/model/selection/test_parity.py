"""Two readings of every rule agree: for any list, the rows of the program that break are the rules the audit names."""

from __future__ import annotations

import numpy as np
import pytest
from worlds import full

from model.selection.plan import plan as read_plan
from model.selection.rules.financing import with_flows
from scenarios import study

TOLERANCE = 1e-6
TIGHT = {
    "rules__county_minimum__on": True,
    "rules__county_minimum__villages": 2,
    "rules__poverty_minimum__share": 1.0,
    "rules__county_average__band": 0.05,
    "rules__county_deviation__band": 0.2,
    "rules__concurrent_capacity__villages": 2,
    "eligibility__min_industry_base": 1,
    "eligibility__min_party_leadership": 1,
    "money__assumed__departmental": 0.02,
    "rules__debt_service__share": 0.005,
}


def completed(prepared: study.Prepared, choice: np.ndarray) -> np.ndarray:
    """Return the choice with the amounts that rules speak of, from their meaning; money flows as it is settled."""
    problem, program = prepared.problem, prepared.program
    x = np.concatenate([choice, np.zeros(len(program.columns) - len(choice))])
    labels = list(program.columns)
    chosen = problem.choices.village[choice > 0.5]
    towns = {f"town|{problem.villages.towns[t]}|" for t in problem.villages.town[chosen]}
    eligible = np.bincount(problem.villages.county[problem.villages.eligible], minlength=len(problem.counties.codes))
    money = np.bincount(problem.choice_county, problem.choice_bond * (choice > 0.5), len(problem.counties.codes))
    counted = eligible >= 5
    for j in range(len(choice), len(labels)):
        if labels[j].startswith("town|"):
            x[j] = labels[j] in towns
        if labels[j].startswith("mean_money"):
            x[j] = money[counted].sum() / eligible[counted].sum()
    listed = read_plan(problem, choice)
    return with_flows(problem, x, study.financing(listed, prepared).flow)


def random_list(prepared: study.Prepared, rng: np.random.Generator, share: float) -> np.ndarray:
    """Return a random choice in which no village is listed twice: a list that has one twice is read in two ways by right."""
    order = rng.permutation(prepared.problem.size)
    order = order[rng.random(len(order)) < share]
    _, first = np.unique(prepared.problem.choices.village[order], return_index=True)
    choice = np.zeros(prepared.problem.size)
    choice[order[first]] = 1.0
    return choice


def rows_broken(prepared: study.Prepared, choice: np.ndarray) -> set[str]:
    program = prepared.program
    activity = program.matrix @ completed(prepared, choice)
    scale = np.maximum(1.0, np.abs(activity))
    broken = (activity < program.lower - TOLERANCE * scale) | (activity > program.upper + TOLERANCE * scale)
    return {program.blocks[i].rule for i in program.row_rule[broken]} - {"cohesion", "equity", "on_average", "on_target", "risk"}


@pytest.mark.parametrize("changes", [{"rules__county_minimum__on": True}, TIGHT], ids=["loose", "tight"])
@pytest.mark.parametrize("seed", range(8))
def test_rows_and_audit_name_the_same_rules(seed: int, changes: dict) -> None:
    scenario, register = full(seed, varied=bool(seed % 2), **changes)
    prepared = study.prepare(scenario, register)
    rng = np.random.default_rng(seed)
    for share in (0.1, 0.2, 0.3, 0.5):
        for _ in range(6):
            choice = random_list(prepared, rng, share)
            listed = read_plan(prepared.problem, choice).table
            audited = {finding.rule for finding in study.check(listed, prepared)}
            assert audited == rows_broken(prepared, choice), listed


def test_the_lists_above_break_every_rule() -> None:
    """Guards the test above: between them, the random lists break every rule that a list of candidates can break."""
    seen: set[str] = set()
    for seed in range(12):
        scenario, register = full(seed, **TIGHT)
        prepared = study.prepare(scenario, register)
        rng = np.random.default_rng(seed)
        for share in (0.05, 0.2, 0.5, 0.9):
            for _ in range(5):
                seen |= rows_broken(prepared, random_list(prepared, rng, share))
    assert seen == set(scenario.rules.switched_on()) - {"eligible_only", "once_only"}
