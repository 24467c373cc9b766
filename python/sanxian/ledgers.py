"""The commands of cropland, of the plan's indicators, and of two dates of a layer."""

from __future__ import annotations

import argparse
import csv
import math
import sys
from pathlib import Path
from typing import Any

import pandas as pd

import sanxian as sx
from sanxian.report.columns import TABLE_TITLE, columns_of
from sanxian.report.tables import shown_columns, write_tables
from sanxian.terminal import frame_grid, print_json, progress_bar, records

#: Square metres of the units in which plans count.
_UNIT_M2 = {"wan_mu": 1e8 / 15, "mu": 1e4 / 15, "ha": 1e4, "km2": 1e6, "m2": 1.0}
#: Columns of the table of supplementary cropland, by any of their names.
_SUPPLEMENT = {"class": ("class", "地类"), "grade": ("grade", "等别"), "area_ha": ("area_ha", "面积(公顷)", "面积公顷")}


def cropland(options: argparse.Namespace) -> int:
    """Cropland that plots take, and what must be made good for it; 1 when a requirement is not met or not judged."""
    supplements = None if options.supplement is None else read_supplements(options.supplement)
    with progress_bar("叠加") as progress:
        if options.file.suffix.lower() == ".toml":
            if options.land_use is not None or options.farmland is not None:
                raise ValueError("--land-use, --farmland: a scheme names its own layers: leave them out")
            scheme = sx.Scheme.from_toml(options.file)
            taken = scheme.cropland(area=options.area, on_invalid=options.on_invalid, progress=progress)
        else:
            if options.land_use is None:
                raise ValueError(f"{options.file}: plots need --land-use, the survey (DLTB) that tells cropland")
            taken = sx.cropland_occupation(
                options.file,
                options.land_use,
                farmland=options.farmland,
                area=options.area,
                on_invalid=options.on_invalid,
                progress=progress,
            )
    tables = {"cropland": taken.table}
    if supplements is not None:
        tables["cropland_balance"] = taken.balance(supplements)
    totals = {"land_ha": taken.land_m2 / 1e4, "net_ha": taken.net_m2 / 1e4}
    if taken.farmland_m2 is not None:
        totals["permanent_basic_farmland_ha"] = taken.farmland_m2 / 1e4
    extra = {**totals, "grade_field": taken.grade_field, "has_ridges": taken.has_ridges}
    _give(options, "耕地占用与占补平衡", tables, extra)
    if not options.json:
        print(f"\n用地 {totals['land_ha']:.4f} 公顷，占用耕地 {totals['net_ha']:.4f} 公顷（已扣除田坎）。")
        if not taken.has_ridges:
            print("土地调查图层没有田坎系数（KCXS），未扣除田坎。")
        if taken.grade_field is None:
            print("土地调查图层没有耕地等别字段，占优补优无法判定。")
    return _exit_code(tables.get("cropland_balance"))


def quotas(options: argparse.Namespace) -> int:
    """The plan's indicators before and after a project; 1 when one that has a figure is overrun."""
    unit_m2 = _UNIT_M2[options.unit]
    before, change = (
        {name: value * unit_m2 for name, value in pairs or []} for pairs in (options.before, options.change)
    )
    without = [name for name in change if name not in before]
    if without:
        raise ValueError(f"--change {without[0]}: needs --before {without[0]}=…, what there is before the project")
    ledger = sx.quota_ledger(options.year, before, change_m2=change)
    _give(options, f"规划指标台账（{options.year}年）", {"quotas": ledger}, {"year": options.year})
    # An indicator that nobody gave a figure for is shown, and was not asked about.
    return _exit_code(ledger[ledger["indicator"].isin(before)])


def vintages(options: argparse.Namespace) -> int:
    """What differs between two dates of a layer inside plots."""
    with progress_bar("比较") as progress:
        found = sx.compare_vintages(
            options.plots,
            options.before,
            options.after,
            by=options.by or (),
            area=options.area,
            sliver_width_m=options.sliver_width_m,
            on_invalid=options.on_invalid,
            progress=progress,
        )
    pieces = _write_pieces(options, found.pieces)
    _give(options, "两期变化", {"vintages": found.table}, {"pieces_file": pieces})
    if not options.json:
        print(f"\n共 {len(found.pieces)} 处，其中狭长碎面 {int(found.pieces['is_sliver'].sum())} 处。")
    return 0


