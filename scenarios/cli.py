"""The command ``baicun``: thin; it calls the study and shows what came of it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from model.errors import BaicunError, InputError, NoPlanPossible

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, help="百村提升 遴选与推演 / village selection and projection")
register_app = typer.Typer(no_args_is_help=True, help="备选村名册 / the register of candidate villages")
app.add_typer(register_app, name="register")

SHOWN = 50

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="a name of the library, or a .toml file")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN_DIR", help="a run folder")]
RegisterFile = Annotated[Path | None, typer.Option("--register", help="register (.csv, .xlsx, .parquet)")]
CountiesFile = Annotated[Path | None, typer.Option("--counties", help="county table; default: beside the register")]
Out = Annotated[Path | None, typer.Option("--out", help="folder or file to write")]
Force = Annotated[bool, typer.Option("--force", help="replace what stands there")]
Seed = Annotated[int | None, typer.Option("--seed")]
Replications = Annotated[int | None, typer.Option("--replications")]
Gap = Annotated[float | None, typer.Option("--gap", help="relative gap asked for, such as 0.01")]
Work = Annotated[int | None, typer.Option("--work", help="limit of branch-and-bound nodes (deterministic)")]
TimeLimit = Annotated[float | None, typer.Option("--time-limit", help="seconds; a safety net")]
Solver = Annotated[str | None, typer.Option("--solver", help="decomposed, highs, cbc or pulp:NAME")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="processes for the projection; changes no result")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en")]
AsJson = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
Quiet = Annotated[bool, typer.Option("--quiet", help="no progress")]
Diagnose = Annotated[Path | None, typer.Option("--diagnose", help="where to write the clash when no plan is possible")]


def main() -> None:
    """Run the command and turn every error into an exit code and words."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(standalone_mode=False)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        _note("Stopped. Nothing was written.")
        sys.exit(130)
    except BaicunError as error:
        _show_error(error)
        sys.exit(error.exit_code)
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "show"):  # a usage error of the command line itself
            error.show()
            sys.exit(2)
        _internal(error)
        sys.exit(1)


def _internal(error: Exception) -> None:
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="baicun-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exc(file=log)
    _note(f"A fault of ours: {type(error).__name__}: {error}")
    _note(f"Nothing was written. Please report it with the file {log.name}; `baicun doctor` shows whether the installation is whole.")


def _show_error(error: BaicunError) -> None:
    wants_json = "--json" in sys.argv
    if isinstance(error, InputError):
        if wants_json:
            _json({"faults": [fault.as_dict() for fault in error.faults]})
            return
        _note(f"{len(error.faults)} fault{'s' if len(error.faults) != 1 else ''} in the input; nothing was written.")
        for fault in error.faults[:SHOWN]:
            _note(f"  {fault}")
        if len(error.faults) > SHOWN:
            _note(f"  ... and {len(error.faults) - SHOWN} more: --json gives them all.")
    elif isinstance(error, NoPlanPossible):
        text = _clash(error, wants_json)
        if target := _option_value("--diagnose"):
            Path(target).write_text(text + "\n", encoding="utf-8")
            _note(f"No plan can satisfy the rules; what clashes is in {target}.")
        else:
            print(text)
    else:
        _note(str(error))


def _option_value(name: str) -> str | None:
    for i, word in enumerate(sys.argv):
        if word == name and i + 1 < len(sys.argv):
            return sys.argv[i + 1]
        if word.startswith(f"{name}="):
            return word.split("=", 1)[1]
    return None


def _clash(error: NoPlanPossible, as_json: bool) -> str:
    reasons, found = error.clash
    relaxed = found.relaxations
    if as_json:
        facts = {
            "error": str(error),
            "reasons": [{"rules": r.rules, "zh": r.zh, "en": r.en} for r in reasons],
            "clash": [{"rule": r, "proven": p} for r, p in zip(found.rules, found.proven, strict=True)],
            "only_among_whole_choices": found.whole,
            "relaxations": relaxed.to_dict("records"),
        }
        return json.dumps(facts, ensure_ascii=False, indent=2)
    from model.selection.rules import Rules

    term = {name: field.annotation.term for name, field in Rules.model_fields.items() if field.annotation}
    lines = ["没有任何方案能同时满足全部规则。 No plan can satisfy the rules."]
    lines += [f"  {reason.zh}\n  {reason.en}" for reason in reasons]
    lines.append("互相冲突的规则（去掉任何一条，其余即可同时成立） Rules that clash (drop any one and the rest can hold):")
    for rule, proven in zip(found.rules, found.proven, strict=True):
        lines.append(f"  {rule} {term[rule]}" + ("" if proven else "（未判定 undecided）"))
    lines.append("最省的放宽幅度（按相对幅度之和最小） Least that would have to give way, by relative amounts:")
    for row in relaxed.head(SHOWN).itertuples(index=False):
        lines.append(f"  {row.rule} {row.label}: {row.bound:,.1f} -> {row.needed:,.1f} {row.unit}")
    if len(relaxed) > SHOWN:
        lines.append(f"  ... {len(relaxed) - SHOWN} more rows: --json gives them all")
    return "\n".join(lines)


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False, default=str))


