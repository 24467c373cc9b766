"""Tables as rows of text, ready for a page or a document; totals that add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from sanxian.report import figures, labels
from sanxian.report.columns import TABLE_TITLE, Column, columns_of

#: A width or area that is below what rounding shows is told apart from zero by these columns' unrounded figures.
_UNROUNDED = {"area_ha": ("ellipsoidal_area_m2", 1e-4), "area_mu": ("ellipsoidal_area_m2", 15e-4)}


@dataclass(frozen=True)
class Cell:
    """Text of a cell and how it is set."""

    text: str
    is_numeric: bool = False
    #: Code behind a word (``not_compliant``), for colour.
    code: str = ""


@dataclass(frozen=True)
class TextTable:
    """Headers, rows and, where columns add up, a totals row."""

    name: str
    columns: list[Column]
    rows: list[list[Cell]]
    totals: list[Cell] | None = field(default=None)


def text_table(
    name: str, frame: pd.DataFrame, *, leave_out: tuple[str, ...] = (), with_totals: bool = False
) -> TextTable:
    """A frame as text.

    Parameters
    ----------
    name : str
        Name of the table, which decides its words and decimals.
    frame : DataFrame
        The rows.
    leave_out : tuple of str
        Columns that a narrow page has no room for.
    with_totals : bool
        Whether to add the sums of the rounded rows.
    """
    columns = [column for column in columns_of(name, frame) if column.name not in leave_out]
    records = frame.to_dict("records")
    rows = [[cell(column, record) for column in columns] for record in records]
    return TextTable(name, columns, rows, _totals(columns, frame) if with_totals and len(frame) else None)


def cell(column: Column, record: dict[Any, Any]) -> Cell:
    """Text of one value."""
    value = record.get(column.name)
    if column.kind == "word":
        return Cell(labels.word(column.name, value) or figures.MISSING, code=str(value))
    if column.kind == "flag":
        return Cell(figures.MISSING if figures.is_missing(value) else "是" if value else "否")
    if column.kind == "share":
        threshold = record.get("threshold_share") if column.name != "threshold_share" else None
        return Cell(figures.percent(value, threshold, column.decimals), is_numeric=True)
    if column.kind == "number":
        return Cell(_number(column, value, record), is_numeric=True)
    return Cell(figures.MISSING if figures.is_missing(value) else str(value))


def _number(column: Column, value: Any, record: dict[Any, Any]) -> str:
    if column.name in _UNROUNDED and value == 0:
        source, factor = _UNROUNDED[column.name]
        exact = record.get(source)
        if not figures.is_missing(exact):
            value = float(exact) * factor  # type: ignore[arg-type]
    if column.name == "difference_ha" and not figures.is_missing(value) and value > 0:
        return f"+{figures.number(value, column.decimals)}"
    return figures.number(value, column.decimals)


def _totals(columns: list[Column], frame: pd.DataFrame) -> list[Cell]:
    cells = []
    for position, column in enumerate(columns):
        if position == 0:
            cells.append(Cell("合计"))
        elif column.summed:
            total = figures.total(frame[column.name], column.decimals)
            cells.append(Cell(figures.MISSING if total is None else str(total), is_numeric=True))
        else:
            cells.append(Cell("", is_numeric=column.is_numeric))
    return cells


def totals_statements(totals: pd.DataFrame) -> list[tuple[str, bool]]:
    """One sentence a total: what was computed, what the plan's text states; and whether they differ."""
    return [_statement(record) for record in totals.to_dict("records")]


def _statement(record: dict[Any, Any]) -> tuple[str, bool]:
    title = record.get("title") or record.get("figure")
    computed = figures.number(record.get("computed_ha"), 2)
    stated_ha = record.get("stated_ha")
    if figures.is_missing(stated_ha):
        return f"{title}：计算数 {computed} 公顷；方案文本未载明。", False
    stated = Decimal(repr(float(stated_ha)))  # type: ignore[arg-type]
    if figures.is_missing(record.get("computed_ha")):
        return f"{title}：方案文本数 {stated} 公顷；缺少计算所需的资料，未能核对。", False
    difference = figures.to_decimal(record["difference_ha"], 2)
    both = f"{title}：方案文本数 {stated} 公顷，计算数 {computed} 公顷"
    if difference == 0:
        return f"{both}，一致。", False
    # A text with one decimal agrees with a sum that rounds to it; it may have summed before or after rounding.
    decimals = max(0, -int(stated.as_tuple().exponent))
    sums = [record.get(name) for name in ("computed_ha", "unrounded_ha")]
    if any(not figures.is_missing(each) and figures.to_decimal(each, decimals) == stated for each in sums):  # type: ignore[arg-type]
        return f"{both}，取舍后一致。", False
    return f"{both}，计算数{'多' if difference > 0 else '少'} {abs(difference)} 公顷。", True


