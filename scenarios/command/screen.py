"""The screen: what the command says of results, errors and clashes. Results go to stdout, notes to stderr."""

from __future__ import annotations

import json
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

import numpy as np

from model.errors import BaicunError, InputError, NoPlanPossibleError
from scenarios.files.manifest import read_manifest

SHOWN = 50
SHOWN_ROWS = 12  # of a repair
ALL_ROWS = 10**9


def internal_fault(error: Exception) -> None:
    """Say that the fault is ours, and where its trace is kept."""
    with tempfile.NamedTemporaryFile("w", prefix="baicun-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exc(file=log)
    if wants_json():
        show_json({"error": f"{type(error).__name__}: {error}", "exit_code": 1, "log": log.name})
    note(f"A fault of ours: {type(error).__name__}: {error}")
    note(f"Please report it with the file {log.name}; `baicun doctor` shows whether the installation is whole.")


def wants_json() -> bool:
    """Whether the command was asked for one JSON document."""
    return "--json" in sys.argv


def show_error(error: BaicunError) -> None:
    """Show an error an analyst can mend: every fault of the input, or what clashes."""
    if isinstance(error, InputError):
        _show_faults(error)
    elif isinstance(error, NoPlanPossibleError):
        _show_clash(error)
    elif wants_json():
        show_json({"error": str(error), "exit_code": error.exit_code})
    else:
        note(str(error))


def show_usage(message: str) -> None:
    """Show that the command line itself is wrong."""
    if wants_json():
        show_json({"error": message, "exit_code": 2})
    else:
        note(message)


def _show_faults(error: InputError) -> None:
    if wants_json():
        show_json({"error": "faults in the input", "exit_code": 2, "faults": [fault.as_dict() for fault in error.faults]})
        return
    note(f"{len(error.faults)} fault{'s' if len(error.faults) != 1 else ''} in the input; nothing was written.")
    for fault in error.faults[:SHOWN]:
        note(f"  {fault}")
    if len(error.faults) > SHOWN:
        note(f"  ... and {len(error.faults) - SHOWN} more: --json gives them all.")


def _show_clash(error: NoPlanPossibleError) -> None:
    target = error.diagnose
    if target:
        try:
            target.write_text(clash_text(error, as_json=target.suffix == ".json", shown=ALL_ROWS) + "\n", encoding="utf-8")
            note(f"No plan can satisfy the rules; what clashes is in {target}.")
            if wants_json():
                show_json({"error": str(error), "exit_code": 3, "diagnosis": str(target)})
            return
        except OSError as refused:
            note(f"{target} cannot be written ({refused.strerror}); what clashes follows.")
    print(clash_text(error, wants_json()))


def clash_text(error: NoPlanPossibleError, as_json: bool, shown: int = SHOWN_ROWS) -> str:
    """Return what clashes, in words or as JSON; ``shown`` rows of each repair."""
    reasons, found = error.diagnosis.reasons, error.diagnosis.infeasibility
    if as_json:
        facts = {
            "error": str(error),
            "exit_code": 3,
            "reasons": [{"rules": r.rules, "zh": r.zh, "en": r.en} for r in reasons],
            "clash": [{"rule": r, "proven": p} for r, p in zip(found.rules, found.proven, strict=True)],
            "only_among_whole_choices": found.integer,
            "repairs": [
                {"way": r.way, "total": r.total, "verified": r.verified, "rows": r.rows.to_dict("records")} for r in found.repairs
            ],
        }
        return json.dumps(facts, ensure_ascii=False, indent=2)
    from model.selection.rules import term

    lines = ["没有任何方案能同时满足全部规则。 No plan can satisfy the rules."]
    lines += [f"  {reason.zh}\n  {reason.en}" for reason in reasons]
    lines.append(
        "互相冲突的规则（去掉其中任何一条，所列其余各条即可同时成立） Rules that clash (drop one and the others listed can hold):"
    )
    for rule, proven in zip(found.rules, found.proven, strict=True):
        lines.append(f"  {rule} {term(rule)}" + ("" if proven else "（未判定 undecided）"))
    for repair in found.repairs:
        lines += _repair_lines(repair, shown)
    return "\n".join(lines)


def _repair_lines(repair: Any, shown: int) -> list[str]:
    """Return one way to make room in words."""
    ways = {
        "relative": "任意规则放宽，相对幅度之和最小 any rule may give way, least by relative amounts",
        "万元": f"只放宽资金，合计{repair.total:,.0f}万元 money alone, {repair.total:,.0f} 万元 in all",
        "village": f"只放宽村数，合计{repair.total:,.0f}个 villages alone, {repair.total:,.0f} in all",
    }
    checked = {True: "已求解验证 verified", False: "放宽后仍无解 still no plan", None: "未判定 undecided"}[repair.verified]
    lines = [f"最省的放宽（{ways.get(repair.way)}；{checked}）:"]
    if repair.way not in ways:
        lines = [
            f"没有合法来源的资金（县、年度），合计{repair.total:,.0f}万元 money without a lawful source, by county and year:"
        ]
    lines += [
        f"  {row.rule} {row.label}: {row.bound:,.1f} -> {row.needed:,.1f} {row.unit}"
        for row in repair.rows.head(shown).itertuples(index=False)
    ]
    if len(repair.rows) > shown:
        lines.append(f"  ... {len(repair.rows) - shown} more rows: --json gives them all")
    return lines


def note(text: str) -> None:
    """Say something beside the result."""
    print(text, file=sys.stderr, flush=True)


def show_json(data: Any) -> None:
    """Show one JSON document."""
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False, default=str))


