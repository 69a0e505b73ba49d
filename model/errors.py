"""Errors an analyst can mend. Each says what is wrong and what to do next."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from model.telling import in_chinese, visible

SHOWN = 5  # rows and values of a fault that many rows have
ALONE = 3  # so many faults of one cause are told one by one


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input, with its place and its remedy.

    ``row`` is the row of the spreadsheet (the heading is row 1); empty places do not apply to the fault. ``rows`` are all the
    rows of a fault that many share, ``value`` then what some of them hold.
    """

    file: str
    problem: str
    remedy: str
    column: str = ""
    row: int | None = None
    value: str = ""
    expected: str = ""
    sheet: str = ""
    rows: tuple[int, ...] = ()

    def __str__(self) -> str:
        """One line a person can act on."""
        parts = (
            self.file,
            f"sheet {self.sheet}" if self.sheet else "",
            self._rows if self.rows else f"row {self.row}" if self.row else "",
            f"{'key' if self.file.endswith('.toml') else 'column'} {self.column}" if self.column else "",
        )
        place = ", ".join(part for part in parts if part)
        seen = [f"found {self.value!r}"] if self.value else []
        asked = [f"expected {self.expected}"] if self.expected else []
        detail = f" ({', '.join(seen + asked)})" if seen or asked else ""
        return visible(f"{place}: {self.problem}{detail}. {self.remedy}".removeprefix(": "))

    def told(self, lang: str) -> str:
        """The same line in the language asked for; a text that the table of Chinese ones lacks stays English."""
        if lang == "en":
            return str(self)
        rows = self.rows or ((self.row,) if self.row else ())
        named = "、".join(map(str, rows[:SHOWN])) + ("行" if len(rows) <= SHOWN else f"等{len(rows)}行")
        column = f"“{self.column}”" + ("列" if rows and not self.file.endswith(".toml") else "")
        parts = (self.file, f"工作表“{self.sheet}”" if self.sheet else "", f"第{named}" if rows else "")
        place = " ".join(part for part in (*parts, column if self.column else "") if part)
        problem, remedy, expected = map(in_chinese, (self.problem, self.remedy, self.expected))
        detail = "，".join([f"现为“{self.value}”"] * bool(self.value) + [f"应为{expected}"] * bool(expected))
        said = f"{problem}（{detail}）" if detail else problem
        end = "" if remedy.endswith("？") else "。"
        return visible(f"{place}：{said}。{remedy.rstrip('.')}{end}".removeprefix("："))

    @property
    def _rows(self) -> str:
        first, more = ", ".join(map(str, self.rows[:SHOWN])), len(self.rows) - SHOWN
        return f"rows {first} and {more} more" if more > 0 else f"rows {first}"

    def as_dict(self) -> dict[str, Any]:
        """The fault as plain data, for ``--json``."""
        return asdict(self)


class BaicunError(Exception):
    """The root of every error of ours that an analyst may meet."""

    exit_code = 1

    @property
    def reasons(self) -> list[str]:
        """What is wrong, one text each, as plain values for a program."""
        return [line.strip() for line in str(self).splitlines() if line.strip()]


class InputError(BaicunError):
    """Bad input: carries every fault that was found, not the first alone."""

    exit_code = 2

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = by_cause(faults)
        super().__init__("\n".join(map(str, self.faults)))


def by_cause(faults: list[Fault]) -> list[Fault]:
    """Return faults with those of one cause as one: the same column of a file, the same problem, many rows."""
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        key = (
            fault.file,
            fault.sheet,
            fault.column,
            fault.problem,
            fault.remedy,
            fault.expected,
            "" if fault.row else fault.value,
        )
        groups.setdefault(key, []).append(fault)
    found = []
    for own in groups.values():
        if len(own) <= ALONE or own[0].row is None:
            found += own
            continue
        values = list(dict.fromkeys(fault.value for fault in own if fault.value))
        value = "; ".join(values[:ALONE]) + ("; ..." if len(values) > ALONE else "")
        found.append(replace(own[0], value=value, rows=tuple(fault.row for fault in own if fault.row is not None)))
    return found


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


class AlteredError(DifferenceFoundError):
    """A run folder is not as it was written; carries what was found."""

    def __init__(self, folder: str, found: list[str]) -> None:
        self.folder, self.found = folder, found
        super().__init__(f"{folder} is not as it was written: {'; '.join(found)}.")


def usage(problem: str, remedy: str, **place: Any) -> InputError:
    """Return the error of a single fault in what was asked for."""
    return InputError([Fault(file=place.pop("file", ""), problem=problem, remedy=remedy, **place)])
