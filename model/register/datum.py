r"""Datum (坐标系): coordinates as map services of China write them, GCJ-02 (高德, 腾讯) and BD-09 (百度), turned into WGS84.

.. math:: w_0 = g, \qquad w_{i+1} = w_i - (f(w_i) - g)

:math:`f` is the public formula of the shift. It is not the official one, which is not published: it is thought to be right to
a few metres. Undoing it is exact to a millimetre; not to undo it is wrong by half a kilometre, or one and a half for BD-09.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.errors import Fault

Array = np.ndarray[Any, Any]
DATUMS = {
    "gcj02": "GCJ-02",
    "火星": "GCJ-02",
    "高德": "GCJ-02",
    "腾讯": "GCJ-02",
    "bd09": "BD-09",
    "百度": "BD-09",
    "cgcs2000": "",  # within a metre of WGS84
    "wgs84": "",
}
OTHERS = ("北京54", "beijing54", "西安80", "xian80", "地方坐标", "独立坐标")  # known, and not to be undone without parameters
AXIS, FLATNESS = 6378245.0, 0.00669342162296594323  # the ellipsoid of the formula: Krasovsky 1940
ROUNDS = 12
TURN = np.pi * 3000.0 / 180.0


def stated(heading: str) -> str:
    """Return the datum a heading names: ``GCJ-02``, ``BD-09``, the name of another, or nothing."""
    plain = re.sub(r"[\s\-_]", "", unicodedata.normalize("NFKC", heading)).lower()
    other = next((name for name in OTHERS if name in plain), "")
    return other or next((name for word, name in DATUMS.items() if word in plain), "")


def to_wgs84(
    typed: Mapping[str, pd.Series], headings: Mapping[str, str], file: str
) -> tuple[dict[str, pd.Series], str, list[Fault]]:
    """Return longitude and latitude in WGS84, what they were in before, and a fault where that cannot be undone.

    ``headings`` has the heading of each column; one of the two may speak for both.
    """
    own = {name: headings[name] for name in ("longitude", "latitude") if name in headings}
    named = {name: datum for name, heading in own.items() if (datum := stated(heading))}
    kinds = set(named.values())
    if not kinds or not {"longitude", "latitude"} <= set(typed):
        return {}, "", []
    datum = kinds.pop()
    if kinds or datum not in UNDONE:
        remedy = "Convert the coordinates to WGS84: as they are, every village is moved."
        faults = [
            Fault(file, "the coordinates are not WGS84", remedy, own[name], row=1, value=kind, expected="degree WGS84")
            for name, kind in named.items()
        ]
        return {}, "", faults
    longitude, latitude = UNDONE[datum](typed["longitude"].to_numpy(float), typed["latitude"].to_numpy(float))
    values = {"longitude": longitude.round(7), "latitude": latitude.round(7)}
    return {name: pd.Series(value, index=typed[name].index) for name, value in values.items()}, datum, []


def shifted(longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """Return GCJ-02 coordinates of WGS84 ones, degrees: the public formula."""
    x, y, phi = longitude - 105.0, latitude - 35.0, np.radians(latitude)
    root, waves = np.sqrt(np.abs(x)), 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + 2.0 / 3.0 * waves
    north += 2.0 / 3.0 * (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0))
    north += 2.0 / 3.0 * (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + 2.0 / 3.0 * waves
    east += 2.0 / 3.0 * (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0))
    east += 2.0 / 3.0 * (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0))
    bend = 1.0 - FLATNESS * np.sin(phi) ** 2
    of_east = np.degrees(east / (AXIS / np.sqrt(bend) * np.cos(phi)))
    of_north = np.degrees(north / (AXIS * (1.0 - FLATNESS) / bend**1.5))
    return longitude + of_east, latitude + of_north


def turned(longitude: Array, latitude: Array) -> tuple[Array, Array]:
    """Return BD-09 coordinates of GCJ-02 ones, degrees."""
    far = np.hypot(longitude, latitude) + 0.00002 * np.sin(latitude * TURN)
    angle = np.arctan2(latitude, longitude) + 0.000003 * np.cos(longitude * TURN)
    return far * np.cos(angle) + 0.0065, far * np.sin(angle) + 0.006


def _undo(step: Callable[[Array, Array], tuple[Array, Array]]) -> Callable[[Array, Array], tuple[Array, Array]]:
    def back(longitude: Array, latitude: Array) -> tuple[Array, Array]:
        east, north = longitude.copy(), latitude.copy()
        for _ in range(ROUNDS):
            found = step(east, north)
            east, north = east - (found[0] - longitude), north - (found[1] - latitude)
        return east, north

    return back


UNDONE: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "GCJ-02": _undo(shifted),
    "BD-09": _undo(lambda longitude, latitude: turned(*shifted(longitude, latitude))),
}
