"""Every number a scenario may state has a card, and every card is a number a scenario may state."""

from __future__ import annotations

import re

import pytest

from model.policy.cards import CONFIDENCE, calibration, cards
from scenarios.world.layers import flat
from scenarios.world.load import load

SWITCHES = re.compile(r"^rules\.\w+\.on$")
NAMES = {
    "name",
    "title_zh",
    "title_en",
    "register.file",
    "register.counties",
    "register.extra_columns",
    "register.history",
    "register.scores",
    "register.announced",
    "register.neighbours",
    "register.projects",
    "locks.villages",
    "locks.exclusive",
    "locks.depends",
    "resources",
}


def test_cards_and_scenario_hold_the_same_parameters() -> None:
    stated = {path for path in flat(load("baseline").tables()) if not SWITCHES.match(path)} - NAMES
    blank = {path for path, card in cards().items() if card.value == {}}  # a table that states nothing has no paths
    assert stated == set(cards()) - blank


@pytest.mark.parametrize("card", [*cards().values(), *calibration().values()], ids=lambda c: c.path)
def test_a_card_says_everything_a_reader_needs(card) -> None:
    assert card.unit
    assert card.zh
    assert card.en
    assert card.source
    assert card.confidence in CONFIDENCE
    assert re.fullmatch(r"(P2[23]-[A-Z0-9.-]+)?", card.clause)
    if card.low is not None:
        assert card.low <= card.value <= card.high
    if card.source.startswith("no source"):
        assert card.confidence == "assumption"
