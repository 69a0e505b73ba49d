"""The screen: what the command says of results, errors and conflicts. Results go to stdout, notes to stderr."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.errors import AlteredError, BaicunError, InputError, NoPlanPossibleError
from model.telling import in_chinese, visible
from model.words import Words
from scenarios.command.moving import moving
from scenarios.files import placing
from scenarios.files.manifest import cut_short, read_manifest

if TYPE_CHECKING:
    import pandas as pd

    from model.selection.audit import Finding
    from model.selection.precheck import Impossible
    from scenarios.runs.ask import Reply
    from scenarios.runs.compare import Comparison
    from scenarios.runs.turnover import Turnover
    from scenarios.runs.why import Why
    from scenarios.study.repairs import Repair
    from solvers.strategies.infeasibility import Infeasibility

SHOWN = 50
SHOWN_ROWS = 12  # of a repair
ALL_ROWS = 10**9


def internal_fault(error: Exception) -> None:
    """Say that the fault is ours, and where its trace is kept."""
    with tempfile.NamedTemporaryFile("w", prefix="baicun-", suffix=".log", delete=False, encoding="utf-8") as log:
        traceback.print_exc(file=log)
    if wants_json():
        show_json({"error": f"{type(error).__name__}: {error}", "exit_code": 1, "log": log.name})
    note(spoken()("fault_of_ours", error=f"{type(error).__name__}: {error}", log=log.name))


def wants_json() -> bool:
    """Whether the command was asked for one JSON document."""
    return "--json" in sys.argv


def show_error(error: BaicunError) -> None:
    """Show an error an analyst can mend: every fault of the input, or which rules conflict."""
    for line in getattr(error, "__notes__", ()):
        note(line)
    if isinstance(error, InputError):
        _show_faults(error)
    elif isinstance(error, NoPlanPossibleError):
        _show_diagnosis(error)
    elif isinstance(error, AlteredError):
        _show_altered(error)
    elif wants_json():
        show_json({"error": str(error), "exit_code": error.exit_code})
    else:
        note(str(error))


def _show_altered(error: AlteredError) -> None:
    """Say on stdout what of a folder is not as it was written: nothing else of it is told."""
    if wants_json():
        show_json({"error": str(error), "exit_code": error.exit_code, "folder": error.folder, "altered": error.found})
        return
    print(spoken()("altered_head", folder=error.folder))
    print("\n".join(f"  {translated(line)}" for line in error.found))


def show_usage(message: str) -> None:
    """Show that the command line itself is wrong."""
    if wants_json():
        show_json({"error": message, "exit_code": 2})
    elif spoken().lang == "en":
        note(f"{message} See `baicun --help`.")
    else:
        note(f"{in_chinese(message).rstrip('。.')}。见 `baicun --help`。")


def _show_faults(error: InputError) -> None:
    words = spoken()
    if wants_json():
        told = [fault.as_dict() | {"told": fault.told(words.lang)} for fault in error.faults]
        show_json({"error": "faults in the input", "exit_code": 2, "faults": told})
        return
    note(words("faults_head", n=len(error.faults)))
    for fault in error.faults[:SHOWN]:
        note(f"  {fault.told(words.lang)}")
    if len(error.faults) > SHOWN:
        note(words("faults_more", n=len(error.faults) - SHOWN))


def _show_diagnosis(error: NoPlanPossibleError) -> None:
    target = error.diagnose
    if target:
        try:
            text = diagnosis_text(error, as_json=target.suffix == ".json", shown=ALL_ROWS)
            with placing.files(target) as (draft,):
                draft.write_text(text + "\n", encoding="utf-8")
            note(spoken()("diagnosis_in", file=target))
            if wants_json():
                show_json({"error": str(error), "exit_code": 3, "diagnosis": str(target)})
            return
        except InputError as refused:
            note(spoken()("diagnosis_here", file=target, why=refused.faults[0].value))
    print(diagnosis_text(error, wants_json()))


def diagnosis_text(error: NoPlanPossibleError, as_json: bool, shown: int = SHOWN_ROWS) -> str:
    """Return why no plan is possible, in words or as JSON; ``shown`` rows of each repair."""
    reasons, conflict = error.diagnosis.reasons, error.diagnosis.infeasibility
    if as_json:
        return json.dumps(_as_facts(error, reasons, conflict), ensure_ascii=False, indent=2)
    from model.selection.rules import term

    words = spoken()
    lines = [words("no_plan"), *_changed(error, words), *(f"  {getattr(reason, words.lang)}" for reason in reasons)]
    if alone := next((reason for reason in reasons if reason.alone), None):
        told = [words(alone.remedy), *(f"  {line}" for line in alone.state)] if alone.state else []
        return "\n".join([*lines, *told])
    if not reasons:
        lines.append(words("conflict"))
        for rule, proven in zip(conflict.rules, conflict.proven, strict=True):
            name = f"{rule} {term(rule)}" if words.lang == "zh" else rule
            lines.append(f"  {name}" + ("" if proven else f" ({words('undecided')})"))
    ways = error.diagnosis.repairs
    lines.append(words("no_repairs" if not ways else "repairs_one" if len(ways) == 1 else "repairs"))
    for i, repair in enumerate(ways, 1):
        lines += _repair_lines(i, repair, shown, words)
    if ended := error.diagnosis.ended:
        lines += [words("repairs_ended"), *(f"  {zh if words.lang == 'zh' else en}" for zh, en in ended)]
    return "\n".join(lines)


def _changed(error: NoPlanPossibleError, words: Words) -> list[str]:
    """Say what the scenario changes of the baseline: one of these is likely to be what asks too much."""
    import pandas as pd

    from scenarios.report.compared import named_changes

    changed = error.diagnosis.changed
    if not changed:
        return []
    table = pd.DataFrame(list(changed), columns=["parameter", "first", "second"], dtype=object)
    return [words("diagnosis_changed", changes=named_changes(table, words, {}))]


def _as_facts(error: NoPlanPossibleError, reasons: Sequence[Impossible], conflict: Infeasibility) -> dict[str, Any]:
    return {
        "error": str(error),
        "exit_code": 3,
        "reasons": [{"rules": r.rules, "zh": r.zh, "en": r.en, "state": r.state} for r in reasons],
        "clash": [{"rule": r, "proven": p} for r, p in zip(conflict.rules, conflict.proven, strict=True)],
        "only_among_whole_choices": conflict.integer,
        "repairs": [
            {"way": r.way, "zh": r.zh, "en": r.en, "state": r.state, "verified": r.verified}
            | ({} if r.rows is None else {"rows": records(r.rows)})
            for r in error.diagnosis.repairs
        ],
        "changed": [{"parameter": path, "baseline": usual, "stated": stated} for path, usual, stated in error.diagnosis.changed],
        "tried": [{"zh": zh, "en": en} for zh, en in error.diagnosis.ended],
    }


def _repair_lines(number: int, repair: Repair, shown: int, words: Words) -> list[str]:
    """Return one way to make room in words, and the lines that state it."""
    lines = [f"{number}. {getattr(repair, words.lang)}", *(f"     {line}" for line in repair.state)]
    if repair.rows is not None:
        rows = repair.rows.head(shown)
        lines += [f"     {row.county_code} {row.year}: {row.amount_wan_yuan:,.1f} 万元" for row in rows.itertuples(index=False)]
        if len(repair.rows) > shown:
            lines.append(words("ask_more", n=len(repair.rows) - shown))
    return lines


def note(text: str) -> None:
    """Say something beside the result, in the language asked for."""
    shown = visible(translated(text))
    if not moving(text, shown):
        print(shown, file=sys.stderr, flush=True)


def translated(text: str) -> str:
    """Return a line that the code writes in English in the language asked for; one that is not known stays as it is."""
    return text if spoken().lang == "en" else in_chinese(text)


def show_json(data: Any) -> None:
    """Show one JSON document: numbers as numbers, paths and dates as text; anything else is a fault of ours."""
    print(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, (date, Path)):
        return str(value)
    if hasattr(value, "item"):  # a number of numpy
        return value.item()
    raise TypeError(f"{type(value).__name__} is no plain value")


def finish(folder: Path, as_json: bool) -> None:
    """Show a run: what was certified, and its folder last."""
    manifest = read_manifest(folder)
    if as_json:
        show_json({**manifest, "folder": str(folder)})
        return
    solver, words = manifest["solver"], spoken()
    if solver["objective"] is not None:
        certified = {name: solver[name] for name in ("objective", "bound", "gap")}
        status = words(f"status_{solver['status']}")
        print(f"{manifest['scenario']}: {words('ask_found', status=status, **certified)}")
    if by := cut_short(manifest):
        print(words("cut_short", by=translated(by)))
    if manifest["synthetic"]:
        print(words("synthetic_data"))
    print(folder)


def label(folder: Path, lang: str | None = None) -> None:
    """Say of a folder that its data are synthetic, where they are: on stderr, for what is told stands alone."""
    if read_manifest(folder).get("synthetic"):
        note(spoken(lang)("synthetic_data"))


def show_findings(
    findings: Sequence[Finding], villages: int, as_json: bool, counties: Mapping[str, str], altered: Sequence[str] = ()
) -> None:
    """Show what of a folder is altered and what an audit found, a line each, and how many."""
    from scenarios.report.findings import told

    words = spoken()
    if as_json:
        show_json({"villages": villages, "altered": list(altered), "findings": [asdict(finding) for finding in findings]})
        return
    for line in altered:
        print(words("altered", files=translated(line)))
    for finding in findings:
        print(told(finding, counties, words))
    print(words("audit_sum", villages=villages, n=len(findings)))


def records(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return a table as plain records, with nothing for what is not known or not finite."""
    known = table.notna() & ~table.isin([float("inf"), float("-inf")])
    return table.astype(object).where(known, None).to_dict("records")


