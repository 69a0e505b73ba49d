"""Ask a run again: a village in or out, a quota, a number or a weight changed; answered from what the solver remembers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import DifferenceFoundError, Fault, InputError, NoPlanFoundError, usage
from model.selection.plan import choice as read_choice
from model.selection.plan import plan as read_plan
from model.showing import Shown
from model.vocabulary import Register
from model.words import ENGLISH
from scenarios import study
from scenarios.files import tables
from scenarios.runs import memory, store
from scenarios.runs.naming import coded, village
from scenarios.runs.swap import one_swap
from scenarios.study.select import Say, silent
from scenarios.world.checks import check_asks
from scenarios.world.layers import flat
from scenarios.world.open import World, reopen
from scenarios.world.spec import Scenario
from solvers.answer import Answer, Limits
from solvers.solve import solve

MORE = 5e-4  # what a quick answer's gap may have beyond the run's
MORE_FOR_VILLAGES = 2e-3  # where only villages are asked for: a list that changes little is wanted before a better one
REMEMBERED_NOTHING = "nothing is remembered of this run: the answer takes longer"
MEND = "Mend that first: `baicun explain` says how far it is."
AUTHOR = {"author": "提问", "reason": "提问中的假设"}


@dataclass(frozen=True, repr=False)
class Reply(Shown):
    """What changes: the optimum, between ``low`` and ``high``, and the villages that enter, leave or change cohort.

    Where the two plans are not measured alike, low and high are not numbers. ``before`` is the objective of the run's plan,
    ``as_of`` the cohort that is to be signed, ``narrowed`` whether villages alone were asked for, which can make no plan better.
    ``asked`` are the values that were asked for beside those of the run, ``inside`` and ``outside`` the names of villages,
    ``listed`` the run's plan, ``counties`` their names by code, ``kept`` what would become of that plan if it were kept, ``held``
    the plan in which its cohort to be signed stays, where the whole may not, ``apart`` counties that fall short and, where
    not even that may stand, the plan in which so many villages of the other counties stay in it.
    """

    term = "追问的答复"

    answer: Answer
    plan: pd.DataFrame
    changes: pd.DataFrame  # village_id, cohort_before, cohort_after, name, county; who leaves and enters first
    low: float
    high: float
    before: float = float("nan")
    as_of: int = 0
    narrowed: bool = False
    asked: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["parameter", "first", "second"]))
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    listed: pd.DataFrame = field(default_factory=pd.DataFrame)
    counties: Mapping[str, str] = field(default_factory=dict)
    kept: study.Kept | None = None
    held: Answer | None = None
    apart: tuple[frozenset[str], int, Answer] | None = None

    @property
    def signed(self) -> tuple[int, int]:
        """How many villages leave the cohort to be signed, and how many enter it."""
        before, after = (self.changes[f"cohort_{when}"] == self.as_of for when in ("before", "after"))
        return int((before.fillna(False) & ~after.fillna(False)).sum()), int((after.fillna(False) & ~before.fillna(False)).sum())

    def losses(self, held: Answer) -> tuple[float, float] | None:
        """Return between what the best total merit falls where villages are held; nothing where no plan was found."""
        return study.held_losses(held, self.answer.objective, self.answer.bound)

    def shown(self) -> dict[str, object]:
        """Return what is told of it."""
        told = {"objective": self.answer.objective, "bound": self.answer.bound, "gap": f"{self.answer.gap:.3%}"}
        return told | {"optimum_moves": f"[{self.low:+,.1f}, {self.high:+,.1f}]", "changed_villages": len(self.changes)}


def ask(
    folder: Path,
    changes: Mapping[str, Any] | None = None,
    inside: Sequence[str] = (),
    outside: Sequence[str] = (),
    say: Say = silent,
) -> Reply:
    """Return what a run's plan would be with other values at dotted paths, with villages in or out, by code or by name.

    Raises :class:`InputError` for a run without a certified plan, and what :func:`scenarios.study.select` raises.
    """
    manifest, prepared, known = certified(folder)
    scenario, register = prepared.scenario, prepared.register
    counties = dict(zip(register.counties["county_code"], register.counties["name"], strict=True))
    changes = {coded(path, counties): value for path, value in (changes or {}).items()}
    inside, outside = ([village(one, register.villages, counties) for one in group] for group in (inside, outside))
    say_known = "asked from what is remembered" if known is not None else REMEMBERED_NOTHING
    if known is None:
        known = memory.planned(prepared.program, read_choice(prepared.problem, _plan_of(folder)))
    known.content = True
    world = _changed_world(folder, scenario, changes, (inside, outside))
    asked = study.prepare(*world)
    _refuse_ineligible(asked, inside)
    say(say_known)
    answer = _answered(folder, manifest["solver"], (prepared, asked), known, say, () if changes else (*inside, *outside))
    if answer.x is None:
        return _none(asked, say)
    reply = _reply(folder, manifest["solver"], prepared, asked, answer, narrowed=not changes)
    names = register.villages.set_index("village_id")["name"]
    both = [tuple(str(names[code]) for code in group) for group in (inside, outside)]
    reply = replace(reply, asked=_asked(scenario, changes), counties=counties, inside=both[0], outside=both[1])
    return _kept(reply, asked) if changes else reply


def _answered(
    folder: Path,
    before: dict[str, Any],
    worlds: tuple[study.Prepared, study.Prepared],
    known: Any,
    say: Say,
    villages: Sequence[str],
) -> Answer:
    """Return the answer: of one village an exchange where that is good enough, else what a search finds from what is known."""
    prepared, asked = worlds
    run = asked.scenario.run
    gap = max(prepared.scenario.run.gap, before["gap"] + (MORE_FOR_VILLAGES if villages else MORE))
    limits = Limits(gap, run.work, run.time_limit, run.seed, memory=run.memory_limit)
    swapped = one_swap(prepared, asked, _plan_of(folder), before["bound"], limits, villages)
    return swapped or solve(asked.program, run.solver, limits, lambda moment: say(str(moment)), known)


def _kept(reply: Reply, asked: study.Prepared) -> Reply:
    """Return a reply with what would become of the run's list, and of its cohort to be signed where the whole may not stand."""
    kept = study.kept(reply.listed, asked)
    if kept.broken.empty:
        return replace(reply, kept=kept)
    signed = reply.listed.loc[reply.listed["status"] == "recommended", "village_id"]
    reply = replace(reply, kept=kept, held=study.held(signed, asked, reply.answer.solved))
    short = frozenset(kept.broken["county_code"]) - {""}
    others = [code for code in signed if code[:6] not in short]
    if not short or not others or reply.held is None or reply.held.x is not None:
        return reply
    return replace(reply, apart=(short, len(others), study.held(others, asked, reply.answer.solved)))


