"""A crew: threads that share jobs. HiGHS and compiled searches run beside one another; results come back in the order asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import TypeVar

from solvers.watch import Watch

Result = TypeVar("Result")
GLANCE = 0.2  # seconds between looks at the clock and the keyboard


class Crew:
    """Workers under a watch. What a job returns depends on the job alone, so any number of workers gives the same results."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._pool = ThreadPoolExecutor(watch.limits.workers or os.cpu_count() or 1)

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def each(self, job: Callable[[int], Result], over: Iterable[int]) -> dict[int, Result]:
        """Do a job for each number, the first asked first; a limit that is met ends the rest."""
        futures: dict[int, Future[Result]] = {i: self._pool.submit(job, i) for i in over}
        try:
            waiting = set(futures.values())
            while waiting:
                done, waiting = wait(waiting, timeout=GLANCE, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                self.watch.check()
        except BaseException:
            self.watch.halt.set()
            for future in futures.values():
                future.cancel()
            raise
        return {i: future.result() for i, future in futures.items()}
