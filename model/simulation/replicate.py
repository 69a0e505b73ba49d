"""Replications: the same plan under many lucks, on as many processes as there are workers.

Replication *r* has the luck of (seed, *r*), so the results do not depend on the number of workers or on the order of finishing.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TypeVar

from model.simulation.records import Records
from model.simulation.reference import simulate
from model.simulation.scene import Scene

Result = TypeVar("Result")
SERIAL_BELOW = 4


def replicate(
    scene: Scene,
    replications: int,
    reduce: Callable[[Scene, Records], Result],
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[Result]:
    """Return ``reduce`` of each replication, in order. ``reduce`` must be importable by name: workers are spawned."""
    play = partial(_play, scene, reduce)
    results: list[Result] = []
    if workers <= 1 or replications < SERIAL_BELOW:
        for r in range(replications):
            results.append(play(r))
            if progress:
                progress(r + 1, replications)
        return results
    batch = max(1, min(10, replications // (2 * workers)))
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for result in pool.map(play, range(replications), chunksize=batch):
            results.append(result)
            if progress:
                progress(len(results), replications)
    return results


def _play(scene: Scene, reduce: Callable[[Scene, Records], Result], replication: int) -> Result:
    return reduce(scene, simulate(scene, replication))
