"""Replications: the same plan under many lucks, on as many processes as there are workers.

Replication *r* has the luck of (seed, *r*), so the results do not depend on the number of workers, on batches, or on the
order of finishing. Results that are kept are not played again, so an interrupted projection goes on where it stopped.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

from model.simulation.records import Records
from model.simulation.reference import simulate
from model.simulation.scene import Scene

Result = TypeVar("Result")
SERIAL_BELOW = 4
BATCHES_A_WORKER = 4
LARGEST_BATCH = 25


class Kept(Protocol):
    """Where results stay until all are there."""

    def load(self) -> dict[int, Any]:
        """Return the results that are there, by replication."""

    def save(self, results: dict[int, Any]) -> None:
        """Keep a batch of results."""


def replicate(
    scene: Scene,
    replications: int,
    reduce: Callable[[Scene, Records], Result],
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    kept: Kept | None = None,
) -> list[Result]:
    """Return ``reduce`` of each replication, in order. ``reduce`` must be importable by name: workers are spawned.

    ``progress`` is told how many are done, in the order in which they are.
    """
    by_number: dict[int, Result] = {r: x for r, x in (kept.load() if kept else {}).items() if r < replications}
    left = [r for r in range(replications) if r not in by_number]
    play = partial(_batch, scene, reduce)
    for results in _played(play, left, workers):
        by_number |= results
        if kept:
            kept.save(results)
        if progress:
            progress(len(by_number), replications)
    return [by_number[r] for r in range(replications)]


def takes(plays: Sequence[tuple[Scene, int]], reduce: Callable[[Scene, Records], Result], workers: int = 1) -> list[Result]:
    """Return ``reduce`` of plays of different scenes, each with its replication, in order; a batch is of one scene."""
    of_scene: dict[int, list[int]] = {}
    for i, (stage, _) in enumerate(plays):
        of_scene.setdefault(id(stage), []).append(i)
    parts = [(plays[own[0]][0], [(i, plays[i][1]) for i in own]) for own in of_scene.values()]
    if workers > 1 and len(parts) < BATCHES_A_WORKER * workers:  # few scenes: each is played on all workers
        parts = [(stage, own[first::workers]) for stage, own in parts for first in range(workers) if own[first::workers]]
    jobs = [partial(_take, stage, reduce, own) for stage, own in parts]
    found: dict[int, Result] = {}
    for results in _done(jobs, workers if len(plays) >= SERIAL_BELOW else 1):
        found |= results
    return [found[i] for i in range(len(plays))]


def _take(stage: Scene, reduce: Callable[[Scene, Records], Result], own: list[tuple[int, int]]) -> dict[int, Result]:
    return {i: _play(stage, reduce, r) for i, r in own}


def _played(play: Callable[[list[int]], dict[int, Result]], left: list[int], workers: int) -> Iterator[dict[int, Result]]:
    if workers <= 1 or len(left) < SERIAL_BELOW:
        yield from (play([r]) for r in left)
        return
    size = min(LARGEST_BATCH, max(1, len(left) // (BATCHES_A_WORKER * workers)))
    yield from _done([partial(play, left[i : i + size]) for i in range(0, len(left), size)], workers)


def _done(jobs: Sequence[Callable[[], dict[int, Result]]], workers: int) -> Iterator[dict[int, Result]]:
    """Yield what jobs return, in the order in which they end."""
    if workers <= 1:
        yield from (job() for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _batch(scene: Scene, reduce: Callable[[Scene, Records], Result], replications: list[int]) -> dict[int, Result]:
    return {r: _play(scene, reduce, r) for r in replications}


def _play(scene: Scene, reduce: Callable[[Scene, Records], Result], replication: int) -> Result:
    with collecting_afterwards():
        return reduce(scene, simulate(scene, replication))


@contextmanager
def collecting_afterwards() -> Iterator[None]:
    """Put off the search for dead objects: the millions of live ones of a replication make it most of the work."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
        gc.collect()
