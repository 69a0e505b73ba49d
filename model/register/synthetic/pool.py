"""The pool (创建村): how many villages each county has in each half, and which are border and poverty-lifted ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.policy.cards import calibration
from model.register.synthetic.apportion import apportion

Array = np.ndarray[Any, Any]


def _number(name: str) -> Any:
    return calibration()[f"pool.{name}"].value


def pool(counties: pd.DataFrame, villages: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return ``county`` (index), ``border``, ``poverty_lifted`` and ``created_year``, one row per village.

    Border and poverty-lifted villages are drawn first, the rest by the counties' numbers of villages; in 2022 Yanbian has
    its own number.
    """
    scale = villages / _number("villages")
    half_2022 = round(_number("created_2022") * scale)
    halves = [_half(counties, year, total, scale) for year, total in ((2022, half_2022), (2021, villages - half_2022))]
    table = pd.concat(halves, ignore_index=True)
    shuffled = table.iloc[rng.permutation(len(table))]
    return shuffled.sort_values("county", kind="stable", ignore_index=True)


def _half(counties: pd.DataFrame, year: int, total: int, scale: float) -> pd.DataFrame:
    at_border = _at_border(counties, round(_number(f"border_{year}") * scale))
    lifted = _lifted(counties, round(_number(f"poverty_{year}") * scale))
    both = np.floor(np.minimum(at_border, lifted) * _number("border_also_poverty")).astype(int)
    marked = at_border + lifted - both
    rest = _rest(counties, total, marked, round(_number("yanbian_2022") * scale) if year == 2022 else None)
    parts = [(both, True, True), (at_border - both, True, False), (lifted - both, False, True), (rest, False, False)]
    return pd.concat(
        [
            pd.DataFrame({"county": np.repeat(np.arange(len(rest)), n), "border": b, "poverty_lifted": p, "created_year": year})
            for n, b, p in parts
        ],
        ignore_index=True,
    )


def _at_border(counties: pd.DataFrame, total: int) -> Array:
    size, border = counties["villages"].to_numpy(), counties["border"].to_numpy()
    return apportion(total, (size * border).astype(float), size // 2 * border)


def _lifted(counties: pd.DataFrame, total: int) -> Array:
    size, poor = counties["villages"].to_numpy(), (counties["poverty_county"] != "none").to_numpy()
    inside = round(total * _number("poverty_in_poverty_counties"))
    room = size // 2
    return apportion(inside, (size * poor).astype(float), room * poor) + apportion(
        total - inside, (size * ~poor).astype(float), room * ~poor
    )


def _rest(counties: pd.DataFrame, total: int, marked: Array, in_yanbian: int | None) -> Array:
    """Share what is left of a half by villages; Yanbian's part fills it up to its own number where one is given."""
    size = counties["villages"].to_numpy(float)
    if in_yanbian is None:
        return apportion(total - int(marked.sum()), size)
    yanbian = counties["prefecture"].str.contains("延边").to_numpy()
    own = max(0, in_yanbian - int(marked[yanbian].sum()))
    return apportion(own, size * yanbian) + apportion(total - int(marked.sum()) - own, size * ~yanbian)
