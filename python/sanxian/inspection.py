"""``sanxian validate``: everything wrong with a file or with all parts of a scheme, as one table.

A check more is one function more in :data:`CHECKS`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

import sanxian as sx
from sanxian.arrow import findings_of, to_data_frame, to_frame
from sanxian.file_argument import crs_label, read_file
from sanxian.findings_layer import as_findings, write_findings
from sanxian.report.columns import Column
from sanxian.scheme import load_control_of, load_plots_of
from sanxian.terminal import frame_grid, print_json, progress_bar, records

#: Columns of the table; a check leaves out those that it has nothing to say to.
COLUMNS = (
    "severity",
    "code",
    "source",
    "feature",
    "ring",
    "vertex",
    "easting_m",
    "northing_m",
    "line",
    "plot_id",
    "message",
)
#: What recognising a layer finds, beside what its reader does.
_FIELD_CODES = ("layer_recognised", "layer_ambiguous", "field_missing", "field_type_differs", "role_contradicted")
_SHOWN = (
    Column("severity", "程度", kind="word"),
    Column("code", "代码"),
    Column("topic", "检查内容"),
    Column("place", "位置"),
    Column("message", "说明"),
)

#: What a topic is called in the table.
_TOPICS = {
    "reading": "读取",
    "fields": "字段",
    "geometry": "图形",
    "tiling": "重叠与缝隙",
    "areas": "面积",
    "versions": "两份文件",
    "uses": "用途",
    "survey": "现状图斑",
}
#: More rows of one code than this only bury the others.
_MOST_ROWS_A_CODE = 20

Check = Callable[[gpd.GeoDataFrame], pd.DataFrame]


def check_reading(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """What the reader found odd."""
    findings = _findings(frame)
    return findings[~findings["code"].isin(_FIELD_CODES)].assign(source="reading")


def check_fields(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """What the layer is, the fields that it lacks, and whether that is what it should be."""
    findings = _findings(frame)
    return findings[findings["code"].isin(_FIELD_CODES)].assign(source="fields")


def check_geometry(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Every fault of every polygon, with its place."""
    if frame.crs is None:
        # Faults are a matter of the plane of the coordinates; which one it is does not matter.
        frame = frame.set_crs('LOCAL_CS["unknown",UNIT["metre",1]]')
    faults = sx.find_faults(frame).rename(columns={"fault": "code"}).assign(source="geometry")
    if "plot_id" in frame:
        faults["plot_id"] = faults["feature"].map(frame["plot_id"])
    return faults