def _changed_world(
    folder: Path, scenario: Scenario, changes: dict[str, Any], villages: tuple[Sequence[str], Sequence[str]]
) -> World:
    """Return the run's world with what is asked for. What is wrong with it is the question's: the folder was checked."""
    try:
        world = reopen(folder, _changed(scenario, changes, *villages))
        check_asks(*world)
    except InputError as error:
        raise InputError([replace(fault, file="--set") if changes else fault for fault in error.faults]) from error
    return world


def _asked(scenario: Scenario, changes: Mapping[str, Any]) -> pd.DataFrame:
    """Return the values that are asked for beside those of the run."""
    stated = flat(scenario.tables())
    rows = [(path, str(stated.get(path, "")), str(value)) for path, value in changes.items()]
    return pd.DataFrame(rows, columns=["parameter", "first", "second"], dtype=object)


def _refuse_ineligible(asked: study.Prepared, inside: Sequence[str]) -> None:
    """Refuse to ask for villages that may not be selected, and say which conditions they fail: no rule is eased for them."""
    failed = asked.eligible.set_index("village_id")["failed_conditions"]
    names = asked.register.villages.set_index("village_id")["name"]
    faults = [
        Fault(f"--in {names[code]} ({code})", ENGLISH(f"condition_{clause}"), MEND)
        for code in inside
        for clause in str(failed.get(code, "")).split(";")
        if clause
    ]
    if faults:
        raise InputError(faults)


