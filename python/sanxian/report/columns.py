"""Which columns the tables of a report have, how they are called, in which unit and with how many decimals.

Every writer (web page, workbook, document, terminal) takes its columns from here, so that they cannot differ.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Kind = Literal["text", "number", "share", "flag", "word"]


@dataclass(frozen=True)
class Column:
    """How one column of a report table is shown."""

    name: str
    header: str
    unit: str = ""
    decimals: int = 0
    kind: Kind = "text"
    width: int = 12
    #: Whether the column has a meaningful sum.
    summed: bool = False

    @property
    def title(self) -> str:
        """Header with its unit: ``面积（公顷）``."""
        return f"{self.header}（{self.unit}）" if self.unit else self.header

    @property
    def is_numeric(self) -> bool:
        """Whether cells are right-aligned numbers."""
        return self.kind in ("number", "share")


def _number(name: str, header: str, unit: str, decimals: int, width: int = 13, summed: bool = False) -> Column:
    return Column(name, header, unit, decimals, "number", width, summed)


_PLOT_ID = Column("plot_id", "地块编号", width=9)
_PLOT_NAME = Column("plot_name", "地块名称", width=18)
_ROLE = Column("role", "管控要素", kind="word", width=16)
_LAYER = Column("layer", "图层", width=18)
_VERDICT = Column("verdict", "结论", kind="word", width=10)
_RULE_ID = Column("rule_id", "规则代码", width=30)
_DOCUMENT = Column("document", "依据文件", width=36)
_CLAUSE = Column("clause", "条款", width=18)
_STATUS = Column("status", "条文来源", kind="word", width=11)
#: The area that a rule concerns, in both units that planners read.
_CONCERNED = (_number("area_ha", "涉及面积", "公顷", 4), _number("area_mu", "涉及面积", "亩", 4))

#: Columns of each table in the order in which they are shown.
TABLES: dict[str, tuple[Column, ...]] = {
    "verdicts": (
        Column("title", "规则", width=26),
        _VERDICT,
        Column("message", "说明", width=46),
        _DOCUMENT,
        _CLAUSE,
        _STATUS,
        Column("plots", "涉及地块", width=14),
        *_CONCERNED,
        Column("required", "须办理事项", width=34),
        _number("area_m2", "涉及面积", "平方米", 2),
        _RULE_ID,
        _ROLE,
        Column("predicate", "判定方法", width=22),
    ),
    "plots": (
        _PLOT_ID,
        _PLOT_NAME,
        _number("parts", "部分", "个", 0, 8, True),
        _number("holes", "孔洞", "个", 0, 8, True),
        _number("declared_area_ha", "申报面积", "公顷", 4, 13, True),
        _number("planar_area_m2", "平面面积", "平方米", 2, 16, True),
        _number("ellipsoidal_area_m2", "椭球面积", "平方米", 2, 16, True),
        _number("area_ha", "面积", "公顷", 2, 11, True),
        _number("area_mu", "面积", "亩", 2, 12, True),
        _number("collective_ha", "集体土地", "公顷", 2, 12, True),
        _number("state_ha", "国有土地", "公顷", 2, 12, True),
        _number("public_interest_ha", "公益性用地", "公顷", 2, 13, True),
        Column("public_interest_share", "公益性占比", decimals=2, kind="share", width=11),
        Column("threshold_share", "下限", decimals=2, kind="share", width=9),
        Column("industry_led", "工业主导", kind="flag", width=9),
    ),
    "totals": (
        Column("title", "指标", width=20),
        _number("computed_ha", "计算数（各行合计）", "公顷", 2, 18),
        _number("unrounded_ha", "未取整合计", "公顷", 6, 18),
        _number("stated_ha", "方案文本数", "公顷", 2, 16),
        _number("difference_ha", "差值（计算-文本）", "公顷", 2, 18),
        Column("note", "说明", width=60),
        Column("figure", "指标代码", width=18),
    ),
    "audit": (
        Column("severity", "程度", kind="word", width=8),
        Column("check", "核对", width=20),
        Column("message", "说明", width=80),
        Column("citation", "出处", width=20),
        Column("row", "行", width=12),
        Column("printed", "载明", width=12),
        _number("computed", "核对数", "", 2, 12),
        Column("unit", "单位", width=8),
        Column("suspicion", "疑因", width=20),
        Column("table", "表代码", width=12),
        _number("row_number", "行号", "", 0, 8),
        Column("column", "列代码", width=18),
        _number("low", "下限", "", 4, 12),
        _number("high", "上限", "", 4, 12),
        Column("code", "代码", width=20),
    ),
    "encroachments": (
        _PLOT_ID,
        _PLOT_NAME,
        _LAYER,
        _number("feature", "图斑FID", "", 0, 10),
        Column("subclass", "分区", width=14),
        Column("relation", "关系", kind="word", width=8),
        _number("area_ha", "面积", "公顷", 4, 12),
        _number("area_mu", "面积", "亩", 4, 12),
        Column("share", "占地块", decimals=4, kind="share", width=11),
        _number("ellipsoidal_area_m2", "椭球面积", "平方米", 2, 15),
        _number("planar_area_m2", "平面面积", "平方米", 2, 15),
        _number("mean_width_m", "平均宽度", "米", 3, 12),
        Column("is_sliver", "狭长碎面", kind="flag", width=10),
        _number("contact_length_m", "接触长度", "米", 2, 12),
        _number("distance_m", "距离", "米", 2, 10),
        _ROLE,
        _RULE_ID,
    ),
    "layer_conflicts": (
        _LAYER,
        _number("feature", "图斑FID", "", 0, 10),
        Column("subclass", "分区", width=14),
        Column("other_layer", "另一图层", width=18),
        _number("other_feature", "另一图斑FID", "", 0, 12),
        Column("other_subclass", "另一分区", width=14),
        _number("area_ha", "面积", "公顷", 4, 12),
        _number("area_mu", "面积", "亩", 4, 12),
        _number("ellipsoidal_area_m2", "椭球面积", "平方米", 2, 15),
        _number("planar_area_m2", "平面面积", "平方米", 2, 15),
        _number("mean_width_m", "平均宽度", "米", 3, 12),
        _ROLE,
        Column("other_role", "另一管控要素", width=16),
        _RULE_ID,
    ),
    "public_interest": (
        _PLOT_ID,
        _PLOT_NAME,
        _number("numerator_ha", "公益性用地", "公顷", 2, 14, True),
        _number("denominator_ha", "地块面积", "公顷", 2, 13, True),
        Column("share", "占比", decimals=2, kind="share", width=10),
        Column("threshold_share", "下限", decimals=2, kind="share", width=10),
        Column("industry_led", "工业主导", kind="flag", width=10),
        _VERDICT,
        Column("note", "说明", width=50),
    ),
    "overlaps_by_layer": (
        _LAYER,
        _ROLE,
        _number("features", "图斑总数", "个", 0, 11),
        _number("plots_touched", "涉及地块", "个", 0, 11),
        _number("pieces", "重叠图块", "个", 0, 11),
        _number("area_m2", "重叠面积", "平方米", 2, 16),
        _number("area_ha", "重叠面积", "公顷", 4, 14),
        _number("area_mu", "重叠面积", "亩", 4, 14),
    ),
    "rulings_by_plot": (
        _PLOT_ID,
        _PLOT_NAME,
        _VERDICT,
        Column("title", "规则", width=34),
        *_CONCERNED,
        _DOCUMENT,
        _CLAUSE,
        _STATUS,
        Column("required", "须办理事项", width=40),
        _ROLE,
        _RULE_ID,
    ),
    "opinions": (
        Column("title", "核查意见", width=22),
        Column("departments", "出具部门", width=26),
        Column("layer", "图层", width=30),
        Column("overlaps", "是否重叠", kind="flag", width=10),
        Column("plots", "涉及地块", width=16),
        _number("area_ha", "重叠面积", "公顷", 4),
        _number("area_mu", "重叠面积", "亩", 4),
        Column("note", "说明", width=36),
        Column("clause", "条款", width=12),
        _DOCUMENT,
        _STATUS,
        _number("area_m2", "重叠面积", "平方米", 2),
        _ROLE,
        Column("opinion_id", "代码", width=30),
    ),
    "accounts": (
        Column("title", "指标", width=34),
        Column("unit", "单位", width=10),
        _number("before", "项目前", "", 6),
        _number("project", "本方案增减", "", 6),
        _number("after", "项目后", "", 6),
        _number("limit", "限额", "", 6),
        _number("left", "余量", "", 6),
        _VERDICT,
        _CLAUSE,
        _DOCUMENT,
        _RULE_ID,
    ),
    "land_use": (
        _PLOT_ID,
        _PLOT_NAME,
        Column("ownership", "权属", width=9),
        _number("total_ha", "合计", "公顷", 2, 11),
        _number("agricultural_ha", "农用地", "公顷", 2, 11),
        _number("cropland_ha", "其中耕地", "公顷", 2, 11),
        _number("paddy_ha", "水田", "公顷", 2, 10),
        _number("irrigated_ha", "水浇地", "公顷", 2, 10),
        _number("dry_ha", "旱地", "公顷", 2, 10),
        _number("garden_ha", "园地", "公顷", 2, 10),
        _number("forest_ha", "林地", "公顷", 2, 10),
        _number("grass_ha", "草地", "公顷", 2, 10),
        _number("ridge_ha", "田坎", "公顷", 2, 10),
        _number("other_agricultural_ha", "其他农用地", "公顷", 2, 11),
        _number("construction_ha", "建设用地", "公顷", 2, 11),
        _number("unused_ha", "未利用地", "公顷", 2, 11),
        _number("unclassified_ha", "未能归类", "公顷", 2, 11),
    ),
    "plot_uses": (
        _number("number", "序号", "", 0, 7),
        _PLOT_NAME,
        Column("use_name", "用途", width=22),
        _number("area_ha", "拟用地面积", "公顷", 2, 13),
        Column("function", "实现功能", width=30),
        Column("note", "备注", width=26),
        _PLOT_ID,
    ),
    "public_projects": (
        _number("number", "序号", "", 0, 7),
        Column("project", "项目名称", width=28),
        Column("plots", "涉及地块", width=20),
        Column("public_interest_class", "公益类别", width=9),
        _number("area_ha", "用地面积", "公顷", 2, 12),
        _number("public_interest_ha", "公益性用地面积", "公顷", 2, 15),
        Column("share", "用地比例", decimals=2, kind="share", width=10),
        Column("note", "备注", width=34),
    ),
    "schedule": (
        _number("number", "序号", "", 0, 7),
        Column("project", "项目名称", width=28),
        Column("plot_id", "所在地块", width=10),
        _number("area_ha", "总用地面积", "公顷", 2, 12),
        _number("unscheduled_ha", "未安排", "公顷", 2, 11),
    ),
    "plot_summary": (
        _PLOT_ID,
        _PLOT_NAME,
        _number("area_ha", "总面积", "公顷", 2, 11),
        _number("collective_ha", "集体土地", "公顷", 2, 11),
        _number("state_ha", "国有土地", "公顷", 2, 11),
        _number("scheduled_ha", "各年合计", "公顷", 2, 11),
        Column("public_interest_share", "公益性占比", decimals=2, kind="share", width=11),
    ),
    "characteristics": (
        Column("section", "类别", width=18),
        Column("number", "序号", width=7),
        Column("name", "名称", width=40),
        Column("unit", "单位", width=11),
        Column("value", "数值", width=46),
        Column("note", "备注", width=36),
    ),
    "coordinates": (
        _PLOT_ID,
        _PLOT_NAME,
        _number("area_ha", "地块面积", "公顷", 2, 11),
        _number("ring", "圈号", "", 0, 7),
        Column("point", "点号", width=9),
        _number("x_m", "X坐标", "米", 3, 15),
        _number("y_m", "Y坐标", "米", 3, 16),
        _number("side_m", "边长", "米", 3, 11),
    ),
    "cropland": (
        Column("class_title", "耕地类别", width=12),
        Column("grade", "质量等别", width=10),
        _number("gross_m2", "图斑面积", "平方米", 2, 16),
        _number("net_m2", "耕地面积（扣除田坎）", "平方米", 2, 18),
        _number("net_ha", "耕地面积（扣除田坎）", "公顷", 4, 16),
        _number("permanent_basic_farmland_ha", "其中永久基本农田", "公顷", 4, 16),
    ),
    "cropland_balance": (
        Column("title", "要求", width=14),
        Column("grade", "等别及以上", width=10),
        _number("needed_m2", "应补充", "平方米", 2, 16),
        _number("offered_m2", "可补充", "平方米", 2, 16),
        _VERDICT,
        Column("message", "说明", width=50),
        Column("clause", "条款", width=14),
        _DOCUMENT,
        _STATUS,
    ),
    "quotas": (
        Column("title", "指标", width=18),
        Column("kind", "属性", width=9),
        _number("limit_10k_mu", "限额", "万亩", 4),
        _number("before_10k_mu", "项目前", "万亩", 4),
        _number("change_10k_mu", "本项目增减", "万亩", 4),
        _number("after_10k_mu", "项目后", "万亩", 4),
        _number("left_10k_mu", "余量", "万亩", 4),
        _VERDICT,
        Column("message", "说明", width=50),
        Column("clause", "条款", width=14),
        _DOCUMENT,
        _STATUS,
    ),
    "closing": (
        Column("table", "表", kind="word", width=18),
        Column("row", "行", width=26),
        Column("column", "列", kind="word", width=22),
        _number("moved_units", "调整末位单位", "个", 0, 13),
        _number("moved_ha", "调整", "公顷", 2, 11),
    ),
    "findings": (
        Column("severity", "程度", kind="word", width=8),
        Column("code", "代码", width=30),
        Column("message", "内容", width=80),
        Column("source", "来源", width=24),
        _number("line", "行号或记录号", "", 0, 13),
        Column("plot_id", "地块编号", width=10),
    ),
}

#: Name of each table as a heading.
TABLE_TITLE = {
    "verdicts": "结论",
    "plots": "地块",
    "encroachments": "压占明细",
    "layer_conflicts": "图层互叠明细",
    "public_interest": "公益性用地",
    "totals": "合计校核",
    "audit": "数字核对",
    "overlaps_by_layer": "图层",
    "rulings_by_plot": "逐地块结论",
    "opinions": "核查意见",
    "accounts": "指标台账",
    "land_use": "土地利用现状",
    "plot_uses": "表5-1 用途与功能",
    "public_projects": "表5-2 公益性项目",
    "schedule": "表6-1 时序与年度计划",
    "plot_summary": "地块汇总",
    "characteristics": "特性表",
    "coordinates": "坐标成果表",
    "cropland": "占用耕地",
    "cropland_balance": "占补平衡",
    "quotas": "规划指标台账",
    "closing": "取位调整",
    "findings": "发现的问题",
}


def columns_of(table: str, frame: pd.DataFrame) -> list[Column]:
    """Columns to show for ``frame``: the known ones it has, in their order, then any other under its own name.

    Columns of a year (``y2022_ha``, ``y2022_share``) stand where the frame has them.
    """
    known = TABLES.get(table, ())
    present = [column for column in known if column.name in frame.columns]
    names = {column.name for column in known}
    years = [column for column in map(_year_column, frame.columns) if column is not None]
    if years:
        order = list(frame.columns)
        present = sorted([*present, *years], key=lambda column: order.index(column.name))
        names |= {column.name for column in years}
    for name in frame.columns:
        if name in names or name == "geometry":
            continue
        numeric = pd.api.types.is_float_dtype(frame[name])
        present.append(_number(str(name), str(name), "", 4) if numeric else Column(str(name), str(name)))
    return present


def _year_column(name: Any) -> Column | None:
    match = re.fullmatch(r"y(\d{4})_(ha|share)", str(name))
    if match is None:
        return None
    year, kind = match.groups()
    if kind == "share":
        return Column(str(name), f"{year}年比例", decimals=2, kind="share", width=10)
    return _number(str(name), f"{year}年", "公顷", 2, 11)