def show_reply(reply: Reply, as_json: bool, lang: str | None = None) -> None:
    """Show what changes when a run is asked again."""
    if as_json:
        answer, known = reply.answer, reply.low == reply.low
        certified = {name: getattr(answer, name) for name in ("status", "objective", "bound", "gap", "stopped_by")}
        interval = {"low": reply.low if known else None, "high": reply.high if known else None}
        signed = dict(zip(("leave", "enter"), reply.signed, strict=True)) | {"cohort": reply.as_of}
        moves = {"optimum_moves": interval, "signed": signed, "asked": records(reply.asked), "changes": records(reply.changes)}
        kept = {} if reply.kept is None else {"kept": reply.kept.objective, "kept_breaks": records(reply.kept.broken)}
        show_json(certified | moves | kept)
        return
    from scenarios.report.reply import told

    print("\n".join(told(reply, spoken(lang))))


def show_turnover(found: Turnover, folder: Path, as_json: bool) -> None:
    """Show the parameters that move most villages to be signed."""
    if as_json:
        show_json(
            {"folder": str(folder), "signed": found.signed, "settings": records(found.settings), "moves": records(found.moves)}
            | {"figures": records(found.figures), "elasticities": records(found.elasticities)}
        )
        return
    from model.policy.cards import cards

    words = spoken()
    for row in found.worst.to_dict("records"):
        card = cards()[str(row["parameter"])]
        told = {str(key): value for key, value in row.items()} | {"name": getattr(card, words.lang), "signed": found.signed}
        print(words("turnover_row", **told))
    print(folder)


