"""How fast the projection is: logical events a second, beside bare SimPy timeouts in the same run."""

from __future__ import annotations

import statistics
import time

import simpy

from model.simulation.reference import simulate
from model.simulation.replicate import collecting_afterwards
from scenarios import study

ROUNDS = 5
TIMEOUTS = 200_000


def bare() -> float:
    """Return bare SimPy timeouts a second: a thousand processes that only wait."""
    env = simpy.Environment()

    def wait(steps: int) -> object:
        for _ in range(steps):
            yield env.timeout(1.0)

    for _ in range(1000):
        env.process(wait(TIMEOUTS // 1000))
    started = time.process_time()
    env.run()
    return TIMEOUTS / (time.process_time() - started)


def main() -> None:
    """Print events, CPU seconds and events a second of full replications, alternated with bare timeouts."""
    scenario, register = study.open_world("baseline")
    prepared = study.prepare(scenario, register)
    plan = study.yardstick(prepared, "ranking")  # as many villages, without a solver
    scene = study.staged(plan, prepared)
    ours, theirs = [], []
    for replication in range(ROUNDS):
        with collecting_afterwards():
            started = time.process_time()
            records = simulate(scene, replication)
            seconds = time.process_time() - started
            ours.append(records.events / seconds)
            theirs.append(bare())
        print(f"replication {replication}: {records.events:,} events, {seconds:.2f} s CPU, {ours[-1]:,.0f} a second")
    ratio = statistics.median(ours) / statistics.median(theirs)
    events, timeouts = statistics.median(ours), statistics.median(theirs)
    print(f"median {events:,.0f} logical events a second; bare timeouts {timeouts:,.0f}; ratio {ratio:.3f}")


if __name__ == "__main__":
    main()
