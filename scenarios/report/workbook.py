"""The candidate workbook (候选名单.xlsx): a list officials can read, check and sign, in Chinese."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from model.policy.cards import label
from model.policy.catalogue import department, owner, tasks
from model.words import Words
from scenarios.colours import EDGE, HEADING, WARNING, WARNING_GROUND
from scenarios.report import money
from scenarios.report.facts import Facts
from scenarios.report.sentences import equity_line, how_good, recommended

NAME = "候选名单.xlsx"
CREATED = datetime(2023, 2, 24)  # fixed, so that the same run gives the same bytes
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FRACTIONS = {"综合得分", "均值", "95%区间下限", "95%区间上限", "5%分位", "中位数", "95%分位"}
WIDTHS = {
    "市州": 18,
    "县（市、区）": 18,
    "户数": 8,
    "批次": 8,
    "序号": 6,
    "村名": 22,
    "乡镇": 16,
    "村代码": 15,
    "理由": 60,
    "来源": 44,
    "参数": 34,
    "规则": 20,
    "名称": 34,
}


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the workbook into a run folder."""
    import xlsxwriter

    facts, words = Facts(folder, manifest), Words("zh")
    with xlsxwriter.Workbook(str(folder / NAME), SAFE) as book:
        book.set_properties({"title": words("title"), "author": "Baicun", "created": CREATED})
        styles = _styles(book)
        _cover(book, styles, facts, words)
        first = facts.plan["status"] == "recommended"
        _sheet(book, styles, words("candidates"), _listed(facts.plan[first], words), facts, words, sign=True)
        _sheet(book, styles, "推演名单", _listed(facts.plan[~first], words), facts, words)
        _sheet(book, styles, "分县汇总", _counties(facts), facts, words)
        paid = money.projects(facts)
        if len(paid):
            _sheet(book, styles, "资金来源", _funding(paid, words), facts, words)
            now = paid[paid["cohort"] == manifest["as_of"]]
            _sheet(book, styles, "项目清单", _projects(now, facts, words), facts, words)
        if (verdicts := facts.table("verdicts")) is not None:
            _sheet(book, styles, words("verdicts_title"), _verdicts(facts, verdicts), facts, words)
        if (rules := facts.table("rules")) is not None:
            _sheet(book, styles, "规则执行", _rules(rules), facts, words)
        if facts.kpis is not None:
            _sheet(book, styles, "推演结果", _kpis(facts.kpis, words), facts, words)
        _sheet(book, styles, "参数与假设", _assumptions(facts), facts, words)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "微软雅黑", "font_size": 10, "valign": "vcenter"}
    edge = {"border": 1, "border_color": EDGE}
    return {
        "title": book.add_format({**base, "font_size": 16, "bold": True}),
        "warning": book.add_format({**base, "bold": True, "font_color": WARNING, "bg_color": WARNING_GROUND, "text_wrap": True}),
        "banner": book.add_format({**base, "bold": True, "font_size": 12, "font_color": WARNING, "bg_color": WARNING_GROUND}),
        "note": book.add_format({**base, "text_wrap": True, "valign": "top"}),
        "head": book.add_format({**base, **edge, "bold": True, "bg_color": HEADING, "text_wrap": True, "align": "center"}),
        "text": book.add_format({**base, **edge, "num_format": "@"}),
        "whole": book.add_format({**base, **edge, "num_format": "#,##0"}),
        "number": book.add_format({**base, **edge, "num_format": "#,##0.00"}),
    }


