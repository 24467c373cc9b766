"""What the command line prints: tables whose columns line up under Chinese, and progress on a terminal."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pandas as pd

from sanxian.report import figures, labels
from sanxian.report.columns import Column
from sanxian.report.labelling import is_wide

Progress = Callable[[int, int], object]

#: Columns of text where nobody says how wide the terminal is.
DEFAULT_COLUMNS = 110
#: The last column of a table is never squeezed below this.
LEAST_LAST_COLUMN = 20

_COLOURS = {"符合": "32", "不符合": "31", "有条件": "33", "无法判定": "33"}


def columns_of(text: str) -> int:
    """Terminal columns that a text takes: two for an ideograph.

    Examples
    --------
    >>> columns_of("17"), columns_of("地块17")
    (2, 6)
    """
    return sum(2 if is_wide(character) else 1 for character in text)


def pad(text: str, width: int, *, is_right: bool = False) -> str:
    """Fill a text with spaces to a width in terminal columns.

    Examples
    --------
    >>> pad("符合", 6) + "|", pad("1", 3, is_right=True)
    ('符合  |', '  1')
    """
    space = " " * max(0, width - columns_of(text))
    return space + text if is_right else text + space


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` terminal columns; ideographs break anywhere, words at spaces.

    Line breaks in the text stay.

    Examples
    --------
    >>> wrap("占用永久基本农田", 8)
    ['占用永久', '基本农田']
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, width)]
    lines, line = [], ""
    for token in _tokens(text):
        if line and columns_of(line) + columns_of(token.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += token if line else token.lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _tokens(text: str) -> list[str]:
    """Pieces between which a line may break: single ideographs, and words with the space behind them."""
    tokens: list[str] = []
    opens = in_word = False
    for character in text:
        closes = character in "，。；：、）》〕”),;]"
        if tokens and (closes or opens or (in_word and not is_wide(character))):
            tokens[-1] += character
        else:
            tokens.append(character)
        opens = character in "（《〔“"
        in_word = not is_wide(character) and character != " "
    return tokens


def grid(headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[bool] | None = None) -> str:
    """A table of text for a terminal; the last column wraps to the terminal's width.

    Parameters
    ----------
    headers : sequence of str
    rows : sequence of sequences of str
    right : sequence of bool, optional
        Which columns are numbers, set to the right.
    """
    right = right or [False] * len(headers)
    cells = [list(headers), *[list(row) for row in rows]]
    widths = [max(columns_of(row[at]) for row in cells) for at in range(len(headers))]
    room = terminal_columns() - sum(widths[:-1]) - 2 * (len(headers) - 1)
    if not right[-1]:
        widths[-1] = min(widths[-1], max(room, LEAST_LAST_COLUMN))
    lines = []
    for number, row in enumerate(cells):
        last = wrap(row[-1], widths[-1]) if not right[-1] else [row[-1]]
        for part, text in enumerate(last):
            front = row[:-1] if part == 0 else [""] * (len(row) - 1)
            padded = [pad(cell, widths[at], is_right=right[at]) for at, cell in enumerate(front)]
            lines.append("  ".join([*padded, pad(text, widths[-1], is_right=right[-1])]).rstrip())
        if number == 0:
            lines.append("─" * min(sum(widths) + 2 * (len(widths) - 1), terminal_columns()))
    return "\n".join(lines)


def frame_grid(frame: pd.DataFrame, columns: Sequence[Column]) -> str:
    """A frame as a table with the headers, units and decimals of ``columns``."""
    rows = [[_cell(record.get(column.name), column) for column in columns] for record in frame.to_dict("records")]
    return grid([column.title for column in columns], rows, right=[column.is_numeric for column in columns])


def _cell(value: Any, column: Column) -> str:
    if column.kind == "number":
        return figures.number(value, column.decimals)
    if column.kind == "share":
        return figures.percent(value, decimals=column.decimals)
    if column.kind == "word":
        return labels.word(column.name, value)
    if column.kind == "flag":
        return figures.MISSING if figures.is_missing(value) else "是" if value else "否"
    return figures.MISSING if figures.is_missing(value) else str(value)


def terminal_columns() -> int:
    """Width of the terminal."""
    return shutil.get_terminal_size((DEFAULT_COLUMNS, 40)).columns


def colour(text: str) -> str:
    """Verdict words in colour, on a terminal that takes it."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    word = text.strip()
    return text.replace(word, f"\x1b[{_COLOURS[word]}m{word}\x1b[0m") if word in _COLOURS else text


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows for JSON: missing values as ``None``, numbers as Python's own."""
    return [{str(key): plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def plain(value: Any) -> Any:
    """A value that JSON can hold."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    value = value.item() if hasattr(value, "item") else value
    if figures.is_missing(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, str | int | float | bool) else str(value)


def print_json(value: Any) -> None:
    """Print as JSON, readable and with its Chinese as it is."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2, allow_nan=False))


@contextmanager
def progress_bar(title: str) -> Iterator[Progress | None]:
    """A callback that moves a bar on a terminal's stderr; ``None`` where nobody watches.

    A new total starts the bar anew: reading and overlaying are steps of their own.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(desc=title, total=1, leave=False, unit_scale=True, file=sys.stderr) as bar:

        def advance(done: int, total: int) -> None:
            if total != bar.total or done < bar.n:
                bar.reset(total)
            bar.update(done - bar.n)

        yield advance
