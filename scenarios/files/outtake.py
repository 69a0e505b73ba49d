"""Outtake: a register written as files an analyst can open, in the form that intake reads."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from model.errors import usage
from model.vocabulary import Register
from scenarios.files import placing, tables
from scenarios.files.reading import SUFFIXES

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # text stays text in a workbook


def free(out: Path, force: bool) -> None:
    """Refuse a place where a file stands that may not be replaced."""
    if out.exists() and not force:
        raise usage("the file exists", "Give another --out, or --force.", file=str(out))


def new_table(out: Path, force: bool) -> None:
    """Make room for a table of a kind that is written; refuse another kind, and one that stands there."""
    if out.suffix.lower() not in SUFFIXES:
        raise usage("unknown kind of file", f"Give one of {', '.join(SUFFIXES)}.", file=str(out), value=out.suffix)
    free(out, force)
    out.parent.mkdir(parents=True, exist_ok=True)


def new_workbook(out: Path, what: str, force: bool) -> None:
    """Make room for a workbook; refuse another kind of file, and one that stands there."""
    if out.suffix.lower() != ".xlsx":
        raise usage(f"the {what} is an Excel file", "Give --out NAME.xlsx.", file=str(out), value=out.suffix)
    free(out, force)
    out.parent.mkdir(parents=True, exist_ok=True)


def new_file(out: Path, suffix: str, data: bytes, force: bool) -> None:
    """Write a file of one kind; refuse another kind, and one that stands there."""
    if out.suffix.lower() != suffix:
        raise usage("another kind of file is written here", f"Give --out NAME{suffix}.", file=str(out), value=out.suffix)
    free(out, force)
    out.parent.mkdir(parents=True, exist_ok=True)
    with placing.files(out) as (draft,):
        draft.write_bytes(data)


def write_register(register: Register, out: Path, force: bool = False) -> list[Path]:
    """Write villages to ``out`` and counties beside it as ``<stem>.counties.<ext>``; return both paths."""
    beside = out.with_name(f"{out.stem}.counties{out.suffix}")
    new_table(out, force)
    free(beside, force)
    with placing.files(out, beside) as drafts:
        for table, draft in zip((register.villages, register.counties), drafts, strict=True):
            write_table(table, draft)
    return [out, beside]


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table of any kind that intake reads; text stays text."""
    table = frame.astype({name: int for name in frame if frame[name].dtype == bool})
    if path.suffix.lower() == ".csv":
        path.write_bytes(tables.as_bytes(table, exact=True))
    elif path.suffix.lower() == ".parquet":
        table.to_parquet(path, index=False)
    else:
        with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs={"options": SAFE}) as book:
            table.to_excel(book, index=False)
