"""Marking: the villages of a programme's list, by code or by name, become a column of the register; nothing is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from model.errors import Fault, InputError, usage
from model.register.divisions import official, towns
from model.register.match import Gazetteer, Match
from model.register.parse import heading_key, heading_keys, parse
from model.register.schema import village_columns
from model.words import CHINESE
from scenarios.colours import HEADING
from scenarios.files import placing
from scenarios.files.outtake import SAFE, new_table, new_workbook, write_table
from scenarios.files.reading import read_rows, read_table

PLACES = re.compile(r"(县|市|州|区|镇|乡|街道|村|名单|名称|地址|单位)")
OTHERS = re.compile(r"(序号|类型|产业|项目|备注|电话|联系|面积|人口|年度|批次|等级)")
CODE = re.compile(r"[0-9]{12}")
CHINESE_SIGN = re.compile(r"[\u3400-\u9fff]")
PILES = ("matched", "town", "official", "ambiguous", "unmatched")
CONFIRM = ("row", "entry", "code")


@dataclass(frozen=True)
class Marked:
    """What a list means for a register.

    ``piles`` has one row an entry: row, entry, pile (``matched`` and ``town``: in the register; ``official``: a village of
    Jilin that the register does not have; ``ambiguous``; ``unmatched``), codes and suggestions. ``table`` is the raw register
    with the column, ``villages`` how many villages are marked.
    """

    piles: pd.DataFrame
    table: pd.DataFrame
    villages: int

    def counts(self) -> dict[str, int]:
        """Return how many entries are in each pile."""
        found = self.piles["pile"].value_counts()
        return {pile: int(found.get(pile, 0)) for pile in PILES}


def mark(register: Path, listed: Path, column: str, confirmed: Path | None = None) -> Marked:
    """Return a register marked with a list; ``confirmed`` is a confirm sheet with the codes that a person has filled in."""
    heading = _flag(column)
    reading = read_table(register, village_columns())
    parsed = parse(reading.table, village_columns(), register.name)
    if "village_id" not in parsed.table:
        raise InputError([fault for fault in parsed.faults if fault.column == "village_id"])
    ids = parsed.table["village_id"]
    matches = _matches(listed, set(ids), _confirmed(confirmed) if confirmed else {})
    codes = {code for _, match in matches for code in match.codes if match.kind == "matched"}
    whole = tuple(match.town for _, match in matches if match.kind == "town")
    hit = ids.isin(codes) | ids.str.startswith(whole) if whole else ids.isin(codes)
    stated = next((name for name, known in parsed.mapping.items() if known == heading), heading)
    before = parsed.table[heading] if heading in parsed.table else pd.Series(False, index=ids.index)
    table = reading.table.assign(**{stated: (hit | before.astype(bool)).astype(int).astype(str).to_numpy()})
    return Marked(_piles(matches, set(ids)), table, int(hit.sum()))


def _flag(column: str) -> str:
    flags = {key: c.name for c in village_columns() if c.kind == "flag" for key in (heading_key(c.name), heading_key(c.zh))}
    name = flags.get(heading_key(column))
    if name is None:
        raise usage("there is no such mark", f"One of {', '.join(sorted(set(flags.values())))}.", value=column)
    return name


def _matches(listed: Path, ids: set[str], confirmed: dict[tuple[int, str], str]) -> list[tuple[int, Match]]:
    """Return each entry of a list with its row and what it means."""
    places, official_ids = Gazetteer(official()), set(official()["village_id"])
    found = []
    for row, entry in entries(listed):
        code = CODE.search(entry)
        if given := confirmed.get((row, entry)):
            found.append((row, Match(entry, (given,))))
        elif code:
            known = code[0] in ids or code[0] in official_ids
            found.append((row, Match(entry, (code[0],) if known else ())))
        else:
            found.append((row, places.match(entry)))
    if not found:
        raise usage("the list names no village", "Give one with villages by name or code.", file=str(listed))
    return found


def entries(listed: Path) -> list[tuple[int, str]]:
    """Return the entries of a list with their rows: the places of a row in one text, cells above filling blanks before them."""
    rows = read_rows(listed)
    top, columns = _heading(rows)
    found: list[tuple[int, str]] = []
    above: list[str] = []
    for number, row in enumerate(rows[top:], top + 1):
        cells = [cell.strip() for i, cell in enumerate(row) if columns is None or i in columns]
        cells = cells if columns is not None else [cell for cell in cells if CHINESE_SIGN.search(cell) or CODE.fullmatch(cell)]
        if not any(cells) or _title(next(cell for cell in cells if cell)):
            continue
        if columns is not None:
            last = max(i for i, cell in enumerate(cells) if cell)
            cells = [cell or (above[i] if i < len(above) and i < last else "") for i, cell in enumerate(cells)]
            above = cells
        code = next((cell for cell in row if CODE.fullmatch(cell.strip())), "")
        entry = code.strip() or "".join(cells)
        if entry and not _title(entry):
            found.append((number, entry))
    return found


def _heading(rows: list[list[str]]) -> tuple[int, set[int] | None]:
    """Return where the entries begin and which columns hold places; all of them where no heading says so."""
    best = 0
    found: tuple[int, set[int] | None] = (0, None)
    for number, row in enumerate(rows[:10]):
        filled = [cell.strip() for cell in row if cell.strip()]
        short = all(len(cell) <= 12 and not CODE.fullmatch(cell) for cell in filled)
        if len(filled) > best and short and _headings(filled):
            places = {i for i, cell in enumerate(row) if PLACES.search(cell) and not OTHERS.search(cell)}
            best, found = len(filled), (number + 1, places or None)
    return found


def _headings(cells: list[str]) -> bool:
    """Whether cells are headings and no places: each says what its column holds."""
    known = heading_keys(village_columns())
    words = re.compile(
        r"(序号|.*名单|.*名称|(所在|所属)?(省|市|州|市州|地区|市地|县|县区|县市|县市区|区县|乡|乡镇|镇|镇街|乡镇街道|街道|村|行政村|村名|村屯))"
    )
    plain = [re.sub(r"[\s()（）、/]", "", cell) for cell in cells]
    return all(words.fullmatch(cell) or OTHERS.search(cell) or heading_key(cell) in known for cell in plain)


def _title(entry: str) -> bool:
    """Whether a row is a title or a remark and no entry."""
    return bool(
        re.match(r"(附件|附表|注[:：]|说明[:：]|单位[:：]|填报)", entry) or entry.endswith(("名单", "公示", "合计", "总计"))
    )


def _piles(matches: list[tuple[int, Match]], ids: set[str]) -> pd.DataFrame:
    names = official().set_index("village_id")
    town_names = towns().set_index("town_code")
    rows = []
    for row, match in matches:
        towns_here = match.kind == "town" and any(code.startswith(match.town) for code in ids)
        inside = towns_here or (bool(match.codes) and set(match.codes) <= ids)
        pile = match.kind if inside or match.kind in ("ambiguous", "unmatched") else "official"
        means = match.codes or ((match.town,) if match.town else ())
        told = [_named(code, names, town_names) for code in means]
        rows.append(
            (
                row,
                match.entry,
                pile,
                ";".join(means),
                "；".join(told),
                "；".join(_named(c, names, town_names) for c in match.suggestions),
            )
        )
    return pd.DataFrame(rows, columns=["row", "entry", "pile", "codes", "means", "suggestions"])


def _named(code: str, names: pd.DataFrame, town_names: pd.DataFrame) -> str:
    if code in names.index:
        county, town, village = (str(names.loc[code, key]) for key in ("county", "town", "village"))
        return f"{county}{town}{village} {code}"
    if code in town_names.index:
        county, town = (str(town_names.loc[code, key]) for key in ("county", "town"))
        return f"{county}{town} {code}"
    return code


def _confirmed(path: Path) -> dict[tuple[int, str], str]:
    """Return the codes a person has filled into a confirm sheet, by row and entry."""
    rows = read_rows(path)
    at = next((i for i, row in enumerate(rows) if CHINESE("mark_code") in row), None)
    if at is None:
        raise usage("this is no confirm sheet", "Give the one that this command wrote.", file=str(path))
    place = {key: rows[at].index(CHINESE(f"mark_{key}")) for key in CONFIRM}
    found, faults = {}, []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        code = row[place["code"]].strip() if len(row) > place["code"] else ""
        if not code:
            continue
        if not CODE.fullmatch(code):
            faults.append(
                Fault(path.name, "cell cannot be read", "Correct the code.", CHINESE("mark_code"), number, code, "12 digits")
            )
        else:
            found[int(row[place["row"]]), row[place["entry"]]] = code
    if faults:
        raise InputError(faults)
    return found


def write(marked: Marked, register: Path, listed: Path, out: Path | None, force: bool) -> tuple[Path, Path]:
    """Write the marked register and the confirm sheet beside it; return both paths. The register itself stays as it is."""
    target = out or register.with_name(f"{register.stem}.marked.csv")
    new_table(target, force)
    sheet = target.with_name(f"{listed.stem}.confirm.xlsx")
    new_workbook(sheet, "confirm sheet", force)
    beside = register.with_name(f"{register.stem}.counties{register.suffix}")
    to = target.with_name(f"{target.stem}.counties{beside.suffix}")
    taken = beside.is_file() and to != beside
    with placing.files(target, sheet, *([to] if taken else [])) as drafts:
        write_table(marked.table, drafts[0])
        _write_confirm(marked.piles, drafts[1])
        if taken:
            drafts[2].write_bytes(beside.read_bytes())
    return target, sheet


def _write_confirm(piles: pd.DataFrame, path: Path) -> None:
    """Write the four piles, those that wait for a person first, with a column for the code they decide on."""
    import xlsxwriter

    order = {"ambiguous": 0, "unmatched": 1, "official": 2, "matched": 3, "town": 3}
    rows = piles.sort_values("pile", key=lambda pile: pile.map(order), kind="stable")
    with xlsxwriter.Workbook(str(path), SAFE) as book:
        head, text = book.add_format({"bold": True, "bg_color": HEADING, "border": 1}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(CHINESE("mark_sheet"))
        keys = ("row", "entry", "pile", "means", "suggestions", "code")
        for c, (key, width) in enumerate(zip(keys, (8, 44, 18, 44, 60, 18), strict=True)):
            sheet.set_column(c, c, width, text)
            sheet.write_string(0, c, CHINESE(f"mark_{key}"), head)
        for r, row in enumerate(rows.to_dict("records"), 1):
            told = {**row, "row": str(row["row"]), "pile": CHINESE(f"pile_{row['pile']}"), "code": ""}
            for c, key in enumerate(keys):
                sheet.write_string(r, c, str(told[key]))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(rows), len(keys) - 1)