def exchange(options: argparse.Namespace) -> int:
    """Cropland that came and went between two dates; 1 when it does not balance or cannot be judged."""
    with progress_bar("比较") as progress:
        found = sx.cropland_exchange(
            options.regions,
            options.before,
            options.after,
            area=options.area,
            sliver_width_m=options.sliver_width_m,
            on_invalid=options.on_invalid,
            progress=progress,
        )
    pieces = _write_pieces(options, found.pieces)
    tables = {"cropland_exchange": found.table, "exchange_balance": found.balance}
    _give(options, "耕地年度进出平衡", tables, {"pieces_file": pieces})
    return _exit_code(found.balance)


def expandable(options: argparse.Namespace) -> int:
    """The space that blocks have left to build on; 1 when it cannot be told for one."""
    with progress_bar("叠加") as progress:
        found = sx.expandable_space(
            options.blocks,
            options.boundary,
            options.land_use,
            area=options.area,
            on_invalid=options.on_invalid,
            progress=progress,
        )
    for name in ("area", "inside", "built", "new"):
        found[f"{name}_ha"] = found[f"{name}_m2"] / 1e4
    _give(options, "新增可扩展空间", {"expandable": found}, {})
    if not options.json and len(found):
        print(f"\n{found['formula'].iloc[0]}。各板块分别计算，相互重叠的不可相加。")
    return _exit_code(found)


def _write_pieces(options: argparse.Namespace, pieces: Any) -> str | None:
    """Write the places that differ, where asked."""
    if options.pieces is None:
        return None
    for row in sx.write_layer(pieces, options.pieces, overwrite=True).to_dict("records"):
        print(f"note: {row['message']}", file=sys.stderr)
    if not options.json:
        print(f"已写入：{options.pieces}\n")
    return str(options.pieces)


def figure(text: str) -> tuple[str, float]:
    """``new_construction=3.2`` as name and number."""
    name, _, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"expected INDICATOR=NUMBER, found {text!r}")
    return name.strip(), number


def read_supplements(path: Path) -> list[tuple[str, int | None, float]]:
    """Cropland that is offered, from a CSV with class, grade (may be empty) and hectares.

    Raises
    ------
    ValueError
        A column is missing or a value is no number: names file, line and column.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    rows = csv.DictReader(text.splitlines())
    found = {
        name: next((title for title in titles if title in (rows.fieldnames or [])), None)
        for name, titles in _SUPPLEMENT.items()
    }
    for name, titles in _SUPPLEMENT.items():
        if found[name] is None and name != "grade":
            raise ValueError(f"{path}: line 1: expected a column {' or '.join(titles)}")
    offered = []
    for row in rows:
        kind, grade, area = ((row.get(column) or "").strip() if column else "" for column in found.values())
        where = f"{path}: line {rows.line_num}"
        try:
            area_m2 = float(area) * 1e4
        except ValueError:
            raise ValueError(f"{where}: column {found['area_ha']}: expected hectares, found {area!r}") from None
        if not 0 <= area_m2 < float("inf"):
            raise ValueError(f"{where}: column {found['area_ha']}: expected hectares, found {area!r}")
        if grade and not grade.isdigit():
            raise ValueError(f"{where}: column {found['grade']}: expected a whole number, found {grade!r}")
        offered.append((kind, int(grade) if grade else None, area_m2))
    return offered


def _give(options: argparse.Namespace, title: str, tables: dict[str, pd.DataFrame], extra: dict[str, Any]) -> None:
    """Write the tables where asked, and print them."""
    written = None if options.out is None else write_tables(options.out, title, tables)
    if options.json:
        found: dict[str, Any] = {name: records(frame) for name, frame in tables.items()}
        print_json({**extra, **found, "files": [] if written is None else [str(written)]})
        return
    for position, (name, frame) in enumerate(tables.items()):
        shown = shown_columns(name, frame)
        # The message says what the figures do; clauses stand in the files.
        columns = [column for column in columns_of(name, shown) if column.name not in ("document", "status")]
        print(("\n" if position else "") + TABLE_TITLE[name])
        print(frame_grid(shown, columns) if len(shown) else "无")
    if written is not None:
        print(f"\n已写入：{written}")


def _exit_code(frame: pd.DataFrame | None) -> int:
    return 0 if frame is None or bool((frame["verdict"] == "compliant").all()) else 1