def _cover(book: Any, styles: dict[str, Any], facts: Facts, words: Words) -> None:
    sheet = book.add_worksheet(words("cover"))
    sheet.set_column(0, 0, 72)
    sheet.hide_gridlines(2)
    lines = [
        (words("title"), "title"),
        *([(words("synthetic"), "warning")] if facts.manifest["synthetic"] else []),
        (f"{words('scenario')}：{facts.manifest['scenario']}　{words('as_of')}：{facts.manifest['as_of']}", "note"),
        (recommended(facts, words), "note"),
        (how_good(facts, words), "note"),
        *([(words("audit_line"), "note")] if facts.manifest["solver"]["objective"] is not None else []),
        *([(line, "note")] if (line := equity_line(facts, words)) else []),
        (words("money_note"), "note"),
        *([(words("projection_note", n=facts.manifest["replications"]), "note")] if facts.kpis is not None else []),
        (words("documents"), "note"),
        (f"编号：{facts.manifest['identity'][:12]}", "note"),
    ]
    for row, (text, style) in enumerate(lines):
        sheet.set_row(row, 28 if style != "note" else 17 * (1 + len(text) // 38))
        sheet.write_string(row, 0, text, styles[style])
    _print(sheet, 1)


def _print(sheet: Any, columns: int) -> None:
    sheet.set_paper(9)
    if columns > 6:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _sheet(
    book: Any, styles: dict[str, Any], name: str, table: pd.DataFrame, facts: Facts, words: Words, sign: bool = False
) -> None:
    sheet = book.add_worksheet(name)
    label = f"（{words('synthetic')}）" if facts.manifest["synthetic"] else ""
    sheet.merge_range(0, 0, 0, len(table.columns) - 1, f"{name}{label}", styles["banner" if label else "title"])
    sheet.set_row(0, 22)
    for c, heading in enumerate(table.columns):
        sheet.write_string(1, c, heading, styles["head"])
        sheet.set_column(c, c, WIDTHS.get(heading, 12))
    for r, row in enumerate(table.itertuples(index=False), 2):
        for c, cell in enumerate(row):
            _write(sheet, r, c, cell, styles, table.columns[c] in FRACTIONS)
    last = len(table) + 1
    sheet.freeze_panes(2, 3 if len(table.columns) > 6 else 0)
    if len(table):
        sheet.autofilter(1, 0, last, len(table.columns) - 1)
    if sign:
        sheet.write_string(last + 2, 0, words("sign"))
    sheet.repeat_rows(1)
    _print(sheet, len(table.columns))


def _write(sheet: Any, row: int, column: int, cell: Any, styles: dict[str, Any], fraction: bool) -> None:
    if pd.isna(cell):
        sheet.write_blank(row, column, None, styles["text"])
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell, styles["text"])
    else:
        value = float(cell)
        sheet.write_number(row, column, value, styles["whole" if value.is_integer() and not fraction else "number"])


def _listed(plan: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return the list as officials read it, by county and score."""
    ordered = plan.sort_values(["cohort", "county_code", "score"], ascending=[True, True, False], kind="stable")
    blank = pd.Series("", index=ordered.index)
    return pd.DataFrame(
        {
            "序号": range(1, len(ordered) + 1),
            "市州": ordered["prefecture"],
            "县（市、区）": ordered["county"],
            "乡镇": ordered.get("township", blank),
            "村名": ordered["name"],
            "村代码": ordered["village_id"],
            "批次": ordered["cohort"].astype(str),
            "村庄类型": ordered["village_type"].map(words),
            "主导产业": ordered["leading_industry"],
            "脱贫村": ordered["poverty_lifted"].map({1: "是", 0: ""}),
            "边境村": ordered["border"].map({1: "是", 0: ""}),
            "户数": ordered["households"],
            "综合得分": ordered["score"].round(2),
            "建设包": ordered["package"].map(words),
            "一般债券（万元）": ordered["general_bond_wan_yuan"],
            "总投资（万元）": ordered["total_cost_wan_yuan"],
        }
    )


def _counties(facts: Facts) -> pd.DataFrame:
    counts = facts.plan.pivot_table(index="county_code", columns="cohort", values="village_id", aggfunc="count", fill_value=0)
    table = facts.counties[["prefecture", "county_code", "name", "eligible", "villages", "bond"]].merge(
        counts.rename(columns=lambda year: f"{year}批"), left_on="county_code", right_index=True, how="left"
    )
    names = {
        "prefecture": "市州",
        "county_code": "县代码",
        "name": "县（市、区）",
        "eligible": "符合条件的村",
        "villages": "入选合计",
        "bond": "一般债券（万元）",
    }
    cohorts = [str(column) for column in table if str(column).endswith("批")]
    return table.assign(**{c: table[c].fillna(0) for c in cohorts}).rename(columns=names)


def _funding(paid: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return money by county and year, a column per source."""
    names = {source: money.source_name(source, words) for source in money.present(paid)}
    pivot = paid.pivot_table(index=["county", "year"], columns="source", values="cost_wan_yuan", aggfunc="sum", fill_value=0.0)
    table = pivot[list(names)].rename(columns=names).round(2)
    table.insert(0, "合计（万元）", table.sum(axis=1).round(2))
    return table.reset_index().rename(columns={"county": "县（市、区）", "year": "年度"}).astype({"年度": str})


def _projects(paid: pd.DataFrame, facts: Facts, words: Words) -> pd.DataFrame:
    """Return the project list of the recommended cohort as counties read it."""
    titles = {task.id: task.zh for task in tasks()}
    named = paid.merge(facts.villages[["village_id", "name"]], on="village_id", how="left")
    ordered = named.sort_values(["county_code", "village_id", "task_id", "year"], kind="stable")
    return pd.DataFrame(
        {
            "县（市、区）": ordered["county"],
            "村名": ordered["name"],
            "村代码": ordered["village_id"],
            "任务": ordered["task_id"],
            "项目": ordered["task_id"].map(titles).fillna("登记册所列其他工程"),
            "工程量": ordered["quantity"].round(2),
            "单位": [words(f"quantity_{unit}") for unit in ordered["unit"]],
            "投资（万元）": ordered["cost_wan_yuan"],
            "资金来源": [money.source_name(source, words) for source in ordered["source"]],
            "支付年度": ordered["year"].astype(str),
            "开工年度": ordered["start_year"].astype(str),
            "资产归属": [owner(name)["zh"] for name in ordered["asset_owner"]],
            "牵头部门": [department(name)[0] if isinstance(name, str) and name else "" for name in ordered["department"]],
            "计划开工": ordered["planned_start"].fillna(""),
            "计划完工": ordered["planned_finish"].fillna(""),
            "完成时限": ordered["deadline"],
        }
    )


def _verdicts(facts: Facts, verdicts: pd.DataFrame) -> pd.DataFrame:
    county = facts.counties.set_index("county_code")["name"]
    joined = verdicts.merge(facts.villages[["village_id", "name", "county_code"]], on="village_id")
    return pd.DataFrame(
        {
            "县（市、区）": joined["county_code"].map(county),
            "村名": joined["name"],
            "村代码": joined["village_id"],
            "是否入选": joined["selected"].map({1: "是", 0: "否"}),
            "理由": joined["reason_zh"],
        }
    )


def _rules(rules: pd.DataFrame) -> pd.DataFrame:
    from model.selection.rules import term

    kept = rules[(rules["binding"] == 1) & (rules["rule"] != "once_only")]
    return pd.DataFrame(
        {
            "规则": kept["rule"].map(term),
            "约束": kept["label"].astype(str),
            "下限": kept["lower"],
            "实际": kept["activity"],
            "上限": kept["upper"],
            "余量": kept["slack"],
        }
    )


def _kpis(kpis: pd.DataFrame, words: Words) -> pd.DataFrame:
    from model.outcomes.kpis import kpi_label

    return pd.DataFrame(
        {
            "名称": [kpi_label(name, "zh") for name in kpis["kpi"]],
            "年度": ["" if pd.isna(year) else str(int(year)) for year in kpis["year"]],
            "单位": [words.unit(u) for u in kpis["unit"]],
            "均值": kpis["mean"],
            "95%区间下限": kpis["ci_low"],
            "95%区间上限": kpis["ci_high"],
            "5%分位": kpis["p05"],
            "中位数": kpis["p50"],
            "95%分位": kpis["p95"],
        }
    )


def _assumptions(facts: Facts) -> pd.DataFrame:
    table = facts.need("assumptions")
    return pd.DataFrame(
        {
            "名称": [label(path, "zh") for path in table["parameter"]],
            "参数": table["parameter"],
            "取值": table["value"].astype(str),
            "低": table["low"],
            "高": table["high"],
            "单位": table["unit"],
            "可信度": table["confidence"],
            "条款": table["clause"],
            "来源": table["source"],
        }
    )
