"""Reading: an analyst's table becomes raw cells of text, indexed by spreadsheet row; what they mean is checked elsewhere."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from model.errors import Fault, InputError, usage
from model.register.coded import CODE, PARTS
from model.register.parse import heading_key, heading_keys
from model.register.rows import SHEET, placed
from model.register.schema import Column
from scenarios.files import titles
from scenarios.files.books import word
from scenarios.files.workbooks import STRUCK, Sheet, cell_text, open_workbook

SUFFIXES = (".csv", ".xlsx", ".parquet")  # of what is written
TEXTS = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et")
WORD = ".docx"
READ = (*TEXTS, *BOOKS, WORD, ".parquet")
SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons", "，": "full-width commas"}
MOST_ROWS, MOST_CELLS = 2_000_000, 200_000_000  # of a table
RARE, FREQUENT = 0.8, 0.9  # shares of common characters by which Big5 is told from GB18030
FIRST_ROWS = 10  # headings are looked for here
MOST_REMARKS = 3  # cells of a remark below a table
SHOWN = 40  # signs of a struck row that are shown
CHUNK = 20_000  # rows held as lists before they become columns
TOTALS = re.compile(r"(.*(合计|总计|小计|共计)|合计[:：].*|total|subtotal)")
VILLAGE_CODE = re.compile(r"[0-9]{12}")
REMARKS = re.compile(r"(填表人|制表人|审核人|负责人|填报单位|填报日期|填表日期|联系人|联系电话|备注|说明|附注|注)[:：].*")


@dataclass(frozen=True)
class Reading:
    """A file as text cells, indexed by spreadsheet row, with the rows that could not be lined up and what was passed over."""

    table: pd.DataFrame
    faults: list[Fault]
    notes: list[str]
    sheets: tuple[str, ...] = ()  # those that were joined, none where one alone was read


def read_table(path: Path, columns: Sequence[Column]) -> Reading:
    """Return a file as text cells. ``columns`` tell which row holds the headings when titles stand above them.

    Text files may be UTF-8, UTF-16 or GB18030, parted by commas, tabs or semicolons. Blank rows, totals and remarks below the
    table are passed over and counted. Raises :class:`InputError` when the file is no table at all.
    """
    with _opened(path, columns) as sheet:
        return as_table(sheet, path, columns)


def read_rows(path: Path) -> list[list[str]]:
    """Return the rows of a file as text cells, whatever they hold: of a workbook, those of its first visible sheet."""
    with _opened(path, ()) as sheet:
        rows = list(sheet.rows)
    if faults := [_struck_out(path, number, row) for number, row in enumerate(rows, 1) if _has_lines(row)]:
        raise InputError(faults)
    return rows


@contextmanager
def _opened(path: Path, columns: Sequence[Column]) -> Iterator[Sheet]:
    """Yield a file's sheet; raise what keeps it from being read, now or while its rows come."""
    kind = path.suffix.lower()
    if not path.is_file():
        raise usage("file not found", "Check the path.", file=str(path))
    if kind not in READ:
        raise usage("unknown kind of file", f"Give one of {', '.join(READ)}.", file=str(path), value=path.suffix)
    try:
        yield READERS[kind](path, columns)
    except InputError:
        raise
    except Exception as error:
        remedy = "Save it again as CSV or Excel."
        raise usage("the file cannot be read as a table", remedy, file=str(path), value=str(error)[:200]) from error


