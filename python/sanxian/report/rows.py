"""Tables as rows of text, ready for a page or a document; totals that add up."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from sanxian.report import figures, labels
from sanxian.report.labels import Column

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
    columns = [column for column in labels.columns_of(name, frame) if column.name not in leave_out]
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
