"""A seeded synthetic register (模拟数据): Jilin's real county-level units, invented villages.

No real village's name or code can appear: names carry 模拟 and codes use township numbers from 900, which the
national coding does not assign. Every number it is calibrated to is a card of ``model/policy/calibration.toml``.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri

from model.errors import usage
from model.policy.cards import calibration
from model.policy.catalogue import tasks
from model.register.schema import QUOTA_YEARS, village_columns
from model.vocabulary import ASPECTS, DIMENSIONS, VILLAGE_TYPES, Register

Array = np.ndarray[Any, Any]
MOST_VILLAGES = 500_000
UNASSIGNED = tuple(
    str(n)
    for n in (
        *range(16, 21),
        *range(24, 31),
        *range(38, 41),
        *range(47, 50),
        *range(55, 61),
        *range(66, 71),
        *range(72, 81),
        *range(83, 91),
        *range(92, 100),
    )
)

_INDUSTRIES = {
    "east": ("人参", "食用菌", "林下经济", "乡村旅游", "水稻", "肉牛"),
    "centre": ("玉米", "水稻", "肉牛", "蔬菜", "农产品加工", "乡村旅游"),
    "west": ("杂粮杂豆", "肉羊", "玉米", "肉牛", "辣椒", "水稻"),
}
_EAST = "白山市|通化市|延边朝鲜族自治州"
_WEST = "白城市|松原市"


def generate(villages: int, seed: int) -> Register:
    """Return a synthetic register of so many villages (100 to 500,000) and its county table.

    The same arguments give the same register. Raises :class:`InputError` for other numbers.
    """
    if not 100 <= villages <= MOST_VILLAGES:
        problem = f"a synthetic register has at least 100 and at most {MOST_VILLAGES:,} villages"
        raise usage(problem, "Ask for another number.", value=str(villages))
    if seed < 0:
        raise usage("a seed is a whole number of at least 0", "Give another --seed.", value=str(seed))
    rng = np.random.default_rng(seed)
    counties = _units(villages)
    table = _people(_places(_draw_pool(counties, villages, rng), counties, rng), counties, rng)
    table = _conditions(_indicators(table, counties, rng), rng)
    table = _money(_merits(table, rng), rng)
    quotas = _county_table(counties, table, rng)
    named = [column.name for column in village_columns() if column.name in table]
    return Register(table[named].sort_values("village_id", ignore_index=True), quotas, synthetic=True)


def _number(path: str) -> Any:
    return calibration()[path].value


def units() -> pd.DataFrame:
    """Return Jilin's county-level units that have rural people, with their census figures."""
    with (resources.files("model.policy") / "counties.csv").open(encoding="utf-8") as file:
        table = pd.read_csv(file, dtype={"county_code": str})
    return table[table["rural_population"] > 0].reset_index(drop=True)


