"""Libraries: whether those that Baicun needs are there, in a version it takes; it imports none of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata

NAMED = re.compile(r"^([\w.-]+)\s*(?:\[[^\]]*\])?\s*([^;]*)")
ASKED = re.compile(r"(>=|<=|==|<|>|~=|!=)\s*([\d.]+)")


def libraries(project: str = "baicun") -> Iterator[tuple[str, bool, str]]:
    """Yield each library, whether it is fine, and its version, or the command that mends it."""
    for requirement in metadata.requires(project) or ():
        if "extra ==" in requirement or not (found := NAMED.match(requirement)):
            continue
        name, asked = found[1], found[2].strip()
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"library {name}", False, f'not installed: python -m pip install "{name}{asked}"'
            continue
        fine = all(_holds(version, sign, other) for sign, other in ASKED.findall(asked))
        yield f"library {name}", fine, version if fine else f'{version}, needs {asked}: python -m pip install "{name}{asked}"'


def _holds(version: str, sign: str, other: str) -> bool:
    one, two = _numbers(version), _numbers(other)
    width = max(len(one), len(two))
    one, two = one + (0,) * (width - len(one)), two + (0,) * (width - len(two))
    return {">=": one >= two, "<=": one <= two, "==": one == two, "<": one < two, ">": one > two, "!=": one != two}.get(
        sign, True
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version.split("+")[0])[:3])
