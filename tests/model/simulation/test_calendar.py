"""Dates, and work that pauses in frozen ground and goes on after it."""

from __future__ import annotations

from datetime import date
from math import inf

import pytest

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
    ("now", "window"),
    [(50, (100, 200)), (100, (100, 200)), (150, (100, 200)), (200, (400, 500)), (450, (400, 500)), (500, (inf, inf))],
)
def test_the_window_that_is_open_or_comes_next(now: float, window: tuple[float, float]) -> None:
    assert GROUND.next_close(now) == window


def test_indoor_work_never_pauses() -> None:
    assert ALWAYS_OPEN.next_close(120) == (inf, inf)


def test_two_kinds_of_pauses_become_one() -> None:
    festival = ClosedDays((50.0, 190.0, 600.0), (60.0, 210.0, 610.0))
    assert GROUND.with_days(festival) == ClosedDays((50.0, 100.0, 400.0, 600.0), (60.0, 210.0, 500.0, 610.0))


def test_the_north_freezes_earlier_and_thaws_later() -> None:
    season = load("baseline").simulation.season.model_copy(update={"sd_days": 0.0})
    south = frozen_ground(CALENDAR, season, 41.0, 220582, Luck(1, 0))
    north = frozen_ground(CALENDAR, season, 46.0, 220821, Luck(1, 0))
    assert all(n < s for n, s in zip(north.closes, south.closes, strict=True))
    assert all(n > s for n, s in zip(north.opens, south.opens, strict=True))
    changchun = frozen_ground(CALENDAR, season, 43.9, 220102, Luck(1, 0))
    assert CALENDAR.date(changchun.closes[1]) == date(2023, 11, 5)
    assert CALENDAR.date(changchun.opens[1]) == date(2024, 4, 20)