def certified(folder: Path) -> tuple[dict[str, Any], study.Prepared, Any]:
    """Return the manifest of a run that can be asked again, its world, and what the solver remembers of it, if anything.

    Raises :class:`InputError` for a run without a certified plan, and for one whose objectives are ranked.
    """
    manifest = store.open_run(folder, compute=True)
    if manifest["solver"]["objective"] is None:
        raise usage("nothing is certified about this list", "Give a folder of `baicun run` or `baicun select`.", file=str(folder))
    scenario, register = reopen(folder)
    if scenario.objective.order:
        raise usage("a ranked objective is not asked again", "Run the changed scenario instead.", column="objective.order")
    prepared = study.prepare(scenario, register)
    known = memory.recall(folder, manifest["identity"], prepared.program)
    return manifest, prepared, known


def _none(asked: study.Prepared, say: Say) -> Reply:
    """Say why there is no plan, as a whole run would."""
    study.select(asked, say)
    raise NoPlanFoundError("No plan was found from what is remembered, but there is one: run the changed scenario.")


def _changed(scenario: Scenario, changes: dict[str, Any], inside: Sequence[str], outside: Sequence[str]) -> dict[str, Any]:
    locks = [{"village_id": village, "action": "in", **AUTHOR} for village in inside]
    locks += [{"village_id": village, "action": "out", **AUTHOR} for village in outside]
    if locks:
        stated = [lock.model_dump() for lock in scenario.asks.locks.villages]
        return changes | {"locks.villages": [*stated, *locks], "rules.locked.on": True}
    return changes


def _reply(
    folder: Path, before: dict[str, Any], prepared: study.Prepared, asked: study.Prepared, answer: Answer, narrowed: bool
) -> Reply:
    plan = read_plan(asked.problem, answer.choice).table
    if findings := study.check(plan, asked):
        raise DifferenceFoundError("The audit objects to the answer; please report this:\n" + "\n".join(map(str, findings[:20])))
    old, as_of = _plan_of(folder), asked.scenario.programme.as_of
    pair = (
        old.set_index("village_id")["cohort"].rename("cohort_before"),
        plan.set_index("village_id")["cohort"].rename("cohort_after"),
    )
    both = pd.concat(pair, axis=1).astype("Int64").rename_axis("village_id").reset_index()
    moved = _named(both[both["cohort_before"].fillna(0) != both["cohort_after"].fillna(0)], asked.register, as_of)
    alike = np.array_equal(prepared.program.objective, asked.program.objective)
    low, high = answer.objective - before["bound"], answer.bound - before["objective"]
    if narrowed:  # a plan with villages in or out is a plan without that demand too
        high = min(high, 0.0)
    if not alike:
        low = high = float("nan")
    return Reply(answer, plan, moved, low, high, before["objective"], as_of, narrowed, listed=old)


def _plan_of(folder: Path) -> pd.DataFrame:
    return tables.read(folder / "plan.csv")


def _named(moved: pd.DataFrame, register: Register, as_of: int) -> pd.DataFrame:
    """Return the changes with names: who leaves the cohort to be signed, who enters it, then the others by cohort."""
    counties = register.counties[["county_code", "name"]].rename(columns={"name": "county"})
    names = register.villages[["village_id", "name", "county_code"]].merge(counties, on="county_code")
    leaves, enters = ((moved[f"cohort_{when}"] == as_of).fillna(False) for when in ("before", "after"))
    place = np.select([leaves, enters, moved["cohort_after"].isna(), moved["cohort_before"].isna()], [0, 1, 2, 3], 4)
    cohort = moved["cohort_before"].fillna(moved["cohort_after"])
    ordered = moved.assign(place=place, cohort=cohort).sort_values(["place", "cohort", "village_id"])
    return ordered.drop(columns=["place", "cohort"]).merge(names.drop(columns="county_code"), on="village_id", how="left")
