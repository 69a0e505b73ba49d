"""How building the program grows with the register: seconds a village, side by side in one run, baseline and everything on."""

from __future__ import annotations

import time

from model.register.synthetic import generate
from scenarios import study
from scenarios.world.load import load

SIZES = (2051, 10_000, 25_000, 50_000)


def main() -> None:
    """Print columns, rows, entries and seconds for each size and scenario, and the growth against the smallest."""
    for name in ("baseline", "everything"):
        scenario = load(name, {"resources": []})
        first = 0.0
        for size in SIZES:
            register = generate(size, 1)
            started = time.perf_counter()
            program = study.prepare(scenario, register).program
            entries = program.matrix.nnz
            whole = time.perf_counter() - started
            each = 1e6 * whole / size
            first = first or each
            print(
                f"{name:<11} {size:>7,} villages {len(program.columns):>8,} columns {len(program.lower):>8,} rows {entries:>11,} "
                f"entries {whole:7.2f} s {each:7.1f} us a village ({each / first:.2f} of the smallest)"
            )


if __name__ == "__main__":
    main()
