"""Sources and units of numbers have Chinese, every one, and nothing in the table is of a number that has gone."""

from __future__ import annotations

import re

from model.policy.card import toml
from model.policy.cards import cards
from model.policy.sources import source_in, unit_in


def test_every_source_and_unit_has_chinese() -> None:
    known = toml("sources.toml")
    used = {card.source for card in cards().values()}
    assert not used - set(known["source"])
    assert not set(known["source"]) - used
    for card in cards().values():
        assert not re.search("[A-Za-z]{3,}", unit_in(card.unit, "zh").replace("MiB", "")), card.unit


def test_a_value_that_a_scenario_set_says_so() -> None:
    assert source_in("set by scenario spring-cut (card: 1.0)", "zh") == "由情景spring-cut设定（参数卡为1.0）"
    assert source_in("no source", "en") == "no source"
    assert unit_in("万元/home", "zh") == "万元/户"
    assert unit_in("万元/home", "en") == "万元/home"