@dataclass(frozen=True)
class FiguresAudit:
    """What the audit of a plan's own figures came to: a sentence, and the figures that are wrong or missing."""

    sentence: str
    table: TextTable


#: What a page leaves of the audit to the workbook.
_AUDIT_SHOWN = ("severity", "check", "message", "citation")


def figures_audit(evidence: Mapping[str, Any], findings: pd.DataFrame) -> FiguresAudit | None:
    """The audit of the text's figures, ready for a page; ``None`` where the scheme names none."""
    audit = evidence.get("audit")
    if audit is None:
        return None
    extras = tuple(str(name) for name in findings.columns if name not in _AUDIT_SHOWN)
    verdict = labels.AUDIT_VERDICT[audit["verdict"]]
    sentence = f"{audit['document']}：核对 {audit['checked']} 项，{verdict}。"
    return FiguresAudit(sentence, text_table("audit", findings, leave_out=extras))


@dataclass(frozen=True)
class StatutoryTable:
    """A table that schemes have to contain, with its heading and what is to be said below it."""

    title: str
    table: TextTable
    note: str = ""
    #: So long that a page shows it on demand and leaves it out of print.
    is_long: bool = False


#: Tables in the order in which a scheme has them, with columns that a page leaves to the workbook, and a note.
_STATUTORY: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("plot_summary", "地块汇总表", (), "合计为各行之和。"),
    ("land_use", "土地利用现状表", ("plot_name",), "耕地已扣除田坎；各行各列之和均等于所列合计。"),
    ("plot_uses", "表5-1 地块用途、面积及实现功能统计表", ("plot_id",), ""),
    (
        "public_projects",
        "表5-2 公益性项目用地统计表",
        (),
        "公益类别见《新疆编制指引》表5-2注1；用地比例为占成片开发总面积的比例。",
    ),
    ("schedule", "表6-1 土地征收范围开发时序和年度实施计划统计表", (), "未安排：用地面积中没有列入年度计划的部分。"),
    ("characteristics", "土地征收成片开发特性表", (), ""),
    (
        "coordinates",
        "坐标成果表",
        (),
        "X为纵坐标（北），Y为横坐标（东，前两位为带号），坐标系见“依据与证据”；边长由取位后的坐标计算，每圈末行为起点。",
    ),
    ("opinions", "核查意见", ("area_m2", "role", "opinion_id", "document", "status"), ""),
    ("accounts", "指标台账", ("document", "rule_id"), ""),
    ("closing", "取位调整", (), "为使分项之和等于合计，下列数字与四舍五入的结果相差所列的末位单位。"),
)


#: More boundary points than this are left to the workbook: nobody reads them on a page.
MOST_POINTS = 5000


def statutory_tables(tables: Mapping[str, pd.DataFrame], *, most_points: int = MOST_POINTS) -> list[StatutoryTable]:
    """The statutory tables that a check made, as text; more boundary points than ``most_points`` are only counted."""
    return [
        StatutoryTable(title, *_rows_and_note(name, tables[name], leave_out, note, most_points), name == "coordinates")
        for name, title, leave_out, note in _STATUTORY
        if name in tables and len(tables[name])
    ]


def _rows_and_note(
    name: str, frame: pd.DataFrame, leave_out: tuple[str, ...], note: str, most_points: int
) -> tuple[TextTable, str]:
    if name == "coordinates":
        note += f"共{len(frame)}行，打印用 report.xlsx 的工作表“{TABLE_TITLE[name]}”。"
        if len(frame) > most_points:
            frame = frame.iloc[:0]
    return text_table(name, frame, leave_out=leave_out), note
