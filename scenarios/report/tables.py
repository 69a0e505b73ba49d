"""Tables on disk: CSV with BOM, fixed columns, booleans 1/0, blanks for what is open or not known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

DECIMALS = 10
CODES = {"village_id": str, "county_code": str}


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table so that the same numbers give the same bytes."""
    plain = table.copy()
    for name in plain.columns:
        if plain[name].dtype == bool:
            plain[name] = plain[name].astype(int)
    text = plain.to_csv(index=False, lineterminator="\n", float_format=f"%.{DECIMALS}g")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8"))


def read(path: Path) -> pd.DataFrame:
    """Read a table back, codes as text."""
    return pd.read_csv(path, encoding="utf-8-sig", dtype=CODES)
