"""One page a village (一村一策): what it lacks, its projects and money, as a Word file that a county goes on writing in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd

from model.policy.catalogue import Task, department, tasks
from model.register.gaps import lacking, state
from model.words import CHINESE
from scenarios.report import money
from scenarios.report.facts import Facts
from scenarios.report.letter import BODY, HEAVY, TITLE, new, stamped
from scenarios.report.listing import ordered
from scenarios.report.sheets import blank

NAME = "一村一策"
SIZES = {TITLE: 36, HEAVY: 28, BODY: 21}  # half points
LACKS = (("任务", 1100), ("指标", 2700), ("现状", 1100), ("目标", 1100), ("单位", 1000), ("性质", 1000), ("牵头部门", 1900))
BUILT = (("项目", 2000), ("工程量", 1300), ("投资", 1100), ("资金来源", 3200), ("计划工期", 2300))  # twentieths of a point
TIGHT = '<w:pPr><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/></w:pPr>'
NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write(facts: Facts, path: Path, plan: pd.DataFrame, works: pd.DataFrame) -> Path:
    """Write the pages of a county's villages, each on a sheet of its own."""
    pages = (
        piece
        for i, row in enumerate(ordered(plan).to_dict("records"))
        for piece in _page(facts, row, works[works["village_id"] == row["village_id"]], first=i == 0)
    )
    return put(pages, path)


def put(pieces: Iterable[str], path: Path) -> Path:
    """Write paragraphs and tables, as the file holds them, into a new document."""
    from docx.oxml import parse_xml

    document = new()
    body = document.element.body
    for at, piece in enumerate(pieces, len(body) - 1):  # before what states the sheet
        body.insert(at, parse_xml(piece))
    path.write_bytes(stamped(document))
    return path


def _page(facts: Facts, row: Mapping[Any, Any], works: pd.DataFrame, first: bool) -> Iterator[str]:
    """Yield the paragraphs and tables of a village."""
    yield line(f"{row['name']}“{NAME}”", TITLE, centred=True, new_page=not first)
    if facts.manifest["synthetic"]:
        yield line(CHINESE("synthetic"), HEAVY, centred=True)
    yield line(_about(facts, row), BODY)
    yield line("一、短板弱项", HEAVY)
    yield grid(LACKS, _lacks(facts, row["village_id"]))
    yield line(f"二、项目和资金（单位：万元，合计{works['cost_wan_yuan'].sum():,.2f}）", HEAVY)
    yield grid(BUILT, _built(works))
    yield line("三、村民意愿、到户事项和管护安排（由村填写）", HEAVY)
    yield grid((("事项", 2400), ("内容", 4800), ("责任人", 1300), ("时限", 1400)), [[""] * 4] * 4)


def _about(facts: Facts, row: Mapping[Any, Any]) -> str:
    """Return where a village is, of what type and size, and what it is to get."""
    village = facts.villages[facts.villages["village_id"] == row["village_id"]].iloc[0]
    kind = CHINESE(str(village["village_type"]))
    told = [f"{row['prefecture']}{row['county']}{blank(row.get('township'))}", f"村代码{row['village_id']}", f"村庄类型：{kind}"]
    told += [f"{int(village['households'])}户", f"{row['cohort']}年批次", f"一般债券{row['general_bond_wan_yuan']:,.2f}万元"]
    return "；".join(told) + "。"


def _lacks(facts: Facts, code: str) -> Iterator[list[str]]:
    villages = facts.villages[facts.villages["village_id"] == code].reset_index(drop=True)
    for task in sorted(tasks(), key=lambda task: task.key):
        if lacking(villages, task)[0] > 0:
            has = float(state(villages, task)[0])
            lead = "、".join(department(name)[0] for name in task.departments[:1])
            yield [task.id, task.zh, f"{has:g}", f"{task.target:g}", unit_of(task), task.force, lead]


def unit_of(task: Task) -> str:
    """Return the unit of a task's state, in Chinese."""
    return CHINESE(f"quantity_{task.unit}") if CHINESE.has(f"quantity_{task.unit}") else CHINESE.unit(task.unit)


def _built(works: pd.DataFrame) -> Iterator[list[str]]:
    """Yield each project whole, with who pays how much."""
    titles = {task.id: task.zh for task in tasks()}
    for name, own in works.groupby("task_id"):
        size = f"{own['quantity'].sum():,.4g}{CHINESE('quantity_' + own['unit'].iloc[0])}"
        paid = own.groupby("source")["cost_wan_yuan"].sum()
        payers = "、".join(f"{money.source_name(s, CHINESE)}{paid[s]:,.2f}" for s in money.present(own))
        dates = [str(blank(own["planned_start"].dropna().min())), str(blank(own["planned_finish"].dropna().max()))]
        span = "至".join(dates) if all(dates) else ""
        yield [titles.get(str(name), CHINESE("other_works")), size, f"{own['cost_wan_yuan'].sum():,.2f}", payers, span]


def line(text: str, font: str, centred: bool = False, new_page: bool = False) -> str:
    """Return a paragraph as the file holds it."""
    place = ("<w:pageBreakBefore/>" if new_page else "") + ('<w:jc w:val="center"/>' if centred else "")
    return f'<w:p {NAMESPACE}><w:pPr><w:spacing w:before="80" w:after="80"/>{place}</w:pPr>{_run(text, font, SIZES[font])}</w:p>'


def _run(text: str, font: str, size: int) -> str:
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>'
    return f'<w:r><w:rPr>{fonts}<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def grid(columns: Sequence[tuple[str, int]], rows: Any, headed: bool = True) -> str:
    """Return a table as the file holds it: thousands of villages are written in seconds so, and in minutes cell by cell."""
    edges = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    widths = "".join(f'<w:gridCol w:w="{width}"/>' for _, width in columns)
    names = [name for name, _ in columns]
    head = _cells(names, columns, HEAVY, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>") if headed else ""
    told = "".join(_cells(row, columns, BODY, "<w:trPr><w:cantSplit/></w:trPr>") for row in rows)
    shape = f'<w:tblPr><w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{widths}</w:tblGrid>'
    return f"<w:tbl {NAMESPACE}>{shape}{head}{told}</w:tbl>"


def _cells(texts: Sequence[str], columns: Sequence[tuple[str, int]], font: str, how: str) -> str:
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{TIGHT}{_run(text, font, 18)}</w:p></w:tc>'
        for text, (_, width) in zip(texts, columns, strict=True)
    )
    return f"<w:tr>{how}{''.join(cells)}</w:tr>"
