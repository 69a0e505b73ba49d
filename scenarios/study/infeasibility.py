"""Infeasibility: when no plan can satisfy the rules, say which of them conflict and what would make room."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace

from model.errors import NoPlanPossibleError
from model.policy.card import OF_THE_RUN
from model.selection.precheck import Impossible
from model.showing import Shown
from scenarios.study.prepare import Prepared
from scenarios.study.repairs import Repair, Say, repairs
from scenarios.study.shortage import explained
from scenarios.world.load import differences, load
from solvers.adaptors import highs
from solvers.proof import alone, ray
from solvers.strategies.infeasibility import EACH, Infeasibility, diagnose

COUNTY_ZH, COUNTY_EN = re.compile(r"县(\d{6})"), re.compile(r"[Cc]ounty (\d{6})")


@dataclass(frozen=True, repr=False)
class Diagnosis(Shown):
    """Why there is no plan: what a person can see beforehand, or an irreducible set of rules; and ways to make room."""

    term = "不可行的原因"

    reasons: tuple[Impossible, ...]
    infeasibility: Infeasibility
    repairs: tuple[Repair, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()  # other ways that were tried, and how that ended, in Chinese and English
    changed: tuple[tuple[str, str, str], ...] = ()  # what the scenario changes of the baseline: parameter, usual, stated


def counted(reason: Impossible, prepared: Prepared) -> NoPlanPossibleError:
    """Return the error for a reason that proves the case by counting: it stands alone, and nothing is solved."""
    return _error(prepared, (explained(reason, prepared),), _of((reason,)))


def impossible(prepared: Prepared, reasons: list[Impossible], say: Say) -> NoPlanPossibleError:
    """Return the error that says why no plan can satisfy the rules; ``reasons`` are those of the precheck.

    Reasons stand for themselves once it is proved apart that there is no plan; where there are none, the rules that conflict are
    looked for. All of it takes no longer than the run's time limit.
    """
    until = time.perf_counter() + prepared.scenario.run.time_limit
    say("no plan is possible: looking for what conflicts")
    conflict = _of(tuple(reasons)) if reasons and _proved(prepared) else diagnose(prepared.program, seconds=_left(until))
    if not conflict.rules:
        return _error(prepared, tuple(reasons), conflict)
    return _error(prepared, tuple(reasons), conflict, *repairs(prepared, conflict.rules, _left(until), say))


def _proved(prepared: Prepared) -> bool:
    """Whether it is proved, apart from the precheck, that there is no plan; rules that tie auxiliary columns are asked last."""
    program = prepared.program
    if any(ray(highs.arrays(part)) is not None for part in (program.untied(), program)):
        return True
    return alone(program, EACH) is not None


def _of(reasons: tuple[Impossible, ...]) -> Infeasibility:
    """Return the rules that reasons name."""
    rules = tuple(dict.fromkeys(rule for reason in reasons for rule in reason.rules))
    return Infeasibility(rules, (True,) * len(rules), False)


def _left(until: float) -> float:
    return max(1.0, until - time.perf_counter())


def _error(
    prepared: Prepared,
    reasons: tuple[Impossible, ...],
    conflict: Infeasibility,
    ways: tuple[Repair, ...] = (),
    ended: tuple[tuple[str, str], ...] = (),
) -> NoPlanPossibleError:
    named = tuple(_named(reason, prepared) for reason in reasons)
    diagnosis = Diagnosis(named, conflict, ways, ended, _changed(prepared))
    return NoPlanPossibleError("No plan can satisfy the rules.", diagnosis)


def _named(reason: Impossible, prepared: Prepared) -> Impossible:
    """Return a reason in which counties have their names."""
    counties = prepared.register.counties
    names = dict(zip(counties["county_code"], counties["name"], strict=True))

    def name(found: re.Match[str]) -> str:
        return f"{names[found[1]]}（{found[1]}）" if found[1] in names else found[0]

    return replace(reason, zh=COUNTY_ZH.sub(name, reason.zh), en=COUNTY_EN.sub(name, reason.en))


def _changed(prepared: Prepared) -> tuple[tuple[str, str, str], ...]:
    """Return what the scenario changes of the baseline, but for what is of a run."""
    found = differences(load("baseline"), prepared.scenario)
    return tuple((path, str(a), str(b)) for path, (a, b) in found.items() if not path.startswith(OF_THE_RUN) and b is not None)
