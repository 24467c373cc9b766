"""``sanxian convert``: a file in another format, and what the other format cannot hold."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import pandas as pd

import sanxian as sx
from sanxian.file_argument import crs_label, read_file
from sanxian.terminal import print_json, records

#: Options of the writers of plots, as the command and as the functions call them.
_TEXT_OPTIONS = (
    "point_prefix",
    "decimals",
    "closing_point",
    "start",
    "clockwise",
    "zone_prefix",
    "one_file_a_plot",
    "scheme",
)


def convert(options: argparse.Namespace) -> int:
    """Read, transform, write; everything that is lost goes to stderr."""
    frame = read_file(options, keep_whole_numbers=True)
    reading = frame.attrs.get("findings")
    if options.to_crs:
        code = options.to_crs
        frame = sx.to_crs(frame, int(code) if code.isdigit() else code, helmert=options.helmert)
    writing = sx.write_layer(
        frame,
        options.out,
        name=options.out_layer,
        encoding=options.out_encoding,
        overwrite=options.overwrite,
        options=_text_options(options),
    )
    findings = pd.concat(
        [_of(step, table) for step, table in (("read", reading), ("write", writing)) if table is not None],
        ignore_index=True,
    )
    if options.json:
        print_json(
            {
                "file": str(options.file),
                "out": str(options.out),
                "features": len(frame),
                "crs": crs_label(frame),
                "findings": records(findings),
            }
        )
        return 0
    for row in findings.to_dict("records"):
        if row["step"] == "write" or row["severity"] != "info":
            print(f"{row['severity']}: {row['code']}: {_place(row, options.file)}{row['message']}", file=sys.stderr)
    print(f"已写入 {options.out}：{len(frame)} 个图斑，{crs_label(frame)}")
    return 0


def _text_options(options: argparse.Namespace) -> dict[str, Any]:
    """Only what was asked for: the defaults are the functions' own."""
    given = {name: getattr(options, name) for name in _TEXT_OPTIONS}
    unset = {name for name in ("clockwise", "one_file_a_plot") if given[name] is False}
    return {name: value for name, value in given.items() if value is not None and name not in unset}


def _of(step: str, table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(table).assign(step=step)


def _place(row: dict[Any, Any], file: Path) -> str:
    if row["step"] == "write":
        return ""
    line: Any = row.get("line")
    return f"{file}: " if pd.isna(line) else f"{file}:{int(line)}: "