def show_why(found: Why, folder: Path, as_json: bool) -> None:
    """Show the chain, and the target's two intervals."""
    if as_json:
        show_json(
            {"folder": str(folder), "chain": records(found.chain), "kpis": records(found.kpis), "face": records(found.face)}
        )
        return
    from scenarios.report.why import lines

    for line in lines(found.chain, found.kpis, spoken()):
        print(line)
    print(folder)


def spoken(lang: str | None = None) -> Words:
    """Return the words of the language asked for: the command's own, that of BAICUN_LANG, or Chinese."""
    asked = lang or os.environ.get("BAICUN_LANG", "")
    return Words("en" if asked.lower().startswith("en") else "zh")


def show_comparison(comparison: Comparison, lang: str | None) -> None:
    """Show a comparison: of each scenario what was changed, what becomes of the list to be signed, and the key figures."""
    from scenarios.report.compared import told
    from scenarios.report.comparison import figures, row_told

    words = spoken(lang)
    for scenario in comparison.signed["scenario"]:
        print("\n".join(told(comparison, words.lang, scenario)))
        rows = [row_told(row, words) for row in figures(comparison, scenario).to_dict("records")]
        print(words("compare_figures") if rows else "")
        names = ("label", "unit", "first", "second", "difference", "interval")
        for *row, certain in rows:
            print(
                " * " if certain == words("yes") else "   ", words("compare_figure", **dict(zip(names, row, strict=True))), sep=""
            )
    print(words("paired_note"))
    if comparison.synthetic:
        note(words("synthetic_data"))
