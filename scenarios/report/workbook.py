"""The candidate workbook (候选名单.xlsx): papers that officials can read, check and sign, in Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from model.outcomes.kpis import kpi_label
from model.policy.card import toml
from model.policy.cards import label
from model.policy.sources import source_in, unit_in
from model.register.schema import choice_words
from model.words import CHINESE, Words
from scenarios.files import dictionary
from scenarios.files.manifest import cut_short
from scenarios.report import listing, money
from scenarios.report.facts import Facts
from scenarios.report.sentences import equity_line, how_good, recommended
from scenarios.report.sheets import Book, Column, Row

NAME = "候选名单.xlsx"
FRACTIONS = {"综合得分", "均值", "95%区间下限", "95%区间上限", "5%分位", "中位数", "95%分位"}
WIDTHS = {
    "市州": 16,
    "县（市、区）": 16,
    "适用于": 24,
    "村名": 20,
    "村代码": 14,
    "理由": 66,
    "来源": 44,
    "参数": 34,
    "表": 34,
    "列": 26,
    "含义": 60,
    "规则": 20,
    "名称": 34,
}


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the workbook into a run folder."""
    facts, words = Facts(folder, manifest), CHINESE
    year, unit = manifest["as_of"], words("in_wan_yuan")
    with Book(folder / NAME, words("title"), manifest["synthetic"]) as book:
        book.text(words("cover"), _cover(facts, words))
        first = facts.plan["status"] == "recommended"
        listed = words("list_title", year=year)
        book.paper(words("candidates"), listed, listing.COLUMNS, listing.rows(facts, facts.plan[first]), "附件1", unit)
        later = words("outlook_title")
        book.paper("推演名单", later, listing.COLUMNS, listing.rows(facts, facts.plan[~first]), "附件2", unit)
        _table(book, "分县汇总", _counties(facts), unit)
        paid = money.projects(facts)
        if len(paid):
            _table(book, "资金来源", _funding(paid, words), unit)
        if (verdicts := facts.table("verdicts")) is not None:
            _table(book, "落选情况", _left_out(facts, verdicts), "")
        if (rules := facts.table("rules")) is not None:
            _table(book, "规则执行", _rules(rules, facts), "")
        if facts.kpis is not None:
            _table(book, "推演结果", _kpis(facts.kpis, words), "")
        if len(moved := _moved(facts)):
            _table(book, "变动情况", moved, "")
        _table(book, "参数与假设", _assumptions(facts), "")
        _table(book, "数据字典", dictionary.own(folder), "")


def _cover(facts: Facts, words: Words) -> list[tuple[str, str]]:
    """Return the lines of the cover: what the list is of, how good it is, and what is only projected."""
    manifest = facts.manifest
    return [
        (words("list_title", year=manifest["as_of"]), "title"),
        (words("synthetic") if manifest["synthetic"] else "", "warning"),
        (words("cover_scope", scenario=facts.scenario.get("title_zh") or manifest["scenario"], year=manifest["as_of"]), "note"),
        (recommended(facts, words), "note"),
        (how_good(facts, words), "note"),
        (words("cut_short", by=words(f"stop_{by}")) if (by := cut_short(manifest)) else "", "warning"),
        (words("audit_line") if manifest["solver"]["objective"] is not None else "", "note"),
        (equity_line(facts, words), "note"),
        (words("money_note"), "note"),
        (words("projection_note", n=manifest["replications"]) if facts.kpis is not None else "", "note"),
        (words("documents"), "note"),
        (f"编号：{manifest['identity'][:12]}", "note"),
    ]


def _table(book: Book, name: str, table: pd.DataFrame, unit: str) -> None:
    """Add a table as a paper of its own."""
    columns = [Column(str(c), WIDTHS.get(str(c), 12), _kind(str(c), table[c])) for c in table]
    book.paper(name, name, columns, (Row(list(row)) for row in table.itertuples(index=False)), unit=unit)


def _kind(heading: str, values: pd.Series) -> str:
    if not pd.api.types.is_numeric_dtype(values):
        return "text"
    known = values.dropna()
    return "whole" if heading not in FRACTIONS and (known == known.round()).all() else "money"


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


