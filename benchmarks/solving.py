"""Solving, side by side at equal CPU time: taken apart, HiGHS whole, and PuLP with CBC as an analyst would write it.

``python benchmarks/solving.py [--seconds 60] [--seeds 1,2,2023] [--family NAME,NAME] [--solvers decomposed,highs,cbc]``

Each program is solved on one core by each solver within the same seconds (``decomposed`` also tells its gap on the way). A
missing plan counts as a failure, and a program that is proved to have none is left out. What is claimed are gaps of one run
beside one another: the median and the worst of the seeds. Every plan is checked on the program's own rows.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from model.selection.program import TOLERANCE, Program
from scenarios import study
from solvers.answer import Answer, Limits
from solvers.proof import prove
from solvers.solve import solve
from solvers.watch import Progress

FAMILY: dict[str, tuple[str, dict[str, Any], float]] = {  # scenario, changes, factor of the quotas
    "baseline": ("baseline", {}, 1.0),
    "standard-package": ("standard-package", {}, 1.0),
    "average-province": ("average-province", {}, 1.0),
    "average-county": ("average-county", {}, 1.0),
    "everything": ("everything", {}, 1.0),
    "quotas-5": ("baseline", {}, 0.95),
    "quotas-10": ("baseline", {}, 0.90),
    "quotas-20": ("baseline", {}, 0.80),
    "households": ("baseline", {"objective.merit": 0.0, "objective.columns": {"households": 0.1}}, 1.0),
    "gain": ("baseline", {"objective.merit": 0.0, "objective.gain": 0.3}, 1.0),
    "cost": ("baseline", {"objective.merit": 0.0, "objective.total_cost": 1.0}, 1.0),
    "cohesion": ("baseline", {"objective.cohesion": 3.0}, 1.0),
    "equity": ("baseline", {"objective.equity": 5.0}, 1.0),
    "ten-thousand": ("baseline", {"register.synthetic_villages": 10_000}, 1.0),
}
MARKS = (0.01, 0.001, 0.0005, 0.0002)


def program(name: str, seed: int) -> Program:
    """Return a program of the family on the register of a seed."""
    scenario, changes, factor = FAMILY[name]
    world = study.open_world(scenario, changes | {"register.synthetic_seed": seed})
    counties = world.register.counties.copy()
    for column in counties.columns[counties.columns.str.startswith("bond_quota")]:
        counties[column] = np.floor(counties[column] * factor) if factor != 1.0 else counties[column]
    return study.prepare(world.scenario, replace(world.register, counties=counties)).program


def trail(asked: Program, seconds: float) -> tuple[Answer, str]:
    """Solve taken apart, and say when each mark was passed."""
    passed: dict[float, float] = {}

    def tell(moment: Progress) -> None:
        for mark in MARKS:
            if moment.objective == moment.objective and moment.gap <= mark:
                passed.setdefault(mark, moment.seconds)

    answer = solve(asked, "decomposed", Limits(gap=1e-4, work=10**7, time=seconds, workers=WORKERS), tell)
    return answer, "  ".join(f"{mark:.2%} at {passed[mark]:.0f} s" for mark in MARKS if mark in passed)


def gaps(name: str, seeds: list[int], solvers: list[str], seconds: float) -> Iterator[tuple[str, float]]:
    """Yield each solver's gap on each seed, infinite where it has no plan, and print it."""
    for seed in seeds:
        asked = program(name, seed)
        for solver in solvers:
            started = time.process_time()
            answer, told = (
                trail(asked, seconds) if solver == "decomposed" else (solve(asked, solver, Limits(1e-4, 10**7, seconds)), "")
            )
            spent = time.process_time() - started
            if answer.status == "infeasible" or (answer.x is None and prove(asked, Limits(time=60)) is not None):
                print(f"{name} {seed}: no plan exists (proved)", flush=True)
                break
            assert answer.x is None or asked.violation(answer.x) <= TOLERANCE
            gap = answer.gap if answer.x is not None else float("inf")
            print(f"{name} {seed} {solver:11s} gap {gap:8.4%}  {answer.seconds:5.0f} s  CPU {spent:5.0f} s  {told}", flush=True)
            yield solver, gap


def main() -> None:
    """Print every gap, then the median and the worst of the seeds."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, load {load:.1f}, {ASKED.seconds:g} s a solve, {WORKERS} workers")
    for name in ASKED.family.split(","):
        found: dict[str, list[float]] = {}
        for solver, gap in gaps(name, [int(s) for s in ASKED.seeds.split(",")], ASKED.solvers.split(","), ASKED.seconds):
            found.setdefault(solver, []).append(gap)
        for solver, values in found.items():
            print(
                f"{name} {solver:11s} median {statistics.median(values):8.4%}  worst {max(values):8.4%}  of {len(values)}",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seeds", default="1,2,2023")
    parser.add_argument("--family", default=",".join(FAMILY))
    parser.add_argument("--solvers", default="decomposed,highs,cbc")
    parser.add_argument("--workers", type=int, default=1)
    ASKED = parser.parse_args()
    WORKERS = ASKED.workers
    main()
