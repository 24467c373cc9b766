"""Columns of the tables of cropland, of the plan's indicators, and of two dates of a layer."""

from __future__ import annotations

from sanxian.report.column import DOCUMENT, STATUS, VERDICT, Column, number

#: Columns of each table in the order in which they are shown.
LEDGER_TABLES: dict[str, tuple[Column, ...]] = {
    "cropland": (
        Column("class_title", "耕地类别", width=12),
        Column("grade", "质量等别", width=10),
        number("gross_m2", "图斑面积", "平方米", 2, 16),
        number("net_m2", "耕地面积（扣除田坎）", "平方米", 2, 18),
        number("net_ha", "耕地面积（扣除田坎）", "公顷", 4, 16),
        number("permanent_basic_farmland_ha", "其中永久基本农田", "公顷", 4, 16),
    ),
    "cropland_balance": (
        Column("title", "要求", width=14),
        Column("grade", "等别及以上", width=10),
        number("needed_m2", "应补充", "平方米", 2, 16),
        number("offered_m2", "可补充", "平方米", 2, 16),
        VERDICT,
        Column("message", "说明", width=50),
        Column("clause", "条款", width=14),
        DOCUMENT,
        STATUS,
    ),
    "vintages": (
        Column("plot_id", "地块编号", width=10),
        Column("change", "变化", kind="word", width=8),
        number("pieces", "图块", "个", 0, 9),
        number("area_m2", "面积", "平方米", 2, 16),
        number("area_ha", "面积", "公顷", 4, 12),
        number("area_mu", "面积", "亩", 4, 12),
    ),
    "cropland_exchange": (
        Column("plot_id", "范围", width=14),
        Column("direction", "流向", kind="word", width=8),
        Column("class_title", "耕地类别", width=12),
        Column("grade", "质量等别", width=10),
        Column("other_title", "另一地类", width=28),
        Column("is_balanced", "计入平衡", kind="flag", width=10),
        number("gross_m2", "图斑面积", "平方米", 2, 16),
        number("net_m2", "耕地面积（扣除田坎）", "平方米", 2, 18),
        number("net_ha", "耕地面积（扣除田坎）", "公顷", 4, 16),
    ),
    "exchange_balance": (
        Column("plot_id", "范围", width=14),
        Column("title", "要求", width=20),
        Column("grade", "等别及以上", width=10),
        number("needed_m2", "流出", "平方米", 2, 16),
        number("offered_m2", "补足", "平方米", 2, 16),
        VERDICT,
        Column("message", "说明", width=50),
        Column("clause", "条款", width=14),
        DOCUMENT,
        STATUS,
    ),
    "expandable": (
        Column("block", "板块", width=14),
        number("area_ha", "面积", "公顷", 2, 12),
        number("inside_ha", "城镇集中建设区", "公顷", 2, 14),
        number("built_ha", "其中现状建设用地", "公顷", 2, 15),
        number("new_ha", "新增可扩展空间", "公顷", 2, 14),
        VERDICT,
        Column("clause", "条款", width=14),
        DOCUMENT,
    ),
    "quotas": (
        Column("title", "指标", width=18),
        Column("kind", "属性", width=9),
        number("limit_10k_mu", "限额", "万亩", 4),
        number("before_10k_mu", "项目前", "万亩", 4),
        number("change_10k_mu", "本项目增减", "万亩", 4),
        number("after_10k_mu", "项目后", "万亩", 4),
        number("left_10k_mu", "余量", "万亩", 4),
        VERDICT,
        Column("message", "说明", width=50),
        Column("clause", "条款", width=14),
        DOCUMENT,
        STATUS,
    ),
}

#: Name of each table as a heading.
LEDGER_TITLES = {
    "cropland": "占用耕地",
    "cropland_balance": "占补平衡",
    "vintages": "两期变化",
    "cropland_exchange": "耕地流出与流入",
    "exchange_balance": "年度进出平衡",
    "expandable": "新增可扩展空间",
    "quotas": "规划指标台账",
}