def _units(villages: int) -> pd.DataFrame:
    """Return the county-level units that have rural people; beyond Jilin's own number of villages, invented twins of them.

    A twin carries 模拟 in its names and a code whose first two digits are assigned to no province.
    """
    own = units()
    copies = -(-villages // int(own["villages"].sum()))
    return pd.concat([own, *(_twin(own, number) for number in range(1, copies))], ignore_index=True)


def _twin(own: pd.DataFrame, number: int) -> pd.DataFrame:
    return own.assign(
        county_code=UNASSIGNED[number - 1] + own["county_code"].str[2:],
        name=f"模拟{number}" + own["name"],
        prefecture=f"模拟{number}" + own["prefecture"],
        longitude=own["longitude"] - 3.5 * (number % 14),
        latitude=own["latitude"] - 5.0 * (number // 14),
    )


def apportion(total: int, weights: Array, cap: Array | None = None) -> Array:
    """Share a whole number by weights, by largest remainder and never above ``cap``; returns whole numbers."""
    limit = np.full(len(weights), total) if cap is None else cap
    share = np.zeros(len(weights), dtype=np.int64)
    while (left := min(total, int(limit.sum())) - int(share.sum())) > 0:
        room = np.where(share < limit, weights, 0.0)
        if room.sum() == 0:  # what has weight is full: the rest goes to what has room
            room = (share < limit).astype(float)
        exact = left * room / room.sum()
        step = np.floor(exact).astype(np.int64)
        largest = np.argsort(-(exact - step), kind="stable")[: left - int(step.sum())]
        step[largest] += 1
        step = np.minimum(step, limit - share)
        share += step
    return share


def _draw_pool(counties: pd.DataFrame, villages: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw both halves: border and poverty-lifted villages first, the rest by the counties' numbers of villages."""
    scale = villages / _number("pool.villages")
    half_2022 = round(_number("pool.created_2022") * scale)
    halves = [
        _draw_half(
            counties,
            2022,
            half_2022,
            round(_number("pool.border_2022") * scale),
            round(_number("pool.poverty_2022") * scale),
        ),
        _draw_half(
            counties,
            2021,
            villages - half_2022,
            round(_number("pool.border_2021") * scale),
            round(_number("pool.poverty_2021") * scale),
        ),
    ]
    table = pd.concat(halves, ignore_index=True)
    shuffled = table.iloc[rng.permutation(len(table))]
    return shuffled.sort_values("county", kind="stable", ignore_index=True)


def _draw_half(counties: pd.DataFrame, year: int, total: int, border: int, poverty: int) -> pd.DataFrame:
    size = counties["villages"].to_numpy(float)
    poor = (counties["poverty_county"] != "none").to_numpy()
    room = counties["villages"].to_numpy() // 2
    at_border = apportion(border, size * counties["border"].to_numpy(), room * counties["border"].to_numpy())
    in_poor = round(poverty * _number("pool.poverty_in_poverty_counties"))
    lifted = apportion(in_poor, size * poor, room * poor) + apportion(poverty - in_poor, size * ~poor, room * ~poor)
    both = np.floor(np.minimum(at_border, lifted) * _number("pool.border_also_poverty")).astype(int)
    rest = apportion(total - int((at_border + lifted - both).sum()), size, None)
    parts = [(both, True, True), (at_border - both, True, False), (lifted - both, False, True), (rest, False, False)]
    return pd.concat(
        [
            pd.DataFrame({"county": np.repeat(np.arange(len(size)), n), "border": b, "poverty_lifted": p, "created_year": year})
            for n, b, p in parts
        ],
        ignore_index=True,
    )


def _places(table: pd.DataFrame, counties: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give each village a township, a code, a name that says 模拟, and coordinates around the county seat."""
    county = table["county"].to_numpy()
    rank = table.groupby("county").cumcount().to_numpy()
    number = np.bincount(county, minlength=len(counties))
    per_county = np.clip(number // 5, 1, np.minimum(counties["townships"].to_numpy(), 90))
    township = rank % per_county[county]
    within = rank // per_county[county]
    radius_km = 0.55 * np.sqrt(counties["area_km2"].to_numpy() / np.pi)
    towns = rng.standard_normal((len(counties), 90, 2))
    offset_km = radius_km[county, None] * 0.7 * towns[county, township] + 3.0 * rng.standard_normal((len(table), 2))
    latitude = counties["latitude"].to_numpy()[county] + offset_km[:, 1] / 111.0
    longitude = counties["longitude"].to_numpy()[county] + offset_km[:, 0] / (111.0 * np.cos(np.radians(latitude)))
    code = counties["county_code"].to_numpy()[county]
    short = counties["name"].str.replace(r"(满族|朝鲜族|蒙古族)?(自治县|县|市|区)$", "", regex=True).to_numpy()[county]
    return table.assign(
        county_code=code,
        village_id=[f"{c}{901 + t:03d}{w + 1:03d}" for c, t, w in zip(code, township, within, strict=True)],
        name=[f"{s}模拟{t + 1:02d}-{w + 1:03d}村" for s, t, w in zip(short, township, within, strict=True)],
        township=[f"{s}模拟{t + 1:02d}镇" for s, t in zip(short, township, strict=True)],
        longitude=longitude.round(5),
        latitude=latitude.round(5),
    )


def _people(table: pd.DataFrame, counties: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Households from the county's census figures, the village type and the leading industry."""
    county = table["county"].to_numpy()
    people = counties["rural_population"] / counties["villages"]
    mean = (people / counties["household_size"]).to_numpy()[county]
    sigma = _number("size.household_spread")
    households = np.maximum(20, mean * np.exp(sigma * rng.standard_normal(len(table)) - sigma**2 / 2)).round().astype(int)
    district = counties["name"].str.endswith("区").to_numpy()[county]
    weights = np.array([_number(f"types.{kind}") for kind in VILLAGE_TYPES])
    chance = np.tile(weights, (len(table), 1))
    chance[district, 2] *= 3.0
    chance[~district, 2] *= 0.75
    chance[table["border"].to_numpy(), 1] *= 2.0
    kind = _pick(chance, rng)
    region = np.select(
        [counties["prefecture"].str.contains(_EAST), counties["prefecture"].str.contains(_WEST)], [0, 2], default=1
    )
    choice = rng.integers(0, 6, len(table))
    names = np.array(list(_INDUSTRIES.values()))
    return table.assign(
        households=households,
        village_type=np.array(VILLAGE_TYPES)[kind],
        leading_industry=names[region[county], choice],
    )


def _pick(weights: Array, rng: np.random.Generator) -> Array:
    edges = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    return np.asarray(np.minimum((rng.random(len(weights))[:, None] > edges).sum(axis=1), weights.shape[1] - 1))


def _indicators(table: pd.DataFrame, counties: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Latent development, industry and governance (county effect + village effect), and the indicators they move."""
    county = table["county"].to_numpy()
    wealth = logit(counties["bathing_pct"].to_numpy() / 100)
    wealth = (wealth - wealth.mean()) / wealth.std()
    effect = rng.standard_normal((len(counties), 3))
    effect[:, 0] = 0.6 * wealth + 0.8 * effect[:, 0]
    latent = 0.5 * effect[county] + np.sqrt(0.75) * rng.standard_normal((len(table), 3))
    latent[:, 1] = 0.5 * latent[:, 0] + np.sqrt(0.75) * latent[:, 1]
    latent[:, 2] = 0.3 * latent[:, 0] + np.sqrt(0.91) * latent[:, 2]
    columns: dict[str, Array] = {}
    for task in tasks():
        level = 0.7 * latent[:, 0] + 0.7 * rng.standard_normal(len(table))
        columns[task.indicator] = _indicator(task.unit, task.baseline, level)
    mean = _number("income.mean_yuan")
    income = mean * np.exp(0.15 * latent[:, 0] + 0.1 * latent[:, 1] + 0.08 * rng.standard_normal(len(table)) - 0.02)
    hidden = {"_development": latent[:, 0], "_industry": latent[:, 1], "_governance": latent[:, 2]}
    return table.assign(income_yuan=income.round(), **columns, **hidden)


def _indicator(unit: str, baseline: float, level: Array) -> Array:
    if unit == "%" and baseline > 99:
        return np.asarray(np.clip(baseline + 0.1 * level, 99.0, 99.99).round(3))
    if unit == "%":
        return np.asarray((100 * expit(logit(baseline / 100) + level)).round(1))
    cut = ndtri(np.clip(baseline if unit == "yes/no" else 0.4, 0.05, 0.95))
    return np.asarray(level / np.sqrt(0.98) < cut, dtype=float)


def _conditions(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The declaration conditions, moved by governance and industry."""
    n = len(table)

    def holds(name: str, latent: str, sign: float = 1.0) -> Array:
        z = sign * 0.5 * table[latent].to_numpy() + np.sqrt(0.75) * rng.standard_normal(n)
        return np.asarray(z < ndtri(_number(f"conditions.{name}")))

    def grade(latent: str) -> Array:
        z = 0.8 * table[latent].to_numpy() + 0.6 * rng.standard_normal(n)
        return 1 + np.searchsorted(ndtri([0.04, 0.25, 0.6, 0.88]), z)

    return table.assign(
        accepted=holds("accepted", "_governance", -1),
        industry_base=grade("_industry"),
        operation_plan=holds("operation_plan", "_industry", -1),
        party_leadership=grade("_governance"),
        creation_enthusiasm=holds("creation_enthusiasm", "_governance", -1),
        hidden_debt_risk=holds("hidden_debt_risk", "_development"),
        village_plan=holds("village_plan", "_governance", -1),
        resident_consent=holds("resident_consent", "_governance", -1),
        upkeep_haves=np.clip(np.floor(2.6 + 0.9 * table["_governance"] + 0.7 * rng.standard_normal(n)), 0, 4).astype(int),
    )


def _merits(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Review scores in four aspects and indices in five dimensions, 0-100."""
    development, industry, governance = (table[f"_{name}"].to_numpy() for name in ("development", "industry", "governance"))
    drivers = {
        "review_foundation": 0.6 * development + 0.4 * industry,
        "review_matching": 0.5 * development + 0.3 * governance,
        "review_outcome": 0.6 * industry + 0.2 * governance,
        "review_pathway": 0.7 * governance + 0.2 * industry,
        "index_industry": 0.9 * industry,
        "index_talent": 0.5 * industry + 0.4 * governance,
        "index_culture": 0.6 * governance + 0.2 * development,
        "index_ecology": 0.8 * development,
        "index_organisation": 0.9 * governance,
    }
    assert len(drivers) == len(ASPECTS) + len(DIMENSIONS)
    points = {
        name: np.clip(66 + 11 * (driver + 0.5 * rng.standard_normal(len(table))), 5, 100).round(1)
        for name, driver in drivers.items()
    }
    return table.assign(**points)


def _money(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Bond money and total cost of the standard package: larger and less equipped villages cost more; median 1,000 万元."""
    gap = np.mean([np.clip(1 - table[task.indicator] / task.target, 0, 1) for task in tasks()], axis=0)
    size = (table["households"] / table["households"].median()) ** 0.35
    raw = size * (0.55 + 0.45 * gap / np.median(gap)) * np.exp(0.12 * rng.standard_normal(len(table)))
    bond = np.clip(1000 * raw / np.median(raw), 450, 2000).round(-1)
    total = (bond * (1.25 + 0.7 * rng.random(len(table)))).round(-1)
    return table.assign(general_bond_wan_yuan=bond, total_cost_wan_yuan=total, synthetic=True)


def _county_table(counties: pd.DataFrame, table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """The county table with invented quotas: a county's share of the pool, times its fiscal strength, times the year."""
    share = np.bincount(table["county"], minlength=len(counties)) / len(table)
    need = _number("quota.villages_a_year") * len(table) / _number("pool.villages")
    strength = np.exp(_number("quota.county_spread") * rng.standard_normal(len(counties)))
    noise = np.exp(_number("quota.year_spread") * rng.standard_normal((len(counties), len(QUOTA_YEARS))))
    full = 1000.0 * _number("quota.headroom") * need * share * strength / (share * strength).sum()
    quota = np.maximum(full, 1000.0 * _number("quota.least_villages"))[:, None] * noise * np.array(_number("quota.year_profile"))
    columns = {f"bond_quota_wan_yuan_{year}": quota[:, i].round(-1) for i, year in enumerate(QUOTA_YEARS)}
    names = counties[["county_code", "name", "prefecture"]]
    return names.assign(**columns, longitude=counties["longitude"], latitude=counties["latitude"], synthetic=True)
