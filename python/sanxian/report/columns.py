"""Which columns the tables of a report have, how they are called, in which unit and with how many decimals.

Every writer (web page, workbook, document, terminal) takes its columns from here, so that they cannot differ.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from sanxian.report.column import DOCUMENT, STATUS, VERDICT, Column, number
from sanxian.report.ledger_columns import LEDGER_TABLES, LEDGER_TITLES

_PLOT_ID = Column("plot_id", "地块编号", width=9)
_PLOT_NAME = Column("plot_name", "地块名称", width=18)
_ROLE = Column("role", "管控要素", kind="word", width=16)
_LAYER = Column("layer", "图层", width=18)
_RULE_ID = Column("rule_id", "规则代码", width=30)
_CLAUSE = Column("clause", "条款", width=18)
#: The area that a rule concerns, in both units that planners read.
_CONCERNED = (number("area_ha", "涉及面积", "公顷", 4), number("area_mu", "涉及面积", "亩", 4))

#: Columns of each table in the order in which they are shown.
TABLES: dict[str, tuple[Column, ...]] = {
    "verdicts": (
        Column("title", "规则", width=26),
        VERDICT,
        Column("message", "说明", width=46),
        DOCUMENT,
        _CLAUSE,
        STATUS,
        Column("plots", "涉及地块", width=14),
        *_CONCERNED,
        Column("required", "须办理事项", width=34),
        number("area_m2", "涉及面积", "平方米", 2),
        _RULE_ID,
        _ROLE,
        Column("predicate", "判定方法", width=22),
    ),
    "plots": (
        _PLOT_ID,
        _PLOT_NAME,
        number("parts", "部分", "个", 0, 8, True),
        number("holes", "孔洞", "个", 0, 8, True),
        number("declared_area_ha", "申报面积", "公顷", 4, 13, True),
        number("planar_area_m2", "平面面积", "平方米", 2, 16, True),
        number("ellipsoidal_area_m2", "椭球面积", "平方米", 2, 16, True),
        number("area_ha", "面积", "公顷", 2, 11, True),
        number("area_mu", "面积", "亩", 2, 12, True),
        number("collective_ha", "集体土地", "公顷", 2, 12, True),
        number("state_ha", "国有土地", "公顷", 2, 12, True),
        number("public_interest_ha", "公益性用地", "公顷", 2, 13, True),
        Column("public_interest_share", "公益性占比", decimals=2, kind="share", width=11),
        Column("threshold_share", "下限", decimals=2, kind="share", width=9),
        Column("industry_led", "工业主导", kind="flag", width=9),
    ),
    "totals": (
        Column("title", "指标", width=20),
        number("computed_ha", "计算数（各行合计）", "公顷", 2, 18),
        number("unrounded_ha", "未取整合计", "公顷", 6, 18),
        number("stated_ha", "方案文本数", "公顷", 2, 16),
        number("difference_ha", "差值（计算-文本）", "公顷", 2, 18),
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
        number("computed", "核对数", "", 2, 12),
        Column("unit", "单位", width=8),
        Column("suspicion", "疑因", width=20),
        Column("table", "表代码", width=12),
        number("row_number", "行号", "", 0, 8),
        Column("column", "列代码", width=18),
        number("low", "下限", "", 4, 12),
        number("high", "上限", "", 4, 12),
        Column("code", "代码", width=20),
    ),
    "encroachments": (
        _PLOT_ID,
        _PLOT_NAME,
        _LAYER,
        number("feature", "图斑FID", "", 0, 10),
        Column("subclass", "分区", width=14),
        Column("relation", "关系", kind="word", width=8),
        number("area_ha", "面积", "公顷", 4, 12),
        number("area_mu", "面积", "亩", 4, 12),
        Column("share", "占地块", decimals=4, kind="share", width=11),
        number("ellipsoidal_area_m2", "椭球面积", "平方米", 2, 15),
        number("planar_area_m2", "平面面积", "平方米", 2, 15),
        number("mean_width_m", "平均宽度", "米", 3, 12),
        Column("is_sliver", "狭长碎面", kind="flag", width=10),
        number("contact_length_m", "接触长度", "米", 2, 12),
        number("distance_m", "距离", "米", 2, 10),
        _ROLE,
        _RULE_ID,
    ),
    "layer_conflicts": (
        _LAYER,
        number("feature", "图斑FID", "", 0, 10),
        Column("subclass", "分区", width=14),
        Column("other_layer", "另一图层", width=18),
        number("other_feature", "另一图斑FID", "", 0, 12),
        Column("other_subclass", "另一分区", width=14),
        number("area_ha", "面积", "公顷", 4, 12),
        number("area_mu", "面积", "亩", 4, 12),
        number("ellipsoidal_area_m2", "椭球面积", "平方米", 2, 15),
        number("planar_area_m2", "平面面积", "平方米", 2, 15),
        number("mean_width_m", "平均宽度", "米", 3, 12),
        _ROLE,
        Column("other_role", "另一管控要素", width=16),
        _RULE_ID,
    ),
    "public_interest": (
        _PLOT_ID,
        _PLOT_NAME,
        number("numerator_ha", "公益性用地", "公顷", 2, 14, True),
        number("denominator_ha", "地块面积", "公顷", 2, 13, True),
        Column("share", "占比", decimals=2, kind="share", width=10),
        Column("threshold_share", "下限", decimals=2, kind="share", width=10),
        Column("industry_led", "工业主导", kind="flag", width=10),
        VERDICT,
        Column("note", "说明", width=50),
    ),
    "overlaps_by_layer": (
        _LAYER,
        _ROLE,
        number("features", "图斑总数", "个", 0, 11),
        number("plots_touched", "涉及地块", "个", 0, 11),
        number("pieces", "重叠图块", "个", 0, 11),
        number("area_m2", "重叠面积", "平方米", 2, 16),
        number("area_ha", "重叠面积", "公顷", 4, 14),
        number("area_mu", "重叠面积", "亩", 4, 14),
    ),
    "rulings_by_plot": (
        _PLOT_ID,
        _PLOT_NAME,
        VERDICT,
        Column("title", "规则", width=34),
        *_CONCERNED,
        DOCUMENT,
        _CLAUSE,
        STATUS,
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
        number("area_ha", "重叠面积", "公顷", 4),
        number("area_mu", "重叠面积", "亩", 4),
        Column("note", "说明", width=36),
        Column("clause", "条款", width=12),
        DOCUMENT,
        STATUS,
        number("area_m2", "重叠面积", "平方米", 2),
        _ROLE,
        Column("opinion_id", "代码", width=30),
    ),
    "accounts": (
        Column("title", "指标", width=34),
        Column("unit", "单位", width=10),
        number("before", "项目前", "", 6),
        number("project", "本方案增减", "", 6),
        number("after", "项目后", "", 6),
        number("limit", "限额", "", 6),
        number("left", "余量", "", 6),
        VERDICT,
        _CLAUSE,
        DOCUMENT,
        _RULE_ID,
    ),
    "land_use": (
        _PLOT_ID,
        _PLOT_NAME,
        Column("ownership", "权属", width=9),
        number("total_ha", "合计", "公顷", 2, 11),
        number("agricultural_ha", "农用地", "公顷", 2, 11),
        number("cropland_ha", "其中耕地", "公顷", 2, 11),
        number("paddy_ha", "水田", "公顷", 2, 10),
        number("irrigated_ha", "水浇地", "公顷", 2, 10),
        number("dry_ha", "旱地", "公顷", 2, 10),
        number("garden_ha", "园地", "公顷", 2, 10),
        number("forest_ha", "林地", "公顷", 2, 10),
        number("grass_ha", "草地", "公顷", 2, 10),
        number("ridge_ha", "田坎", "公顷", 2, 10),
        number("other_agricultural_ha", "其他农用地", "公顷", 2, 11),
        number("construction_ha", "建设用地", "公顷", 2, 11),
        number("unused_ha", "未利用地", "公顷", 2, 11),
        number("unclassified_ha", "未能归类", "公顷", 2, 11),
    ),
    "plot_uses": (
        number("number", "序号", "", 0, 7),
        _PLOT_NAME,
        Column("use_name", "用途", width=22),
        number("area_ha", "拟用地面积", "公顷", 2, 13),
        Column("function", "实现功能", width=30),
        Column("note", "备注", width=26),
        _PLOT_ID,
    ),
    "public_projects": (
        number("number", "序号", "", 0, 7),
        Column("project", "项目名称", width=28),
        Column("plots", "涉及地块", width=20),
        Column("public_interest_class", "公益类别", width=9),
        number("area_ha", "用地面积", "公顷", 2, 12),
        number("public_interest_ha", "公益性用地面积", "公顷", 2, 15),
        Column("share", "用地比例", decimals=2, kind="share", width=10),
        Column("note", "备注", width=34),
    ),
    "schedule": (
        number("number", "序号", "", 0, 7),
        Column("project", "项目名称", width=28),
        Column("plot_id", "所在地块", width=10),
        number("area_ha", "总用地面积", "公顷", 2, 12),
        number("unscheduled_ha", "未安排", "公顷", 2, 11),
    ),
    "plot_summary": (
        _PLOT_ID,
        _PLOT_NAME,
        number("area_ha", "总面积", "公顷", 2, 11),
        number("collective_ha", "集体土地", "公顷", 2, 11),
        number("state_ha", "国有土地", "公顷", 2, 11),
        number("scheduled_ha", "各年合计", "公顷", 2, 11),
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
        number("area_ha", "地块面积", "公顷", 2, 11),
        number("ring", "圈号", "", 0, 7),
        Column("point", "点号", width=9),
        number("x_m", "X坐标", "米", 3, 15),
        number("y_m", "Y坐标", "米", 3, 16),
        number("side_m", "边长", "米", 3, 11),
    ),
    "closing": (
        Column("table", "表", kind="word", width=18),
        Column("row", "行", width=26),
        Column("column", "列", kind="word", width=22),
        number("moved_units", "调整末位单位", "个", 0, 13),
        number("moved_ha", "调整", "公顷", 2, 11),
    ),
    "findings": (
        Column("severity", "程度", kind="word", width=8),
        Column("code", "代码", width=30),
        Column("message", "内容", width=80),
        Column("source", "来源", width=24),
        number("line", "行号或记录号", "", 0, 13),
        Column("plot_id", "地块编号", width=10),
    ),
    **LEDGER_TABLES,
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
    "closing": "取位调整",
    "findings": "发现的问题",
    **LEDGER_TITLES,
}


def columns_of(table: str, frame: pd.DataFrame) -> list[Column]:
    """Columns to show for ``frame``: the known ones it has, in their order, then any other under its own name.

    Columns of a year (``y2022_ha``, ``y2022_share``) and of two dates (``DLBM_before``, ``DLBM_after``) stand where the
    frame has them.
    """
    present = known_columns(table, frame)
    names = {column.name for column in (*TABLES.get(table, ()), *present)}
    for name in frame.columns:
        if name in names or name == "geometry":
            continue
        numeric = pd.api.types.is_float_dtype(frame[name])
        present.append(number(str(name), str(name), "", 4) if numeric else Column(str(name), str(name)))
    return present


def known_columns(table: str, frame: pd.DataFrame) -> list[Column]:
    """Columns of ``frame`` that the table is known to have, in their order."""
    present = [column for column in TABLES.get(table, ()) if column.name in frame.columns]
    named = [column for column in map(_column_by_name, frame.columns) if column is not None]
    if named:
        order = list(frame.columns)
        present = sorted([*present, *named], key=lambda column: order.index(column.name))
    return present


def _column_by_name(name: Any) -> Column | None:
    """The column of a year, or of one of two dates; ``None`` for other names."""
    dated = re.fullmatch(r"(.+)_(before|after)", str(name))
    if dated is not None:
        return Column(str(name), f"{dated[1]}（{'前期' if dated[2] == 'before' else '后期'}）", width=14)
    return _year_column(name)


def _year_column(name: Any) -> Column | None:
    match = re.fullmatch(r"y(\d{4})_(ha|share)", str(name))
    if match is None:
        return None
    year, kind = match.groups()
    if kind == "share":
        return Column(str(name), f"{year}年比例", decimals=2, kind="share", width=10)
    return number(str(name), f"{year}年", "公顷", 2, 11)
