"""Replications: the same plan under many lucks, on as many processes as there are workers.

Replication *r* has the luck of (seed, *r*), so the results do not depend on the number of workers, on batches, or on the
order of finishing. Results that are kept are not played again, so an interrupted projection goes on where it stopped.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

from model.errors import BaicunError
from model.simulation.records import NEVER, Records
from model.simulation.reference import planned, simulate
from model.simulation.scene import Scene

Result = TypeVar("Result")
SERIAL_BELOW = 4
BATCHES_A_WORKER = 4
LARGEST_BATCH = 25


class WorkerLostError(BaicunError):
    """Processes that play replications are ended by the system again and again."""

    exit_code = 4


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
    """Return ``reduce`` of plays of different scenes, each with its replication, in order; a batch is of one scene.

    A scene whose works have no planned days gets them from whoever plays it.
    """
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
    stage = with_planned_days(stage)
    return {i: _play(stage, reduce, r) for i, r in own}


def with_planned_days(scene: Scene) -> Scene:
    """Return the scene with planned days: its own where a work has them."""
    if any(work.due < NEVER for site in scene.sites for work in site.works):
        return scene
    with collecting_afterwards():
        return planned(scene)


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
    left = dict(enumerate(jobs))
    for crew in (workers, max(1, workers // 2)):
        try:
            for i, results in _pooled(left, crew):
                del left[i]
                yield results
        except BrokenProcessPool:  # a worker died, most likely for want of memory: once more with fewer
            continue
        return
    raise WorkerLostError(
        f"A process that played replications was ended by the system, twice: most likely memory. "
        f"Give fewer --workers; what was played is kept, and the same command goes on. {len(left)} batches are left."
    )


def _pooled(jobs: dict[int, Callable[[], dict[int, Result]]], workers: int) -> Iterator[tuple[int, dict[int, Result]]]:
    """Yield the number of each job and what it returns, in the order in which they end; whatever stops it stops its workers."""
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _at_work) as pool:
        futures = {pool.submit(job): i for i, job in jobs.items()}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            for process in list((pool._processes or {}).values()):
                process.terminate()
            raise


def _at_work() -> None:
    """Let a worker pass over Ctrl-C, which its parent answers, and end when its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


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
