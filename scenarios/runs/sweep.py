"""A sweep (参数扫描): every combination of values, selected and projected, as one tidy table.

Each variant is asked from what the unchanged scenario's answer remembers, never from another variant's, so that the table is the
same in whatever order values are given. A variant that has no plan, or is no scenario, is a row with its reason.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from model.errors import BaicunError, NoPlanFoundError, NoPlanPossibleError, usage
from model.outcomes.kpis import KPIS, NO_YEAR
from scenarios import study
from scenarios.study.select import silent
from scenarios.world.open import World, world_of

Say = Callable[[str], None]
OF_A_LIST = ("villages", "counties", "objective", "bound", "gap", "general_bond_wan_yuan", "total_cost_wan_yuan")
SEED = "run.seed"
DEFAULT = ("accepted_by_target", "target_reached", "days_to_completion")


def sweep(
    world: World,
    values: Mapping[str, Sequence[Any]],
    seeds: Sequence[int] = (),
    kpis: Sequence[str] = DEFAULT,
    workers: int = 1,
    say: Say = silent,
) -> pd.DataFrame:
    """Return one row per combination of ``values`` (dotted paths) and seed of the projection.

    Columns: each path, ``seed``, ``status`` (as the manifest's, else ``no plan``, ``none found`` or ``fault``), ``reason``, what
    the list is (villages, counties, objective, bound, gap, money), and of each key figure its mean and both ends of its interval.
    Without key figures nothing is played. Raises :class:`InputError` for a figure or a path that does not exist.
    """
    _check(values, kpis)
    variants = [dict(zip(values, combined, strict=True)) for combined in itertools.product(*values.values())]
    base = study.prepare(*world)
    known = _remembered(base)
    rows = []
    for number, changes in enumerate(variants, 1):
        for row in _rows(world, base, changes, seeds or [world.scenario.run.seed], kpis, workers, known):
            rows.append({**changes, **row})
        say(f"{number}/{len(variants)} {_told(changes)}: {rows[-1]['status']}")
    columns = [*values, "seed", "status", "reason", *OF_A_LIST, *(f"{k}{end}" for k in kpis for end in ("", "_low", "_high"))]
    return pd.DataFrame(rows).reindex(columns=columns)


def _check(values: Mapping[str, Sequence[Any]], kpis: Sequence[str]) -> None:
    for name in kpis:
        if name not in KPIS:
            raise usage("there is no such key figure", f"One of {', '.join(KPIS)}.", value=name)
    for path, given in values.items():
        if isinstance(given, (str, bytes)) or not isinstance(given, Sequence) or not len(given):
            raise usage("a sweep needs a list of values", "Give several, such as [0.8, 0.9, 1.0].", column=path, value=str(given))
        if path == SEED:
            raise usage("seeds are no value of a sweep", "Give them as seeds=[1, 2, 3].", column=path)


def _remembered(base: study.Prepared) -> Any:
    """Return what the answer to the unchanged scenario remembers; nothing where it has no plan."""
    try:
        return study.select(base).answer.solved
    except (NoPlanFoundError, NoPlanPossibleError):
        return None


def _rows(
    world: World,
    base: study.Prepared,
    changes: Mapping[str, Any],
    seeds: Sequence[int],
    kpis: Sequence[str],
    workers: int,
    known: Any,
) -> Iterator[dict[str, Any]]:
    """Yield the row of each seed of a variant."""
    try:
        prepared = _changed(world, base, changes)
        selection = study.select(prepared, known=known)
    except BaicunError as error:
        status = {NoPlanPossibleError: "no plan", NoPlanFoundError: "none found"}.get(type(error), "fault")
        yield from ({"seed": seed, "status": status, "reason": error.reasons[0]} for seed in seeds)
        return
    table = selection.plan.table
    told = {name: getattr(selection.answer, name) for name in ("status", "objective", "bound", "gap")} | {"reason": ""}
    told |= {"villages": len(table), "counties": table["county_code"].nunique()}
    told |= {name: float(table[name].sum()) for name in ("general_bond_wan_yuan", "total_cost_wan_yuan")}
    for seed in seeds:
        yield {"seed": seed, **told, **_played(selection, seed, kpis, workers)}


def _changed(world: World, base: study.Prepared, changes: Mapping[str, Any]) -> study.Prepared:
    """Return the world of a variant; a register of its own is read again."""
    if any(path.startswith("register.") for path in changes):
        return study.prepare(*world_of(world.scenario.with_changes(dict(changes))))
    return study.again(base, changes)


def _played(selection: study.Selection, seed: int, kpis: Sequence[str], workers: int) -> dict[str, float]:
    """Return the key figures of a selection's plan in the luck of a seed: of the whole programme, else of the last year."""
    if not kpis:
        return {}
    prepared = study.again(selection.prepared, {SEED: seed})
    estimates = study.project(selection.plan, prepared, selection.money, workers)
    found = study.summary(estimates, prepared.register).kpis
    last = found.assign(year=found["year"].fillna(NO_YEAR)).sort_values("year").drop_duplicates("kpi", keep="last")
    rows = {row["kpi"]: row for row in last.to_dict("records")}
    ends = {"": "mean", "_low": "ci_low", "_high": "ci_high"}
    return {f"{name}{end}": float(rows[name][column]) for name in kpis for end, column in ends.items()}


def _told(changes: Mapping[str, Any]) -> str:
    return ", ".join(f"{path}={value}" for path, value in changes.items())
