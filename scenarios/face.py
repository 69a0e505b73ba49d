"""Baicun (百村) for notebooks and scripts: ``import baicun``. These names last; everything behind them may move.

.. code-block:: python

    import baicun

    world = baicun.open_world("baseline")           # a scenario and its register, checked
    selection = baicun.select(world)                # an audited plan with its certificate
    projection = baicun.project(selection)          # what it will probably lead to
    run = baicun.run(world)                         # all of it, in a run folder with report and workbook
    baicun.figures.county_map(run)

What goes wrong is raised as a :class:`BaicunError` that says what to do; :class:`InputError` carries every fault of the input.
With ``workers`` above 1 a script needs the usual ``if __name__ == "__main__":`` guard; notebooks do not.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_MARK = '__project__ = "baicun"'


def _in_the_way(room: str) -> str:
    """Return the file that would be imported in place of one of our rooms; nothing where it is ours."""
    loaded = sys.modules.get(room)
    if loaded is not None:
        place = getattr(loaded, "__file__", None) or str(next(iter(getattr(loaded, "__path__", ["?"]))))
    else:
        spec = importlib.util.find_spec(room)
        if spec is None:
            return "nothing: the package is not installed"
        place = spec.origin or str(next(iter(spec.submodule_search_locations or ["?"])))
    path = Path(place)
    mark = path.parent.parent / "model" / "__init__.py"
    ours = path.name == "__init__.py" and mark.is_file() and _MARK in mark.read_text(encoding="utf-8", errors="replace")
    return "" if ours else place


for _room in ("model", "solvers", "scenarios"):
    if _stands := _in_the_way(_room):
        raise ImportError(
            f"{_stands} 挡住了百村自己的 {_room}：请将其改名，或换一个文件夹再打开。 "
            f"It stands in the way of Baicun's own package {_room}: rename it, or start in another folder."
        )

import pandas as pd  # noqa: E402  (after the check above, so that it speaks first)

from model.errors import BaicunError, InputError, usage  # noqa: E402
from model.policy.cards import cards  # noqa: E402
from model.vocabulary import Plan  # noqa: E402
from scenarios import study  # noqa: E402
from scenarios.files import lists  # noqa: E402
from scenarios.report import figures  # noqa: E402
from scenarios.report.facts import Facts  # noqa: E402
from scenarios.runs import compare as _comparing  # noqa: E402
from scenarios.runs import explain as _explaining  # noqa: E402
from scenarios.runs import run as _running  # noqa: E402
from scenarios.runs import sensitivity as _sensitivity  # noqa: E402
from scenarios.runs import worth as _worth  # noqa: E402
from scenarios.runs.compare import Comparison  # noqa: E402
from scenarios.study import Prepared, Projection, Selection  # noqa: E402
from scenarios.world import load as _loading  # noqa: E402
from scenarios.world import own as _own  # noqa: E402
from scenarios.world.load import load  # noqa: E402
from scenarios.world.open import World, open_world  # noqa: E402
from scenarios.world.spec import Scenario  # noqa: E402

__all__ = [
    "BaicunError",
    "InputError",
    "audit",
    "compare",
    "differences",
    "explain",
    "figures",
    "library",
    "load",
    "open_run",
    "open_world",
    "prepare",
    "project",
    "run",
    "select",
    "sensitivity",
    "works",
    "worth",
]

Rule = Callable[[Mapping[Any, Any], Any], Iterable[Any]]
List = Plan | pd.DataFrame | Path | str


def library() -> pd.DataFrame:
    """Return the scenarios that come with Baicun: name, titles, and the one each extends."""
    stated = _loading.library()
    rows = [(name, own.get("title_zh", ""), own.get("title_en", ""), own.get("extends", "")) for name, own in stated.items()]
    return pd.DataFrame(rows, columns=["scenario", "title_zh", "title_en", "extends"])


def differences(first: Scenario | str, second: Scenario | str) -> pd.DataFrame:
    """Return the parameters in which two scenarios differ: path, name (where it has a card), first, second."""
    one, two = (load(s) if isinstance(s, str) else s for s in (first, second))
    changed = _loading.differences(one, two)
    rows = [(path, cards()[path].zh if path in cards() else "", a, b) for path, (a, b) in changed.items()]
    return pd.DataFrame(rows, columns=["parameter", "name", "first", "second"])


def prepare(world: World, rules: Sequence[Rule] = ()) -> Prepared:
    """Score, work out the money and build the program; ``rules`` are functions ``rule(x, data)`` of your own."""
    return study.prepare(world.scenario, world.register, tuple(map(_own.of_function, rules)))


def select(world: World | Prepared, quiet: bool = False) -> Selection:
    """Return an audited plan with its certificate, verdicts and funding; raises what conflicts where there is none."""
    return study.select(_prepared(world), _silent if quiet else print)


def project(
    plan: Selection | List,
    world: World | Prepared | Selection | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Projection:
    """Play the programme with a selection's plan, or with any list in a world, as often as the scenario says."""
    if isinstance(plan, Selection) and world is None:
        chosen, prepared, money = plan.plan, plan.prepared, plan.money
    elif world is None:
        raise usage("the list is to be projected in a world", "Give one: baicun.project(plan, world).")
    else:
        prepared = _prepared(world)
        chosen = _plan(plan, prepared)
        money = study.financing(chosen, prepared)
    return study.summary(study.project(chosen, prepared, money, workers, progress), prepared.register)


