"""Conversion of text cells to a column's kind.

What is plain is read, what was understood is counted, and what is ambiguous is a fault.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from model.policy import catalogue
from model.register.schema import Column, choice_words
from model.register.units import COUNTED, FACTORS
from model.telling import CONTROL

YES = {"1", "是", "有", "√", "✓", "✔", "☑", "■", "●", "y", "yes", "true", "1.0"}
NO = {"0", "否", "无", "×", "✗", "✘", "☐", "□", "n", "no", "false", "0.0"}
CIRCLES = {"○", "〇", "◯"}  # a mark where nothing else marks
NOTHING = {"-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "不详", "未知", "n/a", "na", "null", "none"}
SUFFIXED = r"^(-?\d[\d,]*(?:\.\d+)?)\s*([^\d\s.,%+\-][^\d]*)$"  # 998户, 97.01万元
LONGEST = 200  # characters of a name
FORMULA = r"[=+@\-]"  # a spreadsheet would run such a text when a result is opened
FOOTNOTE = r"(?<=[\d.%])[①-⑳⑴-⒇¹²³⁰⁴-⁹]+$"  # 193① is 193 with a footnote
INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
THOUSANDS = r"-?\d{1,3}(,\d{3})+(\.\d+)?"  # 1,234.5 but not 8,5, which may mean 8.5
SCIENTIFIC = r"\d(\.\d+)?[eE]\+?\d+"
NUMBER = r"\d+\.\d+"
DATE = r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?$"
COUNTY_DIGITS = 6
PERCENT = r"-?\d+(\.\d+)?%"


@dataclass(frozen=True)
class Wrong:
    """Cells that cannot be read: which (a boolean a row), why, and what to do."""

    rows: pd.Series
    problem: str
    remedy: str


@dataclass(frozen=True)
class Converted:
    """A column's values, the cells that could not be read, and how many cells were understood in which way."""

    value: pd.Series
    wrong: tuple[Wrong, ...] = ()
    understood: dict[str, int] = field(default_factory=dict)


def tidy(cells: pd.Series) -> tuple[pd.Series, dict[str, int]]:
    """Return cells without footnote marks, stray spaces and invisible signs, in plain signs; and what was changed how often."""
    plain = cells.fillna("").astype("str")
    foreign = ~plain.str.isascii().astype(bool)
    marked = plain[:0]
    if foreign.any():
        marked = plain[foreign & plain.str.contains(FOOTNOTE).astype(bool)]  # before NFKC makes digits of them
        plain = plain.mask(foreign, plain[foreign].map(_plain))
    plain = plain.str.strip()
    changed = int((plain != cells.fillna("")).sum()) - len(marked)
    told = {"stray spaces and full-width signs": changed, "footnote marks": len(marked)}
    return plain, {what: count for what, count in told.items() if count}


def _plain(cell: str) -> str:
    bare = INVISIBLE.sub("", re.sub(FOOTNOTE, "", cell))
    return unicodedata.normalize("NFKC", bare)


def convert(cells: pd.Series, column: Column) -> Converted:
    """Return tidy cells as values of the column's kind; empty cells are neither read nor wrong."""
    cells, blanks = _blanked(cells, column)
    found = _converted(cells, column)
    return Converted(found.value, found.wrong, found.understood | blanks)


def _blanked(cells: pd.Series, column: Column) -> tuple[pd.Series, dict[str, int]]:
    """Return cells in which a sign for nothing is blank, where the column may be blank; a flag's 无 stays its no."""
    if column.required or not (signs := cells.str.lower().isin(NOTHING)).any():
        return cells, {}
    if column.kind in ("flag", "text"):
        signs &= ~cells.isin(["无"])
    return cells.mask(signs, ""), _counted({"signs for nothing": signs})


def _converted(cells: pd.Series, column: Column) -> Converted:
    return {
        "text": _text,
        "code": _code,
        "flag": _flag,
        "choice": _choice,
        "tasks": _tasks,
        "date": _date,
        "number": _number,
        "integer": _number,
    }[column.kind](cells, column)


def _text(cells: pd.Series, _: Column) -> Converted:
    formula = cells.str.match(FORMULA).astype(bool)
    odd = cells.str.contains(CONTROL).astype(bool)
    long = cells.str.len() > LONGEST
    return Converted(
        cells,
        (
            Wrong(formula, "text looks like a formula", "Write it without = + - @ at its beginning."),
            Wrong(odd, "text holds a control character", "Type it again."),
            Wrong(long, "text is too long for a name", f"Keep to {LONGEST} characters."),
        ),
    )


def _code(cells: pd.Series, column: Column) -> Converted:
    bare = cells.str.replace(r"^=\"(.*)\"$", r"\1", regex=True).str.removeprefix("'").str.replace(r"\s", "", regex=True)
    whole = bare.str.fullmatch(rf"[0-9]{{{column.digits}}}\.0").astype(bool)
    value = bare.mask(whole, bare.str.removesuffix(".0"))
    long = value.str.fullmatch(r"[0-9]{6}0{6}").astype(bool) & (column.digits == COUNTY_DIGITS)
    value = value.mask(long, value.str[:COUNTY_DIGITS])
    lost = value.str.fullmatch(SCIENTIFIC).astype(bool)
    bad = ~value.str.fullmatch(rf"[0-9]{{{column.digits}}}").astype(bool) & ~lost & (value != "")
    return Converted(
        value,
        (
            Wrong(
                lost, "the code lost digits: a spreadsheet made a number of it", "Format the column as text and enter it again."
            ),
            Wrong(bad, "cell cannot be read", "Correct the code."),
        ),
        _counted(
            {"codes that were numbers": whole, "codes in quotation marks or with blanks inside": bare != cells}
            | {"county codes of twelve digits": long}
        ),
    )


