"""Write the generated pages: ``python docs/generate.py`` (``make docs``); the tests hold them in step with the code."""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from model.columns import tables as columns
from model.outcomes.kpis import KPIS
from model.outcomes.signs import levers
from model.policy.card import kind_of
from model.policy.cards import Card, calibration, cards
from model.policy.catalogue import creation_standard, department, owner, sources_of, tasks
from model.policy.clauses import clauses, trace
from model.register.synthetic import generate
from model.register.synthetic.likeness import likeness
from model.selection.rules import RULES

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE))
import messages  # noqa: E402  (a neighbour, whoever loads this file)

SEEDS = tuple(range(2023, 2033))
CALIBRATION_NOTES = (
    "",
    "Not calibrated, because no figure was found: bond limits by county and after 2022, the split of the pool by year,",
    "shares of village types, pass rates, collective incomes since 2015. Indicators vary with a latent trait that a county and",
    "neighbouring villages have in common (`space.*` on the [parameters](parameters.md)); those correlations are ours.",
)
TASK_COLUMNS = (
    "task",
    "name",
    "名称",
    "force",
    "dimension",
    "indicator",
    "unit",
    "target",
    "class of work",
    "money that may pay",
    "owner of what is built",
    "lead departments",
)
CLAUSE = re.compile(r"P2[23]-[A-Z]+(?:-[A-Z0-9]+)*\d*(?:\.\d+)?")
TERMS = (
    ("Hundred-Village Upgrade", "百村提升", "the programme: about 200 villages a year, about 1,000 by 2028", "", ""),
    ("Thousand-Village Demonstration", "千村示范", "the earlier programme whose accepted villages are the pool", "", ""),
    ("register", "备选村名册", "the candidate villages, one row each", "V", "village"),
    ("cohort", "批次", "the villages selected in one year, built over two", "t", "year"),
    ("as-of year", "决策年度", "the year whose cohort is recommended", "t0", "year"),
    ("recommendation", "建议名单", "the cohort of the as-of year, to be signed", "", ""),
    ("outlook", "推演名单", "later cohorts: not a recommendation", "", ""),
    ("selection", "遴选", "choosing villages by integer programming", "x", "0/1"),
    ("projection", "推演", "playing the programme by discrete-event simulation", "", ""),
    ("comprehensive review", "综合评审", "four aspects and five dimensions made into one score", "s", "points"),
    ("merit", "效益", "score, discounted by year and readiness", "mu", "points"),
    ("readiness", "准备度", "how ready a village is to start", "r", "share"),
    ("package", "建设包", "what is built in a village: basic, standard or enhanced", "k", ""),
    ("general bond", "一般债券", "bond money for public-good works", "b", "万元"),
    ("quota", "限额", "general-bond money a county may draw in a year", "B", "万元"),
    ("bound", "上界", "what no plan can exceed", "", "points"),
    ("gap", "最优间隙", "how far the plan may be from the best, over its objective", "", "share"),
    ("precheck", "预检", "what a person can see before any solver: why nothing can fit", "", ""),
    ("infeasibility", "不可行", "no plan can satisfy the rules", "", ""),
    ("irreducible set", "最小冲突规则组", "rules that cannot hold together, each of which is needed for that", "", ""),
    ("repair", "放宽方案", "bounds that give way so that a plan exists", "", ""),
    ("auxiliary column", "辅助变量", "a column beside the choices that follows from them", "", ""),
    ("block", "分块", "the columns and rows of one county", "", ""),
    ("linking row", "联结约束", "a row that joins counties", "", ""),
    ("solved state", "求解记忆", "what a solve has learnt: prices, bounds, plans of each block; asked again in seconds", "", ""),
    ("exchangeable", "间隙内可替换", "villages that are others in another plan inside the gap", "", "village"),
    ("shadow price", "影子价格", "what one more unit of a row's bound is worth to the relaxation", "pi", "points"),
    ("accounts", "资金账", "works, costs, draws and purse of a world, worked out once", "", "0.01 万元"),
    ("draw", "用款", "what a package needs in a year of its cycle", "n", "0.01 万元"),
    ("purse", "县级资金盘子", "what each source has in a county and year", "L", "0.01 万元"),
    ("settlement", "资金安排", "who pays for what in a county and year", "f", "0.01 万元"),
    ("audit", "核查", "an independent reading of every rule from tables", "", ""),
    ("verdict", "结论", "why a village is in or out", "", ""),
    ("replication", "重复推演", "one play of the programme with its own luck", "", ""),
    ("acceptance", "验收", "examination of a finished village", "", ""),
    ("rectification", "整改", "mending what an inspection or examination found", "", "day"),
    ("upkeep", "管护", "looking after what was built", "", ""),
    ("four haves", "四有", "rules, staff, money and oversight of upkeep (2022 document, pool)", "", "have"),
    ("relapse", "反弹", "an accepted village falls below the standard", "", ""),
    ("secret visit", "暗访", "an unannounced visit to a village", "", ""),
    ("delisting", "摘牌", "a pool village loses its plaque and is no candidate", "", ""),
    ("frozen ground", "封冻", "when outdoor work pauses", "", "day"),
    ("synthetic data", "模拟数据", "invented figures, labelled wherever they show", "", ""),
    ("ten thousand yuan", "万元", "the unit of money", "", "10,000 yuan"),
)


