"""Luck by name: the published test vectors, and draws that depend on nothing but their name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from model.simulation.chances import Luck, Purpose, philox, round_keys

VECTORS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "words"), VECTORS)
def test_philox_gives_the_published_words(counter, key, words) -> None:
    assert philox(*counter, round_keys(*key)) == words


@given(st.integers(0, 2**40 - 1), st.sampled_from(Purpose), st.integers(0, 2**20), st.integers(0, 1000))
def test_a_draw_depends_on_its_name_alone(entity: int, chapter: Purpose, task: int, occurrence: int) -> None:
    luck = Luck(7, 3)
    first = luck.uniform(entity, chapter, task, occurrence)
    luck.uniform(entity, chapter, task, occurrence + 1)
    assert 0 < first < 1
    assert luck.uniform(entity, chapter, task, occurrence) == Luck(7, 3).uniform(entity, chapter, task, occurrence) == first


def test_luck_drawn_ahead_is_the_luck_drawn_when_asked() -> None:
    entities, tasks = [220122101, 220122101, 2**39 + 7], [1, 28, 4]
    ahead, asked = Luck(2023, 5), Luck(2023, 5)
    ahead.foresee(entities, tasks, [Purpose.OVERRUN, Purpose.DURATION])
    for purpose in (Purpose.OVERRUN, Purpose.DURATION, Purpose.REWORK):
        for entity, task in zip(entities, tasks, strict=True):
            for _ in range(2):  # the second time it is not at hand any more
                assert ahead.normal(entity, purpose, task) == asked.normal(entity, purpose, task)
                assert ahead.uniform(entity, purpose, task, 1) == asked.uniform(entity, purpose, task, 1)


def test_every_part_of_the_name_matters() -> None:
    names = [(7, 3, 220122901001, 3, 5, 1), (8, 3, 220122901001, 3, 5, 1), (7, 4, 220122901001, 3, 5, 1)]
    names += [(7, 3, 220122901002, 3, 5, 1), (7, 3, 220122901001, 4, 5, 1), (7, 3, 220122901001, 3, 6, 1)]
    names += [(7, 3, 220122901001, 3, 5, 2), (7, 3, 220122901001 + 2**32, 3, 5, 1)]
    draws = {Luck(seed, rep).uniform(e, Purpose(c), t, o) for seed, rep, e, c, t, o in names}
    assert len(draws) == len(names)


def test_the_distributions_are_what_they_say() -> None:
    luck = Luck(1, 0)
    uniform = np.array([luck.uniform(i, Purpose.DEFECT) for i in range(4000)])
    normal = np.array([luck.normal(i, Purpose.DURATION) for i in range(4000)])
    waiting = np.array([luck.exponential(30.0, i, Purpose.VISIT) for i in range(4000)])
    lasting = np.array([luck.lognormal(45.0, 20.0, i, Purpose.FUNDING) for i in range(4000)])
    assert stats.kstest(uniform, "uniform").pvalue > 0.001
    assert stats.kstest(normal, "norm").pvalue > 0.001
    assert stats.kstest(waiting, "expon", args=(0, 30.0)).pvalue > 0.001
    assert lasting.mean() == pytest.approx(45.0, rel=0.03)
    assert lasting.std() == pytest.approx(20.0, rel=0.08)


def test_neighbouring_villages_have_unrelated_luck() -> None:
    draws = np.array([[Luck(1, 0).uniform(220122901000 + i, c) for c in Purpose] for i in range(2000)])
    assert np.abs(np.corrcoef(draws[:-1, 0], draws[1:, 0])[0, 1]) < 0.08
    off = np.corrcoef(draws.T) - np.eye(len(Purpose))
    assert np.abs(off).max() < 0.1
