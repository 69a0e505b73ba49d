"""Solvers side by side in one run: objective and certified gap on one program under the same limit of seconds.

``python benchmarks/side_by_side.py [SECONDS]`` (60 unless told). The limit is of the clock, so run it on an idle machine; what
is claimed is the comparison of gaps in this run, never the seconds.
"""

from __future__ import annotations

import os
import sys
import time

from scenarios import study
from solvers.answer import Limits
from solvers.solve import solve


def main(seconds: float) -> None:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{os.cpu_count()} cores, load {load:.1f}, limit {seconds:g} s")
    for name in ("baseline", "tight-budget"):
        scenario, register = study.open_world(name)
        start = time.perf_counter()
        program = study.prepare(scenario, register).program
        built = time.perf_counter() - start
        print(f"{name}: {len(program.columns)} columns, {len(program.lower)} rows, built in {built:.2f} s")
        for solver in ("decomposed", "highs", "cbc"):
            start = time.perf_counter()
            answer = solve(program, solver, Limits(gap=0.001, work=200_000, time=seconds))
            print(
                f"  {solver:11s} objective {answer.objective:10.1f}  gap {answer.gap:7.3%}  {time.perf_counter() - start:6.1f} s"
            )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
