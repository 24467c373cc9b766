"""``sanxian validate``: everything wrong with a file, as one table.

A check more is one function more in :data:`CHECKS`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

import sanxian as sx
from sanxian.commands import crs_label, read_file
from sanxian.report.labels import Column
from sanxian.terminal import frame_grid, print_json, records

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
    Column("source", "来源"),
    Column("place", "位置"),
    Column("message", "说明"),
)

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


#: In the order of the table.
CHECKS: tuple[Check, ...] = (check_reading, check_fields, check_geometry)


def inspect(frame: gpd.GeoDataFrame, *, checks: Sequence[Check] = CHECKS) -> pd.DataFrame:
    """Run checks on a frame as :func:`sanxian.read_plots` or :func:`sanxian.read_layer` gave it.

    Returns
    -------
    DataFrame
        ``severity, code, source, feature, ring, vertex, easting_m, northing_m, line, plot_id, message``, a row a
        finding; ``source`` is ``"reading"``, ``"fields"`` or ``"geometry"``.
    """
    tables = [check(frame).reindex(columns=list(COLUMNS)).astype(object) for check in checks]
    return pd.concat(tables, ignore_index=True)


def is_clean(findings: pd.DataFrame) -> bool:
    """True when nothing is worse than information."""
    return bool((findings["severity"] == "info").all())


def validate(options: argparse.Namespace) -> int:
    """Print everything wrong with a file; 0 when nothing is, 1 otherwise."""
    frame = read_file(options, on_error="null")
    findings = inspect(frame)
    clean = is_clean(findings)
    if options.json:
        counts = findings["severity"].value_counts()
        print_json(
            {
                "file": str(options.file),
                "features": len(frame),
                "crs": crs_label(frame),
                "clean": clean,
                "errors": int(counts.get("error", 0)),
                "warnings": int(counts.get("warning", 0)),
                "findings": records(findings),
            }
        )
        return 0 if clean else 1
    if len(findings):
        places = [_place(row) for row in findings.to_dict("records")]
        print(frame_grid(findings.assign(place=places), _SHOWN))
        print()
    print(f"{options.file}：{len(frame)} 个图斑，{_summary(findings)}")
    return 0 if clean else 1


def _findings(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    found = frame.attrs.get("findings")
    return pd.DataFrame(columns=["severity", "code", "message"]) if found is None else pd.DataFrame(found)


def _place(row: dict[Any, Any]) -> str:
    words = {"plot_id": "地块", "line": "行", "feature": "图斑", "ring": "环", "vertex": "顶点"}
    parts = [
        f"{word}{value if isinstance(value, str) else int(value)}"
        for name, word in words.items()
        if not pd.isna(value := row[name])
    ]
    return " ".join(parts) or "—"


def _summary(findings: pd.DataFrame) -> str:
    counts = findings["severity"].value_counts()
    words = {"error": "错误", "warning": "警告", "info": "提示"}
    parts = [f"{word} {counts[severity]} 条" for severity, word in words.items() if severity in counts]
    return "，".join(parts) or "没有发现问题"
