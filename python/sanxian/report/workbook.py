"""The report as a workbook: a sheet a table, numbers as numbers, sums as values, ready to print on A4."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sanxian.report import evidence, figures, labels
from sanxian.report.columns import TABLE_TITLE, TABLES, Column, columns_of
from sanxian.report.files import FIXED_DATE
from sanxian.report.labelling import text_width
from sanxian.report.rows import totals_statements

if TYPE_CHECKING:
    from sanxian.report.model import Report

#: Sheets after the first, in order: table name and whether it ends with sums.
_SHEETS = (
    ("plots", True),
    ("encroachments", False),
    ("layer_conflicts", False),
    ("public_interest", True),
    ("totals", False),
    ("audit", False),
    ("overlaps_by_layer", False),
    ("rulings_by_plot", False),
    ("opinions", False),
    ("accounts", False),
    ("plot_summary", False),
    ("land_use", False),
    ("plot_uses", False),
    ("public_projects", False),
    ("schedule", False),
    ("characteristics", False),
    ("coordinates", False),
    ("closing", False),
    ("findings", False),
)
#: Sheets that only some schemes have.
_OPTIONAL = frozenset(
    (
        "layer_conflicts",
        "audit",
        "rulings_by_plot",
        "opinions",
        "accounts",
        "plot_summary",
        "land_use",
        "plot_uses",
        "public_projects",
        "schedule",
        "characteristics",
        "coordinates",
        "closing",
    )
)
_FONT = "宋体"
_HEADING_FONT = "黑体"
_A4 = 9
#: Columns that stay in view when scrolling to the right: the plot's number and name.
_FROZEN_COLUMNS = {"plots": 2, "encroachments": 2, "public_interest": 2}


#: Columns below the facts at the head of the first sheet: as many as fill a screen.
_PRINTED_VERDICT_COLUMNS = 6
#: Characters of a header that stays in one line.
_SHORT_HEADER = 18.0
#: The last column that is printed, where codes and the like stand to its right.
_LAST_PRINTED = {
    "verdicts": "required",
    "encroachments": "distance_m",
    "layer_conflicts": "mean_width_m",
    "audit": "citation",
    "rulings_by_plot": "required",
    "opinions": "document",
}


@dataclass
class _Formats:
    """Cell formats, made once for each look."""

    workbook: Workbook
    made: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)

    def get(self, **look: Any) -> Format:
        key = tuple(sorted(look.items()))
        if key not in self.made:
            self.made[key] = self.workbook.add_format(
                {"font_name": _FONT, "font_size": 10, "valign": "vcenter", **look}
            )
        return self.made[key]

    @property
    def title(self) -> Format:
        return self.get(font_name=_HEADING_FONT, font_size=14)

    @property
    def header(self) -> Format:
        return self.get(
            font_name=_HEADING_FONT, border=1, align="center", text_wrap=True, bg_color="#E9EDF1", bold=False
        )


def write_workbook(report: Report, path: Path) -> None:
    """Write the workbook; the same report gives the same bytes."""
    workbook = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_urls": False})
    workbook.set_properties({"title": report.name, "subject": "合规性检查报告", "created": datetime(*FIXED_DATE)})
    formats = _Formats(workbook)
    _write_verdicts(workbook, formats, report)
    for name, has_totals in _SHEETS:
        if name in _OPTIONAL and report.table(name).empty:
            continue
        _write_table(workbook, formats, name, report.table(name), has_totals)
    _write_evidence(workbook, formats, report)
    workbook.close()


def write_sheets(workbook: Workbook, tables: Mapping[str, pd.DataFrame]) -> None:
    """Add a sheet a table, by the names and columns of :mod:`sanxian.report.labels`."""
    formats = _Formats(workbook)
    for name, frame in tables.items():
        _write_table(workbook, formats, name, frame, has_totals=False)


def _sheet(workbook: Workbook, formats: _Formats, title: str, heading: str) -> Worksheet:
    sheet = workbook.add_worksheet(title)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")
    sheet.write_string(0, 0, heading, formats.title)
    sheet.set_row(0, 24)
    return sheet


def _write_verdicts(workbook: Workbook, formats: _Formats, report: Report) -> None:
    sheet = _sheet(workbook, formats, TABLE_TITLE["verdicts"], report.name)
    verdict = labels.word("verdict", report.verdict)
    sheet.write_string(1, 0, f"总体结论：{verdict}", formats.get(font_name=_HEADING_FONT, font_size=12))
    sheet.write_string(1, 2, labels.VERDICT_SENTENCE.get(report.verdict, ""), formats.get())
    facts = "；".join(f"{key} {value}" for key, value in evidence.facts(report))
    printed = columns_of("verdicts", report.verdicts)[:_PRINTED_VERDICT_COLUMNS]
    width = sum(column.width for column in printed)
    sheet.merge_range(2, 0, 2, max(len(printed) - 1, 1), facts, formats.get(font_color="#52606D", text_wrap=True))
    sheet.set_row(2, _row_height([(facts, width)]))
    _write_rows(sheet, formats, "verdicts", report.verdicts, 3, has_totals=False)
    sheet.freeze_panes(4, 1)
    sheet.repeat_rows(3)
    _print_until_last(sheet, "verdicts", report.verdicts, 3 + max(len(report.verdicts), 1))


def _write_table(workbook: Workbook, formats: _Formats, name: str, frame: pd.DataFrame, has_totals: bool) -> None:
    sheet = _sheet(workbook, formats, TABLE_TITLE[name], TABLE_TITLE[name])
    last = _write_rows(sheet, formats, name, frame, 1, has_totals)
    sheet.freeze_panes(2, _FROZEN_COLUMNS.get(name, 0))
    sheet.repeat_rows(1)
    _print_until_last(sheet, name, frame, last)
    if name == "totals":
        for offset, (statement, differs) in enumerate(totals_statements(frame), start=2):
            colour = "#B00020" if differs else "#1F2933"
            sheet.write_string(last + offset, 0, statement, formats.get(font_color=colour))


def _print_until_last(sheet: Worksheet, name: str, frame: pd.DataFrame, last_row: int) -> None:
    """Print what people read; the columns to the right are for looking up, and would make the print too small."""
    printed = [column.name for column in columns_of(name, frame)]
    if _LAST_PRINTED.get(name) in printed:
        sheet.print_area(0, 0, last_row, printed.index(_LAST_PRINTED[name]))


def _write_rows(
    sheet: Worksheet, formats: _Formats, name: str, frame: pd.DataFrame, header_row: int, has_totals: bool
) -> int:
    """Write headers, rows and sums; returns the last row used."""
    columns = columns_of(name, frame)
    if not columns or frame.empty:
        columns = columns or list(TABLES[name])
    sheet.set_row(header_row, 30)
    for position, column in enumerate(columns):
        sheet.set_column(position, position, max(column.width, _header_width(column)))
        sheet.write_string(header_row, position, column.title, formats.header)
    row = header_row
    for row, record in enumerate(frame.to_dict("records"), start=header_row + 1):
        for position, column in enumerate(columns):
            _write_cell(sheet, formats, row, position, column, record)
        sheet.set_row(row, _row_height(_wrapping_cells(columns, record)))
    if frame.empty:
        row = header_row + 1
        sheet.write_string(row, 0, "无", formats.get(border=1))
    elif has_totals:
        row += 1
        _write_totals(sheet, formats, row, columns, frame)
    return row


def _header_width(column: Column) -> float:
    """Characters that a header needs: one line where it is short, else two with its unit unbroken."""
    whole, unit = (text_width(part, 2.0) for part in (column.title, f"（{column.unit}）" if column.unit else ""))
    return 1.5 + (whole if whole <= _SHORT_HEADER else max(unit, whole - unit))


def _wrapping_cells(columns: list[Column], record: dict[Any, Any]) -> Iterator[tuple[str, float]]:
    for column in columns:
        value = record.get(column.name)
        if column.kind == "text" and not figures.is_missing(value):
            yield str(value), column.width


def _row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Points for the cell that wraps into most lines; not every program fits rows to wrapped text by itself."""
    lines = max((math.ceil(text_width(text, 2.0) / max(width * 1.1 - 1, 1)) for text, width in cells), default=1)
    return max(16.0, 13.5 * min(lines, 12) + 3.0)


