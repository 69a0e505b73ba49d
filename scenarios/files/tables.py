"""Tables on disk: CSV with BOM, fixed columns, booleans 1/0, blanks for what is open or not known."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

DECIMALS = 10
BLANK = [""]  # a village may be called NA or null
CODES = {"village_id": str, "county_code": str}


def as_bytes(table: pd.DataFrame, exact: bool = False) -> bytes:
    """Return a table as the bytes of its file: the same numbers give the same bytes.

    Results keep ten digits; with ``exact``, as for inputs, every number reads back as it was.
    """
    flags = {name: int for name in table if table[name].dtype == bool}
    text = table.astype(flags).to_csv(index=False, lineterminator="\n", float_format=None if exact else f"%.{DECIMALS}g")
    return b"\xef\xbb\xbf" + text.encode("utf-8")


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table."""
    path.write_bytes(as_bytes(table))


def read(path: Path) -> pd.DataFrame:
    """Read a table back, codes as text."""
    return pd.read_csv(path, encoding="utf-8-sig", dtype=CODES, keep_default_na=False, na_values=BLANK)


def as_read(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it would be read back from its file."""
    return pd.read_csv(io.BytesIO(as_bytes(table)), encoding="utf-8-sig", dtype=CODES, keep_default_na=False, na_values=BLANK)