def _options(out: Path | None, force: bool, workers: int, quiet: bool) -> Any:
    from scenarios.run import Options

    say: Callable[[str], None] = (lambda _: None) if quiet else _note
    return Options(out, force, workers, say, None if quiet else _bar())


def _bar() -> Callable[[int, int], None]:
    started = time.monotonic()

    def show(done: int, total: int) -> None:
        left = (time.monotonic() - started) / done * (total - done)
        end = "\n" if done == total else ""
        if sys.stderr.isatty() or done == total:
            print(f"\rprojection {done}/{total}, about {left:.0f} s left ", end=end, file=sys.stderr, flush=True)

    return show


def _world(name: str, register: Path | None, counties: Path | None, **stated: Any) -> Any:
    from scenarios import study

    changes = {f"run.{key}": value for key, value in stated.items() if value is not None}
    if register is not None:
        changes["register.file"] = str(register.resolve())
        changes["register.counties"] = str(counties.resolve()) if counties else ""
    scenario, found = study.open_world(name, changes)
    if register is not None:  # where the file stood is not part of what the run is
        scenario = scenario.with_changes({"register.file": register.name, "register.counties": counties.name if counties else ""})
    return scenario, found


def _finish(folder: Path, as_json: bool) -> None:
    from scenarios import store

    manifest = store.read_manifest(folder)
    if as_json:
        _json({**manifest, "folder": str(folder)})
        return
    solver = manifest["solver"]
    if solver["objective"] is not None:
        print(f"{manifest['scenario']}: {solver['status']}, objective {solver['objective']:,.1f}, bound {solver['bound']:,.1f}, gap {solver['gap']:.3%}")
    if manifest["synthetic"]:
        print("模拟数据 / synthetic data")
    print(folder)


