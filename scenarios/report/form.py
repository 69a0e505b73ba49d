"""An office's own form of the list (本单位模板): a Word file whose marks are filled in; everything else of it stays as it is.

A mark stands in double braces: ``{{名单}}`` alone in its paragraph, where the table goes, the others anywhere in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.errors import Fault, InputError, usage
from model.words import CHINESE
from scenarios.files import outtake
from scenarios.report import letter
from scenarios.report.facts import Facts
from scenarios.report.listing import ordered
from scenarios.report.sentences import how_good, recommended

LIST = "名单"
MARK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
MEANT = {
    LIST: "入选村表，独占一段",
    "标题": "标题",
    "年度": "待签批批次的年度",
    "村数": "待签批批次的村数",
    "一般债券": "待签批批次的一般债券，万元",
    "总投资": "待签批批次的总投资，万元",
    "范围": "名单的范围",
    "优化程度": "名单好到什么程度",
}


def starter(out: Path, force: bool = False) -> Path:
    """Write a form to begin with, which holds every mark, as offices set a paper of this kind."""
    document = letter.new()
    for text, font, points, how in (
        ("附件1", letter.HEAVY, 16, {}),
        ("{{标题}}", letter.TITLE, 22, {"centred": True}),
        ("{{范围}}", letter.BODY, 16, {"indented": True}),
        ("{{优化程度}}", letter.BODY, 16, {"indented": True}),
        (
            "{{年度}}年批次共{{村数}}个村，一般债券{{一般债券}}万元，总投资{{总投资}}万元。",
            letter.BODY,
            16,
            {"indented": True},
        ),
        (CHINESE("in_wan_yuan"), letter.BODY, 12, {"right": True}),
        ("{{名单}}", letter.BODY, 12, {}),
        (CHINESE("signed_by"), letter.BODY, 12, {}),
    ):
        letter.paragraph(document, text, font, points, **how)
    outtake.new_file(out, ".docx", letter.stamped(document), force)
    return out


def write(folder: Path, template: Path, out: Path, force: bool = False) -> Path:
    """Fill an office's form in with the list of a run. Raises :class:`InputError` with every fault of the form."""
    facts, document = Facts.of(folder), _opened(template)
    listed = facts.plan[facts.plan["status"] == "recommended"]
    texts = _texts(facts, listed)
    places = [own for own in document.paragraphs if MARK.fullmatch(own.text.strip()) and LIST in own.text]
    if faults := _faults(document, template, len(places)):
        raise InputError(faults)
    for own in _paragraphs(document):
        if own._p is not places[0]._p:
            _filled(own, texts)
    _placed(document, places[0], facts, listed)
    outtake.new_file(out, ".docx", letter.stamped(document), force)
    return out


def _opened(template: Path) -> Any:
    import docx

    try:
        return docx.Document(str(template))
    except Exception as error:  # no file, no .docx, or one that Word itself would mend
        remedy = "Give a .docx file; `baicun new FORM.docx` writes one to begin with."
        raise usage("the form cannot be read", remedy, file=str(template), value=str(error)[:100]) from error


def _texts(facts: Facts, listed: Any) -> dict[str, str]:
    """Return what each mark but the list's is filled in with."""
    year = facts.manifest["as_of"]
    sums = (f"{listed[f'{name}_wan_yuan'].sum():,.2f}" for name in ("general_bond", "total_cost"))
    values = (CHINESE("list_title", year=year), str(year), str(len(listed)), *sums)
    told = recommended(facts, CHINESE), how_good(facts, CHINESE)
    return dict(zip([name for name in MEANT if name != LIST], (*values, *told), strict=True))


def _paragraphs(document: Any) -> Iterator[Any]:
    """Yield the paragraphs of a document, of its tables, and of its heads and feet."""
    yield from document.paragraphs
    tables = list(document.tables)
    for section in document.sections:
        for part in (section.header, section.footer, section.even_page_header, section.even_page_footer):
            yield from part.paragraphs
            tables += part.tables
    for table in tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


def _faults(document: Any, template: Path, places: int) -> list[Fault]:
    known = "、".join(f"{{{{{name}}}}}" for name in MEANT)
    names = [name for own in _paragraphs(document) for name in MARK.findall(own.text)]
    faults = [
        Fault(template.name, "the form has a mark that nobody knows", "Correct or remove it.", value=name, expected=known)
        for name in dict.fromkeys(names)
        if name not in MEANT
    ]
    if places != 1:
        remedy = "Put {{名单}} once, alone in a paragraph, where the table is to stand."
        faults.append(Fault(template.name, "the form does not say where the list goes", remedy, value=str(places)))
    return faults


def _filled(own: Any, texts: dict[str, str]) -> None:
    """Fill the marks of a paragraph in; where one is spread over runs, the first of them keeps it, with its look."""
    if not MARK.search(own.text):
        return
    for run in own.runs:
        run.text = MARK.sub(lambda mark: texts.get(mark[1], mark[0]), run.text)
    if MARK.search(own.text) and own.runs:
        whole = MARK.sub(lambda mark: texts.get(mark[1], mark[0]), "".join(run.text for run in own.runs))
        for run in own.runs[1:]:
            run.text = ""
        own.runs[0].text = whole


def _placed(document: Any, place: Any, facts: Facts, listed: Any) -> None:
    """Put the list where its mark stands, below the label of synthetic data, which no form can leave out."""
    if facts.manifest["synthetic"]:
        label = letter.paragraph(document, CHINESE("synthetic"), letter.HEAVY, 12, centred=True)
        place._p.addprevious(label._p)
    place._p.addprevious(letter.list_table(document, ordered(listed))._tbl)
    place._p.getparent().remove(place._p)
