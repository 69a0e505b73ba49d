"""A county's own project list stands in place of derived works: it is read, objected to, paid and built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import SETTINGS, raw_counties, raw_villages

from model.errors import InputError
from model.money.costs import CENTS
from model.register import check
from model.register.companions import Raw, RawCompanions
from model.vocabulary import Register
from scenarios import study
from scenarios.files import declaration, merging
from scenarios.world.checks import looked_at
from scenarios.world.load import load

VILLAGE, OTHER = "220101901001", "220101901003"
NAMES = ("村代码", "任务", "项目名称", "工程量", "单位", "投资", "资金来源", "计划开工", "计划完工")
LIST = (
    (VILLAGE, "村内主干道硬化", "北屯路", "1.2", "公里", "90", "一般债券", "2024-05-01", "2024-09-30"),
    (VILLAGE, "19.2", "南屯路", "800", "米", "60", "general_bond", "2024-04-20", "2024-09-30"),
    (VILLAGE, "T16.2", "改厕", "20", "户", "12", "村民自筹", "", ""),
    (VILLAGE, "T11", "文明家庭", "5", "户", "0.5", "", "", ""),
)


def register(*rows: tuple[str, ...], **columns: str) -> Register:
    """Return the tiny register with a project list beside it; ``columns`` are further cells of every village."""
    raw = Raw(pd.DataFrame(rows, columns=list(NAMES), index=range(2, len(rows) + 2), dtype=str), "list.csv")
    return check.read(raw_villages(6).assign(**columns), raw_counties(), raw=RawCompanions(projects=raw)).register


def test_names_units_and_sources_are_read_as_people_write_them() -> None:
    table = register(*LIST).projects
    roads = table[table["task_id"] == "T19.2"]
    assert sorted(roads["quantity"]) == pytest.approx([0.8, 1.2])
    assert set(roads["unit"]) == {"km"}
    assert set(table["source"]) == {"general_bond", "villagers", ""}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ((OTHER, "T19.2;T14", "", "1", "", "9", "", "", ""), "a project serves one task"),
        ((OTHER, "T19.2", "", "30", "户", "9", "", "", ""), "the quantity has another unit"),
        ((OTHER, "T16.2", "", "30", "户", "9", "专项债券", "", ""), "this source may not pay for such works"),
        ((OTHER, "T19.2", "", "1", "", "9", "", "2024-09-01", "2024-05-01"), "it is finished before it begins"),
        ((OTHER, "T15.1", "", "30", "", "9", "", "", ""), "another programme already pays for this task in the village"),
        ((OTHER, "T14", "", "3", "", "9", "", "", ""), "the register says that the village lacks nothing here"),
        (("220101999999", "T14", "", "3", "", "9", "", "", ""), "the village is not in the register"),
        ((OTHER, "T99", "", "3", "", "9", "", "", ""), "no such task"),
        ((OTHER, "T19.2", "", "0", "", "9", "", "", ""), "value is out of range"),
    ],
)
def test_what_is_wrong_is_told_with_its_row(row: tuple[str, ...], problem: str) -> None:
    with pytest.raises(InputError) as refused:
        register(LIST[0], row, paid_elsewhere="T15.1", waste_coverage_pct="100")
    assert [(fault.problem, fault.row) for fault in refused.value.faults] == [(problem, 3)]
    assert refused.value.faults[0].column in (*NAMES, "village_id")


def prepared(given: Register) -> study.Prepared:
    scenario = load("baseline", SETTINGS | {"packages.offered": ["basic", "standard", "enhanced"]})
    return study.prepare(scenario, given)


def test_listed_works_cost_what_the_list_says_whatever_amounts_the_register_has() -> None:
    world = prepared(register(*LIST))
    accounts = world.accounts
    i = int(world.register.villages["village_id"].searchsorted(VILLAGE))
    cost = {task.id: accounts.costs.cents[i, j] / CENTS for j, task in enumerate(accounts.works.tasks)}
    assert (cost["T19.2"], cost["T16.2"], cost["T11"]) == (150.0, 12.0, 0.5)
    without = prepared(replace(world.register, projects=pd.DataFrame()))
    others = np.arange(len(accounts.costs.cents)) != i
    assert np.array_equal(accounts.costs.cents[others], without.accounts.costs.cents[others])


def test_a_binding_gap_without_a_project_stays_derived_and_another_stays_open() -> None:
    world = prepared(register(*LIST))
    works = world.accounts.works
    i = int(world.register.villages["village_id"].searchsorted(VILLAGE))
    derived = prepared(replace(world.register, projects=pd.DataFrame())).accounts.works
    listed = {row[1] for row in LIST}
    for j, task in enumerate(works.tasks):
        if derived.work[i, j] == 0 or task.id in ("T19.2", "T16.2", "T11") or task.zh in listed:
            continue
        kept = works.work[i, j] == derived.work[i, j] and works.cost[i, j] == derived.cost[i, j] and works.forgone[i, j] == 0
        assert kept if task.binding else (works.work[i, j], works.forgone[i, j]) == (0.0, derived.work[i, j]), task.id


def test_homes_that_a_list_leaves_out_are_not_reached() -> None:
    world = prepared(register(*LIST))
    works = world.accounts.works
    i = int(world.register.villages["village_id"].searchsorted(VILLAGE))
    j = next(j for j, task in enumerate(works.tasks) if task.id == "T11")
    derived = prepared(replace(world.register, projects=pd.DataFrame())).accounts.works
    assert works.work[i, j] == pytest.approx(derived.work[i, j] * 5 / derived.quantity[i, j])
    assert works.work[i, j] + works.forgone[i, j] == pytest.approx(derived.work[i, j])


def test_what_is_to_be_looked_at_is_told_with_the_projects() -> None:
    lines = "\n".join(looked_at(load("baseline"), register(*LIST)))
    assert "4 projects of 1 villages, 162.50 wan yuan" in lines
    assert "binding gaps have no project" in lines
    assert f"{VILLAGE} T11" in lines  # fewer homes than lack it


def test_a_work_does_not_begin_before_its_county_means_to(small: study.Prepared) -> None:
    world = study.prepare(*small)
    selection = study.select(world)
    village = selection.plan.table.query("cohort == 2023")["village_id"].iloc[0]
    late = [(village, "T19.2", "", "2", "", "90", "", "2024-08-15", "2024-10-01")]
    table = pd.DataFrame(
        late,
        columns=[
            "village_id",
            "task_id",
            "work",
            "quantity",
            "unit",
            "cost_wan_yuan",
            "source",
            "planned_start",
            "planned_finish",
        ],
    )
    given = table.astype({"quantity": float, "cost_wan_yuan": float})
    with_list = study.prepare(world.scenario, replace(world.register, projects=given))
    stage = study.staged(selection.plan, with_list, study.financing(selection.plan, with_list))
    site = next(site for site in stage.sites if site.village_id == village)
    (road,) = [work for work in site.works if stage.catalogue[work.task].id == "T19.2"]
    opens = (pd.Timestamp("2024-08-15").date() - stage.calendar.start).days
    assert road.opens == opens
    assert road.start >= opens


def test_a_book_carries_a_countys_projects_into_the_merged_register(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    counties = pd.DataFrame({"county_code": ["220101"], "name": ["模拟1县"]})
    villages = check.build(raw_villages(6), raw_counties()).villages
    (book,) = declaration.write_books(counties, tmp_path / "books", villages)
    sheets = openpyxl.load_workbook(book)
    for r, row in enumerate(LIST, 4):
        for c, value in enumerate(row, 1):
            sheets["220101 项目清单"].cell(r, c, value)
    sheets.save(book)
    merged = merging.merge([book], counties)
    out = merging.write_merged(merged, tmp_path / "register.csv")
    assert len(merged.projects) == len(LIST)
    assert (out.parent / "register.projects.csv").is_file()
