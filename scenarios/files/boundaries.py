"""Boundaries: an office's own county boundaries, GeoJSON or shapefile, by county code, and what stands beside them.

None are bundled: a map of boundaries may be published in China with a review number (审图号) alone. A file ``NAME.source.toml``
beside the boundaries states ``source``, ``review_number`` and ``datum``; what it does not state is not claimed.
"""

from __future__ import annotations

import json
import struct
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from model.errors import Fault, InputError, usage

Array = np.ndarray[Any, Any]
KINDS = (".geojson", ".json", ".shp")
STATED = ("source", "review_number", "datum")
NEAR_CHINA = (70.0, 140.0, 0.0, 60.0)  # degrees, west to east and south to north
GIVE = "Give GeoJSON or a shapefile (.shp with .dbf beside it) whose places have county codes of six digits."


@dataclass(frozen=True)
class Boundaries:
    """Rings of each county, arrays of longitudes and latitudes in degrees, and what the sidecar states of them."""

    rings: dict[str, list[Array]]
    stated: dict[str, str]


def read_boundaries(path: Path, codes: Sequence[str]) -> Boundaries:
    """Return the boundaries of some counties. Raises :class:`InputError` with every fault of the file and of its sidecar."""
    places = list(_places(path))
    counted = Counter(key for properties, _ in places for key, value in properties.items() if _code(value) in set(codes))
    if not counted:
        raise usage("no county code of the register is in the file", GIVE, file=str(path))
    key = max(counted, key=lambda name: (counted[name], name))
    rings: dict[str, list[Array]] = {}
    for properties, own in places:
        if (code := _code(properties.get(key))) in set(codes):
            rings.setdefault(code, []).extend(own)
    faults, stated = _sidecar(path)
    if missing := [code for code in codes if code not in rings]:
        told = "Add these counties, or take a file of the whole province."
        shown = f"{', '.join(missing[:10])} ({len(missing)})"
        faults.append(Fault(str(path), "counties have no boundary", told, column=key, value=shown))
    if off := [code for code, own in rings.items() if not all(map(_in_degrees, own))]:
        told = "Convert the file to longitude and latitude in degrees."
        faults.append(Fault(str(path), "coordinates are not degrees in China", told, column=key, value=", ".join(off[:10])))
    if faults:
        raise InputError(faults)
    return Boundaries(rings, stated)


def _code(value: Any) -> str:
    """Return the first six digits of a code, whatever it was kept as."""
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.strip()[:6]


def _in_degrees(ring: Array) -> bool:
    west, east, south, north = NEAR_CHINA
    x, y = ring[:, 0], ring[:, 1]
    return bool(np.isfinite(ring).all() and (x > west).all() and (x < east).all() and (y > south).all() and (y < north).all())


def _places(path: Path) -> Iterator[tuple[dict[str, Any], list[Array]]]:
    """Yield the properties and the rings of each place."""
    if path.suffix.lower() not in KINDS or not path.is_file():
        raise usage("no boundaries can be read there", GIVE, file=str(path))
    try:
        features = (
            _shapes(path) if path.suffix.lower() == ".shp" else json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        )
        for feature in features:
            geometry = feature.get("geometry") or {}
            given = geometry.get("coordinates") or []
            many = {"Polygon": [given], "MultiPolygon": given}.get(geometry.get("type", ""), [])
            rings = [np.asarray(ring, dtype=float)[:, :2] for polygon in many for ring in polygon]
            yield dict(feature.get("properties") or {}), rings
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise usage("the boundaries cannot be read", GIVE, file=str(path), value=f"{type(error).__name__}: {error}") from error


def _shapes(path: Path) -> list[dict[str, Any]]:
    """Return a shapefile as features; its table is UTF-8 or, as most are here, GB18030."""
    import shapefile

    told = ""
    for encoding in ("utf-8", "gb18030"):
        try:
            with shapefile.Reader(str(path), encoding=encoding) as reader:
                return list(reader.__geo_interface__["features"])
        except (UnicodeDecodeError, shapefile.ShapefileException, AssertionError, struct.error) as error:
            told = told or str(error)
    raise ValueError(told)


def _sidecar(path: Path) -> tuple[list[Fault], dict[str, str]]:
    """Return what the file beside boundaries states, and its faults; nothing where there is none."""
    beside = path.with_name(f"{path.stem}.source.toml")
    if not beside.is_file():
        return [], {}
    try:
        given = tomllib.loads(beside.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return [Fault(str(beside), "the file is no TOML", 'Write lines like: source = "..."', value=str(error))], {}
    told = f"State {', '.join(STATED)} as text, and nothing else."
    wrong = [key for key, value in given.items() if key not in STATED or not isinstance(value, str) or not value.strip()]
    faults = [Fault(str(beside), "no such statement of a map", told, column=key, value=str(given[key])) for key in wrong]
    return faults, {key: value.strip() for key, value in given.items() if key not in wrong}
