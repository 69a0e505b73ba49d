"""Likeness: what the synthetic register was calibrated to, beside what it came out as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from model.policy.cards import calibration, cards
from model.policy.catalogue import tasks
from model.register.gaps import projects
from model.register.synthetic.counties import units
from model.vocabulary import PLAN_TYPES, Register

BUILT = {"road_km": ("main_streets", "hamlet_roads"), "greening_km": ("greening",), "lamps": ("street_lamps",)}


@dataclass(frozen=True)
class Likeness:
    """One figure: its target, what a register has, and where the target is from."""

    figure: str
    unit: str
    target: float
    obtained: float
    source: str
    confidence: str


def likeness(register: Register) -> list[Likeness]:
    """Return every figure the generator is calibrated to, for a register of the pool's own size."""
    villages = register.villages.assign(
        prefecture=register.villages["county_code"].map(register.counties.set_index("county_code")["prefecture"])
    )
    own = [*_pool(villages), *_people(villages), *_incomes(villages), *_shares(villages)]
    return [*own, *_money(register), *_works(register), *_states(villages)]


def _card(path: str, figure: str, obtained: float) -> Likeness:
    card = calibration()[path]
    return Likeness(figure, card.unit, float(card.value), float(obtained), card.source, card.confidence)


def _census(figure: str, unit: str, target: float, obtained: float, note: str) -> Likeness:
    return Likeness(figure, unit, target, float(obtained), f"county table: {note}", "derived")


def _pool(villages: pd.DataFrame) -> Iterator[Likeness]:
    new = villages["created_year"] == 2022
    poor = set(units().loc[units()["poverty_county"] != "none", "county_code"])
    lifted = villages[villages["poverty_lifted"]]
    yield _card("pool.villages", "villages of the pool", len(villages))
    yield _card("pool.created_2022", "created in 2022", new.sum())
    yield _card("pool.border_2022", "border villages of 2022", (new & villages["border"]).sum())
    yield _card("pool.poverty_2022", "poverty-lifted villages of 2022", (new & villages["poverty_lifted"]).sum())
    yield _card("pool.border_2021", "border villages of 2021", (~new & villages["border"]).sum())
    yield _card("pool.poverty_2021", "poverty-lifted villages of 2021", (~new & villages["poverty_lifted"]).sum())
    yield _card("pool.yanbian_2022", "villages of Yanbian of 2022", (new & villages["prefecture"].str.contains("延边")).sum())
    share = lifted["county_code"].isin(poor).mean()
    yield _card("pool.poverty_in_poverty_counties", "poverty-lifted villages in former poverty counties", share)


def _people(villages: pd.DataFrame) -> Iterator[Likeness]:
    own = units().set_index("county_code")
    pool = villages["county_code"]
    persons = (own["rural_population"] / own["villages"])[pool]
    ethnic = (own["ethnic_township_villages"] / own["villages"])[pool]
    yanbian = villages["prefecture"].str.contains("延边") & ~villages["border"]
    inland = ~villages["prefecture"].str.contains("延边") & ~villages["border"]
    ratio = villages["residents"] / villages["registered_people"]
    yield _census("residents a village", "person", persons.mean(), villages["residents"].mean(), "rural people over villages")
    size = (villages["residents"] / villages["households"]).mean()
    yield _census("residents a household", "person", own["household_size"][pool].mean(), size, "household size")
    yield _census("people of 65 and more", "%", own["aged_pct"][pool].mean(), villages["aged_pct"].mean(), "share of 65 and more")
    yield _census(
        "villages of ethnic townships", "share", ethnic.mean(), villages["ethnic_township"].mean(), "villages of such townships"
    )
    spread = np.log(villages["households"]) - np.log(villages["households"]).groupby(pool).transform("mean")
    yield _card("size.household_spread", "spread of households within a county", spread.std())
    yield _card("people.resident_ratio", "residents over registered people, inland", ratio[inland].median())
    yield _card("people.resident_ratio_yanbian", "residents over registered people, Yanbian", ratio[yanbian].median())
    yield _card("people.resident_ratio_border", "residents over registered people, border", ratio[villages["border"]].median())


def _incomes(villages: pd.DataFrame) -> Iterator[Likeness]:
    def mean(rows: pd.Series) -> float:
        return float(np.average(villages.loc[rows, "income_yuan"], weights=villages.loc[rows, "residents"]))

    province = mean(villages["residents"] > 0)
    yield _card("income.mean_yuan", "rural income a head, weighed by residents", province)
    changchun, baicheng = (villages["prefecture"].str.contains(name) for name in ("长春", "白城"))
    yield _card("income.changchun_ratio", "income of Changchun over the province's", mean(changchun) / province)
    yield _card("income.baicheng_ratio", "income of Baicheng over the province's", mean(baicheng) / province)
    collective = villages["collective_income_wan_yuan"]
    yield _card("collective.median_wan_yuan", "median collective income", collective.median())
    yield _card("collective.spread", "spread of collective income", np.log(collective).std())


def _shares(villages: pd.DataFrame) -> Iterator[Likeness]:
    for name in PLAN_TYPES:
        yield _card(f"types.{name}", f"villages of type {name}", (villages["village_type"] == name).mean())
    for path in calibration():
        section, name = path.split(".")
        if section == "conditions" or (section == "programmes" and name != "model_town"):
            yield _card(path, name.replace("_", " "), villages[name].mean())
    towns = villages.drop_duplicates(["county_code", "township"])
    yield _card("programmes.model_town", "model towns among townships", towns["model_town"].mean())
    instruments = villages[["morality_bank", "ten_household_groups"]].mean(axis=1).groupby(villages["created_year"]).mean()
    for year in (2022, 2021):
        yield _card(f"participation.share_{year}", f"instruments of participation, villages of {year}", instruments[year])


def _money(register: Register) -> Iterator[Likeness]:
    quota = register.counties[[f"bond_quota_wan_yuan_{year}" for year in range(2024, 2028)]].sum().mean()
    card = calibration()["quota.provincial_general_wan_yuan"]
    standard = cards()["money.standard_bond_wan_yuan"].value
    share = standard * calibration()["quota.villages_a_year"].value * calibration()["quota.headroom"].value / card.value
    yield Likeness(
        "quotas of a full year over the province's new general-bond limit",
        "share",
        share,
        quota / card.value,
        card.source,
        card.confidence,
    )


def _works(register: Register) -> Iterator[Likeness]:
    """What a village lacks beside what villages of Yanbian built in one year of 九有六无."""
    number = {name: float(cards()[f"money.{name}"].value) for name in ("network_households", "network_elasticity")}
    works = projects(register.villages, tasks(), number["network_households"], number["network_elasticity"])
    built = dict(zip((task.name for task in tasks()), works.quantity.mean(axis=0), strict=True))
    for path, names in BUILT.items():
        yield _card(f"works.{path}", path.replace("_", " "), sum(built[name] for name in names))


def _states(villages: pd.DataFrame) -> Iterator[Likeness]:
    for task in sorted(tasks(), key=lambda task: task.key):
        card = cards()[f"tasks.{task.name}.baseline"]
        obtained = float(villages[task.indicator].mean())
        yield Likeness(f"state of {task.id} {task.en}", task.unit, task.baseline, obtained, card.source, card.confidence)
