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
from typing import Any, Literal

_MARK = '__project__ = "baicun"'


def _stands(room: str) -> str:
    """Return the file that is or would be imported as one of our rooms; nothing where there is none."""
    loaded = sys.modules.get(room)
    if loaded is not None:
        return getattr(loaded, "__file__", None) or str(next(iter(getattr(loaded, "__path__", ["?"]))))
    spec = importlib.util.find_spec(room)
    return "" if spec is None else spec.origin or str(next(iter(spec.submodule_search_locations or ["?"])))


def _ours(place: str) -> bool:
    """Whether a file is the beginning of a room of Baicun's, looked at without being run."""
    mark = Path(place).parent.parent / "model" / "__init__.py"
    return Path(place).name == "__init__.py" and mark.is_file() and _MARK in mark.read_text(encoding="utf-8", errors="replace")


for _room in ("model", "solvers", "scenarios"):
    _place = _stands(_room)
    if not _place:
        raise ImportError(
            f"百村的 {_room} 没有安装，请重新安装。 Baicun's package {_room} is not installed: install Baicun again."
        )
    if not _ours(_place):
        raise ImportError(
            f"{_place} 挡住了百村自己的 {_room}：请将其改名，或换一个文件夹再打开。 "
            f"It stands in the way of Baicun's own package {_room}: rename it, or start in another folder."
        )

import pandas as pd  # noqa: E402  (after the check above, so that it speaks first)

from model.errors import BaicunError, InputError, usage  # noqa: E402
from model.policy.cards import cards  # noqa: E402
from model.vocabulary import Plan, Register  # noqa: E402
from scenarios import study  # noqa: E402
from scenarios.files import lists  # noqa: E402
from scenarios.report import figures  # noqa: E402
from scenarios.report.facts import Facts  # noqa: E402
from scenarios.runs import ask as _asking  # noqa: E402
from scenarios.runs import compare as _comparing  # noqa: E402
from scenarios.runs import explain as _explaining  # noqa: E402
from scenarios.runs import run as _running  # noqa: E402
from scenarios.runs import sensitivity as _sensitivity  # noqa: E402
from scenarios.runs import store  # noqa: E402
from scenarios.runs import sweep as _sweeping  # noqa: E402
from scenarios.runs import turnover as _turnover  # noqa: E402  (after the check above)
from scenarios.runs import why as _why  # noqa: E402
from scenarios.runs import worth as _worth  # noqa: E402
from scenarios.runs.ask import Reply  # noqa: E402
from scenarios.runs.compare import Comparison  # noqa: E402
from scenarios.runs.turnover import Turnover  # noqa: E402  (after the check above)
from scenarios.runs.why import Why  # noqa: E402
from scenarios.study import Prepared, Projection, Selection  # noqa: E402
from scenarios.study.select import silent  # noqa: E402
from scenarios.world import load as _loading  # noqa: E402
from scenarios.world import own as _own  # noqa: E402
from scenarios.world.load import load  # noqa: E402
from scenarios.world.open import World, open_world  # noqa: E402
from scenarios.world.spec import Scenario  # noqa: E402

__all__ = [
    "BaicunError",
    "InputError",
    "ask",
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
    "sweep",
    "turnover",
    "why",
    "works",
    "worth",
]

Rule = Callable[[Mapping[Any, Any], Any], Iterable[Any]]
List = Plan | pd.DataFrame | Path | str


def __dir__() -> list[str]:
    """What completion shows: the names that last."""
    return __all__


def library() -> pd.DataFrame:
    """Return the scenarios that come with Baicun: name, titles, and the one each extends."""
    stated = _loading.library()
    rows = [(name, own.get("title_zh", ""), own.get("title_en", ""), own.get("extends", "")) for name, own in stated.items()]
    return pd.DataFrame(rows, columns=["scenario", "title_zh", "title_en", "extends"])


def differences(first: Scenario | Path | str, second: Scenario | Path | str) -> pd.DataFrame:
    """Return the parameters in which two scenarios differ: path, name (where it has a card), first, second."""
    one, two = (s if isinstance(s, Scenario) else load(str(s)) for s in (first, second))
    changed = _loading.differences(one, two)
    rows = [(path, cards()[path].zh if path in cards() else "", a, b) for path, (a, b) in changed.items()]
    return pd.DataFrame(rows, columns=["parameter", "name", "first", "second"])


def prepare(world: World, rules: Sequence[Rule] = ()) -> Prepared:
    """Score, work out the money and build the program; ``rules`` are functions ``rule(x, data)`` of your own."""
    _from_a_world(world)
    return study.prepare(world.scenario, world.register, tuple(map(_own.of_function, rules)))


def select(world: World | Prepared, quiet: bool = False) -> Selection:
    """Return an audited plan with its certificate, verdicts and funding; raises what conflicts where there is none."""
    return study.select(_prepared(world), silent if quiet else print)


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
    _from_a_world(world)
    options = _running.Options(Path(out) if out else None, force, workers, silent if quiet else print)
    return Facts.of(_running.run(world.scenario, world.register, options, simulate))


def open_run(folder: Path | str) -> Facts:
    """Return a run folder that was written before; raises where it is none, or not as it was written."""
    store.open_run(Path(folder))
    return Facts.of(Path(folder))


def compare(*runs: Facts | Path | str | Sequence[Facts | Path | str]) -> Comparison:
    """Return what differs between the first run and each other one, paired by replication, with intervals."""
    given: list[Facts | Path | str] = []
    for run in runs:
        given += [run] if isinstance(run, (Facts, Path, str)) else list(run)
    if len(given) < 2:
        raise usage("nothing to compare", "Give at least two runs: baicun.compare(first, second).")
    return _comparing.compare([_folder(one) for one in given])


