"""Sense: what no single cell is wrong in, and yet should be looked at: places far off, points and names that repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from model.errors import Fault
from model.register.parse import Parsed
from model.register.schema import village_columns
from model.register.synthetic.counties import all_units
from model.vocabulary import KM_PER_DEGREE

FAR_KM = 120.0  # from the county's seat: no village of Jilin lies so far from its own
ALIKE = 5  # villages at one point
SHOWN = 5


def swapped(parsed: Parsed, file: str) -> Parsed:
    """Return a table whose rows with longitude and latitude the wrong way round have one fault, not two each."""
    table = parsed.table
    if not {"longitude", "latitude"} <= set(table):
        return parsed
    bounds = {c.name: (float(c.low or 0), float(c.high or 0)) for c in village_columns() if c.name in ("longitude", "latitude")}
    odd = _inside(table["longitude"], bounds["latitude"]) & _inside(table["latitude"], bounds["longitude"])
    if not odd.any():
        return parsed
    rows = {int(row) for row in parsed.rows[odd.to_numpy()]}
    places = {heading for heading, name in parsed.mapping.items() if name in bounds}
    kept = [fault for fault in parsed.faults if not (fault.row in rows and fault.column in places)]
    told = [
        Fault(file, "longitude and latitude are the wrong way round", "Exchange the two columns.", row=row)
        for row in sorted(rows)
    ]
    return replace(parsed, faults=[*kept, *told])


def _inside(values: pd.Series, bounds: tuple[float, float]) -> pd.Series:
    return (values >= bounds[0]) & (values <= bounds[1])


def looked_at(villages: pd.DataFrame, rows: Sequence[str], counties: pd.DataFrame, file: str) -> list[str]:
    """Return notes of what should be looked at; ``rows`` say where each village stands."""
    found = [
        ("villages lie more than {km:g} km from their county's seat", _far(villages, counties)),
        ("villages share one point with at least {n} others", _at_one_point(villages)),
        ("villages have the county, township and name of another", _same_name(villages)),
        *((f"cells of {name} lie between 0 and 1 among percentages", odd) for name, odd in _small_shares(villages)),
    ]
    told = []
    for what, odd in found:
        where = [rows[int(i)] for i in np.flatnonzero(odd)]
        told += [f"{file}: look at: {len(where)} {what.format(km=FAR_KM, n=ALIKE - 1)} ({_rows(where)})"] if where else []
    return told


def _rows(rows: Sequence[str]) -> str:
    return "rows " + ", ".join(rows[:SHOWN]) + (" ..." if len(rows) > SHOWN else "")


def _far(villages: pd.DataFrame, counties: pd.DataFrame) -> pd.Series:
    """Return which villages lie far from their county's seat: that of the county table, else of the county itself."""
    seats = all_units().set_index("county_code")[["longitude", "latitude"]]
    if {"longitude", "latitude"} <= set(counties):
        given = counties.set_index("county_code")[["longitude", "latitude"]].dropna()
        seats = given.combine_first(seats)
    at = seats.reindex(villages["county_code"])
    north = KM_PER_DEGREE * (villages["latitude"].to_numpy() - at["latitude"].to_numpy())
    east = (
        KM_PER_DEGREE
        * np.cos(np.radians(at["latitude"].to_numpy()))
        * (villages["longitude"].to_numpy() - at["longitude"].to_numpy())
    )
    return pd.Series(np.hypot(north, east) > FAR_KM, index=villages.index)


def _at_one_point(villages: pd.DataFrame) -> pd.Series:
    return villages.groupby(["longitude", "latitude"])["village_id"].transform("size") >= ALIKE


def _same_name(villages: pd.DataFrame) -> pd.Series:
    """Return which villages have all of county, township and name in common; without townships nobody knows."""
    if "township" not in villages or (villages["township"] == "").all():
        return pd.Series(False, index=villages.index)
    return villages.duplicated(["county_code", "township", "name"], keep=False) & (villages["township"] != "")


def _small_shares(villages: pd.DataFrame) -> list[tuple[str, pd.Series]]:
    """Return percentages in which a few cells are fractions of 1 while most are not: shares among per cent."""
    found = []
    for column in village_columns():
        if column.unit == "%" and column.name in villages:
            values = villages[column.name]
            small = values.between(0, 1, inclusive="neither") & (values % 1 != 0)
            if small.any() and (values > 1).sum() > 4 * small.sum():
                found.append((column.name, small))
    return found