@app.command()
def run(
    scenario: ScenarioName,
    register: RegisterFile = None,
    counties: CountiesFile = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    replications: Replications = None,
    gap: Gap = None,
    work: Work = None,
    time_limit: TimeLimit = None,
    solver: Solver = None,
    workers: Workers = max(1, min(4, os.cpu_count() or 1)),
    lang: Lang = None,
    diagnose: Diagnose = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Load, validate, score, select, audit, simulate, report into a run folder."""
    from scenarios import run as runs

    stated = {"seed": seed, "replications": replications, "gap": gap, "work": work, "time_limit": time_limit, "solver": solver, "lang": lang}
    world = _world(scenario, register, counties, **stated)
    _finish(runs.run(*world, _options(out, force, workers, quiet)), as_json)


@app.command()
def select(
    scenario: ScenarioName,
    register: RegisterFile = None,
    counties: CountiesFile = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    gap: Gap = None,
    work: Work = None,
    time_limit: TimeLimit = None,
    solver: Solver = None,
    lang: Lang = None,
    diagnose: Diagnose = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """The same without the simulation."""
    from scenarios import run as runs

    stated = {"seed": seed, "gap": gap, "work": work, "time_limit": time_limit, "solver": solver, "lang": lang}
    world = _world(scenario, register, counties, **stated)
    _finish(runs.run(*world, _options(out, force, 1, quiet), simulate=False), as_json)


@app.command()
def simulate(
    run_dir: RunFolder,
    plan: Annotated[Path | None, typer.Option("--plan", help="another list: village_id and cohort suffice")] = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    replications: Replications = None,
    workers: Workers = max(1, min(4, os.cpu_count() or 1)),
    lang: Lang = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Project an existing plan into a new run folder that names its parent."""
    from scenarios import run as runs

    changes = {f"run.{k}": v for k, v in {"seed": seed, "replications": replications, "lang": lang}.items() if v is not None}
    _finish(runs.simulate_again(run_dir, _options(out, force, workers, quiet), plan, changes), as_json)


@app.command()
def compare(
    scenarios: Annotated[list[str], typer.Argument(metavar="SCENARIO SCENARIO ...", help="names, .toml files or run folders; differences are against the first")],
    register: RegisterFile = None,
    counties: CountiesFile = None,
    out: Out = None,
    force: Force = False,
    seed: Seed = None,
    replications: Replications = None,
    gap: Gap = None,
    workers: Workers = max(1, min(4, os.cpu_count() or 1)),
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Paired differences with intervals, against the first scenario."""
    from model.errors import usage
    from scenarios import compare as comparing
    from scenarios import run as runs

    if len(scenarios) < 2:
        raise usage("nothing to compare", "Give at least two scenarios.")
    options = _options(None, False, workers, quiet)
    folders = []
    for name in scenarios:
        if (Path(name) / "manifest.json").is_file():
            folders.append(Path(name))
        else:
            folders.append(runs.run(*_world(name, register, counties, seed=seed, replications=replications, gap=gap), options))
    found = comparing.compare(folders)
    target = out or Path("runs") / f"compare-{'-'.join(folder.name.rsplit('-', 1)[-1] for folder in folders)}"
    if target.exists() and out and not force:
        raise usage("the folder holds something else", "Give another --out, or --force to replace it.", file=str(target))
    comparing.write(found, folders, target)
    if as_json:
        _json({"folder": str(target), "optima": found.optima.to_dict("records"), "outcomes": _records(found.outcomes), "changed_villages": len(found.lists)})
        return
    _show_comparison(found)
    print(target)


def _records(table: Any) -> Any:
    import numpy as np

    return table.astype(object).replace({np.nan: None}).where(table.notna(), None).to_dict("records")


def _show_comparison(found: Any) -> None:
    from model.outcomes.kpis import KPIS

    for row in found.optima.itertuples(index=False):
        verdict = "certain" if row.certain else "sign not certain"
        print(f"{row.scenario}: merit {row.difference:+,.1f}, optimum between {row.low:+,.1f} and {row.high:+,.1f} ({verdict})")
    for name, part in found.lists.groupby("scenario"):
        gone, new = part["cohort_second"].isna().sum(), part["cohort_first"].isna().sum()
        print(f"{name}: {new} villages enter, {gone} leave, {len(part) - new - gone} change cohort")
    shown = found.outcomes[found.outcomes["year"].isna() | (found.outcomes["year"] == 2028)]
    for row in shown.itertuples(index=False):
        sure = "*" if row.certain else " "
        print(f" {sure} {row.scenario}  {KPIS[row.kpi].zh}: {row.first:,.1f} -> {row.second:,.1f}  {row.difference:+,.2f} [{row.ci_low:+,.2f}, {row.ci_high:+,.2f}] {row.unit}")
    print("同一运气下逐次配对之差，95%区间只含蒙特卡洛误差；* 区间不含零。 Paired by replication; 95 % intervals hold Monte-Carlo error alone; * excludes zero.")


@app.command()
def audit(
    plan: Annotated[Path, typer.Argument(metavar="RUN_DIR|PLAN_FILE")],
    scenario: Annotated[str, typer.Option("--scenario")] = "baseline",
    register: RegisterFile = None,
    counties: CountiesFile = None,
    as_json: AsJson = False,
) -> None:
    """Check any list against every rule, without a solver."""
    from dataclasses import asdict

    from scenarios import run as runs
    from scenarios import store, study

    if (plan / "manifest.json").is_file():
        world, found = runs.reopen(plan)
        listed = study.read_list(plan / "plan.csv")
        changed = store.altered(plan, store.read_manifest(plan))
        if changed:
            _note(f"altered since it was written: {', '.join(changed)}")
    else:
        world, found = _world(scenario, register, counties)
        listed = study.read_list(plan)
    findings = study.check(listed, world, found)
    if as_json:
        _json({"villages": len(listed), "findings": [asdict(f) for f in findings]})
    else:
        for finding in findings:
            print(f"{finding.rule} {finding.where}: asked {finding.asked}, found {finding.found}, off by {finding.excess:g}")
        print(f"{len(listed)} villages, {len(findings)} findings")
    raise typer.Exit(5 if findings else 0)


@app.command()
def explain(run_dir: RunFolder, village_id: str, lang: Lang = None, as_json: AsJson = False) -> None:
    """The verdict on one village."""
    from model.errors import usage
    from scenarios import store
    from scenarios.report import tables

    store.read_manifest(run_dir)
    names = ("verdicts", "scores", "eligibility", "plan")
    if not (run_dir / "verdicts.csv").is_file():
        raise usage("the run has no verdicts", "Give a run of `baicun run` or `baicun select`.", file=str(run_dir))
    found = {name: tables.read(run_dir / f"{name}.csv").query("village_id == @village_id") for name in names}
    if found["verdicts"].empty:
        raise usage("the village is not in the register", "Check the code: 12 digits.", value=village_id)
    facts = {name: table.to_dict("records")[0] for name, table in found.items() if len(table)}
    if as_json:
        _json(facts)
        return
    print(facts["verdicts"]["reason_en" if lang == "en" else "reason_zh"])
    print("score " + ", ".join(f"{k} {v:.1f}" for k, v in facts["scores"].items() if k != "village_id"))
    if "plan" in facts:
        row = facts["plan"]
        print(f"cohort {row['cohort']}, package {row['package']}, {row['status']}, general bond {row['general_bond_wan_yuan']:,.0f} 万元")


@app.command()
def scenarios(as_json: AsJson = False) -> None:
    """The library."""
    from scenarios.load import library

    known = library()
    if as_json:
        _json(known)
        return
    for name, stated in known.items():
        extends = f" (extends {stated['extends']})" if "extends" in stated else ""
        print(f"{name}: {stated.get('title_zh', '')} / {stated.get('title_en', '')}{extends}")


@app.command()
def diff(first: str, second: str, as_json: AsJson = False) -> None:
    """What differs between two scenarios, in policy terms."""
    from model.policy.cards import cards
    from model.selection.rules import Rules
    from scenarios.load import differences, load

    found = differences(load(first), load(second))
    if as_json:
        _json({path: {"first": a, "second": b} for path, (a, b) in found.items()})
        return
    for path, (a, b) in found.items():
        card = cards().get(path)
        rule = Rules.model_fields.get(path.split(".")[1]) if path.startswith("rules.") else None
        term = card.zh if card else getattr(rule.annotation, "term", "") if rule else ""
        clause = card.clause if card else getattr(rule.annotation, "clause", "") if rule else ""
        print(f"{path} {term} {clause}: {a} -> {b}")
    if not found:
        print("no difference")


@app.command()
def schema() -> None:
    """JSON Schema of a scenario file, with unit, range and source of each parameter."""
    from scenarios.describe import json_schema

    _json(json_schema())


@app.command()
def rerun(run_dir: RunFolder, workers: Workers = 1, quiet: Quiet = False, as_json: AsJson = False) -> None:
    """Run again from the folder's own inputs and compare."""
    from scenarios import run as runs

    found = runs.rerun(run_dir, _options(None, True, workers, quiet))
    if as_json:
        _json({"folder": str(run_dir), "differences": found})
    else:
        print("\n".join(found) if found else "no difference")
    raise typer.Exit(5 if found else 0)


@app.command()
def report(run_dir: RunFolder, lang: Lang = None) -> None:
    """Make the workbook and the page again."""
    from scenarios import run as runs

    print(runs.report(run_dir, lang))


@app.command()
def doctor() -> None:
    """Where everything is and whether it works."""
    from scenarios.describe import examination

    faults = 0
    for name, fine, words in examination():
        faults += not fine
        print(f"{'ok   ' if fine else 'FAULT'} {name}: {words}")
    raise typer.Exit(1 if faults else 0)


@register_app.command()
def generate(
    out: Annotated[Path, typer.Option("--out", help=".csv, .xlsx or .parquet")],
    villages: Annotated[int, typer.Option("--villages")] = 2051,
    seed: Annotated[int, typer.Option("--seed")] = 2023,
    force: Force = False,
) -> None:
    """A synthetic register, with its county table beside it."""
    from scenarios.outtake import write_register

    from model.register.synthetic import generate as make

    for path in write_register(make(villages, seed), out, force):
        print(path)


@register_app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    counties: CountiesFile = None,
    as_json: AsJson = False,
) -> None:
    """Validate a register: every fault at once."""
    from model.register.schema import village_columns
    from scenarios.intake import read_register

    found = read_register(file, counties)
    zh = {column.name: column.zh for column in village_columns()}
    if as_json:
        _json({"villages": len(found.villages), "counties": len(found.counties), "synthetic": found.synthetic, "columns": list(found.villages), "faults": []})
        return
    for name in found.villages:
        print(f"{name} {zh.get(name, '')}")
    label = "，模拟数据 / synthetic" if found.synthetic else ""
    print(f"{len(found.villages)} villages, {len(found.counties)} counties, no faults{label}")


if __name__ == "__main__":
    main()
