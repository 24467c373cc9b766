"""Shapefiles, read by us and by pyogrio (GDAL) in one run: ``python benches/shapefile.py [POLYGONS]``.

The file is made for the run, with a seed: polygons of 12 to 40 vertices in an irregular grid, 15 attributes like those
of a county's land survey, text in GBK. Every figure is the median of some runs after one that warms up, so the file is
in the system's cache for both. Memory is the growth of a fresh process that reads the file into Arrow.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely

import sanxian as sx
from sanxian import _native

RUNS = 3
SEED = 20261122
CELL_M = 60.0
#: 38 plots of a development scheme lie in a window of about this size.
WINDOW_M = (3_000.0, 2_000.0)
CLASSES = [("0101", "水田"), ("0103", "旱地"), ("0301", "乔木林地"), ("0702", "农村宅基地"), ("1006", "农村道路")]


def survey(polygons: int) -> gpd.GeoDataFrame:
    """Seeded patches in zone 38 with the fields of a land survey."""
    random = np.random.default_rng(SEED)
    side = int(np.ceil(np.sqrt(polygons)))
    cells = np.arange(polygons)
    centre = np.stack([38_370_000 + cells % side * CELL_M, 4_230_000 + cells // side * CELL_M], axis=1)
    vertices = random.integers(12, 41, polygons)
    owner = np.repeat(cells, vertices)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(vertices) - vertices, vertices)
    angle = -2 * np.pi * place / vertices[owner]
    radius = random.uniform(20, 30, len(owner))[:, None]
    points = centre[owner] + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    shapes = shapely.polygons(shapely.linearrings(points, indices=owner))
    kind = random.integers(0, len(CLASSES), polygons)
    area = shapely.area(shapes)
    village = random.integers(0, 400, polygons)
    text = pd.Series(cells).astype(str)
    attributes = {
        "BSM": "1409" + text.str.zfill(14),
        "YSDM": np.full(polygons, "2001010100"),
        "TBYBH": text,
        "TBBH": text.str.zfill(8),
        "DLBM": np.array([code for code, _ in CLASSES])[kind],
        "DLMC": np.array([name for _, name in CLASSES])[kind],
        "QSXZ": np.where(kind == 4, "20", "30"),
        "QSDWDM": "140902" + pd.Series(village).astype(str).str.zfill(13),
        "QSDWMC": "忻府区第" + pd.Series(village).astype(str) + "村民委员会",
        "ZLDWMC": "播明镇第" + pd.Series(village % 37).astype(str) + "村",
        "TBMJ": np.round(area, 2),
        "KCXS": np.round(random.uniform(0, 0.2, polygons), 4),
        "TBDLMJ": np.round(area * 0.93, 2),
        "SJNF": np.full(polygons, 2023, dtype=np.int32),
        "BZ": np.where(kind == 0, "二〇二三年变更调查", None),
    }
    return gpd.GeoDataFrame(attributes, geometry=shapes, crs=4526)


def median_s(work: Callable[[], object]) -> tuple[float, float]:
    """Medians of elapsed time and of processor time, all threads together, of some runs after one that warms up."""
    elapsed, used = [], []
    for run in range(RUNS + 1):
        start, start_used = time.perf_counter(), time.process_time()
        work()
        if run:
            elapsed.append(time.perf_counter() - start)
            used.append(time.process_time() - start_used)
    return statistics.median(elapsed), statistics.median(used)


def peak_mb(reader: str, path: Path) -> tuple[float, float]:
    """Growth of the memory peak of a fresh process by one read, and the size of what was read; in 10^6 bytes."""
    code = f"""
import sys
import pyarrow as pa, pyogrio
from sanxian import _native
# Not ru_maxrss: Linux hands the parent's peak down through fork and exec.
peak = lambda: next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) * 1024 / 1e6
pa.array([1]); before = peak()
table = {reader}
print(peak() - before, pa.table(table).nbytes / 1e6)
"""
    command = [sys.executable, "-c", code, str(path)]
    grown, size = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(grown), float(size)


def main(polygons: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "DLTB.shp"
        frame = survey(polygons)
        pyogrio.write_dataframe(frame, path, encoding="GBK")
        middle = np.array(frame.total_bounds).reshape(2, 2).mean(axis=0)
        del frame
        bbox = (*(middle - np.array(WINDOW_M) / 2), *(middle + np.array(WINDOW_M) / 2))
        found = len(sx.read_layer(path, bbox=bbox))
        assert found == pyogrio.read_arrow(path, bbox=bbox)[1].num_rows
        rows = [
            (
                "whole file into Arrow",
                median_s(lambda: pa.table(_native.read_layer_table(str(path))[0])),
                "read_arrow",
                median_s(lambda: pyogrio.read_arrow(path)),
            ),
            (
                f"into Arrow with `bbox=`, {found} polygons",
                median_s(lambda: pa.table(_native.read_layer_table(str(path), bbox=bbox)[0])),
                "read_arrow(bbox=)",
                median_s(lambda: pyogrio.read_arrow(path, bbox=bbox)),
            ),
            (
                "whole file into a GeoDataFrame",
                median_s(lambda: sx.read_layer(path)),
                "read_dataframe(use_arrow=True)",
                median_s(lambda: pyogrio.read_dataframe(path, use_arrow=True)),
            ),
            (
                f"into a GeoDataFrame with `bbox=`, {found} polygons",
                median_s(lambda: sx.read_layer(path, bbox=bbox)),
                "read_dataframe(use_arrow=True, bbox=)",
                median_s(lambda: pyogrio.read_dataframe(path, use_arrow=True, bbox=bbox)),
            ),
        ]
        ours_mb, size_mb = peak_mb("_native.read_layer_table(sys.argv[1])[0]", path)
        theirs_mb, _ = peak_mb("pyogrio.read_arrow(sys.argv[1])[1]", path)
        shp_mb, dbf_mb = (path.with_suffix(suffix).stat().st_size / 1e6 for suffix in (".shp", ".dbf"))
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"sanxian {sx.__version__}, pyogrio {pyogrio.__version__}, GDAL {pyogrio.__gdal_version_string__}; ", end="")
    print(f"{polygons} polygons, .shp {shp_mb:.0f} MB, .dbf {dbf_mb:.0f} MB\n")
    print("| | sanxian, s | pyogrio, s | pyogrio's call | ratio | processor time, sanxian : pyogrio |")
    print("|-|-:|-:|-|-:|-:|")
    for name, (ours, ours_used), call, (theirs, theirs_used) in rows:
        used = f"{ours_used:.3f} : {theirs_used:.3f}"
        print(f"| {name} | {ours:.4f} | {theirs:.4f} | `{call}` | {theirs / ours:.1f} × | {used} |")
    print(f"\nMemory peak into Arrow: {ours_mb:.0f} MB for {size_mb:.0f} MB of columns ", end="")
    print(f"({ours_mb / size_mb:.2f} ×); pyogrio {theirs_mb:.0f} MB.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
