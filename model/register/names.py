"""Names of places, made canonical: simplified, without brackets and blanks, and apart from what kind of place it is."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

PEOPLES = "朝鲜族|蒙古族|满族|回族|锡伯族|蒙族|民族"
BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
NUMBERED = re.compile(r"^(\d+|[一二三四五六七八九十]+)[.、．]")
BLANKS = re.compile(r"[\s\u200b-\u200d\ufeff·•]")
COUNTY = re.compile(rf"(各族|{PEOPLES})*(自治县|自治州|市|区|县|州|盟)$")
TOWN = re.compile(rf"({PEOPLES})*(镇|乡|街道办事处|街道|地区办事处|办事处)$")
VILLAGE = re.compile(r"(村民委员会|村委会|社区居民委员会|社区居委会|居民委员会|居委会|委会|社区|村|屯)$")


@cache
def _converter() -> Any:
    from opencc import OpenCC  # reads its tables on the first use

    return OpenCC("t2s")


def canonical(name: str) -> str:
    """Return a name in simplified characters without blanks, brackets and a number before it."""
    plain = BRACKETS.sub("", unicodedata.normalize("NFKC", name))
    return str(_converter().convert(NUMBERED.sub("", BLANKS.sub("", plain))))


def county_core(name: str) -> str:
    """Return a county's or prefecture's name without what kind of place it is: 九台 of 九台区, 前郭尔罗斯 of its county."""
    return _core(COUNTY, name)


def town_core(name: str) -> str:
    """Return a town's name without what kind of place it is: 二十家子 of 二十家子满族镇."""
    return _core(TOWN, name)


def village_core(name: str) -> str:
    """Return a village's name without what kind of place it is: 金达莱 of 金达莱村."""
    return _core(VILLAGE, name)


def _core(kind: re.Pattern[str], name: str) -> str:
    bare = kind.sub("", name)
    return bare if len(bare) > 1 else name  # 东村 is no 东
