"""The columns of the register and of the county table: names, kinds, units and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from model.policy import catalogue
from model.policy.card import toml
from model.vocabulary import ASPECTS, DIMENSIONS, GIVEN, VILLAGE_TYPES

Kind = Literal["code", "text", "integer", "number", "flag", "choice", "tasks", "date"]
STANDING = "hidden_debt_risk"  # of a county's government, and of a village where a register has it
PAPERS = ("paper_approval", "paper_land", "paper_feasibility", "paper_environment")  # of the works
QUOTA_YEARS = tuple(range(2023, 2029))


@dataclass(frozen=True)
class Column:
    """One column: English and Chinese heading, kind, unit and bounds.

    ``digits`` is the length of a code; ``low`` and ``high`` bound a number, both included.
    """

    name: str
    zh: str
    kind: Kind
    required: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    digits: int = 0
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What a cell of this column may hold, in words."""
        if self.kind == "code":
            return f"{self.digits} digits"
        if self.kind == "flag":
            return "1 or 0 (是 or 否)"
        if self.kind == "choice":
            return " / ".join(self.choices)
        if self.kind == "tasks":
            return "numbers of tasks, such as T16.1;T19.2"
        if self.kind == "date":
            return "a date such as 2024-10-31"
        if self.kind == "text":
            return "text that does not begin with = + - @"
        noun = "a whole number" if self.kind == "integer" else "a number"
        if self.low is not None and self.high is not None:
            return f"{noun} from {self.low:g} to {self.high:g}"
        if self.low is not None:
            return f"{noun} of at least {self.low:g}"
        return noun


_REQUIRED = (
    Column("village_id", "村代码", "code", True, digits=12, also=("行政村代码",)),
    Column("name", "村名", "text", True, also=("村名称", "行政村")),
    Column("county_code", "县代码", "code", True, digits=6, also=("县区代码",)),
    Column("longitude", "经度", "number", True, "degree WGS84", 73, 136),
    Column("latitude", "纬度", "number", True, "degree WGS84", 3, 54),
    Column("households", "户数", "integer", True, "household", 1, 20000),
    Column("created_year", "创建年度", "integer", True, "year", 2018, 2035),
    Column("accepted", "是否通过验收", "flag", True),
    Column("village_type", "村庄类型", "choice", True, choices=VILLAGE_TYPES),
    Column("leading_industry", "主导产业", "text", True),
    Column("poverty_lifted", "脱贫村", "flag", True),
    Column("border", "边境村", "flag", True),
    Column("industry_base", "产业基础", "integer", True, "grade", 1, 5),
    Column("operation_plan", "后续运营规划", "flag", True),
    Column("party_leadership", "党组织带头人", "integer", True, "grade", 1, 5),
    Column("creation_enthusiasm", "创建积极性", "flag", True),
    Column(STANDING, "隐性债务风险", "flag", True),
    Column("village_plan", "村庄规划", "flag", True),
    Column("resident_consent", "村民同意", "flag", True),
)
_OPTIONAL = (
    Column("township", "乡镇", "text"),
    Column("general_bond_wan_yuan", "标准包一般债券资金", "number", unit="万元", low=0, high=20000),
    Column("total_cost_wan_yuan", "标准包总投资", "number", unit="万元", low=0, high=100000),
    Column("lifting_sustained", "脱贫成效较好", "flag"),
    Column("score", "综合评分", "number", unit="points", low=0, high=100),
    Column("upkeep_haves", "管护四有项数", "integer", unit="have", low=0, high=4),
    Column("committed_wan_yuan", "已承诺配套资金", "number", unit="万元", low=0, high=100000),
    # papers of the works (符合债券资金使用条件, P23-BOND)
    Column("paper_approval", "立项批复", "flag"),
    Column("paper_land", "用地手续", "flag"),
    Column("paper_feasibility", "可行性研究", "flag"),
    Column("paper_environment", "环评手续", "flag"),
    Column("town_seat_km", "距集镇距离", "number", unit="km", low=0, high=200),
    Column("residents", "常住人口", "integer", unit="person", low=0, high=60000),
    Column("registered_people", "户籍人口", "integer", unit="person", low=0, high=100000),
    Column("aged_pct", "六十五岁以上占比", "number", unit="%", low=0, high=100),
    Column("ethnic_township", "民族乡镇所辖村", "flag"),
    # other programmes and departmental pilots (P23-COMBINE; for the pool P22-PLUS, P22-COMBINE)
    Column("model_town", "乡村振兴示范镇", "flag"),
    Column("tourism_village", "乡村旅游精品村", "flag"),
    Column("cattle_village", "肉牛养殖大村", "flag"),
    Column("department_pilot", "行业部门村级试点示范", "flag"),
    Column("model_village", "乡村振兴示范村", "flag"),
    Column("sewerable_pct", "适宜集中处理农户占比", "number", unit="%", low=0, high=100),
    Column("paid_elsewhere", "已由其他项目安排的任务", "tasks"),
    Column("morality_bank", "道德银行或爱心超市", "flag"),
    Column("ten_household_groups", "十户一组", "flag"),
    Column("collective_income_wan_yuan", "村集体收入", "number", unit="万元", low=0, high=100000),
    Column("income_yuan", "农村居民人均可支配收入", "number", unit="yuan", low=500, high=500000),
    Column("declared_cohort", "申报批次", "integer", unit="year", low=2023, high=2035),
    Column("county_priority", "县内排序", "integer", low=1, high=1000),
    Column("synthetic", "模拟数据", "flag"),
)
_ASPECT_ZH = {"foundation": "基础条件", "matching": "配套投入", "outcome": "目标成效", "pathway": "实施路径"}
_DIMENSION_ZH = {"industry": "产业", "talent": "人才", "culture": "文化", "ecology": "生态", "organisation": "组织"}
_TYPE_ZH = {
    "jiju": "集聚提升",
    "tese": "特色发展",
    "chengjiao": "城郊融合",
    "xingbian": "兴边富民",
    "wending": "稳定改善",
    "qianbing": "搬迁撤并",
}
_TYPE_ALSO = {"特色保护": "tese"}  # as the province's own plan writes it


