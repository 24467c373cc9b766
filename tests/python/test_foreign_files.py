"""Other people's files, corrupt ones among them, against what GDAL and geopandas read from them.

``data/foreign_files.tsv`` lists every file that is read otherwise, how, and why; all others must agree. A difference
that appears fails the test, and so does one that disappears.
"""

from __future__ import annotations

import collections
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import sanxian as sx
from reference_data import REFERENCE, reference

TABLE = Path(__file__).parent / "data" / "foreign_files.tsv"
FOLDERS = ("formats", "shapefiles")


def listed() -> dict[tuple[str, str], tuple[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    assert rows[0] == ["file", "layer", "difference", "reason"]
    table = {(file, layer): (difference, reason) for file, layer, difference, reason in rows[1:]}
    assert len(table) == len(rows) - 1, "a file is listed twice"
    return table


def expectations(folder: str) -> Iterator[dict[str, Any]]:
    with reference(folder, "expected_gdal.jsonl").open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def outcome(path: Path, expected: dict[str, Any]) -> str:
    """How a file is read otherwise than expected; empty where it is not."""
    layer = None if "reader" in expected else expected.get("layer")
    try:
        frame = sx.read_layer(path, layer=layer)
    except (sx.LayerReadError, sx.CrsUnknownError, sx.ExchangeTextError) as error:
        with pytest.raises(type(error)):
            sx.read_layer(path, layer=layer, as_arrow=True)
        text = str(error)
        # Of an archive, the file in it.
        assert text.startswith((f"{path}: ", f"{path}/")), text
        text = text.removeprefix(str(path)).partition(": ")[2].replace(str(path), "")
        return "" if "error" in expected else f"{type(error).__name__}: {text.split(': it has ')[0]}"
    assert_same_table(sx.read_layer(path, layer=layer, as_arrow=True), frame)
    if "error" in expected:
        return f"reads {len(frame)} rows, {types(frame)}"
    return "; ".join(differences(frame, expected))


def assert_same_table(table: pa.Table, frame: gpd.GeoDataFrame) -> None:
    assert table.num_rows == len(frame)
    assert table.column_names == list(frame.columns)
    vertices = table.column("geometry")
    for _ in range(3):
        vertices = pa.chunked_array([chunk.flatten() for chunk in vertices.chunks], vertices.type.value_type)
    assert len(vertices) == shapely.get_num_coordinates(frame.geometry.values).sum()
    findings = json.loads(table.schema.metadata[b"sanxian:findings"])
    assert [finding["code"] for finding in findings] == list(frame.attrs["findings"]["code"])


def types(frame: gpd.GeoDataFrame) -> str:
    return counted(collections.Counter("null" if pd.isna(kind) else kind for kind in frame.geom_type))


def counted(kinds: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"


def differences(frame: gpd.GeoDataFrame, expected: dict[str, Any]) -> Iterator[str]:
    if len(frame) != expected["rows"]:
        yield f"{len(frame)} rows for {expected['rows']}"
    fields = [name for name in frame.columns if name != "geometry"]
    if fields != expected["fields"]:
        yield f"fields {', '.join(fields)} for {', '.join(expected['fields'])}"
    if "types" not in expected:
        return
    kinds: collections.Counter[str] = collections.Counter()
    for kind, count in expected["types"].items():
        kinds["null" if kind in ("nan", "None") else kind] += count
    if types(frame) != counted(kinds):
        yield f"{types(frame)} for {counted(kinds)}"
    shapes = frame.geometry.values
    vertices = int(shapely.get_num_coordinates(shapes).sum())
    if vertices != expected["vertices"]:
        yield f"{vertices} vertices for {expected['vertices']}"
    area = float(np.nansum(shapely.area(shapes)))
    if abs(area - expected["area"]) > 1e-9 * expected["area"]:
        yield f"area {area:.6g} for {expected['area']:.6g}"
    invalid = int((~shapely.is_valid(shapes[~shapely.is_missing(shapes)])).sum())
    if invalid != expected["invalid"]:
        yield f"{invalid} invalid for {expected['invalid']}"
    bounds = expected.get("bounds")
    # Of a layer without geometry GDAL gives what the header says, or nothing.
    if vertices and bounds and not np.allclose(frame.total_bounds, bounds, rtol=1e-9, atol=0):
        yield f"bounds {list(map(float, frame.total_bounds))} for {bounds}"
    crs = None if frame.crs is None else str(frame.crs.to_epsg() or frame.crs.name)
    if crs != expected["crs"]:
        yield f"CRS {crs} for {expected['crs']}"


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_read_as_gdal_reads_it_or_is_listed_with_its_reason(folder: str) -> None:
    found = {}
    files = 0
    for expected in expectations(folder):
        files += 1
        difference = outcome(REFERENCE / folder / expected["path"], expected)
        if difference:
            found[f"{folder}/{expected['path']}", expected.get("layer") or ""] = difference
    known = {key: difference for key, (difference, _) in listed().items() if key[0].startswith(f"{folder}/")}
    appeared = ["\t".join((*key, text)) for key, text in found.items() if known.get(key) != text]
    gone = ["\t".join((*key, text)) for key, text in known.items() if found.get(key) != text]
    assert not appeared and not gone, "\n".join(["not listed:", *appeared, "listed, but not so:", *gone])
    assert files == {"formats": 311, "shapefiles": 85}[folder]


def test_every_listed_difference_has_a_reason() -> None:
    assert all(difference and reason for difference, reason in listed().values())
