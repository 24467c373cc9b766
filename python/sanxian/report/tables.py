"""A few tables by themselves as a file: a page, a workbook, or separated values."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from sanxian.report.columns import columns_of, known_columns
from sanxian.report.files import FIXED_DATE, Writer, replace_file
from sanxian.report.page import render_tables
from sanxian.report.workbook import write_sheets


def write_tables(path: str | os.PathLike[str], title: str, tables: dict[str, pd.DataFrame]) -> Path:
    """Write tables that :mod:`sanxian.report.labels` knows by name; the suffix decides how.

    Parameters
    ----------
    path : path
        ``.html`` or ``.xlsx`` for all tables, ``.csv`` (UTF-8 with a mark, as spreadsheets want it) for a single one.
    title : str
        Heading of the page, property of the workbook.
    tables : dict of str to DataFrame
        By name; the columns that the name knows are written, others are not.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        Another suffix, or several tables for a ``.csv``.
    OSError
        The file cannot be written.
    """
    shown = {name: shown_columns(name, frame) for name, frame in tables.items()}
    writers: dict[str, Writer] = {
        ".html": lambda target: _write_page(target, title, shown),
        ".xlsx": lambda target: _write_workbook(target, title, shown),
        ".csv": lambda target: _write_separated(target, shown),
    }
    suffix = Path(path).suffix.lower()
    if suffix not in writers:
        raise ValueError(f"{path}: expected a file that ends in .html, .xlsx or .csv")
    if suffix == ".csv" and len(shown) != 1:
        raise ValueError(f"{path}: a .csv holds one table, there are {len(shown)}: write .xlsx or .html")
    return replace_file(path, writers[suffix])


def shown_columns(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The columns that a table is shown with, in their order."""
    return frame[[column.name for column in known_columns(name, frame)]]


def _write_page(path: Path, title: str, tables: dict[str, pd.DataFrame]) -> None:
    path.write_text(render_tables(title, tables), encoding="utf-8", newline="\n")


def _write_workbook(path: Path, title: str, tables: dict[str, pd.DataFrame]) -> None:
    workbook = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_urls": False})
    workbook.set_properties({"title": title, "created": datetime(*FIXED_DATE)})
    write_sheets(workbook, tables)
    workbook.close()


def _write_separated(path: Path, tables: dict[str, pd.DataFrame]) -> None:
    for name, frame in tables.items():
        titles = {column.name: column.title for column in columns_of(name, frame)}
        text = frame.rename(columns=titles).to_csv(index=False, lineterminator="\n")
        path.write_text(text, encoding="utf-8-sig", newline="\n")
