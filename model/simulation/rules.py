"""The rules of the projection as pure functions: durations, chances, rates and effects.

They know no process and keep no state: whatever plays the programme calls these, with the same luck and the same result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.simulation.calendar import Calendar
from model.simulation.chances import Luck, Purpose
from model.simulation.settings import Acceptance, Construction, Declaration, Funding, Review

DAYS_A_YEAR = 365.25
NEVER = float("inf")
FOUR = 4.0
MANY = 10**6  # windows: as many as it takes


def handed_in(settings: Declaration, luck: Luck, village: int, cohort: int) -> tuple[float, bool]:
    """Return the days a village's documents take after the window opens, and whether they came back once as incomplete."""
    days = luck.lognormal(settings.preparation_days_mean, settings.preparation_days_sd, village, Purpose.PREPARATION, cohort)
    again = luck.happens(settings.incomplete_probability, village, Purpose.INCOMPLETE, cohort)
    if again:
        days += luck.exponential(settings.supplement_days_mean, village, Purpose.SUPPLEMENT, cohort)
    return days, again


def reviewed_score(settings: Review, luck: Luck, village: int, cohort: int, score: float) -> float:
    """Return the score a panel gives: the register's, with the panel's noise."""
    return score + settings.score_sd * luck.normal(village, Purpose.REVIEW, cohort)


@dataclass(frozen=True)
class _Issue:
    """An issue of bonds: what its luck is drawn for, the chance a window succeeds, and how many windows are tried at most."""

    purpose: Purpose
    chance: float
    windows: int


def bond_landing(
    settings: Funding, calendar: Calendar, luck: Luck, county: int, year: int, not_before: float
) -> tuple[float, bool]:
    """Return the day on which a county's general-bond money of a year lands, if it may not be issued before a day, and True."""
    issue = _Issue(Purpose.FUNDING, 1.0 - settings.slip_probability, MANY)
    return _landing(issue, settings, calendar, luck, county, year, not_before)


def special_landing(
    settings: Funding, calendar: Calendar, luck: Luck, county: int, year: int, not_before: float
) -> tuple[float, bool]:
    """Return the day on which special bonds land and True; or the day of the last window that was tried and False."""
    issue = _Issue(Purpose.SPECIAL, settings.special_success, settings.special_windows)
    return _landing(issue, settings, calendar, luck, county, year, not_before)


def _landing(
    issue: _Issue, settings: Funding, calendar: Calendar, luck: Luck, county: int, year: int, not_before: float
) -> tuple[float, bool]:
    tried, day, purpose = 0, not_before, issue.purpose
    while tried < issue.windows:
        for number, window in enumerate(settings.windows):
            opens = calendar.yearly(window, year)
            if opens < not_before or tried >= issue.windows:
                continue
            tried, day, key = tried + 1, opens, year * 100 + number
            if luck.happens(issue.chance, county, purpose, key, 0):
                return day + luck.lognormal(settings.lag_days_mean, settings.lag_days_sd, county, purpose, key, 1), True
        year += 1
    return day, False


def matching_landing(
    settings: Funding, calendar: Calendar, luck: Luck, county: int, year: int, not_before: float
) -> tuple[float, bool]:
    """Return the day on which a county's other money of a year is there, late where luck is bad, and True."""
    day = max(calendar.yearly(settings.matching_day, year), not_before)
    if luck.happens(settings.matching_late_probability, county, Purpose.MATCHING, year):
        day += luck.exponential(settings.matching_late_days_mean, county, Purpose.MATCHING, year, 1)
    return day, True


def work_days(settings: Construction, luck: Luck, village: int, task: int, mean: float, spread: float) -> tuple[float, bool]:
    """Return the days of work a task takes, and whether a part of it had to be done again."""
    days = luck.lognormal(mean, spread * mean, village, Purpose.DURATION, task)
    again = luck.happens(settings.rework_probability, village, Purpose.REWORK, task)
    return days * (1.0 + settings.rework_share) if again else days, again


def has_partner(settings: Construction, luck: Luck, village: int) -> bool:
    """Return whether an enterprise, university or society stands by a village (P23-SOCIAL)."""
    return luck.happens(settings.partner_probability, village, Purpose.PARTNER)


def overrun(settings: Construction, luck: Luck, village: int, task: int) -> float:
    """Return what a work costs beyond its price, as a share of it; never below 0."""
    if settings.overrun_sd <= 0:
        return 0.0
    return max(0.0, luck.lognormal(1.0, settings.overrun_sd, village, Purpose.OVERRUN, task) - 1.0)


def relapse_rate(per_year: float, haves: float, effect: float) -> float:
    """Return relapses a year: the full rate with no have in place, lower by ``effect`` with all four."""
    return per_year * (1.0 - effect * min(max(haves, 0.0), FOUR) / FOUR)


def ranking(progress: Sequence[tuple[str, float]]) -> list[str]:
    """Return county codes from the most to the least progress; equals in the order of their codes."""
    return [code for code, _ in sorted(progress, key=lambda item: (-item[1], item[0]))]


def tail(counties: int, share: float) -> int:
    """Return how many counties are praised, and how many notified."""
    return int(share * counties + 1e-9)


def levels(settings: Acceptance, luck: Luck, village: int) -> list[tuple[str, float]]:
    """Return who examines a village, and with what chance of seeing a short indicator.

    By the 2023 plan one examination of every finished village; by analogy with the pool the county itself, the prefecture for a
    share, the province for a sample.
    """
    if settings.variant == "every_village":
        return [("examination", settings.detection_probability)]
    examiners = [("county", settings.self_check_detection)]
    if luck.happens(settings.prefecture_share, village, Purpose.SAMPLE, 1):
        examiners.append(("prefecture", settings.detection_probability))
    if luck.happens(settings.province_share, village, Purpose.SAMPLE, 2):
        examiners.append(("province", settings.detection_probability))
    return examiners