def glossary() -> str:
    """Return the glossary: each term once."""
    rows = [*TERMS, *((name.replace("_", " "), rule.term, "rule of selection", "", rule.unit) for name, rule in RULES.items())]
    rows += [(kpi.en, kpi.zh, "key figure of the projection", "", kpi.unit) for kpi in KPIS.values()]
    lines = ["# Glossary", "", "| English | 中文 | meaning | symbol | unit |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"


def rules() -> str:
    """Return the page of rules: docstring, parameters, clause."""
    lines = [
        "# Rules of selection",
        "",
        "The list of rules that are on is the policy. Numbers stand on the [parameters](parameters.md).",
    ]
    for name, rule in RULES.items():
        lines += ["", f"## {name} {rule.term}", "", inspect.cleandoc(rule.__doc__ or "").replace(".. math:: ", "    "), ""]
        own = [path for path in cards() if path.startswith(f"rules.{name}.")]
        lines += [f"- `{path}` = {cards()[path].value} {cards()[path].unit}" for path in own] or ["No parameters."]
        lines += [f"- clause: {rule.clause}; picture: `tests/golden/{name}.lp`"]
    return "\n".join(lines) + "\n"


def parameters() -> str:
    """Return the page of parameters: scenario cards, then calibration."""
    lines = [
        "# Parameters",
        "",
        "Every number a scenario may state, with its value in the baseline.",
        "A *lever* is chosen by an office, an *assumption* is not known.",
    ]
    lines += _table(cards().values())
    lines += ["", "## Calibration of the synthetic register", "", "None of these enters a scenario."]
    return "\n".join([*lines, *_table(calibration().values())]) + "\n"


def clause_page() -> str:
    """Return the page of clauses: what each binds, how far it is met and by what, and the tests that fail when it is not."""
    count = Counter(found.extent for found in trace().values())
    lines = [
        "# Clauses",
        "",
        "Every clause of both documents, in our own words: how far it is met, by what, and the tests that fail when that stops",
        f"doing what the clause says. Whole: {count['whole']}; in part: {count['part']}; not modelled: {count['none']}.",
        "",
        "Neither document labels its sentences. Where a word or a number carries the label of force, it stands beside the label;",
        "all other labels are our reading.",
        "",
        "| clause | document | binds | force | gist | 要点 | met | by | tests |",
        "|---" * 9 + "|",
    ]
    cited, tests = elements(), tomllib.loads((ROOT / "tests" / "trace.toml").read_text(encoding="utf-8"))
    for clause in clauses().values():
        found = trace()[clause.clause_id]
        met = f"{found.extent}: {found.missing_en}" if found.missing_en else found.extent
        by = ", ".join(cited.get(clause.clause_id, []))
        held = ", ".join(f"`{test}`" for test in tests.get(clause.clause_id, []))
        force = f"{clause.force} ({found.word or 'our reading'})"
        cells = (clause.clause_id, clause.document, clause.applies_to, force, clause.gist_en, clause.gist_zh, met, by, held)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def elements() -> dict[str, list[str]]:
    """Return, by clause, what cites it: rules, tasks, parameters, and files that name it in their text."""
    cited: dict[str, list[str]] = {}
    for name, rule in RULES.items():
        for clause in rule.clause.split(";"):
            cited.setdefault(clause, []).append(f"rule `{name}`")
    for task in tasks():
        cited.setdefault(task.clause, []).append(f"task `{task.name}`")
    for card in (*cards().values(), *calibration().values()):
        if card.clause and not card.path.startswith("tasks."):
            cited.setdefault(card.clause, []).append(f"parameter `{card.path}`")
    for path in sorted([*(ROOT / "model").rglob("*.py"), *(ROOT / "scenarios").rglob("*.py")]):
        name = path.relative_to(ROOT).as_posix()
        for clause in sorted(set(CLAUSE.findall(path.read_text(encoding="utf-8")))):
            if "/rules/" not in name:
                cited.setdefault(clause, []).append(f"`{name}`")
    return cited


def task_page() -> str:
    """Return the page of the task catalogue."""
    lines = [
        "# The task catalogue",
        "",
        "Every task and sub-indicator of the 2023 plan. Only tasks of force 约束 can fail a village. The numbers behind each,",
        "with date, source, range and confidence, stand on the [parameters](parameters.md) under `tasks.NAME`; a scenario may",
        "state any.",
        "",
        "| " + " | ".join(TASK_COLUMNS) + " |",
        "|---" * len(TASK_COLUMNS) + "|",
    ]
    for task in sorted(tasks(), key=lambda task: task.key):
        target = f"{'at most' if task.direction == 'down' else 'at least'} {task.target:g}"
        cells = [
            task.id,
            f"`{task.name}` {task.en}",
            task.zh,
            task.force,
            task.dimension,
            f"`{task.indicator}`",
            task.unit,
            target,
        ]
        cells += [task.work_class, ", ".join(sources_of(task.work_class)), owner(task.owner)["en"]]
        cells.append("、".join(department(name)[0] for name in task.departments))
        lines.append("| " + " | ".join(cells) + " |")
    standard = creation_standard()
    lines += ["", "## The creation standard of the pool (九有六无)", "", standard["note_en"], "", standard["note_zh"], ""]
    lines += [f"- {kind}: {'、'.join(standard[key])}" for kind, key in (("九有", "haves"), ("六无", "have_nots"))]
    return "\n".join(lines) + "\n"


def _table(listed: Iterable[Card]) -> list[str]:
    lines = [
        "",
        "| parameter | 名称 | kind | value | range | unit | confidence | clause | source |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for card in listed:
        span = "" if card.low is None else f"{card.low:g}-{card.high:g}"
        cells = (
            f"`{card.path}`",
            card.zh,
            kind_of(card.path),
            card.value,
            span,
            card.unit,
            card.confidence,
            card.clause,
            card.source,
        )
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return lines


def calibration_page() -> str:
    """Return the page of calibration: target beside obtained, over several seeds."""
    obtained_by_seed = [likeness(generate(2051, seed)) for seed in SEEDS]
    lines = ["# Calibration of the synthetic register", ""]
    lines += [
        f"What the generator aims at, beside what `baicun register generate --villages 2051` gives: with seed {SEEDS[0]}, and",
        f"the lowest and highest of {len(SEEDS)} seeds. Where the confidence is *assumption* the target itself is ours.",
        "",
        "| figure | unit | target | obtained | of several seeds | confidence | source of the target |",
        "|---|---|---|---|---|---|---|",
    ]
    for same in zip(*obtained_by_seed, strict=True):
        first, obtained = same[0], [one.obtained for one in same]
        cells = [first.figure, first.unit, _figure(first.target), _figure(first.obtained)]
        cells += [f"{_figure(min(obtained))} to {_figure(max(obtained))}", first.confidence, first.source]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, *CALIBRATION_NOTES]) + "\n"


