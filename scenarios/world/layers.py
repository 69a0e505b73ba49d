"""Layers: nested tables laid over one another, the way a scenario states what differs from the one it extends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.money.settings import stretched

PROFILES = (
    "payment_profile",
    "profiles.revenue",
    "profiles.household",
    "profiles.service",
    "profiles.training",
    "profiles.network",
)


def merge(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return two nested tables laid over one another: tables merge, lists and values replace."""
    merged = dict(under)
    for key, value in over.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def laid(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return a layer over another; where it states another cycle and no profiles of payment, those below are stretched."""
    return refitted(under, merge(under, over), over)


def refitted(under: Mapping[str, Any], merged: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return merged tables whose profiles of payment fit their cycle, where the layer states a cycle and no profiles."""
    before, after = (_at(tables, "programme.cycle_months") for tables in (under, over))
    if not all(isinstance(months, int) and months > 0 for months in (before, after)) or before == after:
        return merged  # what is no number is a fault further on
    for name in PROFILES:
        path = f"money.{name}"
        if _at(over, path) is None and isinstance(profile := _at(under, path), list):
            merged = merge(merged, nested(path, stretched(profile, before, after)))
    return merged


def changed(tables: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables with other values at dotted paths."""
    return laid(tables, stated(changes))


def stated(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return values at dotted paths as nested tables."""
    tables: dict[str, Any] = {}
    for path, value in changes.items():
        tables = merge(tables, nested(path, value))
    return tables


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return nested tables with one value at a dotted path."""
    for part in reversed(path.split(".")):
        value = {part: value}
    return dict(value)


def flat(tables: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested tables as one table of dotted paths."""
    paths: dict[str, Any] = {}
    for key, value in tables.items():
        path = f"{prefix}{key}"
        paths.update(flat(value, f"{path}.") if isinstance(value, Mapping) else {path: value})
    return paths


def _at(tables: Mapping[str, Any], path: str) -> Any:
    for part in path.split("."):
        if not isinstance(tables, Mapping) or part not in tables:
            return None
        tables = tables[part]
    return tables