def _csv(path: Path, columns: Sequence[Column]) -> Sheet:
    """Return the rows of a text file, whatever parts its cells; raise where a quotation mark is never closed."""
    text = _decoded(path).removeprefix("\ufeff")
    mark = _separator(text, heading_keys(columns))
    if text.count('"') % 2:
        _refuse_unclosed(text, mark, path)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    return Sheet(rows, {} if mark == "," else {f"cells are parted by {SEPARATORS[mark]}": 0})


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    marked = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for encoding in (marked, "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            row = data[: error.start].count(b"\n") + 1
            continue
        if encoding == "gb18030" and _is_big5(data, text):
            raise usage("the text is in Big5, not in GB18030", "Save it as UTF-8.", file=str(path))
        if "\0" in text:
            raise usage("the file is no text that can be read", "Save it as UTF-8.", file=str(path))
        return text
    raise usage("the file is neither UTF-8, UTF-16 nor GB18030", "Save it as UTF-8.", file=str(path), row=row)


def _is_big5(data: bytes, text: str) -> bool:
    """Whether bytes that GB18030 takes are Chinese in Big5: nearly all of it common there, and much of it rare here."""
    try:
        other = data.decode("big5")
    except UnicodeDecodeError:
        return False
    return _common(text, "gb2312", 0xD7) < RARE and _common(other, "big5", 0xC6) > FREQUENT


def _common(text: str, encoding: str, last: int) -> float:
    """Return the share of Chinese characters that stand among an encoding's common ones, which come first in it."""
    signs = [sign for sign in text if "一" <= sign <= "鿿"]
    found = sum(1 for sign in signs if (code := sign.encode(encoding, "ignore")) and 0xA4 <= code[0] <= last)
    return found / len(signs) if signs else 1.0


def _separator(text: str, known: set[str]) -> str:
    """Return what parts the cells: of all separators, the one under which most headings are known."""
    first = text.splitlines()[:FIRST_ROWS]

    def headings(mark: str) -> int:
        return max(
            (sum(heading_key(cell) in known for cell in next(csv.reader([line], delimiter=mark), [])) for line in first),
            default=0,
        )

    return max(SEPARATORS, key=headings)


def _refuse_unclosed(text: str, mark: str, path: Path) -> None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    start = 1
    try:
        for _ in reader:
            start = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise usage("a quotation mark is not closed", "Close or remove it.", file=str(path), row=start) from None


def as_table(sheet: Sheet, path: Path, columns: Sequence[Column]) -> Reading:
    """Return a sheet as a table: headings found, blank rows, totals and remarks passed over; sheets of the same table joined."""
    own = _one_table(sheet, path, columns)
    if not sheet.joined:
        return own
    names, parts, faults, notes = list(sheet.joined), [own.table], list(own.faults), list(own.notes)
    keys = {heading_key(str(heading)): str(heading) for heading in own.table}
    for k, (name, rows) in enumerate(sheet.joined.items()):
        part = own if k == 0 else _one_table(Sheet(rows), path, columns)
        if k:
            faults += _otherwise(own, part, path, name)
            table = part.table.rename(columns={h: keys.get(heading_key(str(h)), h) for h in part.table})
            table.index += k * SHEET
            parts.append(table)
            faults += [replace(fault, row=fault.row + k * SHEET) if fault.row else fault for fault in part.faults]
        notes.append(f"{path.name}: sheet {name}: {len(part.table)} rows were joined")
    return Reading(pd.concat(parts).fillna(""), placed(faults, names), notes, tuple(names))


def _otherwise(own: Reading, part: Reading, path: Path, sheet: str) -> list[Fault]:
    """Return a fault for each column that a joined sheet gives in another unit than the first one."""
    remedy = "Give the column in one unit in all sheets."
    odd = titles.unlike(map(str, own.table), map(str, part.table))
    return [Fault(path.name, "the sheets give a column in different units", remedy, h, row=None, sheet=sheet) for h in odd]


def _one_table(sheet: Sheet, path: Path, columns: Sequence[Column]) -> Reading:
    known = heading_keys(columns)
    left = iter(sheet.rows)
    first = list(islice(left, FIRST_ROWS))
    top = _heading_row(first, known, min(3, sum(column.required for column in columns)))
    if not first or not any(cell.strip() for cell in first[top]):
        raise usage("the first row has no headings", "Put the headings in row 1.", file=str(path), row=1)
    first[: top + 1] = [[cell.replace(STRUCK, "") for cell in row] for row in first[: top + 1]]
    headings = titles.said(first[:top], _headings(_filled_from_above(first, top, known), path), columns)
    kept: dict[int, list[str]] = {}
    parts: list[pd.DataFrame] = []
    faults: list[Fault] = []
    passed: Counter[str] = Counter()
    for number, line in enumerate(chain(first[top + 1 :], left), top + 2):
        row = _fitted(line, len(headings))
        if _has_lines(row):
            faults.append(_struck_out(path, number, row))
            continue
        if len(kept) == CHUNK:
            parts.append(_frame(kept, headings))
            kept = {}
        if not any(cell.strip() for cell in row):
            continue
        if what := _no_village(row):
            passed[what] += 1
        elif len(row) == len(headings):
            kept[number] = row
        else:
            problem = f"the row has {len(row)} cells and the heading {len(headings)}"
            faults.append(Fault(path.name, problem, "Check the commas of the row.", row=number))
    notes = [f"{path.name}: headings are in row {top + 1}"] if top else []
    notes += [f"{path.name}: {count} {what} were passed over" for what, count in passed.items()]
    notes += [
        f"{path.name}: {f'{n} ' if n else ''}{what}{' were understood' if n else ''}" for what, n in sheet.understood.items()
    ]
    parts.append(_frame(kept, headings))
    table, dated = titles.dated(first[:top], pd.concat(parts), columns)
    return Reading(table, faults, [*notes, *(f"{path.name}: {line}" for line in dated)])


def _has_lines(row: Sequence[str]) -> bool:
    return any(cell.startswith(STRUCK) for cell in row)


def _struck_out(path: Path, number: int, row: Sequence[str]) -> Fault:
    """Return the fault of a row with cells that are struck through: nobody knows whether they count."""
    lines = [cell.removeprefix(STRUCK) for cell in row if cell.startswith(STRUCK)]
    whole = len(lines) == sum(bool(cell.strip()) for cell in row)
    problem = "the row is struck through" if whole else "a cell is struck through"
    remedy = "Delete it if it no longer counts, else take the line off."
    return Fault(path.name, problem, remedy, row=number, value=" ".join(lines)[:SHOWN])


def _fitted(row: list[str], width: int) -> list[str]:
    """Return a row without empty cells beyond the headings. A short row stays: which of its cells is missing nobody knows."""
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    return row


def _no_village(row: list[str]) -> str:
    """Return what a row is that stands in the table and is none of it: a total, or a remark; nothing for any other."""
    filled = [cell for cell in row if cell.strip()]
    first = "".join(filled[0].split()).lower()
    if TOTALS.fullmatch(first):
        return "rows of totals"
    return "remarks" if len(filled) <= MOST_REMARKS and REMARKS.fullmatch(first) else ""


def _frame(rows: dict[int, list[str]], headings: list[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows.values()), columns=headings, index=np.array(list(rows), dtype=int), dtype=str)


def _heading_row(rows: list[list[str]], known: set[str], enough: int) -> int:
    """Return the row of headings: of the first rows, the one with most known headings (the first where none has enough)."""
    matches = [sum(heading_key(cell) in known for cell in row) for row in rows]
    best = max(matches, default=0)
    return matches.index(best) if best >= enough else 0


def _filled_from_above(rows: list[list[str]], top: int, known: set[str]) -> list[str]:
    """Return the headings, blanks filled by a known heading above them: cells merged downwards."""
    headings = list(rows[top])
    for i, cell in enumerate(headings):
        above = (rows[r][i] for r in range(top - 1, -1, -1) if i < len(rows[r]))
        if not cell.strip():
            headings[i] = next((title for title in above if heading_key(title) in known), cell)
    return headings


def _headings(headings: list[str], path: Path) -> list[str]:
    named = [heading.strip() for heading in headings]
    twice = sorted({name for name in named if named.count(name) > 1 and name})
    if twice:
        raise InputError(
            [Fault(str(path), "the heading appears twice", "Keep one.", column=name, row=1, value=name) for name in twice]
        )
    return [name or f"(column {i + 1})" for i, name in enumerate(named)]


def _excel(path: Path, columns: Sequence[Column]) -> Sheet:
    """Return the first visible sheet with most known headings; others are named."""
    book, known = open_workbook(path), heading_keys(columns)
    if not book.sheets:
        return Sheet([])

    kinds = {name: _known_headings(sheet.rows, known) for name, sheet in book.sheets.items()}
    best = max(kinds, key=lambda name: len(kinds[name]))
    same = [name for name in kinds if kinds[name] and (kinds[name] == kinds[best] or _whole(kinds[name], columns))]
    alike = _apart(book.sheets, best, same, columns) if len(same) > 1 else [best]
    others = [name for name in book.sheets if name not in alike and any(any(row) for row in book.sheets[name].rows)]
    left = [f"sheet {best} was read"] if (others or book.hidden) and len(alike) == 1 else []
    left += [f"sheet {name} was left out" for name in others] + [f"hidden sheet {name} was left out" for name in book.hidden]
    understood: Counter[str] = Counter()
    for name in alike:
        understood.update(book.sheets[name].understood)
    joined = {name: list(book.sheets[name].rows) for name in alike} if len(alike) > 1 else {}
    return Sheet(book.sheets[alike[0]].rows, dict(understood) | dict.fromkeys(left, 0), joined)


def _whole(keys: set[str], columns: Sequence[Column]) -> bool:
    """Whether known headings are those of the table: every required column, a village by its code or by its name."""
    by_name = {column.name: heading_keys([column]) for column in columns}
    asked = [by_name[c.name] | (by_name.get("name", set()) if c.name == CODE.name else set()) for c in columns if c.required]
    return bool(asked) and all(keys & each for each in asked)


def _apart(sheets: dict[str, Sheet], best: str, same: list[str], columns: Sequence[Column]) -> list[str]:
    """Return those of some sheets of one table that go together, a sheet a county: none repeats another's villages."""
    seen = (set[str](), set[str]())
    found = []
    for name in sorted(same, key=lambda name: name != best):
        own = _villages(sheets[name], columns)
        repeats = own[0] & seen[0] if own[0] and seen[0] else own[1] & seen[1]
        if not repeats and (any(own) or name == best):
            found.append(name)
            seen = seen[0] | own[0], seen[1] | own[1]
    return [name for name in same if name in found] if len(found) > 1 and any(seen) else [best]


def _villages(sheet: Sheet, columns: Sequence[Column]) -> tuple[set[str], set[str]]:
    """Return the codes of villages in a sheet, and the names of villages with what stands of their places."""
    rows = list(sheet.rows)
    top = _heading_row(rows[:FIRST_ROWS], heading_keys(columns), 1)
    places = heading_keys([column for column in columns if column.name in PARTS])
    at = [i for i, cell in enumerate(rows[top] if rows else []) if heading_key(cell) in places]
    names = {"".join(row[i].strip() for i in at if i < len(row)) for row in rows[top + 1 :] if any(row) and not _no_village(row)}
    return {cell for row in rows for cell in row if VILLAGE_CODE.fullmatch(cell)}, names - {""}


def _known_headings(rows: Iterable[list[str]], known: set[str]) -> set[str]:
    """Return the known headings of the row that has most of them, among the first."""
    return max(({heading_key(cell) for cell in row} & known for row in islice(rows, FIRST_ROWS)), key=len, default=set())


def sheets(path: Path) -> dict[str, Sheet]:
    """Return every visible sheet of a workbook."""
    return open_workbook(path).sheets


def _parquet(path: Path, _: Sequence[Column]) -> Sheet:
    import pyarrow.parquet

    told = pyarrow.parquet.ParquetFile(path).metadata
    if told.num_rows > MOST_ROWS or told.num_rows * told.num_columns > MOST_CELLS:
        remedy = f"Give one of at most {MOST_ROWS:,} rows and {MOST_CELLS:,} cells."
        raise usage("the file is too large for a table", remedy, file=str(path), value=f"{told.num_rows:,} x {told.num_columns}")
    table = as_text(pd.read_parquet(path))
    return Sheet([list(table.columns), *table.to_numpy().tolist()])


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as a file would give it: text cells, indexed by spreadsheet row (the heading is row 1)."""
    cells = [[cell_text(cell) for cell in row] for row in table.itertuples(index=False)]
    return pd.DataFrame(cells, columns=list(map(str, table.columns)), index=range(2, len(table) + 2), dtype=str)


def _word(path: Path, columns: Sequence[Column]) -> Sheet:
    """Return the table of a Word document that has most known headings, with the lines above it as titles."""
    known = heading_keys(columns)
    tables = word.tables(path)
    if not tables:
        raise usage("the document holds no table", "Give a table: in Word, Excel or CSV.", file=str(path))
    kinds = [_known_headings(rows, known) for rows in tables]
    best = max(range(len(tables)), key=lambda i: len(kinds[i]))
    left = {f"table {i + 1} was left out": 0 for i in range(len(tables)) if i != best}
    return Sheet(tables[best], {f"table {best + 1} was read": 0} | left if left else {})


READERS = dict.fromkeys(TEXTS, _csv) | dict.fromkeys(BOOKS, _excel) | {WORD: _word, ".parquet": _parquet}
