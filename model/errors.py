"""Errors an analyst can mend. Each says what is wrong and what to do next."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input, with its place and its remedy.

    ``row`` is the row of the spreadsheet (the heading is row 1); empty places do not apply to the fault.
    """

    file: str
    problem: str
    remedy: str
    column: str = ""
    row: int | None = None
    value: str = ""
    expected: str = ""
    sheet: str = ""

    def __str__(self) -> str:
        """One line a person can act on."""
        parts = (
            self.file,
            f"sheet {self.sheet}" if self.sheet else "",
            f"row {self.row}" if self.row else "",
            f"column {self.column}" if self.column else "",
        )
        place = ", ".join(part for part in parts if part)
        seen = [f"found {self.value!r}"] if self.value else []
        asked = [f"expected {self.expected}"] if self.expected else []
        detail = f" ({', '.join(seen + asked)})" if seen or asked else ""
        return f"{place}: {self.problem}{detail}. {self.remedy}".removeprefix(": ")

    def as_dict(self) -> dict[str, Any]:
        """The fault as plain data, for ``--json``."""
        return asdict(self)


class BaicunError(Exception):
    """The root of every error of ours that an analyst may meet."""

    exit_code = 1


class InputError(BaicunError):
    """Bad input: carries every fault that was found, not the first alone."""

    exit_code = 2

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class NoPlanPossibleError(BaicunError):
    """No plan can satisfy the rules; carries the diagnosis, and where it is to be written if anywhere."""

    exit_code = 3

    def __init__(self, message: str, diagnosis: Any = None) -> None:
        self.diagnosis = diagnosis
        self.diagnose: Path | None = None
        super().__init__(message)


class NoPlanFoundError(BaicunError):
    """The solver found no plan within its limits, and did not prove that there is none."""

    exit_code = 4


class DifferenceFoundError(BaicunError):
    """An audit or a rerun found a difference."""

    exit_code = 5


def usage(problem: str, remedy: str, **place: Any) -> InputError:
    """Return the error of a single fault in what was asked for."""
    return InputError([Fault(file=place.pop("file", ""), problem=problem, remedy=remedy, **place)])
