"""Explain: what a run says of a village or a county, in sentences: why it is in or out, what it brings, who holds the place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.errors import usage
from model.policy.catalogue import tasks
from model.register.eligibility import Eligibility, shortfalls
from model.register.schema import by_name, village_columns
from model.selection.rules import term
from model.vocabulary import ASPECTS
from model.words import Words
from scenarios.files.manifest import read_manifest
from scenarios.report.facts import Facts
from scenarios.runs import store
from scenarios.runs.naming import meant
from scenarios.runs.rivalry import Rivalry
from scenarios.world.formats import FORMAT, of

TELLING = 0.5  # points of the score that an aspect must add to be named
MOST = 3  # works or villages named in a sentence
SHOWN = 0.05  # points of the rest that are worth a word


@dataclass(frozen=True)
class Explanation:
    """What is told of a village or a county: its code, the sentences, and the facts they are made from."""

    kind: str  # village or county
    code: str
    lines: list[str]
    facts: dict[str, Any]


def explained(folder: Path, asked: str, lang: str = "zh") -> Explanation:
    """Return what a run says of a village or county, asked for by code or by name.

    Raises :class:`InputError` for a folder without verdicts, for who is not in the register, and for a name that several have.
    """
    store.open_run(folder)
    if not (folder / "verdicts.csv").is_file():
        raise usage("the run has no verdicts", "Give a run of `baicun run` or `baicun select`.", file=str(folder))
    known = _Known(Facts(folder, read_manifest(folder)), Words(lang))
    kind, code = known.found(asked.strip())
    return known.village(code) if kind == "village" else known.county(code)


class _Known:
    """A run's tables, one row a village, and the words to tell them in."""

    def __init__(self, facts: Facts, words: Words) -> None:
        self.facts, self.words = facts, words
        table = facts.villages[["village_id", "name", "county_code", "households"]]
        for name in ("verdicts", "scores", "eligibility"):
            table = table.merge(facts.need(name), on="village_id", how="left")
        listed = facts.need("plan").drop(columns=["county_code", "score"])
        self.table = table.merge(listed, on="village_id", how="left")
        self.counties = facts.county_table.set_index("county_code")["name"]

    def found(self, asked: str) -> tuple[str, str]:
        """Return whether a village or a county is meant, and its code."""
        return meant(asked, self.table, {str(code): str(name) for code, name in self.counties.items()})

    def _row(self, code: str) -> Any:
        return self.table[self.table["village_id"] == code].iloc[0]

    def village(self, code: str) -> Explanation:
        """Return what is told of a village."""
        row = self._row(code)
        county = self.table[(self.table["county_code"] == row["county_code"]) & self.table["eligible"].astype(bool)]
        head = self.words("explain_head", name=row["name"], code=code, county=self.counties[row["county_code"]])
        outlook = self.words("explain_outlook") if row["status"] == "outlook" else ""
        lines = [head + str(row[f"reason_{self.words.lang}"]) + outlook]
        rival = None
        if row["selected"] or row["eligible"]:
            lines += [*(self._brings(row) if row["selected"] else []), self._dates(code), self._rank(row, county)]
            told, rival = self._rivals(row)
            lines += [*told, self._beside(row, self._row(rival)) if rival else ""]
        else:
            lines += [self._short(row), self.words("explain_mend")]
        facts = {str(key): None if pd.isna(value) else value for key, value in row.astype(object).items()} | {"rival": rival}
        facts["cohort"] = None if facts["cohort"] is None else int(facts["cohort"])
        return Explanation("village", code, [line for line in lines if line], facts)

    def _brings(self, row: Any) -> list[str]:
        """Say what is built, for how much, and what it brings."""
        own = self.facts.table("projects")
        if own is None or f"gain_{row['package']}" not in row:  # an earlier version kept neither
            return []
        own = own[own["village_id"] == row["village_id"]].groupby("task_id")["cost_wan_yuan"].sum().sort_values(ascending=False)
        titles = {task.id: getattr(task, self.words.lang) for task in tasks()}
        named = [f"{titles.get(task, task)} {cost:,.0f}" for task, cost in own.head(MOST).items()]
        return [
            self.words(
                "explain_money",
                package=self.words(f"package_{row['package']}"),
                bond=row["general_bond_wan_yuan"],
                total=row["total_cost_wan_yuan"],
                works=len(own),
                named=self.words("enumeration").join(named),
            ),
            self.words("explain_brings", gain=row[f"gain_{row['package']}"], households=int(row["households"])),
        ]

    def _dates(self, code: str) -> str:
        """Say when it is planned to be built, and how often that comes in time; nothing where nothing was projected."""
        schedule = self.facts.table("schedule")
        own = schedule[schedule["village_id"] == code] if schedule is not None else pd.DataFrame()
        if own.empty or own[["planned_start", "planned_finish"]].isna().any(axis=None):
            return ""
        row = own.iloc[0]
        told = {"start": row["planned_start"], "finish": row["planned_finish"], "share": row["finished_by_target"]}
        told |= {"target": self.facts.scenario["programme"]["target_date"], "times": self.facts.manifest["replications"]}
        line = self.words("explain_dates", **told)
        ends = {end: row[f"finish_{end}"] for end in ("p10", "p50", "p90")}
        known = not any(pd.isna(value) for value in ends.values())
        return line + (self.words("explain_finish", **ends) if known else self.words("full_stop"))

    def _rank(self, row: Any, county: pd.DataFrame) -> str:
        place = int((county["score"] > row["score"]).sum()) + 1
        inside = int(county["selected"].astype(bool).sum())
        told = {"place": place, "eligible": len(county), "selected": inside}
        return self.words("explain_rank", county=self.counties[row["county_code"]], score=row["score"], **told)

    def _rivals(self, row: Any) -> tuple[list[str], str | None]:
        """Say whose place a village could take, or who would take its place; nothing of a list that no solver made."""
        manifest = self.facts.manifest
        if of(manifest) < FORMAT:
            return [self.words("explain_older")], None
        if manifest["solver"]["objective"] is None:
            return [], None
        rivalry = Rivalry(self.facts.folder, self.counties, self.words)
        return (rivalry.inside_too if row["selected"] else rivalry.outside)(row["village_id"])

    def _short(self, row: Any) -> str:
        """Say what a village has where a condition asks for more."""
        village = self.facts.villages.set_index("village_id").loc[row["village_id"]]
        asked = Eligibility.model_validate(self.facts.scenario["eligibility"])
        short = shortfalls(village, str(row["failed_conditions"]).split(";"), asked)
        parts = [self._shortfall(*part) for part in short]
        return self.words("explain_short", parts=self.words("list_comma").join(parts)) if parts else ""

    def _shortfall(self, name: str, has: int, asked: int) -> str:
        column = by_name(village_columns())[name]
        flag = column.kind == "flag"
        told = [self.words("yes" if value else "no") if flag else str(value) for value in (has, asked)]
        label = column.zh if self.words.lang == "zh" else name.replace("_", " ")
        return self.words("explain_flagfall" if flag else "explain_shortfall", name=label, has=told[0], asked=told[1])

    def _beside(self, row: Any, other: Any) -> str:
        """Lay a village beside another one: score, gain of the package, and what each aspect adds to the difference."""
        weights = self.facts.need("weights").query("group == 'aspects'").set_index("name")["weight"]
        apart = {aspect: float(weights[aspect] * (row[aspect] - other[aspect])) for aspect in ASPECTS}
        most = [aspect for aspect in sorted(apart, key=lambda aspect: -abs(apart[aspect])) if abs(apart[aspect]) >= TELLING]
        more = [self.words("explain_apart", aspect=self.words(f"aspect_{aspect}"), by=apart[aspect]) for aspect in most]
        rest = float(row["score"] - other["score"]) - sum(apart[aspect] for aspect in most)
        more += [self.words("explain_rest", by=rest)] if more and abs(rest) >= SHOWN else []
        told = {"score": row["score"], "other": other["score"], "apart": self.words("enumeration").join(more)}
        package = self._gain(row if row["selected"] else other)  # the same for both
        gain = float(row[package] - other[package])
        weighs = "explain_counted" if self.facts.scenario["objective"]["gain"] else "explain_uncounted"
        told["counted"] = self.words(weighs)
        return self.words("explain_beside" if more else "explain_alike", name=other["name"], gain=gain, **told)

    def _gain(self, row: Any) -> str:
        package = row["package"] if isinstance(row["package"], str) else max(self.facts.scenario["packages"]["offered"])
        return f"gain_{package}"

    def county(self, code: str) -> Explanation:
        """Return what is told of a county: its places by cohort, its money, and why the others are out."""
        own = self.table[self.table["county_code"] == code]
        inside, eligible = own[own["selected"].astype(bool)], own[own["eligible"].astype(bool)]
        numbers = dict(sorted(Counter(inside["cohort"].astype(int).tolist()).items()))
        counts = [self.words("explain_cohort", cohort=cohort, n=n) for cohort, n in numbers.items()]
        told = {"villages": len(own), "eligible": len(eligible), "selected": len(inside)}
        by_cohort = self.words("enumeration").join(counts) or self.words("none")
        lines = [self.words("explain_county", county=self.counties[code], code=code, cohorts=by_cohort, **told)]
        lines += self._county_money(code)
        out = own[~own["selected"].astype(bool)]
        lines += [*self._why_out(out), *self._nearest(out, eligible)]
        return Explanation("county", code, lines, {"county_code": code, **told, "by_cohort": numbers})

    def _why_out(self, out: pd.DataFrame) -> list[str]:
        """Say why villages are out: those that fail conditions, then those a rule keeps out, most first; all are counted."""
        failing = out[~out["eligible"].astype(bool)]
        codes = out.loc[out["eligible"].astype(bool), "reason_code"].astype(str)
        kinds = codes.map(lambda code: code if self.words.has(f"why_{code}") else "rule").value_counts()
        rules = sorted({term(rule) for code in codes if not self.words.has(f"why_{code}") for rule in code.split("+")})
        told = [self.words("why_failing", n=len(failing))] if len(failing) else []
        named = self.words("enumeration").join(rules)
        told += [self.words(f"why_{kind}", n=int(n), rules=named) for kind, n in kinds.items()]
        return [self.words("explain_out", n=len(out), parts=self.words("list_comma").join(told))] if told else []

    def _nearest(self, out: pd.DataFrame, all_eligible: pd.DataFrame) -> list[str]:
        """Say which of a county's villages that are out is nearest to being in, and what keeps it out."""
        eligible = out[out["eligible"].astype(bool)].set_index("village_id")
        manifest = self.facts.manifest
        if eligible.empty or of(manifest) < FORMAT or manifest["solver"]["objective"] is None:
            return []
        rivalry = Rivalry(self.facts.folder, self.counties, self.words)
        code = rivalry.nearest(eligible.index)
        if code is None:
            return []
        row = eligible.loc[code]
        told = {"name": row["name"], "code": code, "score": row["score"], "reason": row[f"reason_{self.words.lang}"]}
        told |= {"place": int((all_eligible["score"] > row["score"]).sum()) + 1, "eligible": len(all_eligible)}
        return [self.words("explain_nearest", **told), *rivalry.outside(code)[0]]

    def _county_money(self, code: str) -> list[str]:
        averages = self.facts.table("averages")
        own = averages[averages["county_code"] == code] if averages is not None else pd.DataFrame()
        if own.empty or pd.isna(own.iloc[0]["quota_used"]):
            return []
        row = own.iloc[0]
        within = self.words("within_county")
        reason = self.words(f"average_{row['reason']}", within=within, least=row["need_least"], most=row["need_most"])
        money = self.facts.scenario["money"]
        told = {"mean": row["mean_bond_wan_yuan"], "standard": money["standard_bond_wan_yuan"] * money["intensity"]}
        return [self.words("explain_county_money", used=row["quota_used"], reason=reason, **told)]