def lever_page() -> str:
    """Return the page of the levers the documents name."""
    lines = [
        "# Levers",
        "",
        "What the documents name, the figure it is for, and their direction (`model/policy/levers.toml`). `make signs` plays",
        "both ends in the same luck.",
        "",
        "| lever | 名称 | clause | from | to | figure | year | direction |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for lever in levers():
        ends = ("; ".join(f"`{name}` {value}" for name, value in end.items()) for end in (lever.low, lever.high))
        told = (lever.en, lever.zh, lever.clause, *ends, KPIS[lever.figure].en, lever.year or "", lever.direction)
        lines.append("| " + " | ".join(map(str, told)) + " |")
    return "\n".join(lines) + "\n"


def column_page() -> str:
    """Return the page of the columns of every written table."""
    lines = [
        "# Columns",
        "",
        "Every column of every table that is written (`model/columns.toml`). A folder holds those of its own tables in",
        "`columns.csv` and, as a data package, in `datapackage.json`. Money is in 万元, intervals are at 95 %, a blank is",
        "no bound or not known.",
    ]
    for table in columns().values():
        lines += [
            "",
            f"## {table.name}.csv",
            "",
            f"{table.zh}: {table.en}.",
            "",
            "| column | 名称 | what it is | 含义 | unit |",
            "|---" * 5 + "|",
        ]
        lines += [f"| `{c.name}` | {c.zh} | {c.en} | {c.meaning} | {c.unit} |" for c in table.columns]
    return "\n".join(lines) + "\n"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


PAGES = {
    "GLOSSARY.md": glossary,
    "reference/rules.md": rules,
    "reference/parameters.md": parameters,
    "reference/clauses.md": clause_page,
    "reference/tasks.md": task_page,
    "reference/calibration.md": calibration_page,
    "reference/levers.md": lever_page,
    "reference/columns.md": column_page,
    "reference/messages.md": messages.page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8", newline="\n")
