"""Dates, and work that pauses in frozen ground and goes on after it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.simulation.calendar import ALWAYS_OPEN, Calendar, ClosedDays, frozen_ground
from model.simulation.chances import Luck
from scenarios.world.load import load

CALENDAR = Calendar(date(2023, 2, 24), date(2030, 12, 31))
GROUND = ClosedDays((100.0, 400.0), (200.0, 500.0))


def test_days_and_dates_are_one_another() -> None:
    assert CALENDAR.day(date(2023, 2, 24)) == 0
    assert CALENDAR.day(date(2024, 2, 24)) == 365
    assert CALENDAR.date(CALENDAR.day(date(2028, 12, 31)) + 0.9) == date(2028, 12, 31)
    assert CALENDAR.yearly("02-29", 2023) == CALENDAR.yearly("02-28", 2023)
    assert CALENDAR.date(CALENDAR.end_of(2028)) == date(2029, 1, 1)


@pytest.mark.parametrize(
    ("start", "work", "finish"),
    [(50, 20, 70), (50, 50, 100), (50, 60, 210), (120, 10, 210), (200, 10, 210), (50, 300, 550), (600, 10, 610), (50, 0, 50)],
)
def test_work_pauses_and_goes_on(start: float, work: float, finish: float) -> None:
    assert GROUND.finish(start, work) == finish


@given(st.floats(0, 600), st.floats(0.01, 500))
def test_what_was_worked_is_what_was_asked(start: float, work: float) -> None:
    assert GROUND.worked(start, GROUND.finish(start, work)) == pytest.approx(work)


@given(st.floats(0, 600), st.floats(0.01, 250), st.floats(0.01, 250))
def test_stopping_and_going_on_changes_nothing(start: float, first: float, second: float) -> None:
    half = GROUND.finish(start, first)
    assert GROUND.finish(half, second) == pytest.approx(GROUND.finish(start, first + second))


def test_indoor_work_never_pauses() -> None:
    assert ALWAYS_OPEN.finish(120, 10) == 130


def test_the_north_freezes_earlier_and_thaws_later() -> None:
    season = load("baseline").simulation.season.model_copy(update={"sd_days": 0.0})
    south = frozen_ground(CALENDAR, season, 41.0, 220582, Luck(1, 0))
    north = frozen_ground(CALENDAR, season, 46.0, 220821, Luck(1, 0))
    assert all(n < s for n, s in zip(north.closes, south.closes, strict=True))
    assert all(n > s for n, s in zip(north.opens, south.opens, strict=True))
    changchun = frozen_ground(CALENDAR, season, 43.9, 220102, Luck(1, 0))
    assert CALENDAR.date(changchun.closes[1]) == date(2023, 11, 5)
    assert CALENDAR.date(changchun.opens[1]) == date(2024, 4, 20)
