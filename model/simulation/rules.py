"""The rules of the projection as pure functions: durations, chances, rates and effects.

They know no process and keep no state: whatever plays the programme calls these, with the same luck and the same result.
"""

from __future__ import annotations

from collections.abc import Sequence

from model.simulation.calendar import Calendar
from model.simulation.chances import Luck, Purpose
from model.simulation.settings import Acceptance, Construction, Declaration, Funding, Review

DAYS_A_YEAR = 365.25
NEVER = float("inf")
FOUR = 4.0


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


def bond_landing(
    settings: Funding, calendar: Calendar, luck: Luck, county: int, year: int, not_before: float
) -> tuple[float, bool]:
    """Return the day on which a county's general-bond money of a year is there, if nobody may have it before a day, and True.

    The batch given before the year may be issued before its villages are announced, and then waits for them.
    """
    opens = calendar.yearly(settings.windows[0], year)
    if luck.happens(settings.advance_share, county, Purpose.FUNDING, year * 100, 0):
        lag = luck.lognormal(settings.lag_days_mean, settings.lag_days_sd, county, Purpose.FUNDING, year * 100, 1)
        return max(not_before, opens + lag), True
    missed = luck.misses(1.0 - settings.slip_probability, county, Purpose.FUNDING, year, 0)
    issued = _window(settings, calendar, year, max(not_before, opens + 1.0), missed)
    return issued + luck.lognormal(settings.lag_days_mean, settings.lag_days_sd, county, Purpose.FUNDING, year, 1), True


def special_landing(
    settings: Funding, calendar: Calendar, luck: Luck, county: int, year: int, not_before: float
) -> tuple[float, bool]:
    """Return the day on which special bonds land and True; or the day of the last window that was tried and False."""
    missed = luck.misses(settings.special_success, county, Purpose.SPECIAL, year, 0)
    if missed >= settings.special_windows:
        return _window(settings, calendar, year, not_before, settings.special_windows - 1), False
    issued = _window(settings, calendar, year, not_before, missed)
    return issued + luck.lognormal(settings.lag_days_mean, settings.lag_days_sd, county, Purpose.SPECIAL, year, 1), True


def _window(settings: Funding, calendar: Calendar, year: int, not_before: float, missed: int) -> float:
    """Return the day of an issue window from a day on, after so many were missed."""
    while True:
        for window in settings.windows:
            opens = calendar.yearly(window, year)
            if opens < not_before:
                continue
            if missed == 0:
                return opens
            missed -= 1
        year += 1


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


def overrun(settings: Construction, luck: Luck, village: int, task: int, participation: float = 0.0) -> float:
    """Return what a work costs beyond its price, as a share of it; never below 0, and less where residents take part (0-1)."""
    spread = settings.overrun_sd * (1.0 - settings.participation_effect * participation)
    if spread <= 0:
        return 0.0
    return max(0.0, luck.lognormal(1.0, spread, village, Purpose.OVERRUN, task) - 1.0)


def relapse_rate(per_year: float, haves: float, effect: float, participation: float = 0.0, less: float = 0.0) -> float:
    """Return relapses a year: the full rate with no have in place, lower by ``effect`` with all four.

    It is lower again by ``less`` where residents take part (``participation`` 0-1).
    """
    return per_year * (1.0 - effect * min(max(haves, 0.0), FOUR) / FOUR) * (1.0 - less * participation)


def progress(done: int, due: int, works: int) -> float:
    """Return how far villages are ahead of their own schedule (above 0) or behind it: works done less works due, over all."""
    return (done - due) / works if works else 0.0


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