_PACKAGE_ZH = {"basic": "基本包", "standard": "标准包", "enhanced": "提升包"}
_STATUS_ZH = {
    "announced": "已公布",
    "building": "建设中",
    "completed": "已完工",
    "accepted": "已验收",
    "failed": "未通过",
    "relapsed": "已反弹",
}
_STATUS_ALSO = {"验收合格": "accepted", "验收不合格": "failed", "在建": "building", "完工": "completed", "反弹": "relapsed"}


def choice_words() -> dict[str, str]:
    """Return the Chinese words accepted for the codes of choice columns."""
    types = {zh: code for code, zh in _TYPE_ZH.items()} | _TYPE_ALSO
    sources = {code: str(entry["zh"]) for code, entry in toml("finance.toml")["source"].items()}
    plain = {zh: code for words in (_PACKAGE_ZH, _STATUS_ZH, sources) for code, zh in words.items()}
    return types | {f"{zh}类": code for zh, code in types.items()} | plain | _STATUS_ALSO


def aspect_columns() -> tuple[Column, ...]:
    """Return the four review aspects as columns of a score sheet."""
    return tuple(
        Column(a, zh, "number", unit="points", low=0, high=100, also=(f"review_{a}", f"{zh}评审分"))
        for a, zh in ((aspect, _ASPECT_ZH[aspect]) for aspect in ASPECTS)
    )


@cache
def village_columns() -> tuple[Column, ...]:
    """Return the columns of the register: required, optional, review, index and indicator columns."""
    review = (Column(f"review_{a}", f"{_ASPECT_ZH[a]}评审分", "number", unit="points", low=0, high=100) for a in ASPECTS)
    index = (Column(f"index_{d}", f"{_DIMENSION_ZH[d]}指数", "number", unit="points", low=0, high=100) for d in DIMENSIONS)
    indicators = (_indicator(task) for task in catalogue.tasks())
    return (*_REQUIRED, *_OPTIONAL, *review, *index, *indicators)


def _indicator(task: catalogue.Task) -> Column:
    bounds = {"%": (0, 100), "yes/no": (0, 1), "%/year": (-100, 1000), "road class": (1, 5), "bridge": (0, 50)}
    low, high = bounds.get(task.unit, (0, 1000))
    return Column(task.indicator, f"{task.zh}现状", "number", unit=task.unit, low=low, high=high)


@cache
def county_columns() -> tuple[Column, ...]:
    """Return the columns of the county table."""
    quotas = (
        Column(f"bond_quota_wan_yuan_{year}", f"{year}年一般债券限额", "number", True, "万元", 0, 1e7) for year in QUOTA_YEARS
    )
    return (
        Column("county_code", "县代码", "code", True, digits=6),
        Column("name", "县名", "text", True),
        Column("prefecture", "市州", "text", True),
        *quotas,
        *(_source(source, year) for source in GIVEN for year in QUOTA_YEARS),
        Column(STANDING, "隐性债务风险", "flag", also=("政府隐性债务风险",)),
        Column("general_revenue_wan_yuan", "一般公共预算收入", "number", unit="万元", low=0, high=1e8),
        Column("debt_service_wan_yuan", "既有债务年还本付息", "number", unit="万元", low=0, high=1e8),
        Column("longitude", "经度", "number", unit="degree WGS84", low=73, high=136),
        Column("latitude", "纬度", "number", unit="degree WGS84", low=3, high=54),
        Column("synthetic", "模拟数据", "flag"),
    )


def _source(source: str, year: int) -> Column:
    zh = toml("finance.toml")["source"][source]["zh"]
    return Column(f"{source}_wan_yuan_{year}", f"{year}年{zh}", "number", unit="万元", low=0, high=1e7)


def by_name(columns: Iterable[Column]) -> dict[str, Column]:
    """Return the columns by their English name."""
    return {column.name: column for column in columns}
