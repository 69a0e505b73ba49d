"""Colours that stand for something are told apart by everybody: measured in CAM02-UCS, with three deficiencies in full."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from colorspacious import cspace_convert

from scenarios import colours

LEAST = 12.0
SEEN = ("", "protanomaly", "deuteranomaly", "tritanomaly")
MEANT = {"series": colours.SERIES, "sources of money": colours.SOURCES, "stages": tuple(colours.STAGES.values())}


def seen(colour: str, deficiency: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    if deficiency:
        rgb = np.clip(cspace_convert(rgb, {"name": "sRGB1+CVD", "cvd_type": deficiency, "severity": 100}, "sRGB1"), 0, 1)
    return cspace_convert(rgb, "sRGB1", "CAM02-UCS")


@pytest.mark.parametrize("deficiency", SEEN)
@pytest.mark.parametrize("name", MEANT)
def test_any_two_colours_lie_apart(name: str, deficiency: str) -> None:
    for one, two in itertools.combinations(MEANT[name], 2):
        assert np.linalg.norm(seen(one, deficiency) - seen(two, deficiency)) >= LEAST, (one, two)