def _flag(cells: pd.Series, column: Column) -> Converted:
    lower = cells.str.lower()
    yes, no, circles = lower.isin(YES), lower.isin(NO), cells.isin(CIRCLES)
    if circles.any() and not yes.any():  # the only mark there is
        yes, circles = circles, circles & False
    words = (yes | no) & ~cells.isin(["1", "0"])
    wrong = Wrong(~yes & ~no & ~circles & (cells != ""), "cell cannot be read", "Write 1 or 0, 是 or 否.")
    doubtful = Wrong(circles, "a circle beside other marks: yes or no?", "Write 1 or 0, 是 or 否.")
    blank = (cells == "") & (not column.required)
    return Converted(yes, (wrong, doubtful), _counted({"yes and no in words": words, "blanks read as no": blank}))


def _choice(cells: pd.Series, column: Column) -> Converted:
    value = cells.replace(choice_words())
    wrong = Wrong(~value.isin(column.choices) & (cells != ""), "cell cannot be read", f"Choose one of {column.expected}.")
    return Converted(value, (wrong,), _counted({"Chinese words for codes": (value != cells) & value.isin(column.choices)}))


def _tasks(cells: pd.Series, _: Column) -> Converted:
    """Read the numbers of tasks, with or without T, parted by any sign, or one task's name; what no task has is a fault."""
    known = {task.id for task in catalogue.tasks()}
    cells = cells.replace({task.zh: task.id for task in catalogue.tasks()})
    split = cells.str.upper().str.findall(r"[^\s;,、|]+").map(lambda words: [w if w.startswith("T") else f"T{w}" for w in words])
    strange = split.map(lambda words: not known.issuperset(words)).astype(bool)
    value = split.map(lambda words: ";".join(sorted(set(words)))).astype("str")
    doubtful = cells.str.fullmatch(NUMBER).astype(bool) & ("T" + cells + "0").isin(known)
    lost = Wrong(doubtful, "a spreadsheet makes 19.1 of 19.10: which task is meant?", "Write it with T: T19.1 or T19.10.")
    return Converted(
        value,
        (
            lost,
            Wrong(strange, "no such task", "Write the numbers of the task catalogue, such as T16.1;T19.2."),
        ),
    )


def _date(cells: pd.Series, _: Column) -> Converted:
    """Read a day with its year first, parted by any sign or in Chinese words; of another order nobody knows what it means."""
    parts = cells.str.extract(DATE).fillna("").astype("str")
    plain = parts[0] + "-" + parts[1].str.zfill(2) + "-" + parts[2].str.zfill(2)
    good = pd.to_datetime(plain, format="%Y-%m-%d", errors="coerce").notna().astype(bool)
    wrong = Wrong(~good & (cells != ""), "cell cannot be read as a date", "Write year, month and day, such as 2024-10-31.")
    return Converted(plain.where(good, ""), (wrong,), _counted({"dates in other signs": good & (plain != cells)}))


def _number(cells: pd.Series, column: Column) -> Converted:
    cells, units = _bare(cells, column)
    grouped = cells.str.fullmatch(THOUSANDS).astype(bool)
    percent = cells.str.fullmatch(PERCENT).astype(bool)
    share = percent & (column.unit == "%")
    plain = cells.mask(grouped, cells.str.replace(",", "")).mask(share, cells.str.removesuffix("%"))
    value = pd.to_numeric(plain, errors="coerce").astype(float)
    value = value.where(np.isfinite(value))
    unread = value.isna() & (cells != "") & ~(percent & ~share)
    wrong = [
        Wrong(unread, "cell cannot be read", "Write a plain number."),
        Wrong(
            percent & ~share, "a percentage where the column has another unit", f"Write the value in {column.unit or 'its unit'}."
        ),
    ]
    if column.kind == "integer":
        wrong.append(Wrong(value.notna() & (value % 1 != 0), "not a whole number", "Correct the value."))
    if column.unit == "%":
        wrong.append(_shares(value, cells, share))
    return Converted(value, tuple(wrong), _counted({"thousands separators": grouped, "percent signs": share}) | units)


def _bare(cells: pd.Series, column: Column) -> tuple[pd.Series, dict[str, int]]:
    """Return numbers without the unit written behind them, in the column's own unit; of another kind of unit they stay."""
    odd = cells[(cells != "") & pd.to_numeric(cells, errors="coerce").isna()]
    if odd.empty:
        return cells, {}
    parts = odd.str.extract(SUFFIXED)
    factor = pd.to_numeric(
        parts[1].str.strip().map({**FACTORS.get(column.unit, {}), **COUNTED.get(column.unit, {})}), errors="coerce"
    )
    known = factor.notna()
    number = pd.to_numeric(parts[0].str.replace(",", ""), errors="coerce") * factor
    bare = odd.mask(known, number.map("{:.12g}".format))
    return pd.concat([cells.drop(odd.index), bare]).reindex(cells.index), _counted({"a unit behind the number": known})


def _shares(value: pd.Series, cells: pd.Series, share: pd.Series) -> Wrong:
    """A whole column between 0 and 1 with fractions in it may hold shares: which it is cannot be told."""
    given = value.notna() & ~share
    fractions = given & (value % 1 != 0)
    doubtful = given.sum() >= 5 and value[given].between(0, 1).all() and fractions.any()
    rows = fractions & (fractions.cumsum() == 1) if doubtful else pd.Series(False, index=cells.index)
    return Wrong(
        rows, "all values of this percentage lie between 0 and 1: shares or per cent?", "Write 85 or 85% for 85 per cent."
    )


def _counted(rows_by_kind: dict[str, pd.Series]) -> dict[str, int]:
    return {what: int(rows.sum()) for what, rows in rows_by_kind.items() if rows.any()}