def _left_out(facts: Facts, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the villages that are not in the list, near misses first within a county, and why."""
    county = facts.counties.set_index("county_code")["name"]
    scores = facts.need("scores")[["village_id", "score"]]
    joined = verdicts[verdicts["selected"] == 0].merge(facts.villages[["village_id", "name", "county_code"]], on="village_id")
    joined = joined.merge(scores, on="village_id", how="left").assign(fails=joined["reason_code"] == "ineligible")
    joined = joined.sort_values(["county_code", "fails", "score"], ascending=[True, True, False], kind="stable")
    return pd.DataFrame(
        {
            "县（市、区）": joined["county_code"].map(county),
            "村名": joined["name"],
            "村代码": joined["village_id"],
            "综合得分": joined["score"].round(1),
            "理由": joined["reason_zh"],
        }
    )


def _rules(rules: pd.DataFrame, facts: Facts) -> pd.DataFrame:
    from model.selection.rules import term

    names = facts.county_table.set_index("county_code")["name"].to_dict() | _codes()
    kept = rules[(rules["binding"] == 1) & (rules["rule"] != "once_only")]
    places = ["　".join(str(names.get(part, part)) for part in str(label).split("|")) for label in kept["label"]]
    return pd.DataFrame(
        {
            "规则": kept["rule"].map(term),
            "适用于": places,
            "下限": kept["lower"],
            "实际": kept["activity"],
            "上限": kept["upper"],
            "余量": kept["slack"],
        }
    )


ROWS = (
    *("low", "high", "programme", "coverage", "loans", "homes", "leverage", "border", "model_town"),
    *("tourism_village", "cattle_village", "department_pilot", "model_village"),
)  # parts of rules' rows that are neither places nor codes of the register


def _codes() -> dict[str, str]:
    """Return what the codes in a rule's rows are called: sources and classes of money, sides, types and programmes."""
    finance = toml("finance.toml")
    money = {code: str(entry["zh"]) for kind in ("source", "class") for code, entry in finance[kind].items()}
    sides = {name: CHINESE(f"row_{name}") for name in ROWS}
    return money | sides | {code: zh for zh, code in reversed(choice_words().items()) if not zh.endswith("类")}


def _kpis(kpis: pd.DataFrame, words: Words) -> pd.DataFrame:
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


def _moved(facts: Facts) -> pd.DataFrame:
    """Return who enters, leaves or changes cohort beside the list that was announced, nothing where none was given."""
    last = facts.announced.set_index("village_id")["cohort"].rename("原批次")
    now = facts.plan.set_index("village_id")["cohort"].rename("现批次")
    if last.empty:
        return pd.DataFrame()
    both = pd.concat([last, now], axis=1).astype("Int64").reset_index(names="village_id")
    both = both[(both["原批次"] != both["现批次"]).fillna(True)].merge(facts.villages, on="village_id", how="left")
    both = both.merge(facts.counties[["county_code", "name"]], on="county_code", how="left", suffixes=("", "_county"))
    change = [
        "新增" if pd.isna(a) else "退出" if pd.isna(b) else "改批次" for a, b in zip(both["原批次"], both["现批次"], strict=True)
    ]
    table = pd.DataFrame(
        {
            "变动": change,
            "县（市、区）": both["name_county"],
            "村名": both["name"],
            "村代码": both["village_id"],
            "原批次": both["原批次"].astype(float),
            "现批次": both["现批次"].astype(float),
        }
    )
    return table.sort_values(["变动", "村代码"], ignore_index=True)


def _assumptions(facts: Facts) -> pd.DataFrame:
    table = facts.need("assumptions")
    return pd.DataFrame(
        {
            "名称": [label(path, "zh") for path in table["parameter"]],
            "参数": table["parameter"],
            "取值": table["value"].astype(str),
            "低": table["low"],
            "高": table["high"],
            "单位": [unit_in(unit, "zh") for unit in table["unit"]],
            "可信度": [CHINESE(f"sure_{name}") if CHINESE.has(f"sure_{name}") else name for name in table["confidence"]],
            "条款": table["clause"],
            "来源": [source_in(source, "zh") for source in table["source"]],
        }
    )