def finish(folder: Path, as_json: bool) -> None:
    """Show a run: what was certified, and its folder last."""
    manifest = read_manifest(folder)
    if as_json:
        show_json({**manifest, "folder": str(folder)})
        return
    solver = manifest["solver"]
    if solver["objective"] is not None:
        print(
            f"{manifest['scenario']}: {solver['status']}, objective {solver['objective']:,.1f}, "
            f"bound {solver['bound']:,.1f}, gap {solver['gap']:.3%}"
        )
    if manifest["synthetic"]:
        print("模拟数据 / synthetic data")
    print(folder)


def records(table: Any) -> Any:
    """Return a table as plain records, with nothing for what is not known."""
    return table.astype(object).replace({np.nan: None}).where(table.notna(), None).to_dict("records")


def show_comparison(found: Any) -> None:
    """Show a comparison: optima, lists and key figures."""
    from model.outcomes.kpis import KPIS

    for row in found.optima.itertuples(index=False):
        if row.difference != row.difference:
            print(f"{row.scenario}: the plans are not measured alike (scoring or objective differ), so optima are not compared")
            continue
        verdict = "certain" if row.certain else "sign not certain"
        print(
            f"{row.scenario}: objective {row.difference:+,.1f}, optimum between {row.low:+,.1f} and {row.high:+,.1f} ({verdict})"
        )
    for name, part in found.lists.groupby("scenario"):
        gone, new = part["cohort_second"].isna().sum(), part["cohort_first"].isna().sum()
        print(f"{name}: {new} villages enter, {gone} leave, {len(part) - new - gone} change cohort")
    shown = found.outcomes[found.outcomes["year"].isna() | (found.outcomes["year"] == 2028)]
    for row in shown.itertuples(index=False):
        sure = "*" if row.certain else " "
        print(
            f" {sure} {row.scenario}  {KPIS[row.kpi].zh}: {row.first:,.1f} -> {row.second:,.1f} "
            f"{row.difference:+,.2f} [{row.ci_low:+,.2f}, {row.ci_high:+,.2f}] {row.unit}"
        )
    print(
        "同一运气下逐次配对之差，95%区间只含蒙特卡洛误差；* 区间不含零。\n"
        "Paired by replication; 95 % intervals hold Monte-Carlo error alone; * excludes zero."
    )