def run(
    world: World,
    out: Path | str | None = None,
    workers: int = 1,
    force: bool = False,
    simulate: bool = True,
    quiet: bool = False,
) -> Facts:
    """Select, project and report into a run folder, and return it read back; an identical one is reused."""
    options = _running.Options(Path(out) if out else None, force, workers, _silent if quiet else print)
    return Facts.of(_running.run(world.scenario, world.register, options, simulate))


def open_run(folder: Path | str) -> Facts:
    """Return a run folder that was written before."""
    return Facts.of(Path(folder))


def compare(*runs: Facts | Path | str) -> Comparison:
    """Return what differs between the first run and each other one, paired by replication, with intervals."""
    return _comparing.compare([_folder(run) for run in runs])


def audit(listed: Selection | List, world: World | Prepared | Selection) -> pd.DataFrame:
    """Return every rule a list breaks, without a solver: rule, where, asked, found, excess. No rows: nothing is broken."""
    findings = study.check(_listed(listed), _prepared(world))
    rows = [(f.rule, f.where, f.asked, f.found, f.excess) for f in findings]
    return pd.DataFrame(rows, columns=["rule", "where", "asked", "found", "excess"])


def explain(run: Facts | Path | str, village_id: str, lang: str = "zh") -> str:
    """Return the verdict on one village of a run, with its scores and its place in the plan."""
    return "\n".join(_explaining.told(_explaining.explanation(_folder(run), village_id.strip()), lang))


def works(world: World | Prepared | Selection, village_id: str) -> pd.DataFrame:
    """Return what a village needs, from gap to quantity to cost, and who may pay for it."""
    return study.works(_prepared(world), village_id)


def worth(run: Facts | Path | str, step: float = _worth.MILLION) -> pd.DataFrame:
    """Return what ``step`` 万元 more would be worth, by county, year and source, each with a certified interval."""
    return _worth.worth_of_money(_folder(run), step)


def sensitivity(
    world: World, plan: Selection | List, parameters: Sequence[str], kpi: str = "accepted_by_target", workers: int = 1
) -> pd.DataFrame:
    """Return how far a key figure moves when each parameter goes to both ends of its range; the plan stays as it is."""
    chosen = _plan(plan, _prepared(world))
    measure = _sensitivity.outcome_of(world.register, chosen, kpi, workers)
    return _sensitivity.one_at_a_time(world.scenario, parameters, measure)


def _prepared(world: World | Prepared | Selection) -> Prepared:
    if isinstance(world, Selection):
        return world.prepared
    return world if isinstance(world, Prepared) else prepare(world)


def _plan(plan: Selection | List, prepared: Prepared) -> Plan:
    if isinstance(plan, Selection):
        return plan.plan
    return plan if isinstance(plan, Plan) else lists.as_plan(_listed(plan), prepared.problem, "list")


def _listed(listed: Selection | List) -> pd.DataFrame:
    if isinstance(listed, Selection):
        return listed.plan.table
    if isinstance(listed, Plan):
        return listed.table
    return listed if isinstance(listed, pd.DataFrame) else lists.read_list(Path(listed))


def _folder(run: Facts | Path | str) -> Path:
    return run.folder if isinstance(run, Facts) else Path(run)


def _silent(_: str) -> None:
    """Say nothing."""