def audit(listed: Facts | Selection | List, world: World | Prepared | Selection) -> pd.DataFrame:
    """Return every rule a list breaks, without a solver: rule, where, asked, found, excess. No rows: nothing is broken."""
    prepared = _prepared(world)
    findings = study.check(_listed(listed, prepared.register), prepared)
    rows = [(f.rule, f.where, f.asked, f.found, f.excess) for f in findings]
    return pd.DataFrame(rows, columns=["rule", "where", "asked", "found", "excess"])


def explain(run: Facts | Path | str, asked: str, lang: Literal["zh", "en"] = "zh") -> str:
    """Return what a run says of a village or county, by name or code: in or out and why, what it brings, who holds the place."""
    if lang not in ("zh", "en"):
        raise usage("unknown language", 'Give lang="zh" or lang="en".', value=str(lang))
    return "\n".join(_explaining.explained(_folder(run), _code(asked), lang).lines)


def ask(
    run: Facts | Path | str,
    changes: Mapping[str, Any] | None = None,
    inside: Sequence[str] = (),
    outside: Sequence[str] = (),
    quiet: bool = True,
) -> Reply:
    """Return what a run's plan would be with other values at dotted paths, or with villages in or out; certified, in seconds."""
    codes = [[_code(village) for village in villages] for villages in (inside, outside)]
    return _asking.ask(_folder(run), changes, codes[0], codes[1], silent if quiet else print)


def works(world: World | Prepared | Selection, village_id: str) -> pd.DataFrame:
    """Return what a village needs, from gap to quantity to cost, and who may pay for it."""
    return study.works(_prepared(world), _code(village_id))


def worth(run: Facts | Path | str, step: float = _worth.MILLION) -> pd.DataFrame:
    """Return what ``step`` 万元 more would be worth, by county, year and source, each with a certified interval."""
    return _worth.worth_of_money(_folder(run), step)


def sensitivity(
    plan: Facts | Selection | List,
    world: World | Prepared | Selection,
    parameters: Sequence[str],
    kpi: str = "accepted_by_target",
    workers: int = 1,
) -> pd.DataFrame:
    """Return how far a key figure moves when each parameter goes to both ends of its range; the plan stays as it is."""
    prepared = _prepared(world)
    measure = _sensitivity.outcome_of(prepared.register, _plan(plan, prepared), kpi, workers)
    return _sensitivity.one_at_a_time(prepared.scenario, parameters, measure)


def sweep(
    scenario: World | Path | str,
    values: Mapping[str, Sequence[Any]],
    seeds: Sequence[int] = (),
    kpis: Sequence[str] = _sweeping.DEFAULT,
    workers: int = 1,
    quiet: bool = False,
) -> pd.DataFrame:
    """Return every combination of values at dotted paths, selected and projected: a row each, or why it has no plan.

    ``seeds`` play each list in several lucks; ``kpis`` are the key figures asked for, none of them (``()``) for the lists alone.
    """
    world = scenario if isinstance(scenario, World) else open_world(scenario)
    return _sweeping.sweep(world, values, seeds, kpis, workers, silent if quiet else print)


def turnover(
    run: Facts | Path | str, parameters: Sequence[str] = (), pairs: int = 3, workers: int = 1, quiet: bool = True
) -> Turnover:
    """Return which villages to be signed leave and enter, and what follows, at the ends of parameters' ranges.

    All of scoring, unless told which; ``pairs`` replications for key figures, 0 for the list alone.
    """
    return _turnover.turnover(_folder(run), parameters, silent if quiet else print, workers, pairs)


def why(run: Facts | Path | str, draws: int = _why.DRAWS, pairs: int = _why.PAIRS, workers: int = 1) -> Why:
    """Return why a run misses its target: what each link of the chain costs, and figures with the assumptions' ranges."""
    return _why.why(_folder(run), draws, pairs, workers)


def _from_a_world(world: World) -> None:
    if not isinstance(world, World):
        remedy = "Give what baicun.open_world returned; rules of your own that a run is to hold go into the scenario's own_rules."
        raise usage("this begins with a world", remedy, value=type(world).__name__)


def _prepared(world: World | Prepared | Selection) -> Prepared:
    if isinstance(world, Selection):
        return world.prepared
    return world if isinstance(world, Prepared) else prepare(world)


def _plan(plan: Facts | Selection | List, prepared: Prepared) -> Plan:
    """Return a list as a plan of a world, with that world's figures; its villages, cohorts and packages must be there."""
    name = Path(plan).name if isinstance(plan, (str, Path)) else "list"
    return lists.as_plan(_listed(plan, prepared.register), prepared.problem, name)


def _listed(listed: Facts | Selection | List, register: Register) -> pd.DataFrame:
    """Return villages and cohorts of whatever holds a list: a selection, a plan, a table, a run folder or a file."""
    if isinstance(listed, Selection):
        return listed.plan.table
    if isinstance(listed, Plan):
        return listed.table
    if isinstance(listed, pd.DataFrame):
        return lists.list_of(listed, register)
    path = listed.folder if isinstance(listed, Facts) else Path(listed)
    return lists.read_list(path / "plan.csv" if path.is_dir() else path, register)


def _folder(run: Facts | Path | str) -> Path:
    return run.folder if isinstance(run, Facts) else Path(run)


def _code(village_id: object) -> str:
    return str(village_id).strip()