def _write_cell(
    sheet: Worksheet, formats: _Formats, row: int, position: int, column: Column, record: dict[Any, Any]
) -> None:
    value = record.get(column.name)
    if figures.is_missing(value):
        sheet.write_blank(row, position, None, formats.get(border=1))
    elif column.kind == "number":
        sheet.write_number(
            row, position, _rounded(value, column), formats.get(border=1, num_format=_code(column.decimals))
        )
    elif column.kind == "share":
        threshold = record.get("threshold_share") if column.name != "threshold_share" else None
        decimals = figures.share_decimals(value, threshold, column.decimals)
        sheet.write_number(row, position, float(value), formats.get(border=1, num_format=_code(decimals) + "%"))  # type: ignore[arg-type]
    elif column.kind == "flag":
        sheet.write_string(row, position, "是" if value else "否", formats.get(border=1, align="center"))
    elif column.kind == "word":
        look = formats.get(border=1, align="center", font_color=_COLOURS.get(str(value), "#1F2933"))
        sheet.write_string(row, position, labels.word(column.name, value), look)
    else:
        sheet.write_string(row, position, str(value), formats.get(border=1, text_wrap=True))


_COLOURS = {"not_compliant": "#B00020", "conditional": "#8A5300", "compliant": "#176B3A", "outside": "#B00020"}


def _rounded(value: Any, column: Column) -> float:
    """Hectares and mu keep the decimals they are shown with, so that a sum in the sheet gives the totals row."""
    return float(figures.to_decimal(value, column.decimals)) if column.unit in ("公顷", "亩") else float(value)


def _code(decimals: int) -> str:
    return "0." + "0" * decimals if decimals else "0"


def _write_totals(sheet: Worksheet, formats: _Formats, row: int, columns: list[Column], frame: pd.DataFrame) -> None:
    for position, column in enumerate(columns):
        look: dict[str, Any] = {"border": 1, "top": 2, "bold": True, "bg_color": "#F1F3F5"}
        total = figures.total(frame[column.name], column.decimals) if column.summed else None
        if position == 0:
            sheet.write_string(row, position, "合计", formats.get(**look))
        elif total is None:
            sheet.write_blank(row, position, None, formats.get(**look))
        else:
            sheet.write_number(row, position, float(total), formats.get(**look, num_format=_code(column.decimals)))


def _write_evidence(workbook: Workbook, formats: _Formats, report: Report) -> None:
    sheet = _sheet(workbook, formats, "依据与证据", "依据与证据")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 6, 26)
    row = 2
    for section in evidence.sections(report.evidence):
        if not section.rows:
            continue
        sheet.write_string(row, 0, section.title, formats.get(font_name=_HEADING_FONT, font_size=11))
        for position, header in enumerate(section.headers):
            sheet.write_string(row + 1, position, header, formats.header)
        for offset, values in enumerate(section.rows, start=row + 2):
            for position, value in enumerate(values):
                sheet.write_string(offset, position, value, formats.get(border=1, text_wrap=len(value) < 60))
            sheet.set_row(offset, _row_height((value, 26) for value in values if len(value) < 60))
        row += len(section.rows) + 4
    sheet.freeze_panes(1, 0)
