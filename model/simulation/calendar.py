"""The calendar (日历): dates to days and back, yearly dates, and frozen ground by county and year.

Simulation time is in days since the date of the plan, 0:00.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

from model.simulation.chances import Luck, Purpose
from model.simulation.settings import Season


@dataclass(frozen=True)
class Calendar:
    """Real dates against days of simulation time."""

    start: date
    end: date

    def day(self, when: date) -> float:
        """Return the day of a date's beginning."""
        return float((when - self.start).days)

    def date(self, day: float) -> date:
        """Return the date a moment falls on."""
        return self.start + timedelta(days=int(day // 1))

    def yearly(self, month_day: str, year: int) -> float:
        """Return the day of ``MM-DD`` in a year; 29 February is 28 February where there is none."""
        month, day = map(int, month_day.split("-"))
        if (month, day) == (2, 29) and not isleap(year):
            day = 28
        return self.day(date(year, month, day))

    def year_of(self, day: float) -> int:
        """Return the year a moment falls in."""
        return self.date(day).year

    @property
    def years(self) -> range:
        """The calendar years of the projection."""
        return range(self.start.year, self.end.year + 1)

    def end_of(self, year: int) -> float:
        """Return the last moment of a year."""
        return self.day(date(year + 1, 1, 1))

    def deadline(self, cohort: int, months: int) -> float:
        """Return the last moment of a cycle of so many months that begins with its cohort's year."""
        years, month = divmod(months, 12)
        return self.day(date(cohort + years, month + 1, 1))


@dataclass(frozen=True)
class ClosedDays:
    """Closed windows, in days and in order: from ``closes[i]`` to ``opens[i]`` no work of a kind goes on in a county."""

    closes: tuple[float, ...]
    opens: tuple[float, ...]

    def next_close(self, now: float) -> tuple[float, float]:
        """Return the window that is open or comes next: when it closes and when it opens; endless where there is none."""
        i = bisect_right(self.opens, now)
        return (self.closes[i], self.opens[i]) if i < len(self.closes) else (math.inf, math.inf)

    def with_days(self, other: ClosedDays) -> ClosedDays:
        """Return the days on which either is closed."""
        merged: list[tuple[float, float]] = []
        for close, open_ in sorted([*zip(self.closes, self.opens, strict=True), *zip(other.closes, other.opens, strict=True)]):
            if merged and close <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], open_))
            else:
                merged.append((close, open_))
        return ClosedDays(tuple(close for close, _ in merged), tuple(open_ for _, open_ in merged))


ALWAYS_OPEN = ClosedDays((), ())


def spring_festival(calendar: Calendar, season: Season) -> ClosedDays:
    """Return the pauses around Spring Festival, on which indoor and outdoor work both stop."""
    if season.festival_days_before + season.festival_days_after == 0:
        return ALWAYS_OPEN
    days = [calendar.day(date.fromisoformat(text)) for text in sorted(season.spring_festivals)]
    closes = tuple(day - season.festival_days_before for day in days)
    return ClosedDays(closes, tuple(day + season.festival_days_after for day in days))


def frozen_ground(calendar: Calendar, season: Season, latitude: float, county: int, luck: Luck) -> ClosedDays:
    """Return a county's frozen ground in each winter: earlier freeze and later thaw to the north, with luck by year."""
    closes: list[float] = []
    opens: list[float] = []
    north = (latitude - season.central_latitude) * season.days_per_degree
    for year in range(calendar.start.year - 1, calendar.end.year + 6):
        freeze = calendar.yearly(season.freeze_day, year) - north + season.sd_days * luck.normal(county, Purpose.FREEZE, year)
        thaw = calendar.yearly(season.thaw_day, year + 1) + north + season.sd_days * luck.normal(county, Purpose.THAW, year + 1)
        if thaw > freeze and (not opens or freeze > opens[-1]):
            closes.append(freeze)
            opens.append(thaw)
    return ClosedDays(tuple(closes), tuple(opens))
