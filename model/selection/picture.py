"""A picture of a program a reviewer can read: the LP text format, with the labels as names."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.selection.program import Program, RowBlock


def lp(program: Program, only: str = "") -> str:
    """Return a program as LP text; with ``only``, the rows of one rule and no objective."""
    names = [f"x[{label}]" for label in program.columns]
    lines = [] if only else ["maximise", *_terms("merit", program.objective, names)]
    for block in program.blocks:
        if only in ("", block.rule):
            lines += [f"\\ {block.rule} ({block.unit})", *_rows(block, names)]
    if not only:
        auxiliary = zip(program.low[program.binaries :], names[program.binaries :], program.high[program.binaries :], strict=True)
        lines += ["binary", *(f"  {name}" for name in names[: program.binaries])]
        lines += ["bounds", *(f"  {low:g} <= {name} <= {high:g}" for low, name, high in auxiliary), "end"]
    return "\n".join(lines) + "\n"


def _terms(label: str, coefficients: np.ndarray, names: list[str]) -> Iterator[str]:
    yield f"  {label}: " + _sum(zip(coefficients.tolist(), names, strict=True))


def _sum(terms: Iterator[tuple[float, str]] | zip[tuple[float, str]]) -> str:
    text = " ".join(f"{'+' if value >= 0 else '-'} {abs(value):g} {name}" for value, name in terms if value)
    return text or "0"


def _rows(block: RowBlock, names: list[str]) -> Iterator[str]:
    for i, label in enumerate(block.labels):
        row = slice(block.matrix.indptr[i], block.matrix.indptr[i + 1])
        entries = sorted(zip(block.matrix.indices[row].tolist(), block.matrix.data[row].tolist(), strict=True))
        left = _sum(zip((value for _, value in entries), (names[j] for j, _ in entries), strict=True))
        low, high = block.lower[i], block.upper[i]
        lower = f"{low:g} <= " if np.isfinite(low) and np.isfinite(high) else ""
        right = f"<= {high:g}" if np.isfinite(high) else f">= {low:g}"
        yield f"  {block.rule}[{label}]: {lower}{left} {right}"
