"""Strict: how every section of a scenario is read: nothing unknown, nothing converted, no number that is none."""

from __future__ import annotations

from pydantic import ConfigDict

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