def check_tiling(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Overlaps, gaps, repeated numbers and areas: of plots, and of the patches of a land survey."""
    kind = frame.attrs.get("kind") or {}
    empty = pd.DataFrame(columns=[*COLUMNS, "ground"])
    if frame.crs is None or frame.crs.is_geographic or frame.empty:
        return empty
    if "plot_id" in frame:
        found = sx.check_submission(frame)
    elif kind.get("slot") == "land_use":
        found = sx.check_submission(land_use=frame)
    else:
        return empty
    return _rows(found[~found["topic"].isin(("reading", "geometry", "fields"))], frame)


def _rows(found: gpd.GeoDataFrame, frame: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Findings of a submission in the columns of the table; features are counted like those of a frame, from 0."""
    rows = pd.DataFrame(found.drop(columns=["topic", "geometry"])).assign(
        source=found["topic"], ground=found.geometry.to_numpy()
    )
    if frame is not None:
        rows["feature"] = [None if pd.isna(row) else frame.index[int(row) - 1] for row in found["feature"]]
    return rows


#: In the order of the table.
CHECKS: tuple[Check, ...] = (check_reading, check_fields, check_geometry, check_tiling)


def inspect(frame: gpd.GeoDataFrame, *, checks: Sequence[Check] = CHECKS) -> pd.DataFrame:
    """Run checks on a frame as :func:`sanxian.read_plots` or :func:`sanxian.read_layer` gave it.

    Returns
    -------
    DataFrame
        ``severity, code, source, feature, ring, vertex, easting_m, northing_m, line, plot_id, message``, a row a
        finding; ``source`` is ``"reading"``, ``"fields"``, ``"geometry"``, ``"tiling"``, ``"areas"`` or ``"survey"``.
    """
    return _inspect(frame, checks)[list(COLUMNS)]


def _inspect(frame: gpd.GeoDataFrame, checks: Sequence[Check] = CHECKS) -> pd.DataFrame:
    """The same with the ground of each finding that has one."""
    columns = [*COLUMNS, "ground"]
    return pd.concat([check(frame).reindex(columns=columns).astype(object) for check in checks], ignore_index=True)


def is_clean(findings: pd.DataFrame) -> bool:
    """True when nothing is worse than information."""
    return bool((findings["severity"] == "info").all())


def validate(options: argparse.Namespace) -> int:
    """Print everything wrong with a file or a scheme; 0 when nothing is, 1 otherwise."""
    if options.file.suffix.lower() == ".toml":
        return _tell(_inspect_scheme(options), options, unit="个地块")
    if options.shapefile or options.outline:
        raise ValueError(f"{options.file}: --shapefile and --outline are for a scheme file: name its .toml")
    frame = read_file(options, on_error="null")
    found = _Inspected(_inspect(frame), len(frame), crs_label(frame), frame.crs)
    return _tell(found, options, unit="个图斑")


@dataclass(frozen=True)
class _Inspected:
    """What was found, and in how many features of which CRS."""

    findings: pd.DataFrame
    features: int
    crs_label: str
    crs: Any


def _inspect_scheme(options: argparse.Namespace) -> _Inspected:
    """All parts that a scheme file names, against each other."""
    scheme = sx.Scheme.from_toml(options.file)
    parts: dict[str, Path] = {}
    others: list[Any] = []
    plots = None
    readings = []
    for entry in scheme.inputs:
        if entry["slot"] == "plots":
            layer = load_plots_of(entry)
            plots = to_frame(layer.to_arrow())
            plots.attrs["findings"] = findings_of(layer)
        elif entry["slot"] in ("uses", "land_use"):
            parts[entry["slot"]] = entry["path"]
        elif entry["slot"] == "layer":
            layer = load_control_of(entry, None)
            if layer.has_lines:
                # Points and lines have no area to be wrong; what their reader found odd is all there is.
                readings.append(to_data_frame(layer.findings).assign(source="reading", file=layer.name))
            else:
                others.append(layer)
    with progress_bar("检查") as progress:
        found = sx.check_submission(
            plots,
            shapefile=options.shapefile,
            outline=options.outline,
            uses=parts.get("uses"),
            land_use=parts.get("land_use"),
            ownership=scheme.ownership,
            layers=others,
            progress=progress,
        )
    assert plots is not None, "a scheme without plots does not load"
    reading = check_reading(plots)
    reading = reading[~reading["code"].str.startswith("area_") & (reading["code"] != "plot_id_repeated")]
    findings = pd.concat([reading, *readings, _rows(found, None).assign(file=found["source"])]).reindex(
        columns=[*COLUMNS, "file", "ground"]
    )
    findings["file"] = findings["file"].astype(object).where(findings["file"].notna(), None)
    return _Inspected(findings.astype(object).reset_index(drop=True), len(plots), crs_label(plots), plots.crs)


def _tell(found: _Inspected, options: argparse.Namespace, *, unit: str) -> int:
    findings, clean = found.findings, is_clean(found.findings)
    if options.out is not None:
        print(f"{write_findings(as_findings(findings, found.crs), options.out)}", file=sys.stderr)
    shown = findings.drop(columns="ground")
    if options.json:
        counts = findings["severity"].value_counts()
        print_json(
            {
                "file": str(options.file),
                "features": found.features,
                "crs": found.crs_label,
                "clean": clean,
                "errors": int(counts.get("error", 0)),
                "warnings": int(counts.get("warning", 0)),
                "findings": records(shown),
            }
        )
        return 0 if clean else 1
    if len(findings):
        order = shown["severity"].map({"error": 0, "warning": 1, "info": 2})
        shown = shown.iloc[order.argsort(kind="stable")] if options.file.suffix.lower() == ".toml" else shown
        shown, left_out = _shortened(shown)
        places = [_place(row) for row in shown.to_dict("records")]
        shown = shown.assign(place=places, topic=shown["source"].map(_TOPICS).fillna(shown["source"]))
        print(frame_grid(shown, _SHOWN))
        for line in left_out:
            print(line)
        print()
    print(f"{options.file}：{found.features} {unit}，{_summary(findings)}")
    return 0 if clean else 1


def _shortened(findings: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """The first rows of every code, and how many of which were left out."""
    number = findings.groupby("code").cumcount()
    more = findings[number >= _MOST_ROWS_A_CODE]["code"].value_counts(sort=False)
    lines = [f"另有 {count} 条 {code} 未列出，--json 与 -o 给出全部。" for code, count in more.items()]
    return findings[number < _MOST_ROWS_A_CODE], lines


def _findings(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    found = frame.attrs.get("findings")
    return pd.DataFrame(columns=["severity", "code", "message"]) if found is None else pd.DataFrame(found)


def _place(row: dict[Any, Any]) -> str:
    words = {"file": "", "plot_id": "地块", "line": "行", "feature": "图斑", "ring": "环", "vertex": "顶点"}
    parts = [
        f"{word}{value if isinstance(value, str) else int(value)}"
        for name, word in words.items()
        if name in row and not pd.isna(value := row[name])
    ]
    return " ".join(parts) or "—"


def _summary(findings: pd.DataFrame) -> str:
    counts = findings["severity"].value_counts()
    words = {"error": "错误", "warning": "警告", "info": "提示"}
    parts = [f"{word} {counts[severity]} 条" for severity, word in words.items() if severity in counts]
    return "，".join(parts) or "没有发现问题"
